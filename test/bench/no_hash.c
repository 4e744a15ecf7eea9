/*
 * no_hash.c
 *	  In the place of libsodium's password hashing, by LD_PRELOAD: no hash at
 *	  all.  What is around the hash can be measured without its noise.  Every
 *	  password that begins with "correct" matches.
 */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

int
crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES],
					  const char *const passwd, unsigned long long passwdlen,
					  unsigned long long opslimit, size_t memlimit, int alg)
{
	(void) passwd;
	(void) passwdlen;
	(void) alg;
	memset(out, 0, crypto_pwhash_STRBYTES);
	snprintf(out,
			 crypto_pwhash_STRBYTES,
			 "$argon2id$v=19$m=%zu,t=%llu,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
			 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
			 memlimit / 1024,
			 opslimit);
	return 0;
}

int
crypto_pwhash_str_verify(const char str[crypto_pwhash_STRBYTES],
						 const char *const passwd, unsigned long long passwdlen)
{
	(void) str;
	return passwdlen >= 7 && memcmp(passwd, "correct", 7) == 0 ? 0 : -1;
}
