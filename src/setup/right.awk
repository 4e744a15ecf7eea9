# right.awk: who may call what, said once above each function's declaration.
#
# "-- for: SET ..." above CREATE OR REPLACE FUNCTION puts the function into these
# sets, of identity, client (which has identity's, too), service (which has both),
# worker and owner, which is what the tables' owner must be able to execute.  Without such a line it is for
# admin alone.  Makes rights.inc: the arrays of names for grant.c, and the list
# of all types.

function refuse(what)
{
	printf "%s:%d: %s: %s\n", FILENAME, FNR, what, $0 > "/dev/stderr"
	failed = 1
	exit 1
}

function print_set(name, list)
{
	printf "static const char *const %s_functions[] = {%sNULL};\n", name, list
}

# What stands above must be followed by a declaration.
waiting && !/^CREATE OR REPLACE FUNCTION auth_[a-z_]+\(/ {
	refuse("rights of no function")
}

/^-- for: / {
	for (i = 3; i <= NF; i++)
	{
		if ($i !~ /^(identity|client|service|worker|owner)$/)
			refuse("no set")
		wanted[i] = $i
	}
	waiting = NF
	next
}

waiting {
	name = $5
	sub(/\(.*/, "", name)
	for (i = 3; i <= waiting; i++)
		functions[wanted[i]] = functions[wanted[i]] "\"" name "\", "
	waiting = 0
}

/^CREATE TYPE auth_[a-z_]+ / { types = types (types == "" ? "" : ", ") $3 }

END {
	if (failed || waiting)
		exit 1
	client = functions["identity"] functions["client"]
	print_set("identity", functions["identity"])
	print_set("client", client)
	print_set("service", client functions["service"])
	print_set("worker", functions["worker"])
	print_set("owner", functions["owner"])
	printf "#define TYPES \"%s\"\n", types
}
