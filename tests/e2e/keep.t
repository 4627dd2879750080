#!/bin/sh
# A local tenant that outlives its program.
. "$(dirname "$0")/lib.sh"

ask() {
	path=$1
	shift
	curl -s -H 'Authorization: SSWS sandbox' -H 'Content-Type: application/json' "$OKTA_CLIENT_ORGURL$path" "$@"
}

# Is there a group of that name?
# shellcheck disable=SC2317,SC2329 # called by ok
has() {
	ask "/api/v1/groups?q=$1" | grep -q "\"name\":\"$1\""
}

start --data "$PWD/tenant.json"
ask /api/v1/groups -d '{"profile":{"name":"Kept"}}' >/dev/null
ok 'it is written when there is a moment of quiet' until_true grep -q Kept tenant.json
ok 'for nobody else to read' test "$(stat -c %a tenant.json)" = 600
kill -KILL "$tenant" && wait "$tenant" 2>/dev/null
start --data "$PWD/tenant.json"
ok 'what was made is there again' has Kept
runs 5 'another tenant cannot stay in the same file' "$plumb" sandbox --data tenant.json
ask /api/v1/groups -d '{"profile":{"name":"Last"}}' >/dev/null
ok 'ending it saves what is new' stop
ok 'at once' grep -q Last tenant.json
start --data "$PWD/tenant.json" --seed reference
ok 'a seed does not count where there is a tenant' not has 'Sales'
ok 'the old one does' has Last
stop
runs 1 'a file in a folder that is not there ends it' "$plumb" sandbox --data none/tenant.json
mkdir place
start --data "$PWD/place/tenant.json"
ok 'a folder that is there does not' until_true test -s place/tenant.json
mv place away
ask /api/v1/groups -d '{"profile":{"name":"Lost"}}' >/dev/null
ok 'a save that fails later is a warning' until_true grep -q 'warning: the tenant is not saved' "$work/tenant.err"
ok 'and the tenant serves on' has Lost
mv away place
ok 'until it can be saved again' stop
ok 'with what was made meanwhile' grep -q Lost place/tenant.json
head -c 3000 tenant.json >half.json
runs 1 'half a tenant is none' "$plumb" sandbox --data half.json
ok 'and left as it is' test "$(wc -c <half.json)" -eq 3000
mkdir org
printf 'groups: { Declared: { members: [admin@sandbox.example] } }\n' >org/g.yaml
printf 'GET /api/v1/zones answer 503\n' >faults
start --seed "$PWD/org" --faults "$PWD/faults" --control
ok 'a folder of manifests makes a tenant' has Declared
ok 'without a trace of how' test "$(ask /api/v1/logs)" = '[]'
ok 'and with the faults that were asked for' test "$(ask /api/v1/zones -o /dev/null -w '%{http_code}')" = 503
stop
printf 'groups: { Broken: { nonsense: 1 } }\n' >org/g.yaml
runs 1 'a folder that cannot be applied makes none' "$plumb" sandbox --seed org
ok 'and it is said why' grep -q nonsense "$err"
runs 0 'what is modelled can be listed' "$plumb" sandbox --routes
ok 'by method and path' grep -qx 'GET /api/v1/users/{id}' "$out"
finish
