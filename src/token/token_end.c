/*
 * token_end.c
 *	  The end of tokens that nobody has used.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "call/error.h"
#include "call/value.h"
#include "table/removal.h"
#include "table/statement.h"
#include "token/token_end.h"
#include "token/token_purpose.h"

/* By these whoever knew the old password could come in. */
static const char *const of_access[] = {
	AUTH_TOKEN_DEVICE,
	AUTH_TOKEN_EMAIL_CHANGE,
	AUTH_TOKEN_PASSWORD_RESET,
	AUTH_TOKEN_SECOND_FACTOR,
	AUTH_TOKEN_SIGN_IN,
};

static AuthStatement end_tokens = {
	.text = AUTH_TOKEN_DELETE("auth_token a",
							  "a.user_id = $1 AND a.purpose = ANY ($2)"),
	AUTH_TYPES(TEXTOID, TEXTARRAYOID),
	.table = AUTH_TOKEN,
};

static AuthStatement find_tokens = {
	.text = "SELECT FROM auth_token WHERE user_id = $1 AND purpose = ANY ($2)"
			" LIMIT 1",
	AUTH_TYPES(TEXTOID, TEXTARRAYOID),
	.table = AUTH_TOKEN,
};

static AuthStatement end_all_tokens = {
	.text = AUTH_TOKEN_DELETE("auth_token a", "a.purpose = ANY ($1)"),
	AUTH_TYPES(TEXTARRAYOID),
	.table = AUTH_TOKEN,
};

/* Returns a row when one that it has seen and locked is not deleted all the same. */
static AuthStatement end_free_devices = {
	.text = "WITH free AS (SELECT id FROM auth_token"
			" WHERE purpose = '" AUTH_TOKEN_DEVICE "'::text"
			" FOR UPDATE SKIP LOCKED), ended AS (DELETE FROM auth_token"
			" WHERE id = ANY (ARRAY(SELECT id FROM free)) RETURNING id)"
			" SELECT FROM auth_token t WHERE id = ANY (ARRAY(SELECT id"
			" FROM free)) AND NOT EXISTS (SELECT FROM ended"
			" WHERE ended.id = t.id) LIMIT 1",
	.table = AUTH_TOKEN,
};

/* Whether a change of the user's password ends tokens of the purpose. */
bool
auth_token_gives_access(text *purpose)
{
	return auth_token_purpose_is(purpose, of_access, lengthof(of_access));
}

static NullableDatum
list(const char *const *purposes, int count)
{
	Datum *values = palloc(count * sizeof(Datum));

	for (int i = 0; i < count; i++)
		values[i] = CStringGetTextDatum(purposes[i]);
	return auth_text_array(values, count);
}

static uint64
end(text *user_id, const char *const *purposes, int count)
{
	NullableDatum arguments[] = {auth_text(user_id), list(purposes, count)};

	return auth_statement_execute(&end_tokens, arguments);
}

/*
 * Refuse to go on when a trigger has kept tokens of the purpose, which only whoever
 * holds the user makes: the user is locked, so that none is new.
 */
static void
require_ended(text *user_id, const char *purpose)
{
	NullableDatum arguments[] = {auth_text(user_id), list(&purpose, 1)};

	if (auth_removal_can_fail(AUTH_TOKEN) &&
		auth_statement_row(&find_tokens, arguments, AccessShareLock, 0, NULL))
		auth_error_suppressed_deletion(auth_relation_name(AUTH_TOKEN));
}

/*
 * End what gives access to the user, who is locked: its password has changed.
 * Other tokens than devices cannot be used either when they cannot be deleted.
 */
void
auth_token_end(text *user_id)
{
	(void) end(user_id, of_access, lengthof(of_access));
	require_ended(user_id, AUTH_TOKEN_DEVICE);
}

/* End the tokens of the purpose of the user, who is locked; their number. */
uint64
auth_token_end_purpose(text *user_id, const char *purpose)
{
	uint64 count = end(user_id, &purpose, 1);

	require_ended(user_id, purpose);
	return count;
}

/*
 * End what gives access to anybody.  No user is locked: a device that is in use
 * gets another id while it is waited for, under which the statement has locked it
 * and does not see it.  The next one does, and waits for nobody: what others have
 * made in between may stay, but no device that a trigger has kept.
 */
void
auth_token_end_all(void)
{
	NullableDatum purposes = list(of_access, lengthof(of_access));

	(void) auth_statement_execute(&end_all_tokens, &purposes);
	if (auth_statement_row(&end_free_devices, NULL, RowExclusiveLock, 0, NULL))
		auth_error_suppressed_deletion(auth_relation_name(AUTH_TOKEN));
}
