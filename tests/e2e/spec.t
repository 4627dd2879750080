#!/bin/sh
# Every route of the local tenant, walked: each answers, and errors are errors. tools/check-spec.sh says whether the
# answers are those of Okta's OpenAPI documents.
. "$(dirname "$0")/lib.sh"

if ! command -v python3 >/dev/null; then
	echo '1..0 # SKIP python3 is not installed'
	exit 0
fi
walk=$source_folder/tests/spec
"$plumb" sandbox --routes >"$work/routes"
start --rate-limits off --control --seed "$walk/seed.jsonl"
python3 "$walk/walk.py" --base "$OKTA_CLIENT_ORGURL" --token "$OKTA_CLIENT_TOKEN" --routes "$work/routes" \
	"$walk"/[0-9]*.jsonl
