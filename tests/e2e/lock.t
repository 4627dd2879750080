#!/bin/sh
# Two runs at once on one state: the second one is told so, and changes nothing.
. "$(dirname "$0")/lib.sh"

start --seed fresh
mkdir org
awk 'BEGIN { print "groups:"; for (i = 1; i <= 200; i++) printf "  Group %d: {}\n", i }' >org/g.yaml

# shellcheck disable=SC2317,SC2329 # called by ok and until_true
sent() {
	[ -f "$1" ] && [ "$(count POST "$1")" -ge 1 ]
}
"$plumb" apply --yes -m org --record sent --in-flight 1 --rate-share 100 >"$work/first" 2>&1 &
children=$!
until_true sent sent
kill -STOP "$children"
runs 5 'the second apply' "$plumb" apply --yes -m org --record sent.second --rate-share 100
ok 'says why' grep -q 'another run' "$err"
ok 'and sent nothing to be changed' test "$(count POST sent.second)" -eq 0
runs 0 'plan only reads, and needs no lock' "$plumb" plan -m org
kill -CONT "$children"
wait "$children"
code=$?
children=
ok 'the first one goes on to its end' test "$code" -eq 0
runs 0 'then the plan is empty' "$plumb" plan --exit-code -m org
runs 0 'and the lock is free' "$plumb" apply --yes -m org
finish
