#!/bin/sh
# Installs what building plumb needs on Debian 12; with 'test', what checking it needs too. Asks for root only
# when something is missing.
set -eu

usage() {
	echo "usage: tools/deps.sh [test]" >&2
	exit 64
}

missing=

# need PACKAGE COMMAND...: the check must succeed
need() {
	package=$1
	shift
	if ! "$@" >/dev/null 2>&1; then
		missing="$missing $package"
	fi
}

# A program on the PATH.
has() {
	command -v "$1"
}

# A library that pkg-config knows.
lib() {
	pkg-config --exists "$1"
}

header() {
	for dir in /usr/include /usr/local/include "/usr/include/$(gcc -dumpmachine 2>/dev/null)"; do
		if [ -e "$dir/$1" ]; then
			return 0
		fi
	done
	return 1
}

# The run-time libraries of clang's sanitizers and fuzzer.
clang_rt() {
	set -- /usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a
	[ -e "$1" ]
}

case ${1-} in
'' | test) ;;
*) usage ;;
esac
if [ $# -gt 1 ]; then
	usage
fi

need gcc has gcc
need make has make
need pkg-config has pkg-config
need git has git
need curl has curl
need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
need libcurl4-openssl-dev lib libcurl
need libjansson-dev lib jansson
need libjose-dev lib jose
need libyaml-dev lib yaml-0.1
need libmicrohttpd-dev lib libmicrohttpd
need libssl-dev lib libcrypto
need libxxhash-dev header xxhash.h
if [ "${1-}" = test ]; then
	need libcmocka-dev header cmocka.h
	need valgrind has valgrind
	need python3 has python3
	need perl has prove
	need clang has clang
	need clang-format has clang-format
	need clang-tidy has clang-tidy
	need cppcheck has cppcheck
	need shellcheck has shellcheck
	need libclang-rt-14-dev clang_rt
fi

if [ -z "$missing" ]; then
	echo "everything is installed"
	exit 0
fi
echo "missing:$missing"
if ! has apt-get >/dev/null; then
	echo "this is no Debian: install them by hand" >&2
	exit 1
fi

root=
if [ "$(id -u)" -ne 0 ]; then
	if ! has sudo >/dev/null; then
		echo "run as root: apt-get install$missing" >&2
		exit 1
	fi
	root=sudo
fi
$root apt-get update -q
# shellcheck disable=SC2086 # $missing is a list of words, and $root may be none
$root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
