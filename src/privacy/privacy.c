/*
 * privacy.c
 *	  All that is known of a person: exported, or erased.
 *
 * It is what has the user's id, and what has no user but a name that is the
 * person's: messages, tokens, events.  Functions of pg_catalog that take any
 * type are named with their schema, as a function of exactly the type would be
 * the better match.
 *
 * Statements that read events are those of that table, which others can do
 * without: UA012 when it is not as it has to be.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"

#include "call/argument.h"
#include "call/value.h"
#include "event/event.h"
#include "table/statement.h"
#include "user/user_end.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_export_user);
PG_FUNCTION_INFO_V1(auth_erase_user);

/*
 * A row "r", without columns; and a time of it, of which NULL is never.  What is
 * taken away comes first, by the operators' precedence.
 */
#define WHOLE "pg_catalog.to_jsonb(r.*)"
#define WITHOUT(columns) " - '{" columns "}'::text[]"
#define TIME(column)                             \
	" || pg_catalog.jsonb_build_object('" column \
	"', CASE WHEN isfinite(r." column ") THEN r." column " END)"

/* A member: rows of the table as an array of objects. */
#define MEMBER(name, object, rows) \
	", '" name "', pg_catalog.to_jsonb(ARRAY(SELECT " object " FROM " rows "))"

#define OF_USER " r WHERE r.user_id = $1 ORDER BY r.created_at"

#define IS_TO_PERSON                                             \
	"(r.user_id = $1 OR r.user_id IS NULL"                       \
	" AND r.address COLLATE \"C\" IN (SELECT n.provider_user_id" \
	" FROM (" AUTH_EVENT_NAMES_OF_PERSON                         \
	") n (provider_id, provider_user_id)))"
#define TO_PERSON " r WHERE " IS_TO_PERSON " ORDER BY r.created_at"

#define A_SESSION                                                              \
	WHOLE TIME("active_expires_at") TIME("idle_expires_at") TIME("expires_at") \
		TIME("authenticated_at")
#define A_FAMILY                                          \
	WHOLE WITHOUT("token_hash") WITHOUT("sibling_hashes") \
		WITHOUT("spent_hash") TIME("expires_at") TIME("ends_at")
#define A_FACTOR WHOLE WITHOUT("secret") WITHOUT("key_id")
#define A_TOKEN WHOLE WITHOUT("slot") WITHOUT("code_hash") TIME("expires_at")
#define A_MESSAGE WHOLE WITHOUT("secret") WITHOUT("key_id") TIME("expires_at")

#define USER "'user', (SELECT " WHOLE " FROM auth_user r WHERE r.id = $1)"
#define KEYS \
	MEMBER("keys", WHOLE WITHOUT("hashed_password"), "auth_key" OF_USER)
#define SESSIONS MEMBER("sessions", A_SESSION, "auth_session" OF_USER)
#define FAMILIES \
	MEMBER("refresh_tokens", A_FAMILY, "auth_refresh_token" OF_USER)
#define FACTORS MEMBER("factors", A_FACTOR, "auth_totp" OF_USER)
#define TOKENS MEMBER("tokens", A_TOKEN, "auth_token" TO_PERSON)
#define MESSAGES MEMBER("messages", A_MESSAGE, "auth_outbox" TO_PERSON)
#define EVENTS                         \
	MEMBER("events",                   \
		   "pg_catalog.to_jsonb(e.*)", \
		   "auth_event e WHERE " AUTH_EVENT_IS_OF_PERSON " ORDER BY e.id")

static AuthStatement export_user = {
	.text = "SELECT pg_catalog.jsonb_build_object(" USER KEYS SESSIONS FAMILIES
		FACTORS TOKENS MESSAGES EVENTS ")",
	AUTH_TYPES(TEXTOID),
	.results = (Oid[]){JSONBOID},
	.table = AUTH_EVENT,
};

/*
 * What has no user; the rest goes with the user.  Rows are locked the newest
 * first, as wherever several of these are.
 */
#define DELETE_TO_PERSON(table)                                           \
	"DELETE FROM " table " WHERE id = ANY (ARRAY(SELECT r.id FROM " table \
	" r WHERE " IS_TO_PERSON " ORDER BY r.created_at DESC, r.id DESC"     \
	" FOR UPDATE OF r))"

static AuthStatement delete_rows[] = {
	{
		.text = DELETE_TO_PERSON("auth_token"),
		AUTH_TYPES(TEXTOID),
		.table = AUTH_EVENT,
	},
	{
		.text = DELETE_TO_PERSON("auth_outbox"),
		AUTH_TYPES(TEXTOID),
		.table = AUTH_EVENT,
	},
};

/* Needed no more when the families and sessions are gone. */
static AuthStatement delete_ended = {
	.text = "DELETE FROM auth_ended WHERE user_id = $1",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_ENDED,
};

/*
 * auth_export_user(user_id text) jsonb
 *
 * Of a user who was deleted, what is left.
 */
Datum
auth_export_user(PG_FUNCTION_ARGS)
{
	NullableDatum arguments[] = {
		auth_text(auth_argument_text(fcinfo, 0, "user_id"))};
	NullableDatum result;

	(void) auth_statement_row(&export_user,
							  arguments,
							  AccessShareLock,
							  1,
							  &result);
	PG_RETURN_DATUM(result.value);
}

/*
 * The names of keys, and those in events, are needed to the end.  That the user
 * was deleted is an event, too.
 */
static int64
erase(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};
	int64 events;

	(void) auth_user_lock(PointerGetDatum(user_id));
	for (int i = 0; i < lengthof(delete_rows); i++)
		(void) auth_statement_execute(&delete_rows[i], arguments);
	events = auth_event_erase(user_id);
	auth_user_delete(user_id);
	(void) auth_statement_execute(&delete_ended, arguments);
	(void) auth_event_erase(user_id);
	return events;
}

/*
 * auth_erase_user(user_id text) bigint
 *
 * The number of events that were removed; that somebody was erased is recorded,
 * not who.  23503 when a foreign key of the application's keeps the user or what
 * belongs to it: nothing is erased then.
 */
Datum
auth_erase_user(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	int64 events;

	PreventCommandIfReadOnly("auth_erase_user()");
	events = erase(user_id);
	auth_event_record(
		&(AuthEvent){.kind = "user_erased", .count = (uint64) events});
	PG_RETURN_INT64(events);
}
