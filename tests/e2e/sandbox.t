#!/bin/sh
# The local tenant as a program.
. "$(dirname "$0")/lib.sh"

start --listen 127.0.0.1:0
ok 'the system chooses a port' test "$port" -gt 0
ok 'its URL is on stdout' grep -qx "http://127.0.0.1:$port" "$work/tenant.out"
ok 'how to reach it is on stderr' grep -qx "export OKTA_CLIENT_ORGURL=http://127.0.0.1:$port" "$work/tenant.err"
runs 0 'it is there' "$plumb" doctor
runs 1 'a port that is taken' timeout 3 "$plumb" sandbox --listen "127.0.0.1:$port"
ok 'is one line' test "$(wc -l <"$err")" -eq 1
ok 'SIGTERM ends it well' stop
runs 64 'an address that others can reach is refused' "$plumb" sandbox --listen 0.0.0.0:0
runs 64 'what is no address' "$plumb" sandbox --listen here
runs 64 'a word too many' "$plumb" sandbox more

echo '{"method":"POST","path":"/api/v1/groups","body":{"profile":{"name":"Seeded"}}}' >seed.jsonl
start --seed "$PWD/seed.jsonl" --seed-number 5
mkdir org
echo 'groups: { Seeded: {} }' >org/g.yaml
runs 0 'a seed is there from the start' "$plumb" plan --exit-code -m org
ok 'adopted, not made' grep -q '1 adopted' "$out"
stop
echo '{"method":"POST","path":"/api/v1/groups","body":{}}' >>seed.jsonl
runs 1 'a seed that the tenant refuses' "$plumb" sandbox --seed seed.jsonl
ok 'with its line' grep -q 'seed.jsonl:2' "$err"
runs 1 'a seed that is not there' "$plumb" sandbox --seed missing.jsonl
start --seed empty
runs 0 'an empty one' "$plumb" export
finish
