/*
 * update_password.c
 *	  Passwords that a back end sets, for a key or for all keys of a user.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "call/argument.h"
#include "call/error.h"
#include "secret/secret.h"
#include "sign_in/new_password.h"
#include "user/key.h"
#include "user/key_name.h"
#include "user/key_row.h"
#include "user/user.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_update_key_password);
PG_FUNCTION_INFO_V1(auth_update_user_password);

static const char *
change_reason(const char *hash)
{
	return hash == NULL ? "removed" : "set";
}

static void
no_such_password(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_INVALID_KEY_ID),
			 errmsg("the user has no key that takes a password"),
			 errdetail_internal("AUTH_INVALID_KEY_ID"),
			 errhint("auth_update_key_password() gives one to whichever key "
					 "it names.")));
}

/*
 * auth_update_key_password(provider_id text, provider_user_id text,
 *							password text, except_session uuid)
 *		auth_key_object
 *
 * Sets, or with NULL removes, the password and ends the other sessions of
 * the key's user.  UA002, UA011.
 */
Datum
auth_update_key_password(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthKeyId id;
	AuthNewPassword password = {.scope = AUTH_PASSWORD_OF_KEY, .key = &id};
	List *keys;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_update_key_password()");
	auth_key_id_arguments(&id, fcinfo, 0);
	password.user_id = auth_key_user(&id);
	password.hash = auth_key_hash_argument(fcinfo, 2, &id, password.user_id);
	password.reason = change_reason(password.hash);
	password.except_session = fcinfo->args[3];
	auth_user_require_locked(password.user_id);
	keys = auth_new_password(&password);
	if (keys == NIL)
		auth_key_invalid(&id);
	auth_secret_end(&scope);
	return auth_key_result(fcinfo, linitial(keys));
}

/*
 * auth_update_user_password(user_id text, password text, except_session uuid)
 *		auth_user_object
 *
 * Sets, or with NULL removes, the password of every key of the user that has
 * one or, where none has, that takes one, and ends the user's other sessions.
 * UA001, UA011; UA002 when there is no such key.
 */
Datum
auth_update_user_password(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthNewPassword password = {.scope = AUTH_PASSWORD_OF_USER};
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_update_user_password()");
	password.user_id = auth_argument_text(fcinfo, 0, "user_id");
	if (!PG_ARGISNULL(1))
		password.hash =
			auth_key_hash_for_user(auth_secret_text(PG_GETARG_DATUM(1)),
								   password.user_id);
	password.reason = change_reason(password.hash);
	password.except_session = fcinfo->args[2];
	auth_user_require_locked(password.user_id);
	if (auth_new_password(&password) == NIL)
		no_such_password();
	result = auth_user_result(fcinfo, password.user_id);
	auth_secret_end(&scope);
	return result;
}
