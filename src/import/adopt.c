/*
 * adopt.c
 *	  The first use of an imported session whose token is not known.
 *
 * Its row has an id that is made of what was stored of the token.  From the
 * token comes the same id, and the row gets the one that other sessions have:
 * until then it ends as they do, with its user, a new password or a sign-out.
 */
#include "postgres.h"

#include <sodium.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/result.h"
#include "call/value.h"
#include "import/import_token.h"
#include "secret/secret.h"
#include "session/session_live.h"
#include "table/statement.h"

PG_FUNCTION_INFO_V1(auth_adopt_session);

static AuthStatement adopt_session = {
	.text = "UPDATE auth_session SET id = $2 WHERE id = $1",
	AUTH_TYPES(UUIDOID, UUIDOID),
	.table = AUTH_SESSION,
};

/* The id that the session has until it is adopted; false: of no such token. */
static bool
get_imported_id(text *token, pg_uuid_t *id)
{
	const char *start = VARDATA_ANY(token);
	Size length = VARSIZE_ANY_EXHDR(token);
	const char *dot = memchr(start, '.', length);
	unsigned char hash[crypto_hash_sha256_BYTES];
	Size before;

	if (dot == NULL)
		return false;
	before = dot - start;
	crypto_hash_sha256(hash,
					   (const unsigned char *) dot + 1,
					   length - before - 1);
	auth_import_secret_id(cstring_to_text_with_len(start, (int) before),
						  hash,
						  id);
	return true;
}

/* Give the session the id of its token; nothing where it has that already. */
static void
adopt(const pg_uuid_t *imported, const pg_uuid_t *id)
{
	NullableDatum arguments[] = {auth_uuid(imported), auth_uuid(id)};

	(void) auth_statement_execute(&adopt_session, arguments);
}

static void
add_session(FunctionCallInfo fcinfo, const pg_uuid_t *id)
{
	AuthLiveSession live;

	if (!auth_session_open(&live, id))
		return;
	auth_session_add(fcinfo, &live, false);
	auth_session_close(&live);
}

/*
 * auth_adopt_session(token text) SETOF auth_session_object
 *
 * The session as it is.  No row: no such living session, or one whose token
 * has another form.
 */
Datum
auth_adopt_session(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	pg_uuid_t imported;
	pg_uuid_t id;
	text *token;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_adopt_session()");
	auth_result_begin_set(fcinfo);
	token = auth_secret_token_argument(fcinfo, 0);
	if (get_imported_id(token, &imported))
	{
		auth_secret_id(token, &id);
		adopt(&imported, &id);
		add_session(fcinfo, &id);
	}
	auth_secret_end(&scope);
	return (Datum) 0;
}
