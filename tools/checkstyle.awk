# House rules that a program can see: banned calls outside their home, comments, lengths.
function bad(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
	failed = 1
}
BEGIN {
	n = split("strcpy strcat strncpy strncat sprintf vsprintf strtok gets atoi atol strtol gmtime localtime " \
		"system alloca sleep usleep exit getenv", banned, " ")
	home["getenv"] = "cmd/main.c"
}
FNR == 1 {
	depth = 0
	first = ""
}
{
	line = $0
	if (FNR > 700)
		bad("a file of more than 700 lines")
	if (line ~ /(^|[^:"])\/\/ /)
		bad("a // comment")
	code = line
	gsub(/"([^"\\]|\\.)*"/, "\"\"", code)
	gsub(/\/\*.*\*\//, "", code)
	if (FILENAME ~ /^tests\//)
		next
	for (i = 1; i <= n; i++)
		if (code ~ "(^|[^A-Za-z0-9_>.])" banned[i] "\\(" && home[banned[i]] != FILENAME)
			bad("the call of " banned[i])
	# a function: from a line that is "{" to one that is "}"
	if (line == "{")
		start = FNR
	if (line == "}" && start) {
		if (FNR - start - 1 > 60)
			bad("a function of " (FNR - start - 1) " lines")
		start = 0
	}
}
END { exit failed }
