/*
 * use_key.c
 *	  Using a key: the check of a password that raises.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/error.h"
#include "secret/secret.h"
#include "sign_in/credential.h"
#include "user/key_name.h"
#include "user/key_row.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_use_key);

/*
 * Use a key without a password.  No attempt is counted, as there is nothing to
 * guess.
 */
static void
use_without_password(AuthCredential *credential)
{
	auth_key_require(&credential->id, &credential->key);
	if (auth_key_takes_password(&credential->key))
		auth_error_invalid_password();
	auth_user_require_enabled(auth_key_user_id(&credential->key));
}

static void
raise_refusal(const AuthCredential *credential, AuthRefusal refusal)
{
	switch (refusal)
	{
		case AUTH_REFUSAL_NONE:
			break;
		case AUTH_REFUSAL_UNKNOWN_KEY:
			auth_key_invalid(&credential->id);
			break;
		case AUTH_REFUSAL_NO_PASSWORD:
		case AUTH_REFUSAL_WRONG_PASSWORD:
			auth_error_invalid_password();
			break;
		case AUTH_REFUSAL_OUTDATED_PASSWORD:
			auth_error_outdated_password();
			break;
		case AUTH_REFUSAL_BUSY:
			auth_error_too_many_hashes();
			break;
		case AUTH_REFUSAL_USER_DISABLED:
			auth_error_user_disabled(
				text_to_cstring(auth_key_user_id(&credential->key)));
			break;
	}
}

static void
use_with_password(AuthCredential *credential)
{
	AuthRefusal refusal;

	if (!auth_credential_begin(credential))
		auth_error_throttled("too many failed attempts to sign in");
	refusal = auth_credential_check(credential);
	if (refusal == AUTH_REFUSAL_NONE)
		auth_credential_accept(credential);
	else
	{
		auth_credential_refuse(credential, refusal);
		raise_refusal(credential, refusal);
	}
}

/*
 * auth_use_key(provider_id text, provider_user_id text, password text)
 *		auth_key_object
 *
 * UA002 when there is no such key and UA004 when the password is wrong, at
 * the same cost; a key that takes no password takes NULL and nothing else.  UA007
 * when the stored hash is of no kind that can be verified, UA010 after too
 * many failures, UA013 when the password is right and the user disabled.  A
 * hash that is out of date is replaced.
 */
Datum
auth_use_key(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthCredential credential = {.ip = {.given = false}};

	auth_secret_begin(&scope);
	auth_key_id_arguments(&credential.id, fcinfo, 0);
	if (PG_ARGISNULL(2))
		use_without_password(&credential);
	else
	{
		credential.password = auth_secret_text(PG_GETARG_DATUM(2));
		use_with_password(&credential);
	}
	auth_secret_end(&scope);
	return auth_key_result(fcinfo, &credential.key);
}
