/*
 * password.c
 *	  Hashing and verification of passwords.  New hashes are argon2id in PHC
 *	  form, made by libsodium (RFC 9106).
 *
 * A password is normalised to NFKC in databases of encoding UTF8, never
 * trimmed or cut.  A hash is computed without a lock or a pin of ours held,
 * and cannot be interrupted: its cost is bounded by the settings and, for
 * stored hashes, by hash.h.
 *
 * Other systems hashed what was typed.  So a password whose normal form does
 * not match is tried once more as it is, if it is not in normal form.
 *
 * The server's normaliser has a working buffer of its own, which it frees
 * without wiping; passwords that are in normal form, and so all in ASCII,
 * do not go through it.
 */
#include "postgres.h"

#include <sodium.h>

#include "common/unicode_norm.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "compat.h"
#include "error.h"
#include "hash.h"
#include "password.h"
#include "secret.h"
#include "settings.h"
#include "turn.h"

typedef struct Password
{
	const char *bytes;
	Size length;
} Password;

static int
count_characters(text *password)
{
	return pg_mbstrlen_with_len(VARDATA_ANY(password),
								VARSIZE_ANY_EXHDR(password));
}

static void
refuse_password(const char *message, int limit)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_WEAK_PASSWORD),
			 errmsg(message, limit),
			 errdetail_internal("AUTH_WEAK_PASSWORD")));
}

static void
check_length(text *password)
{
	int characters = count_characters(password);

	if (characters < auth_password_min_length)
		refuse_password("password must have at least %d characters",
						auth_password_min_length);
	if (characters > auth_password_max_length)
		refuse_password("password must have at most %d characters",
						auth_password_max_length);
}

static Size
count_points(const pg_wchar *points)
{
	Size count = 0;

	while (points[count] != 0)
		count++;
	return count;
}

/* Encode as UTF-8 into wiped memory, and wipe the points. */
static Password
encode_points(pg_wchar *points)
{
	Size count = count_points(points);
	unsigned char *bytes = auth_secret_alloc(count * 4 + 1);
	Size length = 0;

	for (Size i = 0; i < count; i++)
	{
		unicode_to_utf8(points[i], bytes + length);
		length += pg_utf_mblen(bytes + length);
	}
	auth_secret_wipe(points, count * sizeof(pg_wchar));
	return (Password){(const char *) bytes, length};
}

static bool
is_ascii(Password password)
{
	for (Size i = 0; i < password.length; i++)
	{
		if (IS_HIGHBIT_SET(password.bytes[i]))
			return false;
	}
	return true;
}

static Password
get_bytes(text *password)
{
	return (Password){VARDATA_ANY(password), VARSIZE_ANY_EXHDR(password)};
}

/* The bytes that are hashed; the password is not longer than the limit. */
static Password
normalize(text *password)
{
	Password raw = get_bytes(password);
	pg_wchar *points;

	if (GetDatabaseEncoding() != PG_UTF8 || is_ascii(raw))
		return raw;
	points = auth_secret_alloc((raw.length + 1) * sizeof(pg_wchar));
	pg_mb2wchar_with_len(raw.bytes, points, raw.length);
	if (unicode_is_normalized_quickcheck(UNICODE_NFKC, points) ==
		UNICODE_NORM_QC_YES)
		return raw;
	return encode_points(unicode_normalize(UNICODE_NFKC, points));
}

static void
out_of_memory(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("out of memory"),
			 errdetail("Failed while hashing a password.")));
}

static void
too_many_hashes(void)
{
	auth_error_throttled("too many passwords are being hashed");
}

/* NULL when there is no turn for it. */
static char *
make_hash(Password password)
{
	char *result = palloc(crypto_pwhash_STRBYTES);
	int status;

	CHECK_FOR_INTERRUPTS();
	if (!auth_turn_begin())
		return NULL;
	status = crypto_pwhash_str_alg(result,
								   password.bytes,
								   password.length,
								   auth_password_iterations,
								   (size_t) auth_password_memory * 1024,
								   crypto_pwhash_ALG_ARGON2ID13);
	auth_turn_end();
	if (status != 0)
		out_of_memory();
	CHECK_FOR_INTERRUPTS();
	return result;
}

/*
 * A hash for storing.  UA011 when the password is not acceptable, UA010 when
 * too many are being hashed.
 */
char *
auth_password_hash(text *password)
{
	char *hash;

	check_length(password);
	hash = make_hash(normalize(password));
	if (hash == NULL)
		too_many_hashes();
	return hash;
}

static AuthPasswordAnswer
verify_bytes(Password password, const AuthHash *hash)
{
	AuthHashAnswer answer;

	CHECK_FOR_INTERRUPTS();
	if (!auth_turn_begin())
		return AUTH_PASSWORD_BUSY;
	answer = auth_hash_verify(hash, password.bytes, password.length);
	auth_turn_end();
	CHECK_FOR_INTERRUPTS();
	switch (answer)
	{
		case AUTH_HASH_MATCH:
			return AUTH_PASSWORD_MATCH;
		case AUTH_HASH_UNVERIFIABLE:
			return AUTH_PASSWORD_OUTDATED;
		case AUTH_HASH_NO_MEMORY:
			out_of_memory();
			break;
		case AUTH_HASH_MISMATCH:
			break;
	}
	return AUTH_PASSWORD_MISMATCH;
}

static bool
is_changed(Password normal, Password raw)
{
	return normal.length != raw.length ||
		   memcmp(normal.bytes, raw.bytes, raw.length) != 0;
}

static AuthPasswordAnswer
verify(text *password, const AuthHash *hash)
{
	Password normal = normalize(password);
	Password raw = get_bytes(password);
	AuthPasswordAnswer answer = verify_bytes(normal, hash);

	if (answer == AUTH_PASSWORD_MISMATCH &&
		auth_hash_is_of_raw_bytes(hash->format) && is_changed(normal, raw))
		answer = verify_bytes(raw, hash);
	return answer;
}

/*
 * What verifying a wrong password against a hash of ours takes; false when
 * there is no turn for it.
 */
static bool
take_time(text *password)
{
	Password normal = normalize(password);
	Password raw = get_bytes(password);

	return make_hash(normal) != NULL &&
		   (!is_changed(normal, raw) || make_hash(raw) != NULL);
}

/*
 * Whether the password is the one that was hashed.  Without a hash, with one
 * that cannot be verified, or with a password too long to be anybody's, the
 * cost is the same.
 */
AuthPasswordAnswer
auth_password_check(text *password, const char *stored)
{
	AuthHash parsed;
	bool too_long = count_characters(password) > auth_password_max_length;
	AuthPasswordAnswer answer = AUTH_PASSWORD_MISMATCH;

	if (too_long)
		password = cstring_to_text("");
	if (stored != NULL &&
		auth_hash_parse(stored, &parsed) == AUTH_HASH_READABLE)
		answer = verify(password, &parsed);
	else if (!take_time(password))
		answer = AUTH_PASSWORD_BUSY;
	else if (stored != NULL)
		answer = AUTH_PASSWORD_OUTDATED;
	if (too_long && answer == AUTH_PASSWORD_MATCH)
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
		too_many_hashes();
	return answer == AUTH_PASSWORD_MATCH;
}

/* Whether a hash made now would be of another kind, or cost more. */
bool
auth_password_needs_rehash(const AuthHash *hash)
{
	return hash->format != AUTH_HASH_ARGON2ID ||
		   hash->memory < auth_password_memory ||
		   hash->iterations < auth_password_iterations;
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

	if (auth_hash_parse(stored, &hash) != AUTH_HASH_READABLE ||
		!auth_password_needs_rehash(&hash) ||
		(hash.format == AUTH_HASH_BCRYPT &&
		 get_bytes(password).length > AUTH_HASH_BCRYPT_BYTES))
		return NULL;
	return make_hash(normalize(password));
}

static void
refuse_import(AuthHashStatus status, const char *format)
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
						format)));
}

/* A hash that was made elsewhere, for storing; 22023 if it is of no use. */
char *
auth_password_import(text *stored)
{
	char *text = text_to_cstring(stored);
	AuthHash hash;
	AuthHashStatus status = auth_hash_parse(text, &hash);

	if (status != AUTH_HASH_READABLE)
		refuse_import(status, auth_hash_format_name(hash.format));
	return text;
}
