/*
 * argon2.c
 *	  Tests of reading argon2 hashes.
 *
 * Texts are tried in memory of exactly their size, so that a build with
 * AddressSanitizer sees a read past their end.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "password/hash_format.h"
#include "password/hash_parse.h"
#include "unit.h"

#define SALT "c29tZXNhbHRzb21lc2FsdA"					   /* 16 bytes */
#define HASH "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI" /* 32 bytes */
#define SHORTEST_HASH "MTIzNDU2Nzg5MDEyMzQ1Ng"			   /* 16 bytes */
#define GOOD "$argon2id$v=19$m=19456,t=2,p=1$" SALT "$" HASH
#define SHORTEST "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" SHORTEST_HASH

/* Parse a copy that ends where the text ends. */
static bool
parse(const char *text, size_t length, AuthHash *hash)
{
	char *copy = malloc(length + 1);
	bool result;

	memcpy(copy, text, length);
	copy[length] = '\0';
	memset(hash, 0xEE, sizeof(*hash));
	result = auth_hash_parse(copy, AUTH_HASH_LEAST_BUDGET, hash) ==
			 AUTH_HASH_READABLE;
	free(copy);
	return result;
}

static bool
accepts(const char *text)
{
	AuthHash hash;

	return parse(text, strlen(text), &hash);
}

static void
takes(const char *text, uint32_t memory, uint32_t iterations, uint32_t lanes)
{
	AuthHash hash;

	CHECK_TEXT(parse(text, strlen(text), &hash), text);
	CHECK_TEXT(hash.memory == memory, text);
	CHECK_TEXT(hash.iterations == iterations, text);
	CHECK_TEXT(hash.lanes == lanes, text);
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
argon2_good(void)
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
argon2_algorithm(void)
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
	refuses("correct horse battery staple");
}

static void
argon2_version(void)
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
argon2_parameters(void)
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
argon2_numbers(void)
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
argon2_caps(void)
{
	CHECK(AUTH_HASH_MAX_MEMORY == 1048576);
	CHECK(AUTH_HASH_MAX_PASSES == 32);
	CHECK(AUTH_HASH_MAX_LANES == 16);
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
	/* the product counts: 4,000,000 KiB in all passes together */
	takes(with_parameters("m=1048576,t=3,p=16"), 1048576, 3, 16);
	refuses(with_parameters("m=1048576,t=4,p=16"));
	refuses(with_parameters("m=1048576,t=32,p=1"));
	refuses("$argon2i$v=19$m=1048576,t=32,p=1$" SALT "$" HASH);
	refuses("$pepper$k=1$argon2id$v=19$m=1048576,t=32,p=1$" SALT "$" HASH);
	takes(with_parameters("m=125000,t=32,p=1"), 125000, 32, 1);
	refuses(with_parameters("m=125001,t=32,p=1"));
}

/* The least memory that argon2 works with is 8 KiB a lane. */
static void
argon2_least_memory(void)
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
argon2_salt_lengths(void)
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
argon2_hash_lengths(void)
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
argon2_base64(void)
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
argon2_base64_spare_bits(void)
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
argon2_trailing(void)
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
argon2_prefixes(void)
{
	const char *shortest = SHORTEST;
	const char *good = GOOD;
	size_t key = strlen(GOOD) - strlen(HASH);
	AuthHash hash;

	/* nothing can be cut from the shortest hash there is */
	for (size_t length = 0; length < strlen(shortest); length++)
		CHECK(!parse(shortest, length, &hash));
	/* of a longer one whole bytes can, and nothing before it */
	for (size_t length = 0; length < key + 22; length++)
		CHECK(!parse(good, length, &hash));
}

/* What was read is what is written there, up to the salt. */
static bool
reads_back(const char *text, const AuthHash *hash)
{
	char prefix[128];
	const char *algorithm = text[8] == 'd' ? "argon2id" : "argon2i";
	int length = snprintf(prefix,
						  sizeof(prefix),
						  "$%s$v=19$m=%" PRIu64 ",t=%" PRIu32 ",p=%" PRIu32 "$",
						  algorithm,
						  hash->memory,
						  hash->iterations,
						  hash->lanes);

	return strncmp(text, prefix, (size_t) length) == 0;
}

static void
argon2_changed_bytes(void)
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
				AuthHash hash;

				text[at] = (char) byte;
				CHECK_TEXT(!parse(text, length, &hash) ||
							   reads_back(text, &hash),
						   text);
			}
			text[at] = texts[i][at];
		}
		free(text);
	}
}

static void
argon2_inserted_and_removed_bytes(void)
{
	static const char inserts[] = "0129aZ+/=$, \n\xFF";
	const char *good = GOOD;
	size_t length = strlen(good);
	AuthHash hash;

	for (size_t at = 0; at <= length; at++)
	{
		char text[256];

		memcpy(text, good, at);
		if (at < length)
		{
			strcpy(text + at, good + at + 1);
			CHECK_TEXT(!parse(text, length - 1, &hash) ||
						   reads_back(text, &hash),
					   text);
		}
		for (size_t i = 0; i < sizeof(inserts) - 1; i++)
		{
			text[at] = inserts[i];
			strcpy(text + at + 1, good + at);
			CHECK_TEXT(!parse(text, length + 1, &hash) ||
						   reads_back(text, &hash),
					   text);
		}
	}
}

void
test_argon2(void)
{
	argon2_good();
	argon2_algorithm();
	argon2_version();
	argon2_parameters();
	argon2_numbers();
	argon2_caps();
	argon2_least_memory();
	argon2_salt_lengths();
	argon2_hash_lengths();
	argon2_base64();
	argon2_base64_spare_bits();
	argon2_trailing();
	argon2_prefixes();
	argon2_changed_bytes();
	argon2_inserted_and_removed_bytes();
}
