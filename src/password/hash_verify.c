/*
 * hash_verify.c
 *	  Verifies passwords against stored hashes.
 *
 * Each algorithm is a library's: argon2 and scrypt are libsodium's, bcrypt,
 * sha-crypt and yescrypt libcrypt's, PBKDF2, HMAC, AES and MD5 OpenSSL's.  A
 * failure of theirs is never taken for a mismatch.  What is computed from a
 * password is compared in constant time and wiped.
 */
#include <crypt.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "password/hash_format.h"
#include "password/hash_read.h"
#include "password/hash_verify.h"

static AuthHashAnswer
compare(const void *computed, const void *stored, size_t length)
{
	return sodium_memcmp(computed, stored, length) == 0 ? AUTH_HASH_MATCH :
														  AUTH_HASH_MISMATCH;
}

static size_t
decode_salt(const AuthHash *hash, uint8_t *salt)
{
	return auth_hash_decode(&hash->salt, auth_hash_traits(hash)->salt, salt);
}

static size_t
decode_key(const AuthHash *hash, uint8_t *key)
{
	return auth_hash_decode(&hash->key, auth_hash_traits(hash)->key, key);
}

/* What a library takes beside the memory of a hash, and more. */
#define SPARE_MEMORY ((size_t) 1024 * 1024)

/*
 * libsodium's argon2 and libcrypt's yescrypt do not say that memory was what
 * they lacked.  An allocation that has just succeeded will succeed again, as
 * nothing else runs in this process.
 */
static bool
is_memory_there(uint64_t kilobytes)
{
	void *volatile memory = malloc((size_t) kilobytes * 1024 + SPARE_MEMORY);

	free(memory);
	return memory != NULL;
}

/* libsodium tells a mismatch from a text that it cannot read by errno only. */
static AuthHashAnswer
verify_argon2(const AuthHash *hash, const char *password, size_t length)
{
	if (!is_memory_there(hash->memory))
		return AUTH_HASH_NO_MEMORY;
	errno = 0;
	if (crypto_pwhash_str_verify(hash->text, password, length) == 0)
		return AUTH_HASH_MATCH;
	return errno == EINVAL ? AUTH_HASH_MISMATCH : AUTH_HASH_UNVERIFIABLE;
}

/* Derive a key of any size; AUTH_HASH_MATCH when that could be done. */
static AuthHashAnswer
derive_scrypt(const AuthHash *hash, const char *password, size_t length,
			  const void *salt, size_t salt_length, uint8_t *key,
			  size_t key_length)
{
	errno = 0;
	if (crypto_pwhash_scryptsalsa208sha256_ll((const uint8_t *) password,
											  length,
											  salt,
											  salt_length,
											  UINT64_C(1) << hash->log_cost,
											  hash->block,
											  hash->parallelism,
											  key,
											  key_length) == 0)
		return AUTH_HASH_MATCH;
	return errno == EINVAL || errno == EFBIG ? AUTH_HASH_UNVERIFIABLE :
											   AUTH_HASH_NO_MEMORY;
}

static AuthHashAnswer
verify_scrypt(const AuthHash *hash, const char *password, size_t length)
{
	uint8_t salt[AUTH_HASH_MAX_BYTES];
	uint8_t stored[AUTH_HASH_MAX_BYTES];
	uint8_t key[AUTH_HASH_MAX_BYTES];
	size_t salt_length = decode_salt(hash, salt);
	size_t key_length = decode_key(hash, stored);
	AuthHashAnswer answer = derive_scrypt(hash,
										  password,
										  length,
										  salt,
										  salt_length,
										  key,
										  key_length);

	if (answer == AUTH_HASH_MATCH)
		answer = compare(key, stored, key_length);
	sodium_memzero(key, sizeof(key));
	return answer;
}

/*
 * What a failure of OpenSSL's means.  Its queue of errors is emptied, as
 * whoever uses OpenSSL next would take them for its own.
 */
static AuthHashAnswer
openssl_failure(void)
{
	int reason = ERR_GET_REASON(ERR_peek_last_error());

	ERR_clear_error();
	return reason == ERR_R_MALLOC_FAILURE ? AUTH_HASH_NO_MEMORY :
											AUTH_HASH_UNVERIFIABLE;
}

/* AES-256 in counter mode from zero. */
static bool
encrypt(const uint8_t *key, const uint8_t *text, size_t length, uint8_t *out)
{
	static const uint8_t zero[16];
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int written;
	bool done =
		context != NULL &&
		EVP_EncryptInit_ex(context, EVP_aes_256_ctr(), NULL, key, zero) == 1 &&
		EVP_EncryptUpdate(context, out, &written, text, (int) length) == 1;

	EVP_CIPHER_CTX_free(context);
	return done;
}

/* The derived key encrypts the signer's key, and that is stored. */
static AuthHashAnswer
verify_signer(const AuthHash *hash, const uint8_t *key)
{
	uint8_t signer[AUTH_HASH_MAX_BYTES];
	uint8_t stored[AUTH_HASH_MAX_BYTES];
	uint8_t encrypted[AUTH_HASH_MAX_BYTES];
	size_t length = auth_hash_decode(&hash->signer, AUTH_CODING_BASE64, signer);
	AuthHashAnswer answer;

	(void) decode_key(hash, stored);
	answer = encrypt(key, signer, length, encrypted) ?
				 compare(encrypted, stored, length) :
				 openssl_failure();
	sodium_memzero(encrypted, sizeof(encrypted));
	sodium_memzero(signer, sizeof(signer));
	return answer;
}

/* The salt is that of the user followed by that of the project. */
static AuthHashAnswer
verify_firebase(const AuthHash *hash, const char *password, size_t length)
{
	uint8_t salt[2 * AUTH_HASH_MAX_BYTES];
	uint8_t key[32];
	size_t salt_length = decode_salt(hash, salt);
	AuthHashAnswer answer;

	salt_length += auth_hash_decode(&hash->separator,
									AUTH_CODING_BASE64,
									salt + salt_length);
	answer = derive_scrypt(hash,
						   password,
						   length,
						   salt,
						   salt_length,
						   key,
						   sizeof(key));
	if (answer == AUTH_HASH_MATCH)
		answer = verify_signer(hash, key);
	sodium_memzero(key, sizeof(key));
	return answer;
}

static AuthHashAnswer
verify_pbkdf2(const AuthHash *hash, const char *password, size_t length,
			  const EVP_MD *digest)
{
	uint8_t salt[AUTH_HASH_MAX_BYTES];
	uint8_t stored[AUTH_HASH_MAX_BYTES];
	uint8_t key[AUTH_HASH_MAX_BYTES];
	size_t salt_length = decode_salt(hash, salt);
	size_t key_length = decode_key(hash, stored);
	AuthHashAnswer answer;

	if (PKCS5_PBKDF2_HMAC(password,
						  (int) length,
						  salt,
						  (int) salt_length,
						  (int) hash->iterations,
						  digest,
						  (int) key_length,
						  key) == 1)
		answer = compare(key, stored, key_length);
	else
		answer = openssl_failure();
	sodium_memzero(key, sizeof(key));
	return answer;
}

/* MD5(salt, password), then MD5(digest, password) as often as said. */
static bool
iterate_md5(const AuthHash *hash, const char *password, size_t length,
			uint8_t *digest)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint32_t rounds = UINT32_C(1) << hash->log_cost;
	bool done =
		context != NULL && EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1 &&
		EVP_DigestUpdate(context, hash->salt.start, hash->salt.length) == 1 &&
		EVP_DigestUpdate(context, password, length) == 1 &&
		EVP_DigestFinal_ex(context, digest, NULL) == 1;

	while (done && rounds-- > 0)
		done = EVP_DigestInit_ex(context, NULL, NULL) == 1 &&
			   EVP_DigestUpdate(context, digest, 16) == 1 &&
			   EVP_DigestUpdate(context, password, length) == 1 &&
			   EVP_DigestFinal_ex(context, digest, NULL) == 1;
	EVP_MD_CTX_free(context);
	return done;
}

/* The 16 bytes in the 22 characters of crypt(), from the low end. */
static void
encode_md5(const uint8_t *digest, char *out)
{
	static const char characters[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
									 "abcdefghijklmnopqrstuvwxyz";

	for (int i = 0; i < 22; i++)
	{
		int bit = i * 6;
		unsigned int bits = digest[bit / 8];

		if (bit / 8 < 15)
			bits |= (unsigned int) digest[bit / 8 + 1] << 8;
		out[i] = characters[bits >> bit % 8 & 63];
	}
}

/*
 * A password that is longer than its makers take matches nothing, at the cost
 * of the longest.
 */
static AuthHashAnswer
verify_phpass(const AuthHash *hash, const char *password, size_t length)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	char key[22];
	AuthHashAnswer answer;
	bool taken = length <= AUTH_HASH_PHPASS_BYTES;

	if (iterate_md5(hash,
					password,
					taken ? length : AUTH_HASH_PHPASS_BYTES,
					digest))
	{
		encode_md5(digest, key);
		answer = compare(key, hash->key.start, sizeof(key));
	}
	else
		answer = openssl_failure();
	sodium_memzero(digest, sizeof(digest));
	sodium_memzero(key, sizeof(key));
	return answer == AUTH_HASH_MATCH && !taken ? AUTH_HASH_MISMATCH : answer;
}

/*
 * The key is the end of the text, which is as long as the one that comes
 * out; what stands before it differs for some salts of bcrypt.
 */
static AuthHashAnswer
compare_crypt(const AuthHash *hash, const char *computed)
{
	size_t length = strlen(hash->text);

	if (computed == NULL)
		return errno == ENOMEM ? AUTH_HASH_NO_MEMORY : AUTH_HASH_UNVERIFIABLE;
	if (strlen(computed) != length)
		return AUTH_HASH_UNVERIFIABLE;
	return compare(computed + length - hash->key.length,
				   hash->key.start,
				   hash->key.length);
}

static AuthHashAnswer
run_crypt(const AuthHash *hash, const char *phrase)
{
	struct crypt_data *data;
	AuthHashAnswer answer;

	if (!is_memory_there(hash->memory))
		return AUTH_HASH_NO_MEMORY;
	data = calloc(1, sizeof(*data));
	if (data == NULL)
		return AUTH_HASH_NO_MEMORY;
	errno = 0;
	answer =
		compare_crypt(hash,
					  crypt_rn(phrase, hash->text, data, (int) sizeof(*data)));
	sodium_memzero(data, sizeof(*data));
	free(data);
	return answer;
}

/*
 * libcrypt takes phrases that end with a zero byte and are shorter than 512
 * bytes: no other can have been hashed by it.  One that it does not take
 * matches nothing, at the same cost.
 */
static AuthHashAnswer
verify_crypt(const AuthHash *hash, const char *password, size_t length)
{
	char phrase[CRYPT_MAX_PASSPHRASE_SIZE] = "";
	AuthHashAnswer answer;
	bool taken = length < sizeof(phrase) &&
				 (length == 0 || memchr(password, '\0', length) == NULL);

	if (taken && length > 0)
		memcpy(phrase, password, length);
	answer = run_crypt(hash, phrase);
	sodium_memzero(phrase, sizeof(phrase));
	return answer == AUTH_HASH_MATCH && !taken ? AUTH_HASH_MISMATCH : answer;
}

/* Characters in place of a password that is hashed before bcrypt sees it. */
#define DIGEST_CHARACTERS 64

/* Django: the digits of a SHA-256. */
static AuthHashAnswer
verify_django_bcrypt(const AuthHash *hash, const char *password, size_t length)
{
	uint8_t digest[crypto_hash_sha256_BYTES];
	char phrase[DIGEST_CHARACTERS + 1];
	AuthHashAnswer answer;

	(void) crypto_hash_sha256(digest, (const uint8_t *) password, length);
	(void) sodium_bin2hex(phrase, sizeof(phrase), digest, sizeof(digest));
	answer = run_crypt(hash, phrase);
	sodium_memzero(digest, sizeof(digest));
	sodium_memzero(phrase, sizeof(phrase));
	return answer;
}

/* WordPress: the base64 of an HMAC-SHA-384 with a key that is no secret. */
static AuthHashAnswer
verify_wordpress(const AuthHash *hash, const char *password, size_t length)
{
	static const char key[] = "wp-sha384";
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned int mac_length;
	char phrase[DIGEST_CHARACTERS + 1];
	AuthHashAnswer answer;

	if (HMAC(EVP_sha384(),
			 key,
			 (int) strlen(key),
			 (const uint8_t *) password,
			 length,
			 mac,
			 &mac_length) == NULL)
		return openssl_failure();
	(void) sodium_bin2base64(phrase,
							 sizeof(phrase),
							 mac,
							 mac_length,
							 sodium_base64_VARIANT_ORIGINAL);
	answer = run_crypt(hash, phrase);
	sodium_memzero(mac, sizeof(mac));
	sodium_memzero(phrase, sizeof(phrase));
	return answer;
}

static AuthHashAnswer
verify_bcrypt(const AuthHash *hash, const char *password, size_t length)
{
	if (hash->format == AUTH_HASH_DJANGO_BCRYPT)
		return verify_django_bcrypt(hash, password, length);
	if (hash->format == AUTH_HASH_WORDPRESS)
		return verify_wordpress(hash, password, length);
	return verify_crypt(hash,
						password,
						length > AUTH_HASH_BCRYPT_BYTES ?
							AUTH_HASH_BCRYPT_BYTES :
							length);
}

/*
 * Whether the password is the one that was hashed; of a hash that
 * auth_hash_parse() has found readable.  It is neither normalised nor keyed
 * here, and shorter than 2 GiB.
 */
AuthHashAnswer
auth_hash_verify(const AuthHash *hash, const char *password, size_t length)
{
	switch (auth_hash_traits(hash)->algorithm)
	{
		case AUTH_ALGORITHM_NONE:
			return AUTH_HASH_UNVERIFIABLE;
		case AUTH_ALGORITHM_ARGON2ID:
		case AUTH_ALGORITHM_ARGON2I:
			return verify_argon2(hash, password, length);
		case AUTH_ALGORITHM_SCRYPT:
			return hash->format == AUTH_HASH_FIREBASE ?
					   verify_firebase(hash, password, length) :
					   verify_scrypt(hash, password, length);
		case AUTH_ALGORITHM_BCRYPT:
			return verify_bcrypt(hash, password, length);
		case AUTH_ALGORITHM_PBKDF2_SHA256:
			return verify_pbkdf2(hash, password, length, EVP_sha256());
		case AUTH_ALGORITHM_PBKDF2_SHA512:
			return verify_pbkdf2(hash, password, length, EVP_sha512());
		case AUTH_ALGORITHM_PHPASS:
			return verify_phpass(hash, password, length);
		default:
			return verify_crypt(hash, password, length);
	}
}
