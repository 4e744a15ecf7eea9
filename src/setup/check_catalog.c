/*
 * check_catalog.c
 *	  What the server's catalogs say about our tables.
 *
 * The statements run as the owner of the tables, whom they are about, and find
 * nothing that is not the server's own: catalogs can be read by everybody.
 */
#include "postgres.h"

#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "utils/array.h"

#include "call/value.h"
#include "setup/check_catalog.h"
#include "setup/finding.h"
#include "table/layout.h"

/* $1: the schema; $2: the tables, with their partitions; $3: their owner. */
#define CHECK(query)                                              \
	{                                                             \
		.text = (query), AUTH_TYPES(OIDOID, OIDARRAYOID, OIDOID), \
		.results = AUTH_FINDING_TYPES, .table = AUTH_LAYOUT       \
	}

#define OUR_TABLES                                                   \
	" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" AND c.oid = ANY ($2)"

#define ROLE(grantee)                              \
	"CASE WHEN " grantee " = 0::oid THEN 'PUBLIC'" \
	" ELSE quote_ident(pg_get_userbyid(" grantee ")) END"

/* Without these rights nothing of ours works. */
static AuthStatement rights[] = {
	CHECK(
		"SELECT 'error', 'right',"
		" format('the owner of table %I lacks rights on it', c.relname),"
		" format('GRANT ALL ON TABLE %I.%I TO %I', n.nspname, c.relname,"
		" pg_get_userbyid($3))" OUR_TABLES
		" WHERE NOT c.relispartition AND NOT (SELECT bool_and(has_table_privilege($3, c.oid, p))"
		" FROM unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) p)"
		" ORDER BY c.relname"),
	CHECK("SELECT 'error', 'right',"
		  " format('the owner of the tables lacks USAGE on schema %I',"
		  " nspname), format('GRANT USAGE ON SCHEMA %I TO %I', nspname,"
		  " pg_get_userbyid($3)) FROM pg_namespace"
		  " WHERE oid = $1 AND NOT has_schema_privilege($3, oid, 'USAGE')"),
};

#define COLUMNS(relation, numbers)                             \
	"(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY" \
	" o.ordinality) FROM unnest(" numbers ") WITH ORDINALITY"  \
	" o(number, ordinality) JOIN pg_attribute a"               \
	" ON a.attrelid = " relation " AND a.attnum = o.number)"

/* The columns that ON DELETE SET NULL sets, if it names some (from 15 on). */
#define SET_COLUMNS                                                   \
	"' (' || " COLUMNS(                                               \
		"k.conrelid",                                                 \
		"ARRAY(SELECT e::int2 FROM jsonb_array_elements_text(NULLIF(" \
		"to_jsonb(k) -> 'confdelsetcols'::text, 'null'::jsonb)) e)") " || ')'"

/* Whether the constraint k on table c is to follow a session's new id. */
#define IS_OF_SESSION                                               \
	"c.relname = 'auth_session' AND (SELECT attnum"                 \
	" FROM pg_attribute WHERE attrelid = c.oid AND attname = 'id')" \
	" = ANY (k.confkey)"

#define ON_UPDATE                                           \
	"CASE WHEN " IS_OF_SESSION " THEN ' ON UPDATE CASCADE'" \
	" WHEN k.confupdtype = 'r' THEN ' ON UPDATE RESTRICT'"  \
	" WHEN k.confupdtype = 'c' THEN ' ON UPDATE CASCADE'"   \
	" WHEN k.confupdtype = 'n' THEN ' ON UPDATE SET NULL'"  \
	" WHEN k.confupdtype = 'd' THEN ' ON UPDATE SET DEFAULT' END"
#define ON_DELETE                                                                \
	"CASE k.confdeltype WHEN 'n' THEN concat(' ON DELETE SET NULL'," SET_COLUMNS \
	")"                                                                          \
	" WHEN 'd' THEN concat(' ON DELETE SET DEFAULT'," SET_COLUMNS ")"            \
	" ELSE ' ON DELETE CASCADE' END"

/*
 * The constraint k on table c, with its rows deleted and, of a session,
 * following.  It is put together from the catalog: what pg_get_constraintdef()
 * gives cannot be edited, as a name in it can look like any clause.
 */
#define FOREIGN_KEY                                                                                     \
	"concat('FOREIGN KEY ('," COLUMNS(                                                                  \
		"k.conrelid",                                                                                   \
		"k.conkey") ","                                                                                 \
					"format(') REFERENCES %I.%I(', n.nspname, c.relname)," COLUMNS(                     \
						"k.confrelid",                                                                  \
						"k.confkey") ", ')',"                                                           \
									 " CASE k.confmatchtype WHEN 'f' THEN ' MATCH FULL' END," ON_UPDATE \
									 "," ON_DELETE                                                      \
									 ", CASE WHEN k.condeferrable THEN ' DEFERRABLE' END,"              \
									 " CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' END,"         \
									 " CASE WHEN NOT k.convalidated THEN ' NOT VALID' END)"

#define KEEPS_ROWS "k.confdeltype IN ('a', 'r')"
#define LOSES_IDS "(" IS_OF_SESSION " AND k.confupdtype <> 'c')"

static AuthStatement checks[] = {
	CHECK("SELECT 'error', 'version', format('the extension has version %s and"
		  " version %s is installed', e.extversion, a.default_version),"
		  " 'ALTER EXTENSION auth UPDATE' FROM pg_extension e"
		  " JOIN pg_available_extensions a ON a.name = e.extname"
		  " WHERE e.extname = 'auth' AND e.extversion <> a.default_version"),
	CHECK("SELECT 'error', 'trigger', format('trigger %I of table %I is"
		  " disabled', t.tgname, c.relname), format('ALTER TABLE %I.%I ENABLE"
		  " TRIGGER %I', n.nspname, c.relname, t.tgname)" OUR_TABLES
		  " JOIN pg_trigger t ON t.tgrelid = c.oid"
		  " WHERE t.tgenabled IN ('D', 'R') AND (t.tgisinternal OR EXISTS"
		  " (SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid"
		  " WHERE d.classid = 'pg_proc'::regclass AND d.objid = t.tgfoid"
		  " AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'"
		  " AND e.extname = 'auth')) ORDER BY c.relname, t.tgname"),
	CHECK("SELECT 'warning', 'index', format('index %I of table %I is not"
		  " valid', x.relname, c.relname), format('REINDEX INDEX %I.%I',"
		  " n.nspname, x.relname)" OUR_TABLES
		  " JOIN pg_index i ON i.indrelid = c.oid AND NOT i.indisvalid"
		  " JOIN pg_class x ON x.oid = i.indexrelid AND x.relkind = 'i'"
		  " ORDER BY x.relname"),
	CHECK(
		"SELECT 'warning', 'foreign_key', format('foreign key %I of table"
		" %I.%I %s', k.conname, f.nspname, r.relname, concat_ws(' and '::text,"
		" CASE WHEN " KEEPS_ROWS " THEN format('keeps rows of table %I from"
		" being deleted', c.relname) END, CASE WHEN " LOSES_IDS
		" THEN format('does not follow new ids in table %I', c.relname) END)),"
		" format('ALTER TABLE %I.%I DROP CONSTRAINT %I, ADD CONSTRAINT %I %s',"
		" f.nspname, r.relname, k.conname, k.conname, " FOREIGN_KEY
		")" OUR_TABLES
		" JOIN pg_constraint k ON k.confrelid = c.oid AND k.contype = 'f'"
		" JOIN pg_class r ON r.oid = k.conrelid"
		" JOIN pg_namespace f ON f.oid = r.relnamespace"
		" WHERE (" KEEPS_ROWS " OR " LOSES_IDS ") AND k.conparentid = 0::oid"
		" AND to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false'"
		" ORDER BY k.conname"),
	CHECK(
		"SELECT CASE WHEN c.relname = 'auth_user' AND bool_and("
		"a.privilege_type IN ('SELECT', 'REFERENCES')) THEN 'notice'"
		" ELSE 'warning' END, 'grant', format('%s has %s on table %I',"
		" " ROLE(
			"a.grantee") ", string_agg(a.privilege_type, ', '"
						 " ORDER BY a.privilege_type), c.relname), format('REVOKE ALL ON"
						 " TABLE %I.%I FROM %s', n.nspname, c.relname, " ROLE(
							 "a.grantee") ")" OUR_TABLES
										  " CROSS JOIN aclexplode(c.relacl) a"
										  " WHERE a.grantee NOT IN (c.relowner, $3) GROUP BY n.nspname, c.relname,"
										  " a.grantee ORDER BY c.relname, a.grantee"),
	CHECK(
		"SELECT CASE WHEN c.relname = 'auth_user' THEN 'notice'"
		" ELSE 'warning' END, 'grant', format('%s has %s on column %I of"
		" table %I', " ROLE(
			"x.grantee") ", x.privilege_type, a.attname,"
						 " c.relname), format('REVOKE %s (%I) ON TABLE %I.%I FROM %s',"
						 " x.privilege_type, a.attname, n.nspname, c.relname,"
						 " " ROLE(
							 "x.grantee") ")" OUR_TABLES
										  " JOIN pg_attribute a ON a.attrelid = c.oid"
										  " CROSS JOIN aclexplode(a.attacl) x WHERE x.grantee NOT IN (c.relowner, $3)"
										  " ORDER BY c.relname, a.attnum, x.grantee, x.privilege_type"),
	CHECK("SELECT 'notice', 'member', format('role %I is a member of %s',"
		  " m.rolname, r.rolname), format('REVOKE %I FROM %I', r.rolname,"
		  " m.rolname) FROM pg_auth_members a"
		  " JOIN pg_roles m ON m.oid = a.member JOIN pg_roles r"
		  " ON r.oid = a.roleid WHERE r.rolname IN"
		  " ('pg_read_all_data', 'pg_write_all_data')"
		  " ORDER BY m.rolname, r.rolname"),
	CHECK("SELECT 'warning', 'schema', format('PUBLIC may create objects in"
		  " schema %I', n.nspname), format('REVOKE CREATE ON SCHEMA %I FROM"
		  " PUBLIC', n.nspname) FROM pg_namespace n"
		  " CROSS JOIN aclexplode(n.nspacl) a WHERE n.oid = $1"
		  " AND a.grantee = 0::oid AND a.privilege_type = 'CREATE'"),
	CHECK(
		"SELECT 'warning', 'default_privileges', format('%s gets rights on %s"
		" that role %I makes%s', g.name, lower(o.kind), r.rolname,"
		" replace(g.place, ' IN SCHEMA ', ' in schema ')),"
		" format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s REVOKE ALL ON %s"
		" FROM %s', r.rolname, g.place, o.kind, g.name)"
		" FROM pg_default_acl d JOIN pg_roles r ON r.oid = d.defaclrole"
		" LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace"
		" JOIN (VALUES ('r', 'TABLES'), ('S', 'SEQUENCES'),"
		" ('f', 'FUNCTIONS'), ('T', 'TYPES')) o(type, kind)"
		" ON o.type = d.defaclobjtype::text"
		" CROSS JOIN LATERAL (SELECT DISTINCT a.grantee,"
		" " ROLE(
			"a.grantee") ", coalesce(' IN SCHEMA ' ||"
						 " quote_ident(n.nspname), '') FROM aclexplode(d.defaclacl) a"
						 " WHERE a.grantee <> d.defaclrole) g(grantee, name, place)"
						 " WHERE d.defaclnamespace IN (0::oid, $1)"
						 " AND (d.defaclrole = $3 OR r.rolsuper)"
						 " AND NOT (g.grantee = 0::oid AND d.defaclnamespace = 0::oid"
						 " AND d.defaclobjtype IN ('f', 'T'))"
						 " ORDER BY r.rolname, o.kind, g.name, g.place"),
};

/* What logs the text of statements, and what it is where it logs none. */
#define LOGGING                                          \
	"(VALUES ('log_statement', '^(none|ddl)$', 'none')," \
	" ('log_min_duration_statement', '^-1$', '-1'),"     \
	" ('log_min_duration_sample', '^-1$', '-1'),"        \
	" ('log_transaction_sample_rate', '^0$', '0'),"      \
	" ('auto_explain.log_min_duration', '^-1$', '-1'))"  \
	" l(name, harmless, off)"

/* And what logs bind parameters. */
#define PARAMETERS                                                         \
	"(VALUES ('log_parameter_max_length', '^log_'),"                       \
	" ('log_parameter_max_length_on_error', NULL),"                        \
	" ('auto_explain.log_parameter_max_length', '^auto_explain')) p(name," \
	" logging)"

#define ALTER_DATABASE \
	"format('ALTER DATABASE %I SET %s = %L', current_database(), "

static AuthStatement settings[] = {
	CHECK("SELECT 'notice', 'setting', format('%s is %s: passwords and tokens"
		  " that are not bind parameters are logged', l.name, s.reset_val),"
		  " " ALTER_DATABASE "l.name, l.off) FROM " LOGGING
		  " JOIN pg_settings s ON s.name = l.name"
		  " WHERE s.reset_val !~ l.harmless ORDER BY l.name"),
	CHECK("SELECT 'warning', 'setting', format('%s is %s: passwords and tokens"
		  " that are bind parameters are logged', p.name, s.reset_val),"
		  " " ALTER_DATABASE "p.name, '0') FROM " PARAMETERS
		  " JOIN pg_settings s ON s.name = p.name WHERE s.reset_val <> '0'"
		  " AND (p.logging IS NULL OR EXISTS (SELECT FROM " LOGGING
		  " JOIN pg_settings o ON o.name = l.name"
		  " WHERE l.name ~ p.logging AND o.reset_val !~ l.harmless))"
		  " ORDER BY p.name"),
	CHECK("SELECT 'notice', 'setting', format('role %I has %s', r.rolname,"
		  " s.setting), format('ALTER ROLE %I%s RESET %s', r.rolname,"
		  " coalesce(' IN DATABASE ' || quote_ident(d.datname), ''), l.name)"
		  " FROM pg_db_role_setting x JOIN pg_roles r ON r.oid = x.setrole"
		  " LEFT JOIN pg_database d ON d.oid = x.setdatabase"
		  " CROSS JOIN unnest(x.setconfig) s(setting) JOIN " LOGGING
		  " ON l.name = split_part(s.setting, '=', 1)"
		  " WHERE split_part(s.setting, '=', 2) !~ l.harmless"
		  " AND coalesce(d.datname, current_database()) = current_database()"
		  " ORDER BY r.rolname, l.name"),
};

/* Our tables that there are, and their partitions. */
static Datum
list_tables(void)
{
	List *oids = NIL;
	Datum *values;
	ListCell *cell;
	int count = 0;

	for (AuthTable table = 0; table < AUTH_TABLES; table++)
	{
		Oid oid = auth_relation_find(table);

		if (OidIsValid(oid))
			oids = list_concat(oids,
							   find_all_inheritors(oid, AccessShareLock, NULL));
	}
	values = palloc(list_length(oids) * sizeof(Datum));
	foreach (cell, oids)
		values[count++] = ObjectIdGetDatum(lfirst_oid(cell));
	return PointerGetDatum(construct_array(values,
										   count,
										   OIDOID,
										   sizeof(Oid),
										   true,
										   TYPALIGN_INT));
}

static uint64
run_checks(FunctionCallInfo fcinfo, AuthStatement *statements, int count)
{
	NullableDatum arguments[] =
		{auth_oid(auth_relation_schema()),
		 auth_datum(list_tables()),
		 auth_oid(auth_relation_location(AUTH_LAYOUT)->owner)};
	AuthExecution execution;
	uint64 rows = 0;

	auth_statement_begin(&execution, AUTH_LAYOUT, AccessShareLock);
	auth_owner_set("search_path", "pg_catalog, pg_temp");
	for (int i = 0; i < count; i++)
		rows += auth_finding_run(fcinfo, &execution, &statements[i], arguments);
	auth_execution_end(&execution);
	return rows;
}

/* Whether the owner of the tables can read and write them. */
bool
auth_check_rights(FunctionCallInfo fcinfo)
{
	return run_checks(fcinfo, rights, lengthof(rights)) == 0;
}

void
auth_check_catalog(FunctionCallInfo fcinfo)
{
	(void) run_checks(fcinfo, checks, lengthof(checks));
	(void) run_checks(fcinfo, settings, lengthof(settings));
}
