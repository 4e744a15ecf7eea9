/*
 * pepper.c
 *	  A key outside the database that goes into every hash of ours.
 *
 * What is hashed is not the password but its HMAC-SHA256 (RFC 2104), so that
 * who has a copy of the database alone cannot try passwords.  Reading the
 * file of the keys takes some microseconds beside the milliseconds of the
 * hash.
 */
#include "postgres.h"

#include <sodium.h>

#include "password/pepper.h"
#include "server/setting.h"

static char *password_pepper_file; /* empty: none */

void
auth_pepper_init(void)
{
	auth_setting_file("auth.password_pepper_file",
					  "File with the keys of password hashes.",
					  &password_pepper_file);
}

/*
 * The key with the id, or the current one without an id, in wiped memory.
 * NULL when there is none.
 */
const AuthServerKey *
auth_pepper_load(const AuthSpan *id)
{
	AuthServerKeyFile file = {"auth.password_pepper_file",
							  password_pepper_file};

	return auth_server_key_load(file, id);
}

/* What is hashed in the place of the password: AUTH_PEPPER_MAC bytes. */
void
auth_pepper_apply(const AuthServerKey *pepper, const char *password,
				  size_t length, uint8_t *mac)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, pepper->key, pepper->length);
	crypto_auth_hmacsha256_update(&state,
								  (const unsigned char *) password,
								  length);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(&state, sizeof(state));
}
