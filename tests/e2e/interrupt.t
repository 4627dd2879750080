#!/bin/sh
# Ctrl-C during a large apply: what is under way is finished and recorded; the next apply does the rest.
. "$(dirname "$0")/lib.sh"

# fewer than the tenant's rate limit lets through in its first minute
n=400
start --seed fresh
mkdir org
awk -v n=$n 'BEGIN { print "groups:"; for (i = 1; i <= n; i++) printf "  Group %d: { profile: { description: one of many } }\n", i }' >org/g.yaml

# shellcheck disable=SC2317,SC2329 # called by ok and until_true
sent() {
	[ -f "$1" ] && [ "$(count POST "$1")" -ge 20 ]
}
"$plumb" apply --yes -m org --record sent --in-flight 1 --rate-share 100 >"$out" 2>"$err" &
children=$!
while ! sent sent; do :; done
kill -INT "$children"
wait "$children"
code=$?
children=
done=$(count '^done' "$out")
posts=$(count POST sent)
ok 'the exit code says that it is not all' test "$code" -eq 4
ok 'there was more to do' test "$done" -lt $n
ok 'what was sent was finished' test "$done" -eq "$posts"
ok 'it says that it was stopped' grep -q stopped "$err"
ok 'what was done is in the state' test "$(cat .plumb/*.state | grep -c '"kind":"group"')" -eq "$done"

runs 0 'the next apply' "$plumb" apply --yes -m org --record sent --rate-share 100
ok 'does the rest, and nothing twice' test "$(count POST sent)" -eq $((n - done))
runs 0 'then the plan is empty' "$plumb" plan --exit-code -m org
finish
