/*
 * known_password.c
 *	  The password of a user who is known already.
 *
 * Somebody whose session it is, or whom a back end vouches for, says a password
 * of the user's: any of them does.  While it is compared no lock is held: an
 * attempt that lingers in an open transaction holds up nobody.  Who then acts
 * on it locks or holds the user, and asks whether the password is there still.
 *
 * Failures are counted against the user, whatever the password was asked for,
 * and apart from those of sign-ins: whoever has got hold of a session does not
 * find the password by trying, and keeps nobody from signing in.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "call/status.h"
#include "call/value.h"
#include "event/event.h"
#include "password/password.h"
#include "sign_in/known_password.h"
#include "table/statement.h"

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

static AuthStatement find_hash = {
	.text = "SELECT FROM auth_key"
			" WHERE user_id = $1 AND hashed_password = $2 LIMIT 1",
	AUTH_TYPES(TEXTOID, TEXTOID),
	.table = AUTH_KEY,
};

/* The hashes of the user's passwords. */
static List *
list_hashes(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id), auth_int32(MAX_HASHES)};

	return auth_statement_texts(&select_hashes, arguments, 1);
}

/* Compare the password with the user's; one hash, if it has none. */
static AuthPasswordAnswer
compare(AuthKnownPassword *known)
{
	List *hashes = list_hashes(known->user_id);
	AuthPasswordAnswer answer;
	int i = 0;

	do
	{
		known->hash =
			hashes != NIL ? text_to_cstring(list_nth(hashes, i)) : NULL;
		answer =
			auth_attempt_compare(&known->attempt, known->password, known->hash);
	} while (answer != AUTH_PASSWORD_MATCH && answer != AUTH_PASSWORD_BUSY &&
			 ++i < list_length(hashes));
	return answer;
}

static void
record(const AuthKnownPassword *known, const char *kind, const char *reason)
{
	auth_event_record_for_good(&(AuthEvent){.kind = kind,
											.reason = reason,
											.user_id = known->user_id,
											.ip = &known->ip});
}

/* The status refused, and the record says what for. */
static void
refuse(const AuthKnownPassword *known, const char *reason,
	   NullableDatum *status)
{
	record(known, known->purpose->refused, reason);
	if (auth_attempt_has_stopped(&known->attempt))
		record(known, "key_stopped", known->purpose->stopped);
	auth_status_refused(status);
}

/* The same when the password was right, and is not the user's any more. */
void
auth_known_password_changed(const AuthKnownPassword *known,
							NullableDatum *status)
{
	record(known, known->purpose->refused, "changed_meanwhile");
	auth_status_refused(status);
}

/*
 * Whether the password is one of the user's.  If it is not, the status says what
 * to answer.
 */
bool
auth_known_password_check(AuthKnownPassword *known, NullableDatum *status)
{
	auth_attempt_on_user(&known->attempt, known->user_id, &known->ip);
	if (!auth_attempt_begin(&known->attempt))
	{
		auth_status_throttled(status, known->attempt.wait);
		return false;
	}
	switch (compare(known))
	{
		case AUTH_PASSWORD_MATCH:
			auth_attempt_succeed(&known->attempt);
			return true;
		case AUTH_PASSWORD_MISMATCH:
			refuse(known,
				   known->hash == NULL ? "no_password" : "wrong_password",
				   status);
			break;
		case AUTH_PASSWORD_OUTDATED:
			refuse(known, "outdated_password", status);
			break;
		case AUTH_PASSWORD_BUSY:
			auth_status_throttled(status, AUTH_STATUS_BUSY_WAIT);
			break;
	}
	return false;
}

/* Whether the password that was right still is, of a user who is held. */
bool
auth_known_password_stays(const AuthKnownPassword *known)
{
	NullableDatum arguments[] = {auth_text(known->user_id),
								 auth_string(known->hash)};

	return auth_statement_row(&find_hash, arguments, AccessShareLock, 0, NULL) >
		   0;
}
