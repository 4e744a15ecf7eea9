/*
 * rehash.c
 *	  Replacing stored hashes that are out of date.
 *
 * Only when the password is given can its hash be made anew, so that this is
 * part of a good sign-in.  It is no change of the password: sessions and the
 * time of the last change stay.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "call/value.h"
#include "event/event.h"
#include "password/password.h"
#include "sign_in/rehash.h"
#include "table/statement.h"
#include "user/user_row.h"

/*
 * Of two sign-ins at a time one replaces the hash and the other does not wait
 * for it; what has been changed since it was read is left alone.
 */
static AuthStatement replace_hash = {
	.text = "UPDATE auth_key k SET hashed_password = $3 FROM"
			" (SELECT provider_id, provider_user_id FROM auth_key"
			" WHERE user_id = $1 AND hashed_password = $2"
			" FOR NO KEY UPDATE SKIP LOCKED) own"
			" WHERE k.provider_id = own.provider_id"
			" AND k.provider_user_id = own.provider_user_id",
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID),
	.table = AUTH_KEY,
};

static bool
replace(text *user_id, const char *old_hash, const char *hash)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_string(old_hash),
								 auth_string(hash)};

	return auth_statement_execute(&replace_hash, arguments) > 0;
}

/*
 * Replace the hash that the password has just matched, if it is of another
 * algorithm or of a lower cost than new ones; not where nothing can be
 * written.  Keys of the user that have the same hash, as their passwords were
 * set together, go on having the same.  The record names the key, if it is not
 * NULL.
 *
 * The user is held first, as wherever it and its keys are locked, or else the
 * caller, who may go on to create a session, and whoever changes the password
 * would wait for each other.
 */
void
auth_rehash(text *user_id, const AuthKeyId *key, text *password,
			const char *old_hash)
{
	char *hash;

	if (XactReadOnly)
		return;
	hash = auth_password_rehash(password, old_hash);
	if (hash != NULL && auth_user_try_hold(PointerGetDatum(user_id)) &&
		replace(user_id, old_hash, hash))
		auth_event_record(&(AuthEvent){.kind = "hash_replaced",
									   .user_id = user_id,
									   .key = key});
}
