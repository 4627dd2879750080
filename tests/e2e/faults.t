#!/bin/sh
# Scripted faults, rate limits, the control endpoint and HTTPS of the local tenant, over real sockets.
# shellcheck disable=SC2317,SC2329 # called by ok and until_true
. "$(dirname "$0")/lib.sh"

# api TARGET [CURL OPTION...]: prints "STATUS SECONDS"; the body is in $work/body, headers are in $work/headers
api() {
	target=$1
	shift
	curl -sS --noproxy '*' --max-time 20 -o "$work/body${nth-}" -D "$work/headers${nth-}" -w '%{http_code} %{time_total}\n' \
		-H "Authorization: SSWS $OKTA_CLIENT_TOKEN" -H 'Content-Type: application/json' "$@" \
		"$OKTA_CLIENT_ORGURL$target"
}

# script LINE...: these faults from now on
script() {
	printf '%s\n' "$@" >"$work/script"
	api /_sandbox/faults -X PUT --data-binary "@$work/script" >/dev/null
}

status_is() {
	grep -q "^$1 " "$out"
}

# Did the last request take between $1 and $2 seconds?
took() {
	awk -v least="$1" -v most="$2" '{ exit !($2 >= least && $2 < most) }' "$out"
}

has_header() {
	tr -d '\r' <"$work/headers" | grep -qx "$1"
}

group() {
	api /api/v1/groups -d "{\"profile\":{\"name\":\"$1\"}}"
}

cat >"$work/faults" <<'EOF'
# at the start
GET /api/v1/groups answer 503 times=1
EOF
start --control --faults "$work/faults"
runs 0 'a script that was there from the start' api /api/v1/groups
ok 'is carried out' status_is 503
ok 'with the body of Okta' grep -q E0000181 "$work/body"
runs 0 'as often as it says' api /api/v1/groups
ok 'and no more' status_is 200

script 'answer 429 reset=+20s times=1'
runs 0 'a 429' api /api/v1/groups
ok 'is one' status_is 429
ok 'tells that nothing is left' has_header 'X-Rate-Limit-Remaining: 0'
ok 'and has its code' grep -q E0000047 "$work/body"

script 'POST /api/v1/groups reset before times=1' 'POST /api/v1/groups reset after times=1'
runs 52 'a connection that breaks before' group Lost
api /api/v1/groups >"$out"
ok 'nothing was done' not grep -q Lost "$work/body"
runs 52 'a connection that breaks after' group Lost
api /api/v1/groups >"$out"
ok 'all was done' grep -q Lost "$work/body"

script 'GET /api/v1/groups delay 600ms'
api /api/v1/groups >"$work/late" &
late=$!
runs 0 'a request beside one that is delayed' api /api/v1/users
ok 'does not wait' took 0 0.4
wait "$late"
cp "$work/late" "$out"
ok 'which is answered late' took 0.6 5
ok 'and well' status_is 200

api /api/v1/groups >"$out"
size=$(wc -c <"$work/body")
script "GET /api/v1/groups slow $((size * 2))/s"
runs 0 'a slow body' api /api/v1/groups
ok 'takes its time' took 0.4 5
ok 'and is whole' test "$(wc -c <"$work/body")" -eq "$size"

script 'GET /api/v1/groups truncate 50%'
runs 18 'a body that is cut off' api /api/v1/groups
ok 'has its first half' test "$(wc -c <"$work/body")" -eq $((size / 2))

script 'GET /api/v1/users expire token'
runs 0 'a token' api /api/v1/users
ok 'expires' status_is 401
runs 0 'for all' api /api/v1/groups
ok 'that comes later' status_is 401
runs 0 'but for the control endpoint' api /_sandbox/faults -X DELETE
ok 'which ends it' status_is 204

script 'lag search 1h' && grep -q 'a number of seconds' "$work/body"
result $? 'a script that is wrong is told so'
script 'lag search 3600s' 'lag members 3600s'
group Unseen >"$out"
api '/api/v1/groups?search=profile.name+eq+%22Unseen%22' >"$out"
ok 'a search that lags behind' test "$(cat "$work/body")" = '[]'
runs 0 'the clock' api /_sandbox/clock -d '{"advance_s":3600}'
ok 'can be moved' status_is 200
api '/api/v1/groups?search=profile.name+eq+%22Unseen%22' >"$out"
ok 'then the search has it' grep -q Unseen "$work/body"
ok 'and the server says its time once' test "$(grep -c '^Date:' "$work/headers")" -eq 1

script 'GET /api/v1/groups repeat next'
api '/api/v1/groups?limit=1' >"$out"
ok 'a page that leads to itself' has_header "Link: <$OKTA_CLIENT_ORGURL/api/v1/groups?limit=1>; rel=\"next\""
runs 0 'what was served' api /_sandbox/stats
ok 'is counted' grep -q '"served":[1-9]' "$work/body"
ok 'faults too' grep -q '"rule":"GET /api/v1/groups repeat next","seen":1,"done":1' "$work/body"

script 'delay 30000ms'
api /api/v1/groups >"$work/late" 2>&1 &
late=$!
until_true sh -c "curl -sS --noproxy '*' -H 'Authorization: SSWS sandbox' $OKTA_CLIENT_ORGURL/_sandbox/stats | grep -q '\"seen\":[1-9]'"
ok 'it ends while answers are outstanding' stop
wait "$late"

# a client that honours the limits gets through, and a small share of them is refused to one that does not
echo '{"buckets":{"/api/v1/groups":8}}' >"$work/limits.json"
start --rate-limits "$work/limits.json"
for i in 1 2 3 4; do
	group "G$i" >"$out"
done
ok 'a token has half of a bucket' status_is 200
ok 'as it is told' has_header 'X-Rate-Limit-Limit: 4'
runs 0 'and what is more' group G5
ok 'is refused' status_is 429
runs 0 'the control endpoint' api /_sandbox/stats
ok 'is there only when asked for' status_is 404
stop

echo '{"concurrency":2,"share_pct":100}' >"$work/limits.json"
echo 'delay 700ms' >"$work/faults"
start --rate-limits "$work/limits.json" --faults "$work/faults"
for i in 1 2 3 4; do
	nth=$i api /api/v1/groups >"$work/status$i" &
	children="$children $!"
done
# shellcheck disable=SC2086 # a list
wait $children
children=''
cat "$work"/status? "$work"/headers? | tr -d '\r' >"$out"
ok 'more at once than may be' test "$(count '^429 ' "$out")" -eq 2
ok 'are told a limit of 0' test "$(count '^X-Rate-Limit-Limit: 0$' "$out")" -eq 2
stop

for word in off headers developer workforce; do
	start --rate-limits "$word"
	runs 0 "--rate-limits $word" api /api/v1/groups
	ok "serves" has_header 'X-Rate-Limit-Limit: .*'
	stop
done

runs 1 'limits that are not there' "$plumb" sandbox --rate-limits missing.json
echo '{"buckets":{"/api/v1/none":5}}' >limits.json
runs 64 'a bucket that is none' "$plumb" sandbox --rate-limits limits.json
ok 'by its name' grep -q "limits.json: no bucket is called '/api/v1/none'" "$err"
printf 'answer 500\nanswer 5\n' >script
runs 64 'a script that is none' "$plumb" sandbox --faults script
ok 'with its line' grep -q 'script:2: ' "$err"

openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=sandbox \
	-addext 'subjectAltName=IP:127.0.0.1' >"$out" 2>"$err"
start --tls-cert cert.pem --tls-key key.pem
ok 'with a certificate the URL is https' grep -qx "https://127.0.0.1:$port" "$work/tenant.out"
OKTA_CLIENT_ORGURL=https://127.0.0.1:$port
runs 0 'and so is what is served' api /api/v1/groups --cacert cert.pem
ok 'as ever' status_is 200
runs 60 'to who trusts it' api /api/v1/groups
stop
runs 64 'a certificate without its key' "$plumb" sandbox --tls-cert cert.pem
runs 64 'a certificate that is none' "$plumb" sandbox --tls-cert key.pem --tls-key cert.pem
ok 'is told in one line' test "$(wc -l <"$err")" -eq 1
finish
