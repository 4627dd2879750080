#!/bin/sh
# The command line itself: help, versions, mistakes, colours, pipes.
. "$(dirname "$0")/lib.sh"

runs 0 'help' "$plumb" help
ok 'lists the commands' grep -q '^  apply ' "$out"
runs 0 '-h is the same' "$plumb" -h
runs 64 'no command at all' "$plumb"
ok 'is told on stderr' test -s "$err" -a ! -s "$out"
for command in init validate plan apply drift export schema sandbox doctor version; do
	runs 0 "$command -h" "$plumb" "$command" -h
	ok 'is on stdout' grep -q "^usage: plumb $command" "$out"
	ok 'and nothing on stderr' test ! -s "$err"
done
runs 0 'help COMMAND' "$plumb" help plan
ok 'tells its options' grep -q -e --exit-code "$out"
runs 64 'help of what is no command' "$plumb" help paln
runs 0 'version' "$plumb" version
cp "$out" "$work/version"
runs 0 '--version' "$plumb" --version
ok 'is the same' cmp -s "$out" "$work/version"
runs 64 'an unknown command' "$plumb" aply
ok 'and the nearest' grep -q "did you mean 'apply'?" "$err"
runs 64 'an unknown option' "$plumb" plan --exitcode
ok 'and the nearest' grep -q "did you mean '--exit-code'?" "$err"
runs 64 'a long option is not abbreviated' "$plumb" plan --exit
runs 64 'an argument that is missing' "$plumb" plan --out
runs 64 'an argument that is none of the words' "$plumb" plan --format xml
runs 64 'a number that is too large' "$plumb" plan --rate-share 101
for command in plan drift export schema version doctor; do
	runs 64 "$command takes no words" "$plumb" "$command" extra
done

start --seed fresh
mkdir org
echo 'groups: { Engineering: {} }' >org/g.yaml
escape=$(printf '\033')
runs 0 'a plan into a file' "$plumb" plan -m org
ok 'has no colours' not grep -q "$escape" "$out"
runs 0 '--color always' "$plumb" plan -m org --color always
ok 'has' grep -q "$escape" "$out"
NO_COLOR=1 runs 0 'NO_COLOR' "$plumb" plan -m org
ok 'has not' not grep -q "$escape" "$out"
runs 0 '--color never' "$plumb" plan -m org --color never
ok 'has not' not grep -q "$escape" "$out"
runs 64 'a colour that is none of the words' "$plumb" plan -m org --color blue

{
	"$plumb" schema 2>"$err"
	echo $? >"$work/code"
} | sed q >"$out"
ok 'a reader that goes away kills nothing' test "$(cat "$work/code")" -le 1
ok 'and makes no noise' test "$(wc -l <"$err")" -le 1
if [ -c /dev/full ]; then
	"$plumb" schema >/dev/full 2>"$err"
	ok 'an answer that cannot be written is a failure' test $? -eq 1
	"$plumb" plan -m org >/dev/full 2>"$err"
	ok 'of plan too' test $? -eq 1
fi
finish
