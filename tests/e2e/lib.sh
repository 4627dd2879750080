# shellcheck shell=sh
# What the end-to-end tests share: TAP, a folder of their own, local tenants on ports that the system chooses.
# Source it first; end with 'finish'. PLUMB names the program (build/plumb), which must be built.
#
#   start WORD...             a tenant (plumb sandbox WORD...); OKTA_CLIENT_ORGURL and _TOKEN lead to it
#   stop                      ends the tenant that was started last
#   runs CODE WHAT COMMAND... one test: COMMAND exits with CODE; its output is in $out and $err
#   ok WHAT COMMAND...        one test: COMMAND succeeds
#   not COMMAND...            succeeds when COMMAND does not
#   until_true COMMAND...     waits until COMMAND succeeds, at most 30 s
set -u
LC_ALL=C
export LC_ALL
unset OKTA_CLIENT_ORGURL OKTA_CLIENT_TOKEN OKTA_API_TOKEN OKTA_ORG_NAME OKTA_BASE_URL NO_COLOR

plumb=${PLUMB:-build/plumb}
if [ ! -x "$plumb" ]; then
	echo "Bail out! '$plumb' is no program; 'make' builds it"
	exit 1
fi
plumb=$(cd "$(dirname "$plumb")" && pwd)/$(basename "$plumb")
# shellcheck disable=SC2034 # used by tests
source_folder=$(pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/plumb-e2e.XXXXXX")
out=$work/out err=$work/err
tests=0 failures=0 tenant='' children=''

# shellcheck disable=SC2317,SC2329 # called by the traps
clean() {
	trap - EXIT
	for pid in $children $tenant; do
		kill -CONT "$pid" 2>/dev/null
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	cd / && rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/repo" && cd "$work/repo" || exit 1

# A test's result, and what was printed where it failed.
result() {
	tests=$((tests + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tests - $2"
		return
	fi
	failures=$((failures + 1))
	echo "not ok $tests - $2"
	sed 's/^/# stdout: /' "$out" 2>/dev/null | head -40
	sed 's/^/# stderr: /' "$err" 2>/dev/null | head -40
}

runs() {
	want=$1 what=$2
	shift 2
	"$@" >"$out" 2>"$err" </dev/null
	got=$?
	[ "$got" -eq "$want" ] || echo "# exit code $got, not $want: $*"
	[ "$got" -eq "$want" ]
	result $? "$what"
}

ok() {
	what=$1
	shift
	"$@" >/dev/null 2>&1
	result $? "$what"
}

not() {
	! "$@"
}

finish() {
	echo "1..$tests"
	[ "$failures" -eq 0 ]
	exit
}

until_true() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || return 1
		sleep 0.05
	done
}

start() {
	rm -f "$work/port"
	"$plumb" sandbox --port-file "$work/port" "$@" >"$work/tenant.out" 2>"$work/tenant.err" &
	tenant=$!
	if ! until_true test -s "$work/port"; then
		echo 'Bail out! the tenant does not start'
		exit 1
	fi
	port=$(cat "$work/port")
	OKTA_CLIENT_ORGURL=http://127.0.0.1:$port OKTA_CLIENT_TOKEN=sandbox
	export OKTA_CLIENT_ORGURL OKTA_CLIENT_TOKEN
}

stop() {
	kill "$tenant" && wait "$tenant"
	code=$?
	tenant=
	return "$code"
}

# Lines of a file that match; never fails.
count() {
	grep -c -e "$1" "$2" || true
}

# people N: users u1..uN as seed lines on stdout, each known as {uI}
people() {
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "{\"method\":\"POST\",\"path\":\"/api/v1/users?activate=true\",\"as\":\"u%d\",\"body\":{\"profile\":{\"login\":\"u%d@acme.example\",\"email\":\"u%d@acme.example\",\"firstName\":\"U\",\"lastName\":\"L\"}}}\n", i, i, i }'
}
