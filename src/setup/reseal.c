/*
 * reseal.c
 *	  auth_reseal(): what old keys have sealed, with the first key of the file.
 *
 * So that the old keys can be taken out of the file.
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "call/argument.h"
#include "call/value.h"
#include "factor/totp_row.h"
#include "outbox/outbox_reseal.h"
#include "secret/server_key_parse.h"
#include "setup/finding.h"
#include "setup/reseal.h"

PG_FUNCTION_INFO_V1(auth_reseal);

/* All tables with a column that is sealed. */
static const AuthSealedRows *const tables[] = {
	&auth_outbox_sealed_rows,
	&auth_totp_sealed_rows,
};

/*
 * auth_reseal(batch_size int) bigint
 *
 * How many rows were sealed again, at most so many; rows that others have locked
 * are left, and a warning tells of those that do not open.  22023 for a size
 * outside 1 to 1,000,000; F0000 when there is no file of keys, or it cannot be
 * used.
 */
Datum
auth_reseal(PG_FUNCTION_ARGS)
{
	int64 limit = auth_argument_rows(fcinfo, 0, "batch_size");
	int64 count = 0;

	PreventCommandIfReadOnly("auth_reseal()");
	for (int i = 0; i < lengthof(tables) && count < limit; i++)
		count += auth_sealed_rows_reseal(tables[i], limit - count);
	PG_RETURN_INT64(count);
}

static char *
call_of_reseal(void)
{
	char *schema = get_namespace_name(auth_relation_schema());

	return psprintf("SELECT %s.auth_reseal()", quote_identifier(schema));
}

/* Say what is to be done about so many rows that the key has sealed. */
static void
add_finding(FunctionCallInfo fcinfo, const char *table, const char *key_id,
			int64 count)
{
	bool known = auth_seal_has_key(key_id);
	int shown = pg_mbcliplen(key_id, (int) strlen(key_id), AUTH_SERVER_KEY_ID);
	const char *text =
		known ? "rows of table \"%s\" that old key \"%.*s\" has encrypted: "
				"%lld" :
				"rows of table \"%s\" that key \"%.*s\", which is not in the "
				"file, has encrypted: %lld";

	auth_finding_add(fcinfo,
					 known ? AUTH_FINDING_NOTICE : AUTH_FINDING_ERROR,
					 "key",
					 psprintf(text, table, shown, key_id, (long long) count),
					 known ? call_of_reseal() : NULL);
}

static void
check_table(FunctionCallInfo fcinfo, AuthStatement *statement,
			const char *first_key)
{
	NullableDatum argument = auth_string(first_key);
	AuthExecution execution;
	uint64 rows;

	auth_statement_begin(&execution, statement->table, AccessShareLock);
	rows = auth_statement_run(&execution, statement, &argument);
	for (uint64 row = 0; row < rows; row++)
		add_finding(fcinfo,
					auth_relation_name(statement->table),
					TextDatumGetCString(
						auth_statement_require(statement, row, 1)),
					DatumGetInt64(auth_statement_require(statement, row, 2)));
	auth_execution_end(&execution);
}

/* For auth_check(): rows that the first key has not sealed. */
void
auth_reseal_check(FunctionCallInfo fcinfo)
{
	const char *first_key = auth_seal_has_file() ? auth_seal_key_id() : "";

	for (int i = 0; i < lengthof(tables); i++)
		check_table(fcinfo, tables[i]->count, first_key);
}
