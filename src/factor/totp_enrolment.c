/*
 * totp_enrolment.c
 *	  What an authenticator app is told when it is set up.
 *
 * It is told once: neither the secret nor a URI with it is made of the row
 * again.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "factor/totp_enrolment.h"
#include "factor/totp_uri.h"
#include "secret/base32.h"
#include "secret/secret.h"
#include "server/setting.h"
#include "user/key_proof.h"

static char *totp_issuer; /* empty: not said */

static bool
check_issuer(char **newval, void **extra, GucSource source)
{
	bool valid = strchr(*newval, ':') == NULL;

	if (!valid)
		GUC_check_errdetail("Apps do not read a name with a colon.");
	return valid;
}

void
auth_totp_enrolment_init(void)
{
	auth_setting_text("auth.totp_issuer",
					  "What authenticator apps call whom they are for.",
					  &totp_issuer,
					  check_issuer);
}

/* F0000 unless it is said whom apps are for. */
void
auth_totp_require_issuer(void)
{
	if (totp_issuer[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("\"auth.totp_issuer\" is empty"),
				 errhint("Set it to the name under which users know the "
						 "application.")));
}

/* The secret as letters that can be typed, in wiped memory. */
text *
auth_totp_letters(const AuthTotp *totp)
{
	Size size = VARHDRSZ + AUTH_BASE32_LENGTH(totp->rule.length);
	text *letters = auth_secret_alloc(size);

	SET_VARSIZE(letters, size);
	auth_base32_encode(totp->rule.secret,
					   totp->rule.length,
					   (char *) VARDATA(letters));
	return letters;
}

static char *
to_utf8(char *string)
{
	return pg_server_to_any(string, (int) strlen(string), PG_UTF8);
}

/* What the user sees in the app: an address of its own or, without one, its id. */
static char *
account_of(text *user_id)
{
	AuthKeyId key;

	if (auth_key_proof_address(user_id, &key) ||
		auth_key_proof_unproven(user_id, &key))
		return text_to_cstring(key.provider_user_id);
	return text_to_cstring(user_id);
}

/* The URI that the app reads, as a QR code usually, in wiped memory. */
text *
auth_totp_uri(const AuthTotp *totp)
{
	AuthTotpLabel label = {to_utf8(totp_issuer),
						   to_utf8(account_of(totp->user_id))};
	Size room = auth_totp_uri_room(&totp->rule, &label);
	text *uri = auth_secret_alloc(VARHDRSZ + room);

	auth_totp_uri_write(&totp->rule, &label, VARDATA(uri));
	SET_VARSIZE(uri, VARHDRSZ + strlen(VARDATA(uri)));
	return uri;
}
