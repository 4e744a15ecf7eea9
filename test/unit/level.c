/*
 * level.c
 *	  Tests of what methods amount to.
 */
#include <stdio.h>
#include <string.h>

#include "session/level.h"
#include "unit.h"

#define PASSWORD AUTH_METHOD_PASSWORD
#define LINK AUTH_METHOD_LINK
#define FEDERATED AUTH_METHOD_FEDERATED
#define TOTP AUTH_METHOD_TOTP
#define PASSKEY AUTH_METHOD_PASSKEY
#define VERIFIED AUTH_METHOD_VERIFIED
#define RECOVERY AUTH_METHOD_RECOVERY
#define DEVICE AUTH_METHOD_DEVICE
#define SYNCED AUTH_METHOD_SYNCED

/* What is stored has to be read for ever. */
static void
bits_are_as_they_were(void)
{
	CHECK(PASSWORD == 1 && LINK == 2 && FEDERATED == 4);
	CHECK(TOTP == 8 && PASSKEY == 16 && VERIFIED == 32);
	CHECK(RECOVERY == 64 && DEVICE == 128 && SYNCED == 256);
}

static void
one_method_is_level_1(void)
{
	CHECK(auth_level(0) == 0);
	CHECK(auth_level(PASSWORD) == 1);
	CHECK(auth_level(LINK) == 1);
	CHECK(auth_level(FEDERATED) == 1);
	CHECK(auth_level(TOTP) == 1);
	CHECK(auth_level(PASSKEY) == 1);
	CHECK(auth_level(PASSKEY | SYNCED) == 1);
	CHECK(auth_level(RECOVERY) == 1);
}

static void
what_is_no_factor_makes_no_level_2(void)
{
	CHECK(auth_level(PASSWORD | LINK | FEDERATED) == 1);
	CHECK(auth_level(PASSWORD | DEVICE) == 1);
	CHECK(auth_level(TOTP | DEVICE) == 1);
	CHECK(auth_level(DEVICE) == 0);
	CHECK(auth_level(VERIFIED | SYNCED) == 0);
	CHECK(auth_level(PASSWORD | VERIFIED) == 1);
	CHECK(auth_level(PASSWORD | SYNCED) == 1);
	CHECK(auth_level(PASSKEY | DEVICE | SYNCED) == 1);
}

static void
a_factor_beside_another_proof_is_level_2(void)
{
	CHECK(auth_level(PASSWORD | TOTP) == 2);
	CHECK(auth_level(PASSWORD | PASSKEY) == 2);
	CHECK(auth_level(PASSWORD | RECOVERY) == 2);
	CHECK(auth_level(LINK | TOTP) == 2);
	CHECK(auth_level(FEDERATED | TOTP | DEVICE) == 2);
	CHECK(auth_level(PASSKEY | VERIFIED) == 2);
	CHECK(auth_level(PASSKEY | VERIFIED | SYNCED) == 2);
}

/* An app and a sheet of paper are had, both; nobody has shown what it knows. */
static void
factors_alone_are_level_1(void)
{
	CHECK(auth_level(TOTP | RECOVERY) == 1);
	CHECK(auth_level(TOTP | PASSKEY) == 1);
	CHECK(auth_level(PASSKEY | SYNCED | RECOVERY) == 1);
	CHECK(auth_level(TOTP | RECOVERY | PASSKEY | DEVICE) == 1);
	CHECK(auth_level(TOTP | RECOVERY | PASSWORD) == 2);
	CHECK(auth_level(TOTP | PASSKEY | VERIFIED) == 2);
}

/* The table may hold any number. */
static void
unknown_bits_count_for_nothing(void)
{
	const int32_t unknown = ~AUTH_METHODS;
	const char *words[AUTH_LEVEL_WORDS];

	CHECK(auth_level(unknown) == 0);
	CHECK(auth_level(INT32_MIN) == 0);
	CHECK(auth_level(unknown | PASSWORD) == 1);
	CHECK(auth_level(unknown | TOTP) == 1);
	CHECK(auth_level_words(unknown, words) == 0);
	CHECK(auth_level_words(unknown | LINK, words) == 1);
	CHECK(!auth_level_is_renewed(unknown, unknown));
	CHECK(auth_level_is_renewed(unknown, PASSWORD));
	for (int32_t methods = 0; methods <= AUTH_METHODS; methods++)
		CHECK(auth_level(methods) == auth_level(methods | unknown));
}

static const char *
joined(int32_t methods)
{
	static char text[100];
	const char *words[AUTH_LEVEL_WORDS];
	int count = auth_level_words(methods, words);

	text[0] = '\0';
	for (int i = 0; i < count; i++)
	{
		strcat(text, i == 0 ? "" : " ");
		strcat(text, words[i]);
	}
	return text;
}

static void
check_words(int32_t methods, const char *expected)
{
	const char *text = joined(methods);

	CHECK_TEXT(strcmp(text, expected) == 0, text);
}

static void
methods_have_words(void)
{
	check_words(0, "");
	check_words(PASSWORD, "pwd");
	check_words(LINK, "link");
	check_words(FEDERATED, "fed");
	check_words(PASSWORD | TOTP, "pwd otp mfa");
	check_words(PASSKEY, "hwk");
	check_words(PASSKEY | SYNCED, "swk");
	check_words(PASSKEY | VERIFIED, "hwk user mfa");
	check_words(VERIFIED | SYNCED, "");
	check_words(PASSWORD | VERIFIED | SYNCED, "pwd");
	check_words(PASSWORD | RECOVERY | DEVICE, "pwd recovery device mfa");
	check_words(AUTH_METHODS, "pwd link fed otp swk user recovery device mfa");
}

static void
never_more_words_than_there_is_room_for(void)
{
	const char *words[AUTH_LEVEL_WORDS];

	for (int32_t methods = 0; methods <= AUTH_METHODS; methods++)
		CHECK(auth_level_words(methods, words) <= AUTH_LEVEL_WORDS);
}

/* Of a passkey the words are read together. */
static void
words_lead_back_to_their_methods(void)
{
	for (int32_t methods = 0; methods <= AUTH_METHODS; methods++)
	{
		const char *words[AUTH_LEVEL_WORDS];
		int count = auth_level_words(methods, words);
		int32_t read = 0;

		for (int i = 0; i < count; i++)
			read |= auth_level_method(words[i]);
		CHECK(read ==
			  (methods & PASSKEY ? methods : methods & ~(VERIFIED | SYNCED)));
	}
}

static void
other_words_stand_for_nothing(void)
{
	CHECK(auth_level_method("") == 0);
	CHECK(auth_level_method("PWD") == 0);
	CHECK(auth_level_method("pwd ") == 0);
	CHECK(auth_level_method("password") == 0);
	CHECK(auth_level_method("mfa") == 0);
}

static void
known_words_are_listed(void)
{
	int count = 0;

	while (auth_level_word(count) != NULL)
	{
		const char *word = auth_level_word(count++);

		CHECK_TEXT(auth_level_method(word) != 0, word);
	}
	CHECK(count == 9);
}

static void
a_weaker_proof_renews_nothing(void)
{
	CHECK(auth_level_is_renewed(0, PASSWORD));
	CHECK(auth_level_is_renewed(PASSWORD, PASSWORD));
	CHECK(auth_level_is_renewed(LINK, PASSWORD));
	CHECK(auth_level_is_renewed(PASSWORD | DEVICE, PASSWORD));
	CHECK(auth_level_is_renewed(PASSWORD, TOTP));
	CHECK(auth_level_is_renewed(PASSWORD | TOTP, TOTP));
	CHECK(auth_level_is_renewed(PASSWORD | TOTP, RECOVERY));
	CHECK(auth_level_is_renewed(PASSWORD | TOTP, PASSWORD | TOTP));
	CHECK(!auth_level_is_renewed(PASSWORD | TOTP, PASSWORD));
	CHECK(!auth_level_is_renewed(PASSKEY | VERIFIED, PASSWORD | LINK));
	CHECK(auth_level_is_renewed(TOTP, PASSWORD));
	CHECK(auth_level_is_renewed(TOTP, TOTP));
	CHECK(auth_level_is_renewed(PASSKEY, PASSWORD));
	CHECK(!auth_level_is_renewed(PASSWORD, 0));
	CHECK(!auth_level_is_renewed(0, DEVICE | VERIFIED | SYNCED));
}

/* What could raise a level is never too weak. */
static void
below_level_2_any_proof_renews(void)
{
	const int32_t factors = TOTP | PASSKEY | RECOVERY;
	const int32_t known = factors | PASSWORD | LINK | FEDERATED;

	for (int32_t methods = 0; methods <= AUTH_METHODS; methods++)
	{
		int32_t good = auth_level(methods) == 2 ? factors : known;

		for (int32_t proof = 0; proof <= AUTH_METHODS; proof++)
		{
			CHECK(auth_level_is_renewed(methods, proof) ==
				  ((proof & good) != 0));
		}
	}
}

void
test_level(void)
{
	bits_are_as_they_were();
	one_method_is_level_1();
	what_is_no_factor_makes_no_level_2();
	a_factor_beside_another_proof_is_level_2();
	factors_alone_are_level_1();
	unknown_bits_count_for_nothing();
	methods_have_words();
	never_more_words_than_there_is_room_for();
	words_lead_back_to_their_methods();
	other_words_stand_for_nothing();
	known_words_are_listed();
	a_weaker_proof_renews_nothing();
	below_level_2_any_proof_renews();
}
