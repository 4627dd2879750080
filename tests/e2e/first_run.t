#!/bin/sh
# From an empty folder to a tenant that is as declared; changes by hand are seen and put back.
. "$(dirname "$0")/lib.sh"

start --seed fresh
runs 0 'init starts a repository' "$plumb" init
ok 'with plumb.yaml and a manifest' test -f plumb.yaml -a -f org/groups.yaml
runs 64 'a second init overwrites nothing' "$plumb" init
runs 0 'validate' "$plumb" validate
runs 2 'plan says that there is something to do' "$plumb" plan --exit-code
runs 0 'apply does it' "$plumb" apply --yes
ok 'and says so' grep -q 'Applied: 1 done, 0 failed' "$out"
runs 0 'the next plan is empty' "$plumb" plan --exit-code
runs 0 'there is no drift' "$plumb" drift --exit-code

# somebody else, with no eye on our state
mkdir other
cat >other/g.yaml <<'END'
groups:
  Engineering: { profile: { description: by hand } }
END
runs 0 'a change by hand' "$plumb" apply --yes -m other --state other.state
runs 2 'is drift' "$plumb" drift --exit-code
ok 'field by field' grep -q 'Everyone who ships → by hand' "$out"
runs 0 'apply repairs it' "$plumb" apply --yes
runs 0 'and it is gone' "$plumb" drift --exit-code

cp -R "$source_folder/examples/small" small && cd small || exit 1
runs 0 'examples/small is valid' "$plumb" validate
runs 0 'a plan of it is kept' "$plumb" plan -o plan.json
runs 0 'and applied as it is' "$plumb" apply plan.json
runs 0 'then its plan is empty' "$plumb" plan --exit-code
runs 0 'export of it all' "$plumb" export -o export
runs 0 'is valid' "$plumb" validate export
runs 0 'and its first plan, without a state, is empty' "$plumb" plan --exit-code -m export --state none.state
ok 'the tenant stops when it is asked to' stop
finish
