/*
 * import.c
 *	  auth_import_lucia(): users, keys and sessions from tables of Lucia.
 *
 * What is read is read as the caller, through cursors that all see one
 * snapshot, so that the tables are of one moment.  What is written is written
 * as the owner of our tables, in batches: the role changes between the two.
 * All of it is one transaction, the caller's.
 *
 * Users are brought once, with all that they have: one that is there already
 * is an error, and nothing is given to those of before.  A row that cannot be
 * carried is counted with the reason; a value that our tables refuse is an
 * error that names the user and, where it can, the column.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "commands/progress.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/result.h"
#include "event/event.h"
#include "import/import_row.h"
#include "import/import_source.h"
#include "import/import_target.h"
#include "import/import_time.h"
#include "import/import_token.h"
#include "import/lucia.h"
#include "table/relation.h"

PG_FUNCTION_INFO_V1(auth_import_lucia);

/* Rows that are read at a time, and after which the client hears of it. */
#define BATCH 200
#define NOTICE_ROWS 10000

#define SHOWN_BYTES 64

/* The arguments; InvalidOid for tables that are not given. */
typedef struct Arguments
{
	const AuthImportLayout *layout;
	Oid users;
	Oid keys;
	Oid sessions;
	Oid passwords;
	char *identifier_column;
	char *session_ids; /* NULL: the version says it */
	text *time_zone;   /* NULL: no time is without one */
	List *secret_columns;
	bool list_rows;
} Arguments;

static void
name_user(const AuthImportSubject *subject)
{
	int length =
		(int) strnlen(subject->user, SHOWN_BYTES + MAX_MULTIBYTE_CHAR_LEN);

	length = pg_mbcliplen(subject->user, length, SHOWN_BYTES);
	if (subject->kind == AUTH_KIND_USERS)
		errcontext("import of user \"%.*s\"", length, subject->user);
	else
		errcontext("import of a %s of user \"%.*s\"",
				   auth_import_kind_name(subject->kind),
				   length,
				   subject->user);
}

static void
name_column(const AuthImportTarget *target)
{
	if (target != NULL && target->converting != NULL)
		errcontext("column \"%s\"", target->converting);
}

static void
name_row(void *argument)
{
	AuthImport *import = argument;

	name_column(import->user_target);
	name_column(import->session_target);
	if (import->subject.user != NULL)
		name_user(&import->subject);
}

/* What the SPI cursor has fetched; in memory that ends with the batch. */
static void
write_batch(AuthImport *import, const AuthImportSource *source,
			AuthImportWriter write, SPITupleTable *tuples, uint64 rows)
{
	AuthExecution execution;
	ErrorContextCallback context;

	context.callback = name_row;
	context.arg = import;
	auth_statement_begin(&execution, AUTH_USER, RowExclusiveLock);
	context.previous = error_context_stack;
	auth_import_target_begin(import->user_target);
	if (import->session_target != NULL)
		auth_import_target_begin(import->session_target);
	error_context_stack = &context;
	for (uint64 i = 0; i < rows; i++)
	{
		AuthImportRow row = {source, tuples->vals[i], tuples->tupdesc};

		CHECK_FOR_INTERRUPTS();
		import->subject.user = NULL;
		write(import, &execution, &row);
	}
	error_context_stack = context.previous;
	import->subject.user = NULL;
	auth_execution_end(&execution);
}

static void
show_progress(const AuthImport *import, const AuthImportSource *source,
			  int64 before, int64 rows)
{
	pgstat_progress_update_param(PROGRESS_COPY_TUPLES_PROCESSED, rows);
	pgstat_progress_update_param(PROGRESS_COPY_TUPLES_EXCLUDED,
								 auth_import_report_excluded(&import->report) -
									 before);
	if (rows > 0 && rows % NOTICE_ROWS == 0)
		ereport(NOTICE,
				(errmsg("%lld rows of \"%s\" have been read",
						(long long) rows,
						source->table)));
}

static void
start_progress(const AuthImportSource *source)
{
	pgstat_progress_start_command(PROGRESS_COMMAND_COPY, source->oid);
	pgstat_progress_update_param(PROGRESS_COPY_COMMAND,
								 PROGRESS_COPY_COMMAND_FROM);
	pgstat_progress_update_param(PROGRESS_COPY_TYPE,
								 PROGRESS_COPY_TYPE_CALLBACK);
}

/*
 * Read the source to its end, as the caller.  The cursor is pinned, as code of
 * the tables' owner that runs between could close it.
 */
static void
carry(AuthImport *import, const AuthImportSource *source,
	  AuthImportWriter write)
{
	Portal portal = SPI_cursor_open_with_args(NULL,
											  source->query,
											  0,
											  NULL,
											  NULL,
											  NULL,
											  true,
											  CURSOR_OPT_NO_SCROLL);
	int64 before = auth_import_report_excluded(&import->report);
	int64 rows = 0;

	PinPortal(portal);
	auth_import_source_check(source, portal->tupDesc);
	start_progress(source);
	for (;;)
	{
		SPITupleTable *tuples;

		SPI_cursor_fetch(portal, true, BATCH);
		if (SPI_processed == 0)
			break;
		tuples = SPI_tuptable;
		rows += SPI_processed;
		write_batch(import, source, write, tuples, SPI_processed);
		SPI_freetuptable(tuples);
		show_progress(import, source, before, rows);
	}
	SPI_freetuptable(SPI_tuptable);
	UnpinPortal(portal);
	SPI_cursor_close(portal);
	pgstat_progress_end_command();
}

static void
carry_all(AuthImport *import)
{
	SPI_connect();
	carry(import, import->users, auth_import_write_user);
	if (import->keys != NULL)
		carry(import, import->keys, auth_import_write_key);
	if (import->passwords != NULL)
		carry(import, import->passwords, auth_import_write_password);
	if (import->sessions != NULL)
		carry(import, import->sessions, auth_import_write_session);
	SPI_finish();
}

static void
refuse_arguments(const char *message, const char *word)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg(message, word)));
}

static void
open_users(AuthImport *import, const Arguments *arguments)
{
	AuthImportShape shape = arguments->layout->users;
	AuthImportSource *source = auth_import_source(arguments->users, shape);

	if (arguments->layout->passwords != NULL &&
		source->columns[AUTH_IMPORT_HASH] != NULL)
	{
		if (OidIsValid(arguments->passwords))
			refuse_arguments("users have a column for password hashes, so "
							 "that passwords must be null",
							 NULL);
		auth_import_source_add(source,
							   AUTH_IMPORT_IDENTIFIER,
							   arguments->identifier_column);
	}
	auth_import_source_attributes(source,
								  shape,
								  AUTH_USER,
								  arguments->secret_columns);
	auth_import_source_query(source);
	import->users = source;
}

static void
open_keys(AuthImport *import, const Arguments *arguments)
{
	const AuthImportLayout *layout = arguments->layout;
	AuthImportShape shape = layout->keys;

	if (!OidIsValid(arguments->keys))
		return;
	if (shape == NULL)
		refuse_arguments("version %s has its keys in the table of users, so "
						 "that keys must be null",
						 layout->version);
	if (layout->accounts != NULL &&
		auth_import_has_column(arguments->keys, "provider_user_id"))
		shape = layout->accounts;
	import->keys = auth_import_source(arguments->keys, shape);
	auth_import_source_query(import->keys);
}

static void
open_passwords(AuthImport *import, const Arguments *arguments)
{
	const AuthImportLayout *layout = arguments->layout;
	AuthImportSource *source;

	if (!OidIsValid(arguments->passwords))
		return;
	if (layout->passwords == NULL)
		refuse_arguments("version %s has no table of passwords, so that "
						 "passwords must be null",
						 layout->version);
	source = auth_import_source(arguments->passwords, layout->passwords);
	if (source->columns[AUTH_IMPORT_HASH] == NULL)
		auth_import_source_add(source, AUTH_IMPORT_HASH, "password_hash");
	auth_import_source_join(source,
							import->users,
							arguments->identifier_column);
	import->passwords = source;
}

/* What the ids of sessions are: tokens, but where the application chose. */
static AuthImportIds
choose_ids(const Arguments *arguments)
{
	if (arguments->session_ids != NULL)
		return auth_import_ids(arguments->session_ids);
	if (arguments->layout->has_session_ids)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("session_ids must say what the ids of sessions of "
						"version %s are",
						arguments->layout->version),
				 errhint("\"token\" if the cookies have them as they are "
						 "stored, \"sha256\" or \"sha256_base64\" if they "
						 "are hashes of what the cookies have, \"secret\" if "
						 "cookies have the id, a dot and a secret.")));
	return AUTH_IDS_TOKEN;
}

static void
open_sessions(AuthImport *import, const Arguments *arguments)
{
	AuthImportShape shape = arguments->layout->sessions;

	if (!OidIsValid(arguments->sessions))
		return;
	import->session_ids = choose_ids(arguments);
	import->sessions = auth_import_source(arguments->sessions, shape);
	auth_import_ids_check(import->session_ids, import->sessions);
	auth_import_source_attributes(import->sessions,
								  shape,
								  AUTH_SESSION,
								  arguments->secret_columns);
	auth_import_source_query(import->sessions);
}

/* Locks come first, so that columns are added and read under them. */
static void
lock_tables(void)
{
	static const AuthTable tables[] = {AUTH_USER, AUTH_KEY, AUTH_SESSION};

	auth_relation_lock();
	for (int i = 0; i < lengthof(tables); i++)
		table_close(auth_relation_open(tables[i], RowExclusiveLock), NoLock);
}

static void
prepare_targets(AuthImport *import)
{
	import->user_target = auth_import_target(AUTH_USER,
											 auth_import_user_columns,
											 auth_import_user_types,
											 import->users);
	if (import->sessions != NULL)
		import->session_target = auth_import_target(AUTH_SESSION,
													auth_import_session_columns,
													auth_import_session_types,
													import->sessions);
}

static AuthImport *
prepare(const Arguments *arguments)
{
	AuthImport *import = palloc0(sizeof(AuthImport));

	import->identifier_column = arguments->identifier_column;
	import->clock = GetCurrentTimestamp();
	lock_tables();
	open_users(import, arguments);
	open_keys(import, arguments);
	open_passwords(import, arguments);
	open_sessions(import, arguments);
	auth_import_set_zone(import->users, arguments->time_zone);
	if (import->sessions != NULL)
		auth_import_set_zone(import->sessions, arguments->time_zone);
	prepare_targets(import);
	return import;
}

static void
prepare_report(AuthImport *import, FunctionCallInfo fcinfo, bool list_rows)
{
	import->report = (AuthImportReport){.fcinfo = fcinfo, .lists = list_rows};
	import->report.read[AUTH_KIND_USERS] = true;
	import->report.read[AUTH_KIND_KEYS] =
		import->keys != NULL || import->passwords != NULL ||
		import->users->columns[AUTH_IMPORT_HASH] != NULL;
	import->report.read[AUTH_KIND_SESSIONS] = import->sessions != NULL;
}

/* Texts of an array, none of which is null. */
static List *
get_names(FunctionCallInfo fcinfo, int number, const char *name)
{
	List *names = NIL;
	Datum *values;
	bool *nulls;
	int count;

	auth_argument_required(fcinfo, number, name);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(number),
					  TEXTOID,
					  -1,
					  false,
					  TYPALIGN_INT,
					  &values,
					  &nulls,
					  &count);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			refuse_arguments("%s must not contain nulls", name);
		names = lappend(names, TextDatumGetCString(values[i]));
	}
	return names;
}

static void
get_arguments(FunctionCallInfo fcinfo, Arguments *arguments)
{
	char *version = text_to_cstring(auth_argument_text(fcinfo, 0, "version"));

	arguments->layout = auth_import_layout(version);
	if (arguments->layout == NULL)
		refuse_arguments("version must be \"0.1\", \"1\", \"2\" or \"3\"",
						 NULL);
	auth_argument_required(fcinfo, 1, "users");
	arguments->users = PG_GETARG_OID(1);
	arguments->keys = PG_ARGISNULL(2) ? InvalidOid : PG_GETARG_OID(2);
	arguments->sessions = PG_ARGISNULL(3) ? InvalidOid : PG_GETARG_OID(3);
	arguments->passwords = PG_ARGISNULL(4) ? InvalidOid : PG_GETARG_OID(4);
	arguments->identifier_column = text_to_cstring(
		auth_argument_new_identifier(fcinfo, 5, "identifier_column"));
	arguments->session_ids =
		PG_ARGISNULL(6) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(6));
	arguments->time_zone = PG_ARGISNULL(7) ? NULL : PG_GETARG_TEXT_PP(7);
	arguments->secret_columns = get_names(fcinfo, 8, "secret_columns");
	auth_argument_required(fcinfo, 9, "list_rows");
	arguments->list_rows = PG_GETARG_BOOL(9);
}

static void
record(const AuthImport *import, const char *version)
{
	auth_event_record(&(AuthEvent){
		.kind = "imported",
		.reason = psprintf("lucia %s", version),
		.count = import->report.counts[AUTH_KIND_USERS][AUTH_OUTCOME_IMPORTED],
	});
}

/*
 * auth_import_lucia(version text, users regclass, keys regclass,
 *					 sessions regclass, passwords regclass,
 *					 identifier_column text, session_ids text, time_zone text,
 *					 secret_columns text[], list_rows boolean)
 *		TABLE (kind text, result text, reason text, user_id text, name text,
 *			   count bigint)
 *
 * 22023 for an argument that the version has no use for or that is missing,
 * and for a column that looks like a secret; UA006 for a user that is there
 * already; 42703 when a column is missing, 42809 for what is no source.
 */
Datum
auth_import_lucia(PG_FUNCTION_ARGS)
{
	Arguments arguments;
	AuthImport *import;

	PreventCommandIfReadOnly("auth_import_lucia()");
	auth_result_begin_set(fcinfo);
	get_arguments(fcinfo, &arguments);
	import = prepare(&arguments);
	prepare_report(import, fcinfo, arguments.list_rows);
	carry_all(import);
	record(import, arguments.layout->version);
	auth_import_report_counts(&import->report);
	return (Datum) 0;
}
