/*
 * new_password.c
 *	  What a new password brings with it, whoever sets it.
 *
 * Who may set it, and with which proof, is the callers'.  They have locked the
 * user's row, so that the sessions that end are all there are.  Its keys come
 * next, families before their sessions, and then tokens, as wherever several
 * of these are locked.
 *
 * What has stopped the keys and the user is lifted last, as no rollback takes
 * that back.  Before, all this waits for others and runs triggers of the
 * application's: who makes it fail is not to get more guesses at a password
 * that has not changed.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "call/value.h"
#include "event/event.h"
#include "session/session_end.h"
#include "sign_in/new_password.h"
#include "table/statement.h"
#include "throttle/attempt.h"
#include "token/token_end.h"
#include "user/key_name.h"
#include "user/key_row.h"
#include "user/notice.h"

/*
 * Each statement takes the same arguments, and uses those that its keys are
 * known by.
 */
#define UPDATE_KEYS(condition)                                     \
	{                                                              \
		.text = "UPDATE auth_key SET hashed_password = $2,"        \
				" password_changed_at = $3 WHERE user_id = $1 AND" \
				" (" condition ") RETURNING " AUTH_KEY_OBJECT,     \
		AUTH_TYPES(TEXTOID,                                        \
				   TEXTOID,                                        \
				   TIMESTAMPTZOID,                                 \
				   TEXTOID,                                        \
				   TEXTOID,                                        \
				   TEXTOID,                                        \
				   TEXTARRAYOID),                                  \
		.results = AUTH_KEY_OBJECT_RESULTS, .table = AUTH_KEY,     \
	}

/* The keys that take a password, of a user who has none. */
#define HAVE_NONE                                                  \
	AUTH_KEY_TAKES_PASSWORD("$7")                                  \
	" AND NOT EXISTS (SELECT FROM auth_key o WHERE o.user_id = $1" \
	" AND o.hashed_password IS NOT NULL)"

static AuthStatement update_keys[] = {
	[AUTH_PASSWORD_OF_KEY] =
		UPDATE_KEYS("provider_id = $4 AND provider_user_id = $5"),
	[AUTH_PASSWORD_OF_USER] =
		UPDATE_KEYS("hashed_password IS NOT NULL OR " HAVE_NONE),
	[AUTH_PASSWORD_FIRST] = UPDATE_KEYS(HAVE_NONE),
	[AUTH_PASSWORD_FORGOTTEN] =
		UPDATE_KEYS("hashed_password IS NOT NULL OR"
					" provider_id = $4 AND provider_user_id = $5"
					" AND " AUTH_KEY_TAKES_PASSWORD("$7")),
	[AUTH_PASSWORD_KNOWN] = UPDATE_KEYS("hashed_password = $6"),
};

/* Write the hash; the keys that have it now. */
static List *
write_hash(const AuthNewPassword *password)
{
	AuthStatement *statement = &update_keys[password->scope];
	const AuthKeyId *key = password->key;
	NullableDatum arguments[] = {
		auth_text(password->user_id),
		auth_string(password->hash),
		auth_time(GetCurrentTimestamp()),
		auth_text(key != NULL ? key->provider_id : NULL),
		auth_text(key != NULL ? key->provider_user_id : NULL),
		auth_string(password->old_hash),
		auth_key_email_provider_array(),
	};

	return auth_key_write_all(statement, arguments);
}

/* End what the old password has given access to. */
static void
end_access(const AuthNewPassword *password)
{
	auth_session_end_others(password->user_id,
							password->except_session,
							"password_changed");
	auth_token_end(password->user_id);
}

static void
lift(text *user_id, List *keys)
{
	ListCell *cell;

	foreach (cell, keys)
	{
		AuthKeyId id = auth_key_id(lfirst(cell));

		auth_attempt_lift(&id);
	}
	auth_attempt_lift_user(user_id);
}

/*
 * Set, or remove, the password: the keys (AuthKey *) that were changed.  NIL
 * when it is for none of them; nothing else has been done then.
 */
List *
auth_new_password(const AuthNewPassword *password)
{
	List *keys = write_hash(password);

	if (keys == NIL)
		return NIL;
	end_access(password);
	auth_event_record(&(AuthEvent){.kind = "password_changed",
								   .reason = password->reason,
								   .user_id = password->user_id,
								   .key = password->key,
								   .ip = password->ip});
	auth_notice_send(AUTH_NOTICE_PASSWORD_CHANGED, password->user_id);
	lift(password->user_id, keys);
	return keys;
}
