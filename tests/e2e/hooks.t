#!/bin/sh
# Event hooks of the local tenant: verified by a challenge, then told what happens.
. "$(dirname "$0")/lib.sh"

if ! command -v python3 >/dev/null; then
	echo '1..0 # SKIP python3 is not installed'
	exit 0
fi

ask() {
	path=$1
	shift
	curl -s -H 'Authorization: SSWS sandbox' -H 'Content-Type: application/json' "$OKTA_CLIENT_ORGURL$path" "$@"
}

# The id of what a POST makes.
make_one() {
	ask "$1" -d "$2" | sed 's/.*"id":"\([0-9A-Za-z]\{20\}\)".*/\1/'
}

# Does verifying answer with this status?
# shellcheck disable=SC2317,SC2329 # called by ok
verify() {
	[ "$(ask "/api/v1/eventHooks/$2/lifecycle/verify" -X POST -o /dev/null -w '%{http_code}')" = "$1" ]
}

hook() {
	printf '{"name":"%s","events":{"type":"EVENT_TYPE","items":["group.lifecycle.create"]},"channel":{"type":"HTTP","version":"1.0.0","config":{"uri":"%s","authScheme":{"type":"HEADER","key":"Authorization","value":"sesame"}}}}' "$1" "$2"
}

python3 "$source_folder/tests/lib/receiver.py" "$work/receiver.port" "$work/received" &
children=$!
until_true test -s "$work/receiver.port" || exit 1
start --seed fresh
id=$(make_one /api/v1/eventHooks "$(hook there "http://127.0.0.1:$(cat "$work/receiver.port")/in")")
none=$(make_one /api/v1/eventHooks "$(hook nowhere http://127.0.0.1:9/in)")
ask /api/v1/groups -d '{"profile":{"name":"Before"}}' >/dev/null
ok 'who repeats the challenge is verified' verify 200 "$id"
ok 'with the credentials of the hook' grep -qx 'GET sesame' "$work/received"
ok 'who does not answer is not' verify 400 "$none"
ask /api/v1/groups -d '{"profile":{"name":"Told"}}' >/dev/null
ok 'what happens is told' until_true grep -q '^POST sesame .*"eventType":"com.okta.event_hook".*Told' "$work/received"
ask /api/v1/zones -d '{"type":"IP","name":"Z","gateways":[{"type":"CIDR","value":"10.0.0.0/8"}]}' >/dev/null
ask /api/v1/groups -d '{"profile":{"name":"Last"}}' >/dev/null
ok 'and goes on being told' until_true grep -q '^POST .*Last' "$work/received"
ok 'what it did not ask for is not' not grep -q zone.create "$work/received"
ok 'nor what was before' not grep -q Before "$work/received"
ok 'each event is told once' test "$(count '^POST' "$work/received")" -eq 2
finish
