/*
 * recovery_code.c
 *	  Recovery codes: the way in for whoever has lost the other factors.
 *
 * A user has one set of them, each good once and for ever.  A code is the row of
 * a token, whose id is that of its letters, and is shown when it is made and
 * never again.  Its row is deleted when it is used, so that of several uses at a
 * time one succeeds, and for its own user alone: what is somebody else's code
 * stays one.
 *
 * They are for users with another factor: the set is made with the first one and
 * ends with the last.  Whoever makes or ends a set has locked the user, and
 * whoever uses a code holds it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "call/value.h"
#include "event/event.h"
#include "factor/recovery_code.h"
#include "factor/recovery_code_rule.h"
#include "outbox/token_good.h"
#include "secret/encode.h"
#include "secret/secret.h"
#include "table/statement.h"
#include "token/token.h"
#include "token/token_end.h"
#include "token/token_purpose.h"
#include "user/notice.h"
#include "user/user_row.h"

#define CODES 10

/*
 * A code "t" of the user that is good.  It has no slot, so that none replaces it,
 * and nothing follows from when it was made: it has no end that a clock that was
 * ahead could have put off.
 */
#define IS_GOOD(user_id, clock)                           \
	"t.purpose = '" AUTH_TOKEN_RECOVERY "'::text"         \
	" AND t.user_id = " user_id                           \
	" AND t.code_hash IS NULL AND t.expires_at >= " clock \
	" AND " AUTH_TOKEN_IS_OF_USER

static AuthStatement use_code = {
	.text = "DELETE FROM auth_token t WHERE t.id = $1"
			" AND " IS_GOOD("$2", "$3"),
	AUTH_TYPES(UUIDOID, TEXTOID, TIMESTAMPTZOID),
	.table = AUTH_TOKEN,
};

static AuthStatement look_at_codes = {
	.text = "SELECT count(*), min(t.created_at) FROM auth_token t"
			" WHERE " IS_GOOD("$1", "$2"),
	AUTH_TYPES(TEXTOID, TIMESTAMPTZOID),
	.results = (Oid[]){INT8OID, TIMESTAMPTZOID},
	.table = AUTH_TOKEN,
};

/*
 * When a set of the user, who is locked, is made: not before its user.  One who
 * was made while the clock was ahead has a time that is still to come, and after
 * that an older set would be taken for one of an earlier user of the id.
 */
static TimestampTz
made_at(text *user_id)
{
	AuthRow user;
	TimestampTz created_at;

	auth_user_open_existing(&user, user_id);
	created_at =
		DatumGetTimestampTz(auth_row_require(&user, AUTH_USER_CREATED_AT));
	auth_row_close(&user);
	return Max(created_at, GetCurrentTimestamp());
}

/* A new code of the user, as it is shown. */
static text *
make_code(text *user_id, TimestampTz created_at)
{
	char *letters = auth_secret_alloc(AUTH_RECOVERY_CODE_LETTERS);
	text *shown = auth_secret_alloc(VARHDRSZ + AUTH_RECOVERY_CODE_SHOWN);
	AuthToken token;

	auth_token_begin(&token, cstring_to_text(AUTH_TOKEN_RECOVERY));
	token.user_id = user_id;
	token.created_at = created_at;
	token.expires_at = DT_NOEND;
	auth_secret_letters_of(AUTH_ENCODE_CLEAR,
						   letters,
						   AUTH_RECOVERY_CODE_LETTERS);
	auth_secret_id_of_bytes(letters, AUTH_RECOVERY_CODE_LETTERS, &token.id);
	auth_token_insert(&token, NULL, NULL);
	auth_recovery_code_show(letters, VARDATA(shown));
	SET_VARSIZE(shown, VARHDRSZ + AUTH_RECOVERY_CODE_SHOWN);
	return shown;
}

/*
 * Give the user a new set in the place of the one before: text[], which is not
 * wiped, as the answer that is made of it is not.
 */
NullableDatum
auth_recovery_code_make(text *user_id)
{
	TimestampTz created_at = made_at(user_id);
	Datum codes[CODES];

	(void) auth_recovery_code_end(user_id);
	for (int i = 0; i < CODES; i++)
		codes[i] = PointerGetDatum(make_code(user_id, created_at));
	auth_event_record(&(AuthEvent){.kind = "factor_created",
								   .reason = "recovery_codes",
								   .user_id = user_id});
	return auth_text_array(codes, CODES);
}

static bool
use(text *user_id, const pg_uuid_t *id)
{
	NullableDatum arguments[] = {auth_uuid(id),
								 auth_text(user_id),
								 auth_time(GetCurrentTimestamp())};

	return auth_statement_execute(&use_code, arguments) > 0;
}

/* Use up the code, as it was typed, if it is one of the user's. */
bool
auth_recovery_code_use(text *user_id, text *code)
{
	char *letters = auth_secret_alloc(AUTH_RECOVERY_CODE_LETTERS);
	pg_uuid_t id;

	if (!auth_recovery_code_read(VARDATA_ANY(code),
								 VARSIZE_ANY_EXHDR(code),
								 letters))
		return false;
	auth_secret_id_of_bytes(letters, AUTH_RECOVERY_CODE_LETTERS, &id);
	if (!use(user_id, &id))
		return false;
	auth_event_record(
		&(AuthEvent){.kind = "recovery_code_used", .user_id = user_id});
	auth_notice_send(AUTH_NOTICE_RECOVERY_CODE_USED, user_id);
	return true;
}

/* The user's codes; also on a standby. */
AuthRecoveryCodes
auth_recovery_code_look(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_time(GetCurrentTimestamp())};
	NullableDatum row[2];
	AuthExecution execution;

	auth_statement_begin(&execution, AUTH_TOKEN, AccessShareLock);
	auth_statement_run(&execution, &look_at_codes, arguments);
	auth_statement_copy(&look_at_codes, 0, lengthof(row), row);
	auth_execution_end(&execution);
	return (AuthRecoveryCodes){DatumGetInt64(row[0].value), row[1]};
}

/* End the user's set; the number of codes that were left. */
uint64
auth_recovery_code_end(text *user_id)
{
	return auth_token_end_purpose(user_id, AUTH_TOKEN_RECOVERY);
}
