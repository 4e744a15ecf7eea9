/*
 * token.c
 *	  One-time tokens: each for one purpose, and used once.
 *
 * The row is a token's whole life: who uses it deletes the row, and whoever
 * deletes it is the only one who has used it.  As with sessions, the id is the
 * first half of the SHA-256 of the token, which is not stored.
 *
 * What a newer one replaces has the same slot, a keyed digest of its purpose
 * and its user or address.  Making one only adds a row, so that nobody waits
 * for another who does, nor for a change of the user, and whether there is one
 * already makes no difference: that it has been replaced shows when it is to be
 * used.  Of a slot the newest row that is committed is good, even when it has
 * expired; who uses it deletes the others, and the purge removes it last, or
 * else they would be good again.
 *
 * For the same reason no foreign key leads to the user.  The row of a user who
 * is being deleted can outlive it, and is of no use, nor to a later user of the
 * same id.
 *
 * Whoever locks a user and a token locks the user first, and of tokens the
 * newer ones.
 */
#include "postgres.h"

#include <limits.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/period.h"
#include "call/result.h"
#include "call/value.h"
#include "event/event.h"
#include "outbox/outbox.h"
#include "outbox/token_good.h"
#include "secret/secret.h"
#include "server/clock.h"
#include "server/setting.h"
#include "table/row.h"
#include "table/statement.h"
#include "token/token.h"
#include "token/token_end.h"
#include "token/token_purpose.h"
#include "user/key_name.h"
#include "user/spelling.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_create_token);
PG_FUNCTION_INFO_V1(auth_use_token);

int auth_token_lifetime;

static const AuthIntSetting settings[] = {
	{"auth.token_lifetime",
	 "Time for which a one-time token lives.",
	 &auth_token_lifetime,
	 60 * 60,
	 1,
	 INT_MAX,
	 GUC_UNIT_S},
};

void
auth_token_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

#define TOKEN_OBJECT_COLUMNS 8
#define TAKEN_COLUMNS 6

static AuthStatement insert_token = {
	.text = "INSERT INTO auth_token (id, purpose, user_id, provider_id,"
			" address, slot, code_hash, created_at, expires_at, data)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	AUTH_TYPES(UUIDOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, UUIDOID, UUIDOID,
			   TIMESTAMPTZOID, TIMESTAMPTZOID, JSONBOID),
	.table = AUTH_TOKEN,
};

#define DELETE_OTHERS                        \
	AUTH_TOKEN_DELETE("auth_token a, taken", \
					  "a.slot = taken.slot AND a.id <> taken.id")

/* A token has no hash of a code, and a code has. */
static AuthStatement take_token = {
	.text = "WITH taken AS (DELETE FROM auth_token t"
			" WHERE id = $1 AND purpose = $2 AND expires_at >= $3"
			" AND ($4 IS NULL AND code_hash IS NULL OR code_hash = $4)"
			" AND " AUTH_TOKEN_IS_PAST " AND " AUTH_TOKEN_IS_GOOD
			" RETURNING id, slot, user_id, provider_id, address, created_at,"
			" expires_at, data), others AS (" DELETE_OTHERS ")"
			" SELECT user_id, provider_id, address, created_at, expires_at,"
			" data FROM taken",
	AUTH_TYPES(UUIDOID, TEXTOID, TIMESTAMPTZOID, UUIDOID),
	.results = (Oid[]){TEXTOID,
					   TEXTOID,
					   TEXTOID,
					   TIMESTAMPTZOID,
					   TIMESTAMPTZOID,
					   JSONBOID},
	.table = AUTH_TOKEN,
};

void
auth_token_begin(AuthToken *token, text *purpose)
{
	memset(token, 0, sizeof(*token));
	token->purpose = purpose;
	token->created_at = GetCurrentTimestamp();
}

/*
 * Let the token live for this period or, without one, for the setting's
 * seconds.
 */
void
auth_token_expire(AuthToken *token, Interval *lifetime, int seconds)
{
	token->expires_at = auth_period_later(token->created_at, lifetime, seconds);
	if (token->expires_at <= token->created_at)
		auth_argument_invalid_period("lifetime");
}

/*
 * The slot, which is the same for all tokens of which only one is to be good.
 */
void
auth_token_slot(pg_uuid_t *slot, AuthDigestKind kind, const AuthToken *token)
{
	bool of_user = token->user_id != NULL;
	AuthDigestPart parts[] = {
		auth_digest_text(token->purpose),
		of_user ?
			auth_spelling_digest(AUTH_USER, AUTH_USER_ID, token->user_id) :
			auth_key_name_digest_address(token->address),
		{of_user ? "user" : "address", of_user ? 4 : 7},
	};

	auth_digest(slot, kind, parts, lengthof(parts));
}

/* Insert the row; without a slot it replaces nothing. */
void
auth_token_insert(AuthToken *token, const pg_uuid_t *slot,
				  const pg_uuid_t *code_hash)
{
	NullableDatum arguments[] = {
		auth_uuid(&token->id),
		auth_text(token->purpose),
		auth_text(token->user_id),
		auth_text(token->provider_id),
		auth_text(token->address),
		auth_uuid(slot),
		auth_uuid(code_hash),
		auth_time(token->created_at),
		auth_time(token->expires_at),
		auth_jsonb(token->data),
	};

	if (auth_statement_execute(&insert_token, arguments) == 0)
		auth_error_suppressed_row(auth_relation_name(AUTH_TOKEN));
}

void
auth_token_record_created(const AuthToken *token)
{
	auth_event_record(&(AuthEvent){.kind = "token_created",
								   .reason = text_to_cstring(token->purpose),
								   .user_id = token->user_id});
}

/*
 * Make the token that is described, which is set up but for its secret.  The id
 * of one that is bound to a browser is that of both secrets.
 */
void
auth_token_issue(AuthToken *token, bool replace)
{
	pg_uuid_t slot;
	bool has_slot =
		replace && (token->user_id != NULL || token->address != NULL);

	if (has_slot)
		auth_token_slot(&slot, AUTH_DIGEST_LINK, token);
	token->secret = auth_secret_token();
	auth_secret_id(token->browser == NULL ?
					   token->secret :
					   auth_secret_join(token->secret, token->browser),
				   &token->id);
	auth_token_insert(token, has_slot ? &slot : NULL, NULL);
	auth_token_record_created(token);
}

static void
copy_taken(NullableDatum *values)
{
	auth_statement_copy(&take_token, 0, TAKEN_COLUMNS, values);
	(void) auth_statement_require(&take_token, 0, 4);
	(void) auth_statement_require(&take_token, 0, 5);
}

static void
set_taken(AuthToken *token, const NullableDatum *values)
{
	token->user_id = auth_as_text(values[0]);
	token->provider_id = auth_as_text(values[1]);
	token->address = auth_as_text(values[2]);
	token->created_at = DatumGetTimestampTz(values[3].value);
	token->expires_at = DatumGetTimestampTz(values[4].value);
	token->data = auth_as_jsonb(values[5]);
}

/*
 * Use up the token or code of this id and purpose, if it lives; of those who
 * try at the same time one succeeds.
 */
bool
auth_token_take(AuthToken *token, const pg_uuid_t *code_hash)
{
	AuthExecution execution;
	NullableDatum arguments[] = {auth_uuid(&token->id),
								 auth_text(token->purpose),
								 auth_time(GetCurrentTimestamp()),
								 auth_uuid(code_hash)};
	NullableDatum values[TAKEN_COLUMNS];
	bool taken;

	auth_statement_begin(&execution, AUTH_TOKEN, RowExclusiveLock);
	taken = auth_statement_run(&execution, &take_token, arguments) == 1;
	if (taken)
		copy_taken(values);
	auth_execution_end(&execution);
	if (taken)
		set_taken(token, values);
	return taken;
}

void
auth_token_record_used(const AuthToken *token)
{
	auth_event_record(&(AuthEvent){.kind = "token_used",
								   .reason = text_to_cstring(token->purpose),
								   .user_id = token->user_id});
}

static bool
is_of_purpose(AuthRow *row, const char *purpose)
{
	Datum value = auth_row_require(row, AUTH_TOKEN_PURPOSE);

	return strcmp(TextDatumGetCString(value), purpose) == 0;
}

static bool
lives(AuthRow *row, TimestampTz now)
{
	Datum created_at = auth_row_require(row, AUTH_TOKEN_CREATED_AT);
	Datum expires_at = auth_row_require(row, AUTH_TOKEN_EXPIRES_AT);

	return !auth_clock_is_future(DatumGetTimestampTz(created_at), now) &&
		   DatumGetTimestampTz(expires_at) >= now;
}

/*
 * Look for the living token of the purpose: whose it is and where it was sent
 * to.  It is still to be consumed, and may be gone by then.  Of one that does
 * not live this is found out as well.
 */
bool
auth_token_find(AuthToken *token, const char *purpose, text *secret)
{
	Datum key = UUIDPGetDatum(&token->id);
	AuthRow row;
	bool found = false;

	auth_token_begin(token, cstring_to_text(purpose));
	auth_secret_id(secret, &token->id);
	if (!auth_row_open(&row, AUTH_TOKEN, &key))
		return false;
	if (is_of_purpose(&row, purpose))
	{
		found = lives(&row, token->created_at);
		token->user_id = auth_row_text(&row, AUTH_TOKEN_USER_ID);
		token->provider_id = auth_row_text(&row, AUTH_TOKEN_PROVIDER_ID);
		token->address = auth_row_text(&row, AUTH_TOKEN_ADDRESS);
	}
	auth_row_close(&row);
	return found;
}

/*
 * Use up the token that was found, and record it.  It stays what it was when
 * it was looked at: its row can have been changed since, but not by us.
 */
bool
auth_token_consume(const AuthToken *token)
{
	AuthToken taken = *token;

	if (!auth_token_take(&taken, NULL))
		return false;
	auth_token_record_used(token);
	return true;
}

/* The columns of an auth_token_object. */
static void
get_object(const AuthToken *token, NullableDatum *values)
{
	values[0] = auth_text(token->secret);
	values[1] = auth_uuid(&token->id);
	values[2] = auth_text(token->purpose);
	values[3] = auth_text(token->user_id);
	values[4] = auth_text(token->address);
	values[5] = auth_time(token->created_at);
	values[6] = auth_time(token->expires_at);
	values[7] = auth_jsonb(token->data);
}

Datum
auth_token_result(FunctionCallInfo fcinfo, const AuthToken *token)
{
	NullableDatum values[TOKEN_OBJECT_COLUMNS];

	get_object(token, values);
	return auth_result_row(fcinfo, values, TOKEN_OBJECT_COLUMNS);
}

void
auth_token_add(FunctionCallInfo fcinfo, const AuthToken *token)
{
	NullableDatum values[TOKEN_OBJECT_COLUMNS];

	get_object(token, values);
	auth_result_add(fcinfo, values, TOKEN_OBJECT_COLUMNS);
}

/* Have a new token sent to its address; nobody is told of the message. */
void
auth_token_send(const AuthToken *token)
{
	auth_outbox_insert(&(AuthMessage){.purpose = token->purpose,
									  .user_id = token->user_id,
									  .provider_id = token->provider_id,
									  .address = token->address,
									  .created_at = token->created_at,
									  .expires_at = token->expires_at,
									  .token_id = token->id,
									  .secret = token->secret,
									  .data = token->data});
}

/* Send the new token to its address, and do not give it to the caller. */
void
auth_token_deliver(AuthToken *token)
{
	if (token->address == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("address must not be null if the token is to be "
						"delivered")));
	auth_token_send(token);
	auth_outbox_notify();
	auth_secret_wipe(VARDATA(token->secret), VARSIZE_ANY_EXHDR(token->secret));
	token->secret = NULL;
}

/*
 * Require the user that whoever asks for a token has named.  Where a change of
 * the password is to end it, too, the one waits for the other.
 */
void
auth_token_require_user(const AuthToken *token)
{
	if (auth_token_gives_access(token->purpose))
		auth_user_hold(PointerGetDatum(token->user_id));
	auth_user_require(token->user_id);
}

/* The arguments purpose, user_id and address, and data, of a new one. */
void
auth_token_new_arguments(AuthToken *token, FunctionCallInfo fcinfo, int data)
{
	text *purpose = auth_argument_new_identifier(fcinfo, 0, "purpose");

	auth_token_begin(token, auth_token_purpose_check(purpose));
	token->user_id = auth_as_text(fcinfo->args[1]);
	if (!PG_ARGISNULL(2))
		token->address = auth_argument_new_identifier(fcinfo, 2, "address");
	if (!PG_ARGISNULL(data))
		token->data = auth_argument_object(fcinfo, data, "data");
	if (token->user_id != NULL)
		auth_token_require_user(token);
}

/* The argument purpose, of one that is to be used. */
void
auth_token_used_argument(AuthToken *token, FunctionCallInfo fcinfo)
{
	text *purpose = auth_argument_text(fcinfo, 0, "purpose");

	auth_token_begin(token, auth_token_purpose_check(purpose));
}

/*
 * auth_create_token(purpose text, user_id text, address text,
 *					 lifetime interval, replace boolean, data jsonb,
 *					 deliver boolean) auth_token_object
 *
 * The answer, or the outbox, is the only place where the token is seen.
 * Unless told otherwise it replaces the older one of the same purpose and user
 * or, without a user, address.  UA001; 22023 for a lifetime that is not positive
 * and for a purpose of second factors.
 */
Datum
auth_create_token(PG_FUNCTION_ARGS)
{
	AuthToken token;

	PreventCommandIfReadOnly("auth_create_token()");
	auth_token_new_arguments(&token, fcinfo, 5);
	auth_argument_required(fcinfo, 4, "replace");
	auth_token_expire(&token,
					  auth_argument_period(fcinfo, 3, "lifetime"),
					  auth_token_lifetime);
	auth_argument_required(fcinfo, 6, "deliver");
	auth_token_issue(&token, PG_GETARG_BOOL(4));
	if (PG_GETARG_BOOL(6))
		auth_token_deliver(&token);
	return auth_token_result(fcinfo, &token);
}

/*
 * auth_use_token(purpose text, token text) SETOF auth_token_object
 *
 * No row: there is no such living token of this purpose, or it has just been
 * used.  22023 for a purpose of second factors.
 */
Datum
auth_use_token(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthToken token;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_use_token()");
	auth_result_begin_set(fcinfo);
	auth_token_used_argument(&token, fcinfo);
	auth_secret_id_argument(fcinfo, 1, &token.id);
	if (auth_token_take(&token, NULL))
	{
		auth_token_record_used(&token);
		auth_token_add(fcinfo, &token);
	}
	auth_secret_end(&scope);
	return (Datum) 0;
}
