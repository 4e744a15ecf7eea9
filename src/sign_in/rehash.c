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

#include "event/event.h"
#include "password/password.h"
#include "sign_in/rehash.h"
#include "table/statement.h"

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
	.nargs = 4,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TEXTOID, TEXTOID},
	.table = AUTH_KEY,
};

/*
 * Replace the hash that the password has just matched, if it is of another
 * algorithm or of a lower cost than new ones; not where nothing can be
 * written.
 */
void
auth_rehash(const AuthKeyId *id, text *password, const AuthKey *key)
{
	Datum values[4];
	char *hash;

	if (XactReadOnly)
		return;
	hash = auth_password_rehash(password, key->hash);
	if (hash == NULL)
		return;
	values[0] = PointerGetDatum(id->provider_id);
	values[1] = PointerGetDatum(id->provider_user_id);
	values[2] = CStringGetTextDatum(key->hash);
	values[3] = CStringGetTextDatum(hash);
	if (auth_statement_execute(&replace_hash, values, NULL) > 0)
		auth_event_record(&(AuthEvent){.kind = "hash_replaced",
									   .user_id = auth_key_user_id(key),
									   .key = id});
}
