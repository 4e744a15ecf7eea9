/*
 * password_policy.c
 *	  Which new passwords are accepted.
 *
 * By their length, which depends on whether there is another factor to sign in
 * with (NIST SP 800-63B-4, 3.1.1.2), and not when they are among what is guessed
 * first: the commonest passwords, words that everybody knows here, and the
 * identifiers of the keys.  There is no rule about kinds of characters (NIST SP
 * 800-63B, 3.1.1.2).  Passwords that are given to sign in are never looked at.
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/varlena.h"

#include "call/argument.h"
#include "call/error.h"
#include "password/fold.h"
#include "password/password_policy.h"
#include "password/word.h"
#include "secret/secret.h"
#include "server/compat.h"
#include "server/setting.h"
#include "table/row.h"

PG_FUNCTION_INFO_V1(auth_get_password_weakness);

static char *password_context_words;
static int password_max_length; /* characters */
static int password_min_length;
static int password_min_length_single;

static const AuthIntSetting settings[] = {
	{"auth.password_max_length",
	 "Longest password that is accepted, in characters.",
	 &password_max_length,
	 1024,
	 64,
	 4096,
	 0},
	{"auth.password_min_length",
	 "Shortest password that is accepted, in characters.",
	 &password_min_length,
	 8,
	 1,
	 64,
	 0},
	{"auth.password_min_length_single",
	 "Shortest password that is the only factor, in characters; 0 is as "
	 "others.",
	 &password_min_length_single,
	 0,
	 0,
	 64,
	 0},
};

void
auth_password_policy_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
	auth_setting_list("auth.password_context_words",
					  "Words that new passwords must not consist of.",
					  NULL,
					  &password_context_words,
					  "",
					  auth_check_words);
}

/* The least length of a part of an identifier that is a word by itself. */
#define MIN_PART 4

typedef enum Weakness
{
	NONE,
	TOO_SHORT,
	TOO_LONG,
	COMMON,
	CONTEXT,
	SIMILAR
} Weakness;

static const char *const weakness_names[] = {
	[TOO_SHORT] = "too_short",
	[TOO_LONG] = "too_long",
	[COMMON] = "common",
	[CONTEXT] = "context",
	[SIMILAR] = "similar",
};

/* Code points; bytes where the encoding is not known. */
static int
count_characters(text *password)
{
	return pg_mbstrlen_with_len(VARDATA_ANY(password),
								VARSIZE_ANY_EXHDR(password));
}

/* Whether the password has more characters than any can have. */
bool
auth_password_policy_is_too_long(text *password)
{
	return count_characters(password) > password_max_length;
}

static AuthWord
get_word(const AuthFolded *folded)
{
	return (AuthWord){folded->points, folded->count};
}

/* Whether the password is in the application's own list. */
static bool
is_in_table(const AuthFolded *password)
{
	Size size = VARHDRSZ + password->bytes.length;
	text *key = auth_secret_alloc(size);
	Datum value = PointerGetDatum(key);
	AuthRow row;
	bool found;

	SET_VARSIZE(key, size);
	memcpy(VARDATA(key), password->bytes.bytes, password->bytes.length);
	found = auth_row_open(&row, AUTH_COMMON_PASSWORD, &value);
	if (found)
		auth_row_close(&row);
	return found;
}

static bool
is_common(const AuthFolded *password)
{
	return auth_word_is_run(get_word(password)) ||
		   auth_word_is_common(password->bytes.bytes, password->bytes.length) ||
		   is_in_table(password);
}

static bool
is_of_context(const AuthFolded *password)
{
	List *words;
	ListCell *cell;

	/* checked when it was set */
	(void) SplitIdentifierString(pstrdup(password_context_words), ',', &words);
	foreach (cell, words)
	{
		AuthFolded word;

		auth_fold(cstring_to_text(lfirst(cell)), &word);
		if (auth_word_is_similar(get_word(password), get_word(&word)))
			return true;
	}
	return false;
}

static bool
is_alphanumeric(pg_wchar point)
{
	return point >= 0x80 || (point >= '0' && point <= '9') ||
		   (point >= 'a' && point <= 'z');
}

/* What stands before the @ of an address, or all of it. */
static AuthWord
get_mailbox(AuthWord address)
{
	Size length = address.length;

	while (length > 0 && address.points[length - 1] != '@')
		length--;
	return length > 0 ? (AuthWord){address.points, length - 1} : address;
}

/*
 * Whether the password is similar to a part of the identifier, of letters and
 * digits between other signs.
 */
static bool
is_similar_to_part(const AuthFolded *password, AuthWord whole)
{
	AuthWord part = {whole.points, 0};

	for (Size i = 0; i <= whole.length; i++)
	{
		if (i < whole.length && is_alphanumeric(whole.points[i]))
		{
			part.length++;
			continue;
		}
		if (part.length >= MIN_PART &&
			auth_word_is_similar(get_word(password), part))
			return true;
		part = (AuthWord){whole.points + i + 1, 0};
	}
	return false;
}

static bool
is_similar(const AuthFolded *password, text *identifier)
{
	AuthFolded folded;
	AuthWord whole;

	auth_fold(identifier, &folded);
	whole = get_word(&folded);
	return auth_word_is_similar(get_word(password), whole) ||
		   auth_word_is_similar(get_word(password), get_mailbox(whole)) ||
		   is_similar_to_part(password, whole);
}

/* What folding takes goes with each identifier: a user can have many keys. */
static bool
is_similar_to_any(const AuthFolded *password, List *identifiers)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "auth identifier",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	bool similar = false;
	ListCell *cell;

	foreach (cell, identifiers)
	{
		CHECK_FOR_INTERRUPTS();
		similar = is_similar(password, lfirst(cell));
		MemoryContextReset(context);
		if (similar)
			break;
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return similar;
}

static int
get_min_length(bool only_factor)
{
	return only_factor ? Max(password_min_length, password_min_length_single) :
						 password_min_length;
}

/*
 * The first weakness found, as the password of keys with these identifiers, of
 * a user who has no other factor or has.
 */
static Weakness
find_weakness(text *password, List *identifiers, bool only_factor)
{
	AuthFolded folded;

	if (count_characters(password) < get_min_length(only_factor))
		return TOO_SHORT;
	if (auth_password_policy_is_too_long(password))
		return TOO_LONG;
	auth_fold(password, &folded);
	if (is_common(&folded))
		return COMMON;
	if (is_of_context(&folded))
		return CONTEXT;
	if (is_similar_to_any(&folded, identifiers))
		return SIMILAR;
	return NONE;
}

/* Raise UA011, which says what is wrong and does not show the password. */
static void
refuse(Weakness weakness, bool only_factor)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_WEAK_PASSWORD),
			 weakness == TOO_SHORT ?
				 errmsg("password must have at least %d characters",
						get_min_length(only_factor)) :
			 weakness == TOO_LONG ?
				 errmsg("password must have at most %d characters",
						password_max_length) :
			 weakness == COMMON ?
				 errmsg("password is one of those in common use") :
			 weakness == CONTEXT ?
				 errmsg("password is too similar to a word that is easy to "
						"guess here") :
				 errmsg("password is too similar to the identifier"),
			 errdetail_internal("AUTH_WEAK_PASSWORD")));
}

/*
 * Raise UA011 unless it is acceptable as a new one of keys with these names, and
 * as long as the only factor of their user has to be, if it is that.
 */
void
auth_password_policy_require(text *password, List *identifiers,
							 bool only_factor)
{
	Weakness weakness = find_weakness(password, identifiers, only_factor);

	if (weakness != NONE)
		refuse(weakness, only_factor);
}

/*
 * auth_get_password_weakness(password text, provider_user_id text) text
 *
 * Why it would not be accepted; NULL when it would.  It is judged as the only
 * factor: nobody is told whether somebody has another.  22023 for an identifier
 * that is too long for a key; an empty one is not known yet.
 */
Datum
auth_get_password_weakness(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	List *identifiers = NIL;
	Weakness weakness;

	auth_secret_begin(&scope);
	if (!PG_ARGISNULL(1) && VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(1)) > 0)
		identifiers = list_make1(
			auth_argument_new_identifier(fcinfo, 1, "provider_user_id"));
	weakness = find_weakness(auth_secret_argument(fcinfo, 0, "password"),
							 identifiers,
							 true);
	auth_secret_end(&scope);
	if (weakness == NONE)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(weakness_names[weakness]));
}
