#!/bin/sh
# How the tenant is found, and what is said when it cannot be reached.
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2317,SC2329 # called by ok and until_true
one_line() {
	[ "$(wc -l <"$err")" -eq 1 ] && [ ! -s "$out" ]
}

mkdir org
echo 'groups: { Engineering: {} }' >org/g.yaml
runs 64 'no tenant' "$plumb" plan -m org
ok 'is one line' one_line
ok 'that tells what to set' grep -q OKTA_CLIENT_ORGURL "$err"
runs 64 'no token' "$plumb" plan -m org --org-url https://acme.okta.example
ok 'is one line' one_line
ok 'that tells what to set' grep -q OKTA_CLIENT_TOKEN "$err"

OKTA_CLIENT_TOKEN=unused
export OKTA_CLIENT_TOKEN
runs 64 'http to another machine is refused' "$plumb" plan -m org --org-url http://192.0.2.1 --record sent
ok 'in one line that says https' grep -q https "$err"
ok 'before anything is sent' test ! -s sent
runs 64 'a URL with a path' "$plumb" plan -m org --org-url https://acme.okta.example/app
runs 64 'the admin console' "$plumb" plan -m org --org-url https://acme-admin.okta.com
runs 64 'what is no URL' "$plumb" plan -m org --org-url acme

start --token right
OKTA_CLIENT_TOKEN=made-up-4711
runs 1 'a wrong token' "$plumb" plan -m org
ok 'is one line' one_line
ok 'with what the tenant says' grep -q 'HTTP 401 E0000011' "$err"
ok 'and not the token' not grep -q 4711 "$err"
runs 1 'apply fails too' "$plumb" apply --yes -m org
echo right >token
runs 0 'the right one, from a file' "$plumb" plan -m org --token-file token
runs 1 'a file that is not there' "$plumb" plan -m org --token-file missing
printf 'tenant: %s\nmanifests: org\n' "$OKTA_CLIENT_ORGURL" >plumb.yaml
unset OKTA_CLIENT_ORGURL
runs 0 'the tenant from plumb.yaml' "$plumb" plan --token-file token
runs 0 'a slash behind it is no matter' "$plumb" plan --token-file token --org-url "http://127.0.0.1:$port/"
stop
runs 1 'nobody listens' "$plumb" plan --token-file token
ok 'is one line' one_line
finish
