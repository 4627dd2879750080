#!/bin/sh
# Commands that only read send GETs and nothing else; validate and schema need no tenant at all.
. "$(dirname "$0")/lib.sh"

cp -R "$source_folder/examples/small/." . || exit 1
runs 0 'validate without a tenant' "$plumb" validate
runs 0 'schema without a tenant' "$plumb" schema
runs 64 'validate has no way to one' "$plumb" validate --org-url https://acme.okta.example

start --seed fresh
# shellcheck disable=SC2317,SC2329 # called by ok and until_true
only_gets() {
	[ -s "$1" ] && ! grep -v '"GET"' "$1"
}
for command in plan drift export doctor; do
	runs 0 "$command" "$plumb" "$command" --record "sent.$command"
	ok "$command sends only GETs" only_gets "sent.$command"
done
runs 0 'plan again' "$plumb" plan -m org --state new.state --format json
runs 0 'apply' "$plumb" apply --yes --record sent.apply
ok 'sends others' not only_gets sent.apply
runs 0 'plan' "$plumb" plan --record sent.plan
ok 'sends only GETs, still' only_gets sent.plan
ok 'no token is in a record' not grep -q -e SSWS -e '"sandbox"' sent.apply
finish
