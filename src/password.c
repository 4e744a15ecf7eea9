/*
 * password.c
 *	  Hashing and verification of passwords: argon2id in PHC form, made by
 *	  libsodium (RFC 9106).
 *
 * A password is normalised to NFKC in databases of encoding UTF8, never
 * trimmed or cut.  A hash is computed without a lock or a pin of ours held,
 * and cannot be interrupted: its cost is bounded by the settings and, for
 * stored hashes, by phc.h.
 *
 * The server's normaliser has a working buffer of its own, which it frees
 * without wiping; passwords that are in normal form, and so all in ASCII,
 * do not go through it.
 */
#include "postgres.h"

#include <errno.h>
#include <sodium.h>

#include "common/unicode_norm.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "compat.h"
#include "error.h"
#include "password.h"
#include "phc.h"
#include "secret.h"
#include "settings.h"

/* What libsodium takes beside the memory of a hash, and more. */
#define SPARE_MEMORY (1024 * 1024)

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

/* The bytes that are hashed; the password is not longer than the limit. */
static Password
normalize(text *password)
{
	Password raw = {VARDATA_ANY(password), VARSIZE_ANY_EXHDR(password)};
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

static char *
hash(Password password)
{
	char *result = palloc(crypto_pwhash_STRBYTES);

	CHECK_FOR_INTERRUPTS();
	if (crypto_pwhash_str_alg(result,
							  password.bytes,
							  password.length,
							  auth_password_iterations,
							  (size_t) auth_password_memory * 1024,
							  crypto_pwhash_ALG_ARGON2ID13) != 0)
		out_of_memory();
	CHECK_FOR_INTERRUPTS();
	return result;
}

/* A hash for storing, or UA011 when the password is not acceptable. */
char *
auth_password_hash(text *password)
{
	check_length(password);
	return hash(normalize(password));
}

static void
outdated(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_OUTDATED_PASSWORD),
			 errmsg("stored password hash cannot be verified"),
			 errdetail_internal("AUTH_OUTDATED_PASSWORD"),
			 errhint("Have the user set a new password.")));
}

/*
 * libsodium reports a failed allocation as a mismatch.  One that has just
 * succeeded will succeed again, as nothing else runs in this process.
 */
static void
require_memory(uint32 kilobytes)
{
	void *memory =
		MemoryContextAllocExtended(CurrentMemoryContext,
								   (Size) kilobytes * 1024,
								   MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);

	if (memory == NULL)
		out_of_memory();
	pfree(memory);
}

/* It tells a mismatch from a hash that it cannot read by errno only. */
static bool
verify(Password password, const char *stored, const AuthPhc *phc)
{
	int result;

	CHECK_FOR_INTERRUPTS();
	require_memory(phc->memory);
	errno = 0;
	result = crypto_pwhash_str_verify(stored, password.bytes, password.length);
	if (result != 0 && errno != EINVAL)
		outdated();
	CHECK_FOR_INTERRUPTS();
	return result == 0;
}

/*
 * Whether the password is the one that was hashed.  Without a hash, or with
 * a password too long to be anybody's, the answer is no and costs the same.
 * UA007 when the hash is of no kind that can be verified.
 */
bool
auth_password_matches(text *password, const char *stored)
{
	AuthPhc phc;

	if (stored != NULL && !auth_phc_parse(stored, &phc))
		outdated();
	if (count_characters(password) > auth_password_max_length)
		password = cstring_to_text("");
	if (stored != NULL)
		return verify(normalize(password), stored, &phc);
	(void) hash(normalize(password));
	return false;
}
