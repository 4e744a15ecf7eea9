/*
 * password.c
 *	  Hashing and verification of passwords.  New hashes are argon2id in PHC
 *	  form, made by libsodium (RFC 9106).
 *
 * A password is normalised to NFKC in databases of encoding UTF8, never
 * trimmed or cut.  A hash is computed without a lock or a pin of ours held,
 * and cannot be interrupted: its cost is bounded by the settings and, for
 * stored hashes, by hash_format.h.
 *
 * Other systems hashed what was typed.  So a password whose normal form does
 * not match is tried once more as it is, if it is not in normal form.
 */
#include "postgres.h"

#include <sodium.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/error.h"
#include "password/fold.h"
#include "password/hash_format.h"
#include "password/hash_parse.h"
#include "password/hash_verify.h"
#include "password/password.h"
#include "password/password_policy.h"
#include "password/pepper.h"
#include "password/turn.h"
#include "secret/secret.h"
#include "server/compat.h"
#include "server/setting.h"

/* What of a password is hashed: one form of it, or two in turn. */
typedef struct Forms
{
	int count;
	AuthBytes forms[2];
} Forms;

static int password_iterations;
static int password_memory; /* KiB */

static const AuthIntSetting settings[] = {
	{"auth.password_iterations",
	 "Passes over the memory in a new password hash.",
	 &password_iterations,
	 2,
	 1,
	 AUTH_HASH_MAX_PASSES,
	 0},
	{"auth.password_memory",
	 "Memory that a new password hash takes.",
	 &password_memory,
	 19456,
	 AUTH_PASSWORD_MIN_MEMORY,
	 AUTH_HASH_MAX_MEMORY,
	 GUC_UNIT_KB},
};

void
auth_password_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

void
auth_password_no_memory(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("out of memory"),
			 errdetail("Failed while hashing a password.")));
}

static Forms
normal_form(text *password)
{
	AuthBytes normal = auth_fold_normal(password);

	return (Forms){1, {normal, normal}};
}

static bool
is_changed(AuthBytes normal, AuthBytes raw)
{
	return normal.length != raw.length ||
		   memcmp(normal.bytes, raw.bytes, raw.length) != 0;
}

/* The normal form and, if it is another, what was typed. */
static Forms
both_forms(text *password)
{
	AuthBytes normal = auth_fold_normal(password);
	AuthBytes raw = auth_fold_raw(password);

	return (Forms){is_changed(normal, raw) ? 2 : 1, {normal, raw}};
}

static AuthBytes
make_mac(const AuthServerKey *pepper, AuthBytes password)
{
	uint8_t *mac = auth_secret_alloc(AUTH_PEPPER_MAC);

	auth_pepper_apply(pepper, password.bytes, password.length, mac);
	return (AuthBytes){(const char *) mac, AUTH_PEPPER_MAC};
}

/* What is hashed: the password or, with a pepper, its MAC. */
static Forms
apply(const AuthServerKey *pepper, const Forms *forms)
{
	Forms secrets = *forms;

	for (int i = 0; i < forms->count && pepper != NULL; i++)
		secrets.forms[i] = make_mac(pepper, forms->forms[i]);
	return secrets;
}

/*
 * Compute a new hash, of crypto_pwhash_STRBYTES, within a turn; false where
 * there is not so much memory, in KiB.
 */
bool
auth_password_compute(char *hash, AuthBytes secret, int memory, int iterations)
{
	return crypto_pwhash_str_alg(hash,
								 secret.bytes,
								 secret.length,
								 iterations,
								 (size_t) memory * 1024,
								 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

/* A hash of each form, in one turn: the last; NULL when there is no turn. */
static char *
make_hash(const Forms *forms)
{
	const AuthServerKey *pepper = auth_pepper_load(NULL);
	Forms secrets = apply(pepper, forms);
	char *result = palloc(crypto_pwhash_STRBYTES);
	bool done = true;

	CHECK_FOR_INTERRUPTS();
	if (!auth_turn_begin())
		return NULL;
	for (int i = 0; i < secrets.count && done; i++)
		done = auth_password_compute(result,
									 secrets.forms[i],
									 password_memory,
									 password_iterations);
	auth_turn_end();
	if (!done)
		auth_password_no_memory();
	CHECK_FOR_INTERRUPTS();
	if (pepper != NULL)
		return psprintf("$pepper$k=%s%s", pepper->id, result);
	return result;
}

/*
 * A hash for storing, in keys with these identifiers (text *), of a user who has
 * no other factor or has.  UA011 when the password is not acceptable, UA010 when
 * too many are being hashed.
 */
char *
auth_password_hash(text *password, List *identifiers, bool only_factor)
{
	Forms form;
	char *hash;

	auth_password_policy_require(password, identifiers, only_factor);
	form = normal_form(password);
	hash = make_hash(&form);
	if (hash == NULL)
		auth_error_too_many_hashes();
	return hash;
}

static AuthHashAnswer
verify_each(const Forms *secrets, const AuthHash *hash)
{
	AuthHashAnswer answer = AUTH_HASH_MISMATCH;

	for (int i = 0; i < secrets->count && answer == AUTH_HASH_MISMATCH; i++)
		answer = auth_hash_verify(hash,
								  secrets->forms[i].bytes,
								  secrets->forms[i].length);
	return answer;
}

/*
 * Compare the forms in one turn: where there is none, nothing has been
 * compared.
 */
static AuthPasswordAnswer
verify_forms(const Forms *secrets, const AuthHash *hash)
{
	AuthHashAnswer answer;

	CHECK_FOR_INTERRUPTS();
	if (!auth_turn_begin())
		return AUTH_PASSWORD_BUSY;
	answer = verify_each(secrets, hash);
	auth_turn_end();
	CHECK_FOR_INTERRUPTS();
	switch (answer)
	{
		case AUTH_HASH_MATCH:
			return AUTH_PASSWORD_MATCH;
		case AUTH_HASH_UNVERIFIABLE:
			return AUTH_PASSWORD_OUTDATED;
		case AUTH_HASH_NO_MEMORY:
			auth_password_no_memory();
			break;
		case AUTH_HASH_MISMATCH:
			break;
	}
	return AUTH_PASSWORD_MISMATCH;
}

/* Compare in one turn, with the pepper that the hash names. */
static AuthPasswordAnswer
verify(text *password, const AuthHash *hash, const AuthServerKey *pepper)
{
	Forms forms = auth_hash_is_of_raw_bytes(hash->format) ?
					  both_forms(password) :
					  normal_form(password);
	Forms secrets = apply(pepper, &forms);

	return verify_forms(&secrets, hash);
}

/*
 * What verifying a wrong password against a hash of ours takes; false when
 * there is no turn for it.
 */
static bool
take_time(text *password)
{
	Forms forms = both_forms(password);

	return make_hash(&forms) != NULL;
}

/* Read a stored hash, of which the settings say what it may cost. */
AuthHashStatus
auth_password_parse(const char *stored, AuthHash *hash)
{
	return auth_hash_parse(stored,
						   auth_hash_budget(password_memory,
											password_iterations),
						   hash);
}

/* Read a hash and find its pepper; false when it cannot be verified. */
static bool
prepare(const char *stored, AuthHash *hash, const AuthServerKey **pepper)
{
	*pepper = NULL;
	if (auth_password_parse(stored, hash) != AUTH_HASH_READABLE)
		return false;
	if (hash->pepper.length > 0)
		*pepper = auth_pepper_load(&hash->pepper);
	return hash->pepper.length == 0 || *pepper != NULL;
}

/*
 * Nobody's, whatever is stored: others have hashed the empty password and let
 * nobody in with it, and one that is too long is not looked at.
 */
static bool
is_nobodys(text *password)
{
	return VARSIZE_ANY_EXHDR(password) == 0 ||
		   auth_password_policy_is_too_long(password);
}

/*
 * Whether the password is the one that was hashed.  Without a hash, with one
 * that cannot be verified, or with a password that is nobody's, the cost is
 * the same.
 */
AuthPasswordAnswer
auth_password_check(text *password, const char *stored)
{
	AuthHash parsed;
	const AuthServerKey *pepper;
	bool nobodys = is_nobodys(password);
	AuthPasswordAnswer answer = AUTH_PASSWORD_MISMATCH;

	if (nobodys)
		password = cstring_to_text("");
	if (stored != NULL && prepare(stored, &parsed, &pepper))
		answer = verify(password, &parsed, pepper);
	else if (!take_time(password))
		answer = AUTH_PASSWORD_BUSY;
	else if (stored != NULL)
		answer = AUTH_PASSWORD_OUTDATED;
	if (nobodys && answer == AUTH_PASSWORD_MATCH)
		answer = AUTH_PASSWORD_MISMATCH;
	return answer;
}

/*
 * Whether the password is the one that was hashed.  UA007 when the hash is
 * of no kind that can be verified, UA010 when too many are being hashed.
 */
bool
auth_password_matches(text *password, const char *stored)
{
	AuthPasswordAnswer answer = auth_password_check(password, stored);

	if (answer == AUTH_PASSWORD_OUTDATED)
		auth_error_outdated_password();
	if (answer == AUTH_PASSWORD_BUSY)
		auth_error_too_many_hashes();
	return answer == AUTH_PASSWORD_MATCH;
}

/* Whether it is the one that new hashes get, or none where they get none. */
static bool
is_current_pepper(const AuthSpan *id)
{
	const AuthServerKey *current = auth_pepper_load(NULL);

	if (current == NULL || id->length == 0)
		return current == NULL && id->length == 0;
	return strlen(current->id) == id->length &&
		   memcmp(current->id, id->start, id->length) == 0;
}

/*
 * Whether a hash made now would be of another kind, have another pepper, or
 * cost more.
 */
bool
auth_password_needs_rehash(const AuthHash *hash)
{
	return hash->format != AUTH_HASH_ARGON2ID ||
		   !is_current_pepper(&hash->pepper) ||
		   hash->memory < password_memory ||
		   hash->iterations < password_iterations;
}

/*
 * A hash to take the place of the one that the password has just matched;
 * NULL when that is to stay, also because too many are being hashed.  The
 * password need not be acceptable as a new one.
 *
 * One that bcrypt has cut stays, since it may have been typed otherwise than
 * it was set in what was cut off, which would be kept for good.
 */
char *
auth_password_rehash(text *password, const char *stored)
{
	AuthHash hash;
	Forms form;

	if (auth_password_parse(stored, &hash) != AUTH_HASH_READABLE ||
		!auth_password_needs_rehash(&hash) ||
		(hash.format == AUTH_HASH_BCRYPT &&
		 auth_fold_raw(password).length > AUTH_HASH_BCRYPT_BYTES))
		return NULL;
	form = normal_form(password);
	return make_hash(&form);
}

static void
refuse_import(const AuthKeyId *id, AuthHashStatus status, const char *format)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 status == AUTH_HASH_UNRECOGNISED ?
				 errmsg("hashed_password is of no known format") :
			 status == AUTH_HASH_MALFORMED ?
				 errmsg("hashed_password is malformed for the format \"%s\"",
						format) :
				 errmsg("hashed_password of the format \"%s\" is too costly "
						"to verify",
						format),
			 auth_error_detail_key(id)));
}

/* A hash that was made elsewhere, for the key; 22023 if it is of no use. */
char *
auth_password_import(const AuthKeyId *id, text *stored)
{
	char *text = text_to_cstring(stored);
	AuthHash hash;
	AuthHashStatus status = auth_password_parse(text, &hash);

	if (status != AUTH_HASH_READABLE)
		refuse_import(id, status, auth_hash_format_name(hash.format));
	return text;
}
