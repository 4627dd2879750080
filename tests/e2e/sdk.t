#!/bin/sh
# Okta's own client for Node, as npm has it, against the local tenant. Skipped where npm or its packages are not.
. "$(dirname "$0")/lib.sh"

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

folder=$source_folder/build/sdk
command -v npm >/dev/null || skip 'npm is not installed'
mkdir -p "$folder"
cp "$source_folder/tests/sdk/package.json" "$folder/"
[ -d "$folder/node_modules/@okta/okta-sdk-nodejs" ] ||
	(cd "$folder" && npm install --no-package-lock --no-audit --no-fund) >"$work/npm.log" 2>&1 ||
	skip 'npm cannot install the SDK'
start --seed fresh
SDK_FOLDER=$folder node "$source_folder/tests/sdk/sdk.mjs"
