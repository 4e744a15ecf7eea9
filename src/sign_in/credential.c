/*
 * credential.c
 *	  A key and a password that are presented together.
 *
 * Whatever a credential is refused for, one hash is computed before the
 * answer, and then a user is looked for.  A disabled user's password is
 * checked like any other.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/builtins.h"

#include "event/event.h"
#include "password/password.h"
#include "sign_in/credential.h"
#include "sign_in/rehash.h"

static const char *const reasons[] = {
	[AUTH_REFUSAL_UNKNOWN_KEY] = "unknown_key",
	[AUTH_REFUSAL_NO_PASSWORD] = "no_password",
	[AUTH_REFUSAL_WRONG_PASSWORD] = "wrong_password",
	[AUTH_REFUSAL_OUTDATED_PASSWORD] = "outdated_password",
	[AUTH_REFUSAL_USER_DISABLED] = "user_disabled",
};

/* Count the attempt, if it is allowed. */
bool
auth_credential_begin(AuthCredential *credential)
{
	auth_attempt_on_key(&credential->attempt, &credential->id, &credential->ip);
	return auth_attempt_begin(&credential->attempt);
}

static AuthRefusal
check_user(text *user_id)
{
	AuthRefusal refusal = AUTH_REFUSAL_UNKNOWN_KEY;
	AuthRow user;

	if (auth_user_open(&user, PointerGetDatum(user_id)))
	{
		refusal = auth_user_is_disabled(&user) ? AUTH_REFUSAL_USER_DISABLED :
												 AUTH_REFUSAL_NONE;
		auth_row_close(&user);
	}
	return refusal;
}

/*
 * Look the key up and compare the password with its hash.  The answer is
 * about the key that had the hash: another of the same name may take its
 * place while the password is being hashed.
 */
AuthRefusal
auth_credential_check(AuthCredential *credential)
{
	AuthKey *key = &credential->key;
	bool found = auth_key_read(&credential->id, key);
	const char *hash = found ? key->hash : NULL;
	AuthPasswordAnswer answer =
		auth_attempt_compare(&credential->attempt, credential->password, hash);
	AuthRefusal user =
		check_user(found ? auth_key_user_id(key) : auth_nobody());

	switch (answer)
	{
		case AUTH_PASSWORD_MATCH:
			return user;
		case AUTH_PASSWORD_OUTDATED:
			return AUTH_REFUSAL_OUTDATED_PASSWORD;
		case AUTH_PASSWORD_BUSY:
			return AUTH_REFUSAL_BUSY;
		case AUTH_PASSWORD_MISMATCH:
			break;
	}
	return !found		? AUTH_REFUSAL_UNKNOWN_KEY :
		   hash == NULL ? AUTH_REFUSAL_NO_PASSWORD :
						  AUTH_REFUSAL_WRONG_PASSWORD;
}

static bool
same_key(const AuthKey *a, const AuthKey *b)
{
	return b->hash != NULL && strcmp(a->hash, b->hash) == 0 &&
		   auth_user_same(auth_key_user_id(a), auth_key_user_id(b));
}

/*
 * Hold the user against a change of the password until the transaction ends.
 * False when key and user are not any more what has been checked, and have to
 * be checked again.
 */
bool
auth_credential_hold(AuthCredential *credential)
{
	text *user_id = auth_key_user_id(&credential->key);
	AuthKey now;

	auth_user_hold(PointerGetDatum(user_id));
	return auth_key_read(&credential->id, &now) &&
		   same_key(&credential->key, &now) &&
		   auth_user_find(&credential->user, user_id);
}

/* The attempt was good: it is no failure, and an old hash is replaced. */
void
auth_credential_accept(AuthCredential *credential)
{
	auth_attempt_succeed(&credential->attempt);
	auth_rehash(auth_key_user_id(&credential->key),
				&credential->id,
				credential->password,
				credential->key.hash);
}

static void
record(AuthCredential *credential, const char *kind, const char *reason,
	   bool known)
{
	AuthEvent event = {.kind = kind, .reason = reason, .ip = &credential->ip};

	if (known)
	{
		event.user_id = auth_key_user_id(&credential->key);
		event.key = &credential->id;
	}
	auth_event_record_for_good(&event);
}

/* The attempt stays a failure, and goes on record where that can be. */
void
auth_credential_refuse(AuthCredential *credential, AuthRefusal refusal)
{
	bool known = refusal != AUTH_REFUSAL_UNKNOWN_KEY;

	if (refusal == AUTH_REFUSAL_BUSY || XactReadOnly)
		return;
	record(credential, "sign_in_refused", reasons[refusal], known);
	if (known && auth_attempt_has_stopped(&credential->attempt))
		record(credential, "key_stopped", NULL, known);
}
