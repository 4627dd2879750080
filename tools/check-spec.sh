#!/bin/sh
# Does the local tenant answer as Okta's OpenAPI documents say? Sends the walk of tests/spec and replays the recordings,
# then holds both against the documents. Run as 'make check-spec', or tools/check-spec.sh PLUMB.
# Skipped without npm, or without the documents beside this checkout.
set -eu

plumb=${1:-build/plumb}
beside=${BESIDE:-../shared}
folder=build/spec
tenant=

skip() {
	echo "check-spec: skipped: $1"
	exit 0
}

# shellcheck disable=SC2317,SC2329 # called by the trap
clean() {
	[ -z "$tenant" ] || kill "$tenant" 2>/dev/null || true
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

[ -x "$plumb" ] || {
	echo "tools/check-spec.sh: '$plumb' is no program; 'make' builds it" >&2
	exit 64
}
[ -e "$beside/tools/validate-traffic.mjs" ] || skip 'there are no OpenAPI documents beside this checkout'
command -v npm >/dev/null || skip 'npm is not installed'
command -v python3 >/dev/null || skip 'python3 is not installed'
mkdir -p "$folder"
if [ ! -d "$folder/node_modules/ajv" ]; then
	(cd "$folder" && npm install --no-package-lock --no-audit --no-fund --prefix . ajv@8 ajv-formats@3 yaml@2) \
		>"$folder/npm.log" 2>&1 || skip 'npm cannot install the validator'
fi

"$plumb" sandbox --routes >"$folder/routes"
rm -f "$folder/port"
"$plumb" sandbox --rate-limits off --control --seed tests/spec/seed.jsonl --port-file "$folder/port" \
	>"$folder/tenant.log" 2>&1 &
tenant=$!
tries=0
until [ -s "$folder/port" ]; do
	tries=$((tries + 1))
	[ "$tries" -lt 200 ] || {
		cat "$folder/tenant.log"
		exit 1
	}
	sleep 0.05
done
python3 tests/spec/walk.py --base "http://127.0.0.1:$(cat "$folder/port")" --routes "$folder/routes" \
	--traffic "$folder/walk.jsonl" tests/spec/[0-9]*.jsonl >"$folder/walk.tap" || {
	grep -A2 '^not ok' "$folder/walk.tap"
	exit 1
}
kill "$tenant"
wait "$tenant" || true
tenant=
tail -n 1 "$folder/walk.tap"

python3 "$beside/tools/replay.py" --serve "$plumb sandbox --listen 127.0.0.1:{port}" \
	--traffic "$folder/replay.jsonl" "$beside"/recorded/*.jsonl >"$folder/replay.log"
tail -n 1 "$folder/replay.log"

VALIDATE_MODULES=$folder node "$beside/tools/validate-traffic.mjs" --side response \
	--spec "$beside/openapi/okta-management.yaml" --spec "$beside/openapi/okta-oauth.yaml" \
	--allow "$beside/tools/allow-okta-spec.json" --allow tests/spec/allow.json \
	"$folder/walk.jsonl" "$folder/replay.jsonl" >"$folder/violations" || {
	grep -v '^stale' "$folder/violations"
	exit 1
}
tail -n 1 "$folder/violations"
