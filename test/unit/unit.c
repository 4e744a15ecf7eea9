/*
 * unit.c
 *	  Tests of the pure parts: encode.c and phc.c.
 *
 * Texts are tried in memory of exactly their size, so that a build with
 * AddressSanitizer sees a read past their end.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "phc.h"

static int passed = 0;
static int failed = 0;

#define CHECK(condition) \
	check((condition), #condition, __func__, __LINE__, NULL)
#define CHECK_TEXT(condition, text) \
	check((condition), #condition, __func__, __LINE__, (text))

static void
check(bool condition, const char *what, const char *where, int line,
	  const char *text)
{
	if (condition)
	{
		passed++;
		return;
	}
	failed++;
	printf("%s:%d: %s", where, line, what);
	printf(text == NULL ? "\n" : " with \"%s\"\n", text);
}

/* encode.c */

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

static void
letters_of_single_bytes(void)
{
	for (int i = 0; i <= 255; i++)
	{
		uint8_t byte = (uint8_t) i;
		char out[2] = {'#', '#'};
		size_t written = auth_encode_letters(&byte, 1, out, 1);

		CHECK(written == (i < 252 ? 1 : 0));
		CHECK(out[0] == (i < 252 ? letters[i % 36] : '#'));
		CHECK(out[1] == '#');
	}
}

static void
letters_at_the_bound(void)
{
	uint8_t bytes[] = {251, 252, 253, 254, 255, 0, 35, 36};
	char out[] = "#####";

	CHECK(auth_encode_letters(bytes, sizeof(bytes), out, 5) == 4);
	CHECK(strcmp(out, "9a9a#") == 0);
}

static void
letters_are_equally_likely(void)
{
	uint8_t bytes[256];
	char out[256];
	int counts[256] = {0};
	size_t written;

	for (int i = 0; i < 256; i++)
		bytes[i] = (uint8_t) i;
	written = auth_encode_letters(bytes, sizeof(bytes), out, sizeof(out));
	CHECK(written == 252);
	for (size_t i = 0; i < written; i++)
		counts[(unsigned char) out[i]]++;
	for (int i = 0; i < 36; i++)
		CHECK(counts[(unsigned char) letters[i]] == 7);
}

static void
letters_from_short_input(void)
{
	uint8_t bytes[] = {0, 255, 1, 252, 2};
	uint8_t refused[] = {252, 253, 254, 255};
	char out[] = "########";

	CHECK(auth_encode_letters(bytes, sizeof(bytes), out, 8) == 3);
	CHECK(strcmp(out, "abc#####") == 0);
	CHECK(auth_encode_letters(refused, sizeof(refused), out, 8) == 0);
	CHECK(auth_encode_letters(bytes, 0, out, 8) == 0);
	CHECK(auth_encode_letters(NULL, 0, out, 8) == 0);
	CHECK(strcmp(out, "abc#####") == 0);
}

static void
letters_as_many_as_wanted(void)
{
	uint8_t bytes[] = {0, 1, 2, 3, 4};
	char out[] = "#####";

	CHECK(auth_encode_letters(bytes, sizeof(bytes), out, 0) == 0);
	CHECK(auth_encode_letters(bytes, sizeof(bytes), NULL, 0) == 0);
	CHECK(strcmp(out, "#####") == 0);
	CHECK(auth_encode_letters(bytes, sizeof(bytes), out, 3) == 3);
	CHECK(strcmp(out, "abc##") == 0);
	CHECK(auth_encode_letters(bytes, sizeof(bytes), out, 5) == 5);
	CHECK(strcmp(out, "abcde") == 0);
}

/* phc.c */

#define SALT "c29tZXNhbHRzb21lc2FsdA"					   /* 16 bytes */
#define HASH "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI" /* 32 bytes */
#define SHORTEST_HASH "MTIzNDU2Nzg5MDEyMzQ1Ng"			   /* 16 bytes */
#define GOOD "$argon2id$v=19$m=19456,t=2,p=1$" SALT "$" HASH
#define SHORTEST "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" SHORTEST_HASH

/* Parse a copy that ends where the text ends. */
static bool
parse(const char *text, size_t length, AuthPhc *phc)
{
	char *copy = malloc(length + 1);
	bool result;

	memcpy(copy, text, length);
	copy[length] = '\0';
	memset(phc, 0xEE, sizeof(*phc));
	result = auth_phc_parse(copy, phc);
	free(copy);
	return result;
}

static bool
accepts(const char *text)
{
	AuthPhc phc;

	return parse(text, strlen(text), &phc);
}

static void
takes(const char *text, uint32_t memory, uint32_t iterations, uint32_t lanes)
{
	AuthPhc phc;

	CHECK_TEXT(parse(text, strlen(text), &phc), text);
	CHECK_TEXT(phc.memory == memory, text);
	CHECK_TEXT(phc.iterations == iterations, text);
	CHECK_TEXT(phc.lanes == lanes, text);
}

static void
refuses(const char *text)
{
	CHECK_TEXT(!accepts(text), text);
}

/* "before", the character "count" times, then "after" */
static const char *
repeated(const char *before, char c, int count, const char *after)
{
	static char text[1024];
	int start = snprintf(text, sizeof(text), "%s", before);

	memset(text + start, c, (size_t) count);
	strcpy(text + start + count, after);
	return text;
}

static const char *
with_parameters(const char *parameters)
{
	static char text[1024];

	snprintf(text,
			 sizeof(text),
			 "$argon2id$v=19$%s$" SALT "$" HASH,
			 parameters);
	return text;
}

static void
phc_good(void)
{
	takes(GOOD, 19456, 2, 1);
	takes(SHORTEST, 8, 1, 1);
	takes("$argon2i$v=19$m=4096,t=3,p=1$" SALT "$" HASH, 4096, 3, 1);
	takes(with_parameters("m=65536,t=10,p=4"), 65536, 10, 4);
	takes("$argon2id$v=19$m=19456,t=2,p=1$+/+/+/+/+/+/+/+/+/+/+A$" HASH,
		  19456,
		  2,
		  1);
}

static void
phc_algorithm(void)
{
	refuses("");
	refuses("$");
	refuses("$argon2d$v=19$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$argon2$v=19$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$argon2idx$v=19$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$Argon2id$v=19$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$ARGON2ID$v=19$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("argon2id$v=19$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses(" " GOOD);
	refuses("$" GOOD);
	refuses("$scrypt$ln=14,r=8,p=1$" SALT "$" HASH);
	refuses("$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde");
	refuses("correct horse battery staple");
}

static void
phc_version(void)
{
	refuses("$argon2id$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$argon2id$v=16$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$argon2id$v=18$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$argon2id$v=20$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$argon2id$v=190$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$argon2id$v=019$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$argon2id$v=$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$argon2id$V=19$m=19456,t=2,p=1$" SALT "$" HASH);
	refuses("$argon2id$v=19$$m=19456,t=2,p=1$" SALT "$" HASH);
}

static void
phc_parameters(void)
{
	refuses(with_parameters(""));
	refuses(with_parameters("m=19456"));
	refuses(with_parameters("m=19456,t=2"));
	refuses(with_parameters("t=2,p=1"));
	refuses(with_parameters("m=19456,p=1"));
	refuses(with_parameters("m=19456,p=1,t=2"));
	refuses(with_parameters("t=2,m=19456,p=1"));
	refuses(with_parameters("m=19456,t=2,p=1,"));
	refuses(with_parameters("m=19456,t=2,p=1,data=YQ"));
	refuses(with_parameters("m=19456,t=2,p=1,keyid=YQ"));
	refuses(with_parameters("m=19456, t=2,p=1"));
	refuses(with_parameters("m=19456;t=2;p=1"));
	refuses(with_parameters("m=19456,t=2,p=1,p=1"));
	refuses(with_parameters("m:19456,t:2,p:1"));
	refuses(with_parameters("M=19456,T=2,P=1"));
}

static void
phc_numbers(void)
{
	static const char *const bad[] = {"",
									  "0",
									  "00",
									  "01",
									  "007",
									  "+1",
									  "-1",
									  " 1",
									  "1 ",
									  "1.0",
									  "1e1",
									  "0x10",
									  "a",
									  "/",
									  ":",
									  "4294967295",
									  "4294967296",
									  "4294967297",
									  "18446744073709551615",
									  "18446744073709551616",
									  "18446744073709551617",
									  "99999999999999999999999999999999"};
	static const char *const places[] = {"m=%s,t=2,p=1",
										 "m=19456,t=%s,p=1",
										 "m=19456,t=2,p=%s"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		for (size_t j = 0; j < sizeof(places) / sizeof(places[0]); j++)
		{
			char parameters[128];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(parameters, sizeof(parameters), places[j], bad[i]);
#pragma GCC diagnostic pop
			refuses(with_parameters(parameters));
		}
	}
}

static void
phc_caps(void)
{
	CHECK(AUTH_PHC_MAX_MEMORY == 1048576);
	CHECK(AUTH_PHC_MAX_ITERATIONS == 32);
	CHECK(AUTH_PHC_MAX_LANES == 16);
	takes(with_parameters("m=1048576,t=2,p=1"), 1048576, 2, 1);
	takes(with_parameters("m=1048575,t=2,p=1"), 1048575, 2, 1);
	refuses(with_parameters("m=1048577,t=2,p=1"));
	refuses(with_parameters("m=10485760,t=2,p=1"));
	refuses(with_parameters("m=4194304,t=2,p=1"));
	takes(with_parameters("m=19456,t=32,p=1"), 19456, 32, 1);
	refuses(with_parameters("m=19456,t=33,p=1"));
	refuses(with_parameters("m=19456,t=320,p=1"));
	takes(with_parameters("m=19456,t=2,p=16"), 19456, 2, 16);
	refuses(with_parameters("m=19456,t=2,p=17"));
	refuses(with_parameters("m=19456,t=2,p=160"));
	takes(with_parameters("m=1048576,t=32,p=16"), 1048576, 32, 16);
}

/* The least memory that argon2 works with is 8 KiB a lane. */
static void
phc_least_memory(void)
{
	takes(with_parameters("m=8,t=1,p=1"), 8, 1, 1);
	refuses(with_parameters("m=7,t=1,p=1"));
	refuses(with_parameters("m=1,t=1,p=1"));
	takes(with_parameters("m=16,t=1,p=2"), 16, 1, 2);
	refuses(with_parameters("m=15,t=1,p=2"));
	takes(with_parameters("m=128,t=1,p=16"), 128, 1, 16);
	refuses(with_parameters("m=127,t=1,p=16"));
}

static void
phc_salt_lengths(void)
{
	for (int length = 0; length <= 200; length++)
	{
		const char *text =
			repeated("$argon2id$v=19$m=19456,t=2,p=1$", 'A', length, "$" HASH);

		CHECK_TEXT(accepts(text) ==
					   (length >= 11 && length <= 86 && length % 4 != 1),
				   text);
	}
}

static void
phc_hash_lengths(void)
{
	for (int length = 0; length <= 400; length++)
	{
		const char *text = repeated("$argon2id$v=19$m=19456,t=2,p=1$" SALT "$",
									'A',
									length,
									"");

		CHECK_TEXT(accepts(text) ==
					   (length >= 22 && length <= 171 && length % 4 != 1),
				   text);
	}
}

static void
phc_base64(void)
{
	refuses("$argon2id$v=19$m=19456,t=2,p=1$" SALT "==$" HASH);
	refuses("$argon2id$v=19$m=19456,t=2,p=1$" SALT "$" HASH "=");
	for (int c = 1; c < 256; c++)
	{
		char text[] = GOOD;
		bool good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
					(c >= '0' && c <= '9') || c == '+' || c == '/';

		text[sizeof("$argon2id$v=19$m=19456,t=2,p=1$")] = (char) c;
		CHECK_TEXT(accepts(text) == good, text);
		text[sizeof("$argon2id$v=19$m=19456,t=2,p=1$")] = 'A';
		text[sizeof(GOOD) - 10] = (char) c;
		CHECK_TEXT(accepts(text) == good, text);
	}
}

/* Bits of the last character that belong to no byte are zero. */
static void
phc_base64_spare_bits(void)
{
	/* of 16 bytes: four spare bits in the last character */
	takes("$argon2id$v=19$m=8,t=1,p=1$" SALT "$MTIzNDU2Nzg5MDEyMzQ1Ng",
		  8,
		  1,
		  1);
	refuses("$argon2id$v=19$m=8,t=1,p=1$" SALT "$MTIzNDU2Nzg5MDEyMzQ1Nh");
	refuses("$argon2id$v=19$m=8,t=1,p=1$" SALT "$MTIzNDU2Nzg5MDEyMzQ1No");
	refuses("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdB$" HASH);
	/* of 8 and 32 bytes: two */
	refuses("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHR$" HASH);
	refuses("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHS$" HASH);
	refuses("$argon2id$v=19$m=8,t=1,p=1$" SALT
			"$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTJ");
	/* of 18 bytes: none */
	takes("$argon2id$v=19$m=8,t=1,p=1$////////////////////////$" HASH, 8, 1, 1);
}

static void
phc_trailing(void)
{
	refuses(GOOD "$");
	refuses(GOOD " ");
	refuses(GOOD "\n");
	refuses(GOOD ".");
	refuses(GOOD "\x80");
	refuses(GOOD GOOD);
	refuses("$argon2id$v=19$m=19456,t=2,p=1$" SALT);
	refuses("$argon2id$v=19$m=19456,t=2,p=1$" SALT "$");
	refuses("$argon2id$v=19$m=19456,t=2,p=1$$" HASH);
	refuses("$argon2id$v=19$m=19456,t=2,p=1" SALT "$" HASH);
	refuses("$argon2id$v=19$m=19456,t=2,p=1$" SALT HASH);
}

static void
phc_prefixes(void)
{
	const char *shortest = SHORTEST;
	const char *good = GOOD;
	size_t hash = strlen(GOOD) - strlen(HASH);
	AuthPhc phc;

	/* nothing can be cut from the shortest hash there is */
	for (size_t length = 0; length < strlen(shortest); length++)
		CHECK(!parse(shortest, length, &phc));
	/* of a longer one whole bytes can, and nothing before it */
	for (size_t length = 0; length < hash + 22; length++)
		CHECK(!parse(good, length, &phc));
}

/* What was read is what is written there, up to the salt. */
static bool
reads_back(const char *text, const AuthPhc *phc)
{
	char prefix[128];
	const char *algorithm = text[8] == 'd' ? "argon2id" : "argon2i";
	int length = snprintf(prefix,
						  sizeof(prefix),
						  "$%s$v=19$m=%" PRIu32 ",t=%" PRIu32 ",p=%" PRIu32 "$",
						  algorithm,
						  phc->memory,
						  phc->iterations,
						  phc->lanes);

	return strncmp(text, prefix, (size_t) length) == 0;
}

static void
phc_changed_bytes(void)
{
	static const char *const texts[] = {GOOD, SHORTEST};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		size_t length = strlen(texts[i]);
		char *text = malloc(length + 1);

		memcpy(text, texts[i], length + 1);
		for (size_t at = 0; at < length; at++)
		{
			for (int byte = 1; byte < 256; byte++)
			{
				AuthPhc phc;

				text[at] = (char) byte;
				CHECK_TEXT(!parse(text, length, &phc) || reads_back(text, &phc),
						   text);
			}
			text[at] = texts[i][at];
		}
		free(text);
	}
}

static void
phc_inserted_and_removed_bytes(void)
{
	static const char inserts[] = "0129aZ+/=$, \n\xFF";
	const char *good = GOOD;
	size_t length = strlen(good);
	AuthPhc phc;

	for (size_t at = 0; at <= length; at++)
	{
		char text[256];

		memcpy(text, good, at);
		if (at < length)
		{
			strcpy(text + at, good + at + 1);
			CHECK_TEXT(!parse(text, length - 1, &phc) || reads_back(text, &phc),
					   text);
		}
		for (size_t i = 0; i < sizeof(inserts) - 1; i++)
		{
			text[at] = inserts[i];
			strcpy(text + at + 1, good + at);
			CHECK_TEXT(!parse(text, length + 1, &phc) || reads_back(text, &phc),
					   text);
		}
	}
}

int
main(void)
{
	letters_of_single_bytes();
	letters_at_the_bound();
	letters_are_equally_likely();
	letters_from_short_input();
	letters_as_many_as_wanted();
	phc_good();
	phc_algorithm();
	phc_version();
	phc_parameters();
	phc_numbers();
	phc_caps();
	phc_least_memory();
	phc_salt_lengths();
	phc_hash_lengths();
	phc_base64();
	phc_base64_spare_bits();
	phc_trailing();
	phc_prefixes();
	phc_changed_bytes();
	phc_inserted_and_removed_bytes();
	printf("%d passed, %d failed\n", passed, failed);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
