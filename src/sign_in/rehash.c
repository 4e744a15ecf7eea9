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
	.text = "UPDATE auth_key k SET hashed_password = $4 FROM"
			" (SELECT provider_id, provider_user_id FROM auth_key"
			" WHERE provider_id = $1 AND provider_user_id = $2"
			" AND hashed_password = $3 FOR NO KEY UPDATE SKIP LOCKED) own"
			" WHERE k.provider_id = own.provider_id"
			" AND k.provider_user_id = own.provider_user_id",
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID, TEXTOID),
	.table = AUTH_KEY,
};

static bool
replace(const AuthKeyId *id, const char *old_hash, const char *hash)
{
	NullableDatum arguments[] = {auth_text(id->provider_id),
								 auth_text(id->provider_user_id),
								 auth_string(old_hash),
								 auth_string(hash)};

	return auth_statement_execute(&replace_hash, arguments) > 0;
}

/*
 * Replace the hash that the password has just matched, if it is of another
 * algorithm or of a lower cost than new ones; not where nothing can be
 * written.
 *
 * The user is held first, as wherever it and its keys are locked, or else the
 * caller, who may go on to create a session, and whoever changes the password
 * would wait for each other.
 */
void
auth_rehash(const AuthKeyId *id, text *password, const AuthKey *key)
{
	char *hash;

	if (XactReadOnly)
		return;
	hash = auth_password_rehash(password, key->hash);
	if (hash != NULL &&
		auth_user_try_hold(PointerGetDatum(auth_key_user_id(key))) &&
		replace(id, key->hash, hash))
		auth_event_record(&(AuthEvent){.kind = "hash_replaced",
									   .user_id = auth_key_user_id(key),
									   .key = id});
}
