/*
 * change_password.c
 *	  A new password for whoever knows the old one.
 *
 * The keys of the user that have the old password get the new one.  While
 * passwords are compared no lock is held: an attempt that lingers in an open
 * transaction holds up nobody.  Afterwards the user is locked, and what has
 * been changed meanwhile is left alone.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/argument.h"
#include "call/status.h"
#include "call/value.h"
#include "event/event.h"
#include "password/password.h"
#include "secret/secret.h"
#include "session/session_live.h"
#include "sign_in/new_password.h"
#include "table/statement.h"
#include "throttle/attempt.h"
#include "user/key.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_change_password);
PG_FUNCTION_INFO_V1(auth_change_user_password);

/* Passwords of one user that are compared; each may cost a hash. */
#define MAX_HASHES 4

static AuthStatement select_hashes = {
	.text = "SELECT hashed_password FROM auth_key"
			" WHERE user_id = $1 AND hashed_password IS NOT NULL"
			" GROUP BY hashed_password ORDER BY min(created_at) LIMIT $2",
	AUTH_TYPES(TEXTOID, INT4OID),
	.results = (Oid[]){TEXTOID},
	.table = AUTH_KEY,
};

typedef struct Change
{
	text *user_id;
	text *old_password;
	text *new_password;
	NullableDatum except_session;
	AuthIp ip;
	AuthAttempt attempt;
	char *hash; /* that the old password has matched */
} Change;

/* The hashes of the user's passwords. */
static List *
list_hashes(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id), auth_int32(MAX_HASHES)};

	return auth_statement_texts(&select_hashes, arguments, 1);
}

/* Compare the old password with the user's; one hash, if it has none. */
static AuthPasswordAnswer
check_old(Change *change)
{
	List *hashes = list_hashes(change->user_id);
	AuthPasswordAnswer answer;
	int i = 0;

	do
	{
		change->hash =
			hashes != NIL ? text_to_cstring(list_nth(hashes, i)) : NULL;
		answer = auth_attempt_compare(&change->attempt,
									  change->old_password,
									  change->hash);
	} while (answer != AUTH_PASSWORD_MATCH && answer != AUTH_PASSWORD_BUSY &&
			 ++i < list_length(hashes));
	return answer;
}

static void
record(const Change *change, const char *kind, const char *reason)
{
	auth_event_record_for_good(&(AuthEvent){.kind = kind,
											.reason = reason,
											.user_id = change->user_id,
											.ip = &change->ip});
}

static void
refuse(const Change *change, const char *reason, NullableDatum *status)
{
	record(change, "password_change_refused", reason);
	if (auth_attempt_has_stopped(&change->attempt))
		record(change, "key_stopped", "password_change");
	auth_status_refused(status);
}

/* Set the new password where the old one still is; false: nowhere. */
static bool
replace(const Change *change)
{
	AuthNewPassword password = {
		.user_id = change->user_id,
		.scope = AUTH_PASSWORD_KNOWN,
		.old_hash = change->hash,
		.hash = auth_key_hash_for_user(change->new_password, change->user_id),
		.except_session = change->except_session,
		.reason = "changed",
		.ip = &change->ip,
	};

	auth_user_require_locked(change->user_id);
	return auth_new_password(&password) != NIL;
}

/* The old password was right: set the new one. */
static void
set_new(Change *change, NullableDatum *status)
{
	auth_attempt_succeed(&change->attempt);
	if (replace(change))
		auth_status_ok(status);
	else
		refuse(change, "changed_meanwhile", status);
}

static void
change_password(Change *change, NullableDatum *status)
{
	auth_attempt_on_user(&change->attempt, change->user_id, &change->ip);
	if (!auth_attempt_begin(&change->attempt))
	{
		auth_status_throttled(status, change->attempt.wait);
		return;
	}
	switch (check_old(change))
	{
		case AUTH_PASSWORD_MATCH:
			set_new(change, status);
			break;
		case AUTH_PASSWORD_MISMATCH:
			refuse(change,
				   change->hash == NULL ? "no_password" : "wrong_password",
				   status);
			break;
		case AUTH_PASSWORD_OUTDATED:
			refuse(change, "outdated_password", status);
			break;
		case AUTH_PASSWORD_BUSY:
			auth_status_throttled(status, AUTH_STATUS_BUSY_WAIT);
			break;
	}
}

static void
password_arguments(Change *change, FunctionCallInfo fcinfo)
{
	change->old_password = auth_secret_argument(fcinfo, 1, "old_password");
	change->new_password = auth_secret_argument(fcinfo, 2, "new_password");
}

/*
 * auth_change_password(token text, old_password text, new_password text,
 *						client_address inet, OUT status text,
 *						OUT retry_after interval)
 *
 * status is ok, and all sessions but this one have ended; refused, when the
 * session does not live or the old password is wrong; or throttled.  UA011
 * for an unacceptable new password, once the old one was right.
 */
Datum
auth_change_password(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	Change change;
	pg_uuid_t id;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_change_password()");
	auth_secret_id_argument(fcinfo, 0, &id);
	password_arguments(&change, fcinfo);
	auth_ip_argument(&change.ip, fcinfo, 3);
	change.except_session = auth_uuid(&id);
	change.user_id = auth_session_user_of(&id);
	if (change.user_id != NULL)
		change_password(&change, status);
	else
		auth_status_refused(status);
	auth_secret_end(&scope);
	return auth_status_result(fcinfo, status);
}

/*
 * auth_change_user_password(user_id text, old_password text,
 *							 new_password text, client_address inet,
 *							 except_session uuid, OUT status text,
 *							 OUT retry_after interval)
 *
 * The same by the user's id.  UA001 when there is no such user.
 */
Datum
auth_change_user_password(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	Change change;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_change_user_password()");
	change.user_id = auth_argument_text(fcinfo, 0, "user_id");
	password_arguments(&change, fcinfo);
	auth_ip_argument(&change.ip, fcinfo, 3);
	change.except_session = fcinfo->args[4];
	auth_user_require(change.user_id);
	change_password(&change, status);
	auth_secret_end(&scope);
	return auth_status_result(fcinfo, status);
}
