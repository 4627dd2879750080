#!/bin/sh
# The whole story on a tenant of this machine: plan, apply, changes by hand, drift, repair, export, removal, mistakes.
# Run as 'make demo', or tools/demo.sh PLUMB. Needs no network and no root; leaves nothing behind.
set -eu

plumb=${1:-build/plumb}
if [ ! -x "$plumb" ]; then
	echo "tools/demo.sh: '$plumb' is no program; 'make' builds it" >&2
	exit 64
fi
plumb=$(cd "$(dirname "$plumb")" && pwd)/$(basename "$plumb")
example=$(cd "$(dirname "$0")/../examples/company" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/plumb-demo.XXXXXX")
tenant=
step=0
code=0

# shellcheck disable=SC2317,SC2329 # called by the trap
clean() {
	code=$?
	trap - EXIT
	if [ -n "$tenant" ]; then
		kill "$tenant" 2>/dev/null || true
		wait "$tenant" 2>/dev/null || true
	fi
	rm -rf "$work"
	exit "$code"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

bold='' dim='' plain='' color=never
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
	bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m') color=always
fi

fail() {
	printf '\n%sThe demo did not go as told:%s %s\n' "$bold" "$plain" "$*" >&2
	exit 1
}

# tell TITLE WHY: the next step
tell() {
	step=$((step + 1))
	printf '\n%s%d. %s%s\n%s\n\n' "$bold" "$step" "$1" "$plain" "$2"
}

# Prints a file: the first $1 and the last $2 lines, and how many are between.
shorten() {
	lines=$(wc -l <"$3")
	if [ "$lines" -le $(($1 + $2 + 3)) ]; then
		cat "$3"
		return
	fi
	head -n "$1" "$3"
	printf '%s  ... %d more lines ...%s\n' "$dim" $((lines - $1 - $2)) "$plain"
	tail -n "$2" "$3"
}

# run WANTED HEAD TAIL COMMAND...: runs plumb, shows what it says; its exit code must be WANTED
run() {
	want=$1 first=$2 last=$3
	shift 3
	printf '%s$ plumb' "$bold"
	printf ' %s' "$@"
	printf '%s\n' "$plain"
	command=$1
	shift
	code=0
	"$plumb" "$command" --color "$color" "$@" >"$work/out" 2>"$work/err" || code=$?
	cat "$work/err" >>"$work/out"
	shorten "$first" "$last" "$work/out"
	if [ "$code" -ne 0 ]; then
		printf '%s(exit code %d)%s\n' "$dim" "$code" "$plain"
	fi
	[ "$code" -eq "$want" ] || fail "plumb $command ended with $code, not $want"
}

# says WORDS: the last command must have said so
says() {
	sed 's/\x1b\[[0-9;]*m//g' "$work/out" | grep -qF -- "$1" || fail "it does not say '$1'"
}

# api METHOD PATH [BODY]: a call that plumb knows nothing of
api() {
	curl -fsS --noproxy '*' -X "$1" -H "Authorization: SSWS $OKTA_CLIENT_TOKEN" \
		-H 'Content-Type: application/json' ${3+-d "$3"} "$OKTA_CLIENT_ORGURL$2"
}

# The id of the first object that a listing shows.
id_of() {
	api GET "$1" >"$work/list"
	grep -o '"id":"[A-Za-z0-9]*"' "$work/list" | head -n 1 | cut -d '"' -f 4
}

# The id of the object of that name, in a listing of small objects.
id_named() {
	api GET "$1" >"$work/list"
	grep -o '"id":"[A-Za-z0-9]*","\(status":"[A-Z]*","\)\{0,1\}name":"[^"]*"' "$work/list" |
		grep -F "\"name\":\"$2\"" | cut -d '"' -f 4
}

# Takes the entry $1 of a collection out of the file $2.
take_out() {
	awk -v name="  $1:" '
		/^  [^ #]/ || /^[^ ]/ { out = substr($0, 1, length(name)) == name }
		!out
	' "$2" >"$work/edited"
	cmp -s "$work/edited" "$2" && fail "there is no '$1' in $2"
	cp "$work/edited" "$2"
}

cp -R "$example" "$work/acme"
cd "$work/acme"
rm -rf .plumb

tell 'A tenant' 'A local Okta tenant starts on a free port of this machine; it lives in memory and ends with this script.'
"$plumb" sandbox --token demo --port-file "$work/port" >"$work/tenant.out" 2>&1 &
tenant=$!
polls=0
while [ ! -s "$work/port" ]; do
	polls=$((polls + 1))
	if [ "$polls" -gt 200 ] || ! kill -0 "$tenant" 2>/dev/null; then
		cat "$work/tenant.out" >&2
		fail 'the local tenant did not start'
	fi
	sleep 0.05
done
OKTA_CLIENT_ORGURL=http://127.0.0.1:$(cat "$work/port")
OKTA_CLIENT_TOKEN=demo
no_proxy=127.0.0.1
export OKTA_CLIENT_ORGURL OKTA_CLIENT_TOKEN no_proxy
run 0 20 0 doctor
says 'Identity Engine'

tell 'Check the manifests' 'Syntax, keys, types, values: validate reads files only, and knows nothing of the tenant.'
run 0 20 0 validate -e production

tell 'See what would change' 'The plan is the difference between manifests and tenant. Planning sends GET requests and nothing else.'
run 0 18 6 plan -e production
says 'to create'

tell 'Keep the plan' 'What was reviewed is what runs: a plan file holds every operation, and its id is a hash of its text.'
run 0 0 3 plan -e production -o acme.plan
says 'written to acme.plan'

tell 'Apply it' 'The plan file is carried out: in order of dependency, many requests at once, within the rate limits.'
run 0 8 6 apply acme.plan -e production --rate-share 100
says ' 0 failed, 0 skipped, 0 stale'

tell 'Plan again' 'Nothing is left to do, and --exit-code says so to a script: 0, where changes would be 2.'
run 0 20 5 plan -e production --exit-code
says 'No changes'

tell 'Somebody changes things by hand' 'These calls go past plumb, as a click in the admin console does.'
group=$(id_of '/api/v1/groups?q=On+call&limit=1')
member=$(id_of "/api/v1/groups/$group/users?limit=1")
rule=$(id_named '/api/v1/groups/rules?limit=200' sales)
zone=$(id_named '/api/v1/zones?limit=200' 'Never from here')
for id in "$group" "$member" "$rule" "$zone"; do
	[ -n "$id" ] || fail 'an object is not there'
done
echo '  PUT    /api/v1/groups/...                       another description of the group On call'
api PUT "/api/v1/groups/$group" \
	'{"profile":{"name":"On call","description":"Ask Grace, she knows"}}' >/dev/null
echo '  DELETE /api/v1/groups/.../users/...             one member fewer in it'
api DELETE "/api/v1/groups/$group/users/$member" >/dev/null
echo '  POST   /api/v1/groups/rules/.../deactivate      the group rule sales is off'
api POST "/api/v1/groups/rules/$rule/lifecycle/deactivate" >/dev/null
echo '  DELETE /api/v1/zones/...                        the zone "Never from here" is gone'
api POST "/api/v1/zones/$zone/lifecycle/deactivate" >/dev/null
api DELETE "/api/v1/zones/$zone" >/dev/null

tell 'Find the drift' 'drift holds the tenant against what was applied last, and names each field; --exit-code makes it 2.'
run 2 40 5 drift -e production --exit-code
says 'Ask Grace, she knows'
says 'On call'
says 'groupRule sales'
says 'zone Never from here'

tell 'Repair it' 'apply makes the tenant what the manifests say again; --yes because nobody is asked here.'
run 0 30 9 apply -e production --yes
says ' 0 failed, 0 skipped, 0 stale'

tell 'Look again' 'No drift, exit code 0.'
run 0 20 5 drift -e production --exit-code

tell 'Export' 'The tenant written as manifests, a file for each kind; a plan of them, without any state, is empty.'
run 0 20 0 export -o export
wc -l export/*.yaml
run 0 20 5 plan -m export --state none.state --exit-code
says 'No changes'

tell 'Remove something' 'A person and a group are taken out of the manifests: people are deactivated, never deleted.'
leaver=$(sed -n 's/^  \([a-z.]*@[^:]*\):$/\1/p' org/users/design.yaml | tail -n 1)
take_out "$leaver" org/users/design.yaml
take_out 'Incident commanders' org/groups.yaml
run 0 20 5 plan -e production
says 'group Incident commanders'
says 'no longer declared: deactivated'
run 0 20 5 apply -e production --yes
says ' 0 failed, 0 skipped, 0 stale'

tell 'Remove too much' 'A whole file is lost. A guard knows how much may go at once, and refuses with exit code 3.'
mv org/users/sales.yaml "$work/"
run 3 3 3 plan -e production
says 'guard removals'
mv "$work/sales.yaml" org/users/

tell 'Mistype' 'An error has file, line, column and, where there is one, the word that was meant.'
awk '!done && sub(/^    members:/, "    mebers:") { done = 1 } 1' org/groups.yaml >"$work/edited"
cp "$work/edited" org/groups.yaml
run 1 10 0 validate -e production
says "did you mean 'members'?"

printf '\n%sThat is all.%s The manifests are in examples/company, the manual in docs/manual.md.\n' "$bold" "$plain"
