# table.awk: what C needs of the tables, said once in *.table.sql.
#
# "awk -v part=enums" makes tables.inc: a constant for each table and for each of
# its columns.  "awk -v part=definitions" makes definitions.inc, the entries of an
# array of AuthDefinition in that order.  A column is on a line of its own; what
# is not understood is an error.
#
# Rows go with their user if their user_id refers to auth_user, or if its line
# says so.  "-- A record" begins a comment above a table that the functions work
# without, and that its owner may partition.

function refuse(what)
{
	printf "%s:%d: %s: %s\n", FILENAME, FNR, what, $0 > "/dev/stderr"
	failed = 1
	exit 1
}

function constant(name)
{
	sub(/^auth_/, "", name)
	return "AUTH_" toupper(name)
}

# uuid[] is UUIDARRAYOID.
function type_constant(name)
{
	if (!((name) in types))
		refuse("a type that table.awk does not know")
	return types[name]
}

# What ALTER COLUMN says where the column is not filled any more: an identity, or
# the default of a record, which nobody is to miss.
function filling(definition)
{
	if (match(definition, /GENERATED ALWAYS AS IDENTITY/) || \
		(is_record[table] && match(definition, /DEFAULT .*/)))
		return "\"" (RLENGTH == 28 ? "ADD " : "SET ") \
			substr(definition, RSTART, RLENGTH) "\""
	return "NULL"
}

function add_column(name, type, definition,		column)
{
	column = columns[table]++
	column_name[table, column] = name
	column_type[table, column] = type_constant(type)
	not_null[table, name] = definition ~ /NOT NULL|PRIMARY KEY|AS IDENTITY/
	fill[table, name] = filling(definition)
	if (definition ~ /PRIMARY KEY/)
		keys[table] = 1
	refers_to_user[table] += definition ~ /^ *user_id .* REFERENCES auth_user /
	if (columns[table] > most_columns)
		most_columns = columns[table]
}

# The primary key's columns are the first ones.
function add_primary_key(list,		names, i)
{
	keys[table] = split(list, names, /, */)
	for (i = 1; i <= keys[table]; i++)
	{
		if (column_name[table, i - 1] != names[i])
			refuse("a primary key of other columns than the first")
		not_null[table, names[i]] = 1
	}
}

BEGIN {
	split("bigint INT8OID boolean BOOLOID bytea BYTEAOID inet INETOID" \
		" integer INT4OID interval INTERVALOID jsonb JSONBOID" \
		" smallint INT2OID text TEXTOID timestamptz TIMESTAMPTZOID uuid UUIDOID" \
		" uuid[] UUIDARRAYOID", pair)
	for (i = 1; i in pair; i += 2)
		types[pair[i]] = pair[i + 1]
}

/^-- A record/ { record = 1 }

/^CREATE TABLE/ {
	if (!match($0, /^CREATE TABLE IF NOT EXISTS auth_[a-z_]+ \($/))
		refuse("a table that is not begun as others are")
	table = tables++
	table_name[table] = $6
	is_record[table] = record
	record = 0
	inside = 1
	next
}

inside && /^\)/ {
	is_heap[table] = /USING heap/
	inside = 0
}

inside && / -- goes with its user$/ {
	of_user[table] = 1
	sub(/ *--.*/, "")
}

inside && /^ +PRIMARY KEY \(/ {
	gsub(/^.*\(|\).*$/, "")
	add_primary_key($0)
	next
}

inside && /^ +[a-z_]+ [a-z]+(\[\])?[ ,]*/ {
	sub(/,$/, "")
	add_column($1, $2, $0)
	next
}

inside && NF > 0 { refuse("no column") }

# A column that older layouts lack is the last of ours.
/^ALTER TABLE auth_[a-z_]+ ADD COLUMN IF NOT EXISTS / {
	if ($3 != table_name[table])
		refuse("another table than the file's last")
	sub(/;$/, "")
	if (!((table, $9) in not_null))
		add_column($9, $10, $0)
}

/^CREATE (UNIQUE )?INDEX IF NOT EXISTS / {
	sub(/UNIQUE /, "")
	if (NF > 6 && $8 != table_name[table])
		refuse("an index of another table than the file's last")
	index_name[table, indexes[table]++] = $6
	if (indexes[table] > most_indexes)
		most_indexes = indexes[table]
}

/^CREATE OR REPLACE TRIGGER / {
	gsub(/"/, "", $5)
	trigger_name[table, triggers[table]++] = $5
	if (triggers[table] > most_triggers)
		most_triggers = triggers[table]
}

function print_enums(		i, j)
{
	print "/* Made by table.awk; the columns are ours, all others are attributes. */"
	print "typedef enum AuthTable\n{"
	for (i = 0; i < tables; i++)
		print "\t" constant(table_name[i]) ","
	print "} AuthTable;\n"
	print "#define AUTH_TABLES " tables
	print "#define AUTH_COLUMNS " most_columns
	print "#define AUTH_INDEXES " most_indexes
	print "#define AUTH_TRIGGERS " most_triggers
	for (i = 0; i < tables; i++)
	{
		print "\nenum\n{"
		for (j = 0; j < columns[i]; j++)
			print "\t" constant(table_name[i]) "_" \
				toupper(column_name[i, j]) ","
		print "};"
	}
}

function truth(condition)
{
	return condition ? "true" : "false"
}

function print_definition(i,		j)
{
	printf "[%s] = {.name = \"%s\",\n", constant(table_name[i]), table_name[i]
	printf ".keys = %d,\n.is_heap = %s,\n.is_record = %s,\n" \
		".refers_to_user = %s,\n.of_user = %s,\n.columns = {", keys[i], \
		truth(is_heap[i]), truth(is_record[i]), truth(refers_to_user[i]), \
		truth(refers_to_user[i] || of_user[i])
	for (j = 0; j < columns[i]; j++)
		printf "{\"%s\", %s, %s, %s},\n", column_name[i, j], \
			column_type[i, j], \
			not_null[i, column_name[i, j]] ? "AUTH_NOT_NULL" : "AUTH_NULLABLE", \
			fill[i, column_name[i, j]]
	printf "},\n.indexes = {"
	for (j = 0; j < indexes[i]; j++)
		printf "\"%s\", ", index_name[i, j]
	printf "},\n.triggers = {"
	for (j = 0; j < triggers[i]; j++)
		printf "\"%s\", ", trigger_name[i, j]
	print "}},"
}

END {
	if (failed)
		exit 1
	if (part == "enums")
		print_enums()
	else
		for (i = 0; i < tables; i++)
			print_definition(i)
}
