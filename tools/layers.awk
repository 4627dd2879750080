# Includes run one way: base <- state <- {reconcile, providers} <- cmd; reconcile and providers never
# include each other, providers/okta and providers/sandbox neither. Third-party headers have one home.
function room(path) {
	if (path ~ /^providers\/okta\//) return "okta"
	if (path ~ /^providers\/sandbox\//) return "sandbox"
	sub(/\/.*/, "", path)
	return path
}
function bad(why) {
	printf "%s:%d: %s: %s\n", FILENAME, FNR, why, $0 > "/dev/stderr"
	failed = 1
}
BEGIN {
	may["base"] = " base "
	may["state"] = " base state "
	may["reconcile"] = " base state reconcile "
	may["providers"] = " base state providers "
	may["okta"] = " base state okta "
	may["sandbox"] = " base state sandbox "
	may["cmd"] = " base state reconcile providers okta sandbox cmd "
	home["jansson.h"] = "base/js_jansson.h"
	home["base/js_jansson.h"] = "base/js.c base/jwt.c"
	home["jose/b64.h"] = home["jose/jwk.h"] = home["jose/jws.h"] = "base/jwt.c"
	home["yaml.h"] = "state/yaml.c state/yaml_write.c"
	home["curl/curl.h"] = "providers/transport_curl.c"
	home["microhttpd.h"] = "providers/sandbox/httpd.c"
	home["openssl/evp.h"] = "base/hash.c base/cert.c"
	home["openssl/x509.h"] = home["openssl/pem.h"] = "base/cert.c"
	home["openssl/bn.h"] = home["openssl/core_names.h"] = "base/cert.c"
	home["openssl/hmac.h"] = "base/hash.c"
	home["xxhash.h"] = "base/hash.c"
}
/^#include "/ {
	split($0, q, "\"")
	if (q[2] ~ /\// && index(may[room(FILENAME)], " " room(q[2]) " ") == 0)
		bad("this folder may not include that one")
	if (q[2] in home && index(" " home[q[2]] " ", " " FILENAME " ") == 0)
		bad("this header has its home in " home[q[2]])
}
/^#include </ {
	split($0, q, /[<>]/)
	if (q[2] in home && index(" " home[q[2]] " ", " " FILENAME " ") == 0)
		bad("this library has its home in " home[q[2]])
}
END { exit failed }
