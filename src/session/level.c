/*
 * level.c
 *	  What the methods by which a user was authenticated amount to.  Pure: no
 *	  server is needed.
 *
 * The level is computed from the methods wherever it is needed, and stored
 * nowhere, so that the two cannot disagree.  Different methods count, not
 * proofs: the same one twice is one.  Bits that have no meaning here, as a later
 * version may have written them, count for nothing.
 *
 * There is no level 3: it would take an authenticator whose make is attested.
 */
#include <stddef.h>
#include <string.h>

#include "session/level.h"

/* What somebody who has the password, the mailbox or the provider still lacks. */
#define FACTORS (AUTH_METHOD_TOTP | AUTH_METHOD_PASSKEY | AUTH_METHOD_RECOVERY)

#define FIRST (AUTH_METHOD_PASSWORD | AUTH_METHOD_LINK | AUTH_METHOD_FEDERATED)

/* A remembered device is none: its cookie is copied as easily as a session's. */
#define PROOFS (FIRST | FACTORS)

/* What is said of a passkey means nothing without one. */
#define OF_PASSKEY (AUTH_METHOD_VERIFIED | AUTH_METHOD_SYNCED)

/* A word holds of methods that have these bits and, of the mask, no others. */
typedef struct Word
{
	const char *word;
	int32_t methods;
	int32_t mask;
} Word;

#define WORD(word, methods)    \
	{                          \
		word, methods, methods \
	}

/* Those of RFC 8176 (pwd, otp, hwk, swk, user; mfa), and ours. */
static const Word known_words[] = {
	WORD("pwd", AUTH_METHOD_PASSWORD),
	WORD("link", AUTH_METHOD_LINK),
	WORD("fed", AUTH_METHOD_FEDERATED),
	WORD("otp", AUTH_METHOD_TOTP),
	{"hwk", AUTH_METHOD_PASSKEY, AUTH_METHOD_PASSKEY | AUTH_METHOD_SYNCED},
	WORD("swk", AUTH_METHOD_PASSKEY | AUTH_METHOD_SYNCED),
	WORD("user", AUTH_METHOD_VERIFIED),
	WORD("recovery", AUTH_METHOD_RECOVERY),
	WORD("device", AUTH_METHOD_DEVICE),
};

#define KNOWN_WORDS ((int) (sizeof(known_words) / sizeof(known_words[0])))

static int32_t
without_what_is_loose(int32_t methods)
{
	return methods & AUTH_METHOD_PASSKEY ? methods : methods & ~OF_PASSKEY;
}

/*
 * 0: nobody has proven anything that is known; 1: by methods of one kind; 2: by a
 * factor beside another method, or by a passkey that has verified its user.  Two
 * factors are no more than one: whoever has the phone and the paper may have
 * found both.
 */
int
auth_level(int32_t methods)
{
	if ((methods & PROOFS) == 0)
		return 0;
	if ((methods & AUTH_METHOD_PASSKEY) && (methods & AUTH_METHOD_VERIFIED))
		return 2;
	return (methods & FIRST) && (methods & FACTORS) ? 2 : 1;
}

/*
 * Whether this proof authenticates the user of such a session anew.  At level 2
 * it takes a factor; below that any method does, as another may raise it.
 */
bool
auth_level_is_renewed(int32_t methods, int32_t proof)
{
	return (proof & (auth_level(methods) == 2 ? FACTORS : PROOFS)) != 0;
}

/* The words of the methods, at most AUTH_LEVEL_WORDS; their number. */
int
auth_level_words(int32_t methods, const char **words)
{
	int32_t bits = without_what_is_loose(methods);
	int count = 0;

	for (int i = 0; i < KNOWN_WORDS; i++)
	{
		if ((bits & known_words[i].mask) == known_words[i].methods)
			words[count++] = known_words[i].word;
	}
	if (auth_level(methods) == 2)
		words[count++] = "mfa";
	return count;
}

/* The words that stand for methods, from 0; NULL after the last one. */
const char *
auth_level_word(int number)
{
	return number < KNOWN_WORDS ? known_words[number].word : NULL;
}

/* The methods that the word stands for; 0 for another. */
int32_t
auth_level_method(const char *word)
{
	for (int i = 0; i < KNOWN_WORDS; i++)
	{
		if (strcmp(known_words[i].word, word) == 0)
			return known_words[i].methods;
	}
	return 0;
}
