#!/bin/sh
# Listings of more than a page: 1,250 people, a group of 1,200 of them, an app with 600.
. "$(dirname "$0")/lib.sh"

{
	people 1250
	echo '{"method":"POST","path":"/api/v1/groups","as":"g","body":{"profile":{"name":"Big"}}}'
	awk 'BEGIN { for (i = 1; i <= 1200; i++) printf "{\"method\":\"PUT\",\"path\":\"/api/v1/groups/{g}/users/{u%d}\"}\n", i }'
	echo '{"method":"POST","path":"/api/v1/apps","as":"a","body":{"name":"bookmark","label":"Wiki","signOnMode":"BOOKMARK","settings":{"app":{"url":"https://wiki.acme.example"}}}}'
	awk 'BEGIN { for (i = 1; i <= 600; i++) printf "{\"method\":\"POST\",\"path\":\"/api/v1/apps/{a}/users\",\"body\":{\"id\":\"{u%d}\"}}\n", i }'
} >seed.jsonl
start --seed "$PWD/seed.jsonl"

runs 0 'export' "$plumb" export -o org --record sent
ok 'has all people' test "$(count '^  u[0-9]*@acme.example:' org/users.yaml)" -eq 1250
ok 'all members' test "$(count '- u[0-9]*@acme.example' org/groups.yaml)" -eq 1200
ok 'all assignments' test "$(count '- user: u[0-9]*@acme.example' org/apps.yaml)" -eq 600
ok 'in pages, not one by one' test "$(count GET sent)" -lt 80
runs 0 'its first plan is empty' "$plumb" plan --exit-code -m org
runs 0 'adopting it sends only GETs' "$plumb" apply --yes -m org --record sent
ok 'indeed' not grep -q -v '"GET"' sent
runs 0 'and there is no drift' "$plumb" drift --exit-code -m org

# somebody on the last page goes
grep -v '    - u1199@' org/groups.yaml >groups && mv groups org/groups.yaml
runs 2 'one member less' "$plumb" plan --exit-code -m org
ok 'is one removal' grep -q -e '- member u1199@acme.example' "$out"
finish
