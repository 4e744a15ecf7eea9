/*
 * pepper.c
 *	  Tests of server_key_parse.c, and of hashes that name a pepper.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "password/hash_format.h"
#include "password/hash_parse.h"
#include "password/pepper.h"
#include "unit.h"

#define HEX8 "0123456789abcDEF"
#define HEX32 HEX8 HEX8 HEX8 HEX8
#define HEX128 HEX32 HEX32 HEX32 HEX32
#define OTHER "ff23456789abcDEF" HEX8 HEX8 HEX8
#define ARGON2 "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng"

/* In memory that ends where the text ends. */
static AuthServerKeyStatus
parse(const char *text, const char *id, AuthServerKey *pepper, int *line)
{
	char *copy = strdup(text);
	AuthSpan span = {id, id != NULL ? strlen(id) : 0};
	AuthServerKeyStatus status =
		auth_server_key_parse(copy, id != NULL ? &span : NULL, pepper, line);

	free(copy);
	return status;
}

static void
finds(const char *text, const char *id, const char *found, uint8_t first)
{
	AuthServerKey pepper;
	int line;
	bool same = parse(text, id, &pepper, &line) == AUTH_SERVER_KEY_FOUND &&
				strcmp(pepper.id, found) == 0 && pepper.length == 32 &&
				pepper.key[0] == first && pepper.key[1] == 0x23 &&
				pepper.key[31] == 0xef;

	CHECK_TEXT(same, text);
}

static void
refuses(const char *text, int where)
{
	AuthServerKey pepper;
	int line;

	CHECK_TEXT(parse(text, NULL, &pepper, &line) == AUTH_SERVER_KEY_MALFORMED,
			   text);
	CHECK_TEXT(line == where, text);
}

static void
good_files(void)
{
	AuthServerKey pepper;
	int line;

	finds("1:" HEX32, NULL, "1", 0x01);
	finds("1:" HEX32 "\n", "1", "1", 0x01);
	finds("new:" OTHER "\nold:" HEX32 "\n", NULL, "new", 0xff);
	finds("new:" OTHER "\nold:" HEX32 "\n", "old", "old", 0x01);
	finds("# keys\n\n \t\n  a_B-9:" HEX32 " \r\n#end", NULL, "a_B-9", 0x01);
	finds("12345678901234567890123456789012:" HEX32,
		  NULL,
		  "12345678901234567890123456789012",
		  0x01);
	CHECK(parse("1:" HEX32 "\n", "2", &pepper, &line) ==
		  AUTH_SERVER_KEY_NOT_FOUND);
	CHECK(parse("12:" HEX32, "1", &pepper, &line) == AUTH_SERVER_KEY_NOT_FOUND);
	CHECK(parse("1:" HEX32, "12", &pepper, &line) == AUTH_SERVER_KEY_NOT_FOUND);
	CHECK(parse("1:" HEX128, NULL, &pepper, &line) == AUTH_SERVER_KEY_FOUND);
	CHECK(pepper.length == 128);
}

static void
bad_files(void)
{
	refuses("", 1);
	refuses("\n\n# none\n", 4);
	refuses(HEX32, 1);
	refuses(":" HEX32, 1);
	refuses("1", 1);
	refuses("1:", 1);
	refuses("1 :" HEX32, 1);
	refuses("1: " HEX32, 1);
	refuses("1:0x" HEX32, 1);
	refuses("1:" HEX32 "a", 1);
	refuses("1:" HEX8 HEX8 HEX8 "0123456789abcD", 1);
	refuses("1:" HEX32 "gg", 1);
	refuses("1:" HEX32 " x", 1);
	refuses("1:" HEX128 "00", 1);
	refuses("a.b:" HEX32, 1);
	refuses("\xC3\xA4:" HEX32, 1);
	refuses("123456789012345678901234567890123:" HEX32, 1);

	/* also behind the key that is looked for */
	refuses("1:" HEX32 "\n2:" HEX8 "\n", 2);
	refuses("1:" HEX32 "\n\n1:" OTHER "\n", 3);
}

static void
many_keys(void)
{
	char text[65 * 80] = "";
	char *end = text;
	AuthServerKey pepper;
	int line;

	for (int i = 1; i <= 64; i++)
		end += sprintf(end, "%d:" HEX32 "\n", i);
	CHECK(parse(text, "64", &pepper, &line) == AUTH_SERVER_KEY_FOUND);
	(void) sprintf(end, "65:" HEX32 "\n");
	refuses(text, 65);
}

static void
hashes(void)
{
	static const char *const malformed[] = {
		"$pepper$k=",
		"$pepper$k=1",
		"$pepper$k=1$",
		"$pepper$k=" ARGON2,
		"$pepper$k=1" ARGON2 "$",
		"$pepper$k=1$$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$"
		"MTIzNDU2Nzg5MDEyMzQ1Ng",
		"$pepper$k=1.2" ARGON2,
		"$pepper$k=1,k=2" ARGON2,
		"$pepper$k=1$pepper$k=2" ARGON2,
		"$pepper$k=123456789012345678901234567890123" ARGON2,
		"$pepper$k=1$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$"
		"MTIzNDU2Nzg5MDEyMzQ1Ng",
		"$pepper$k=1$2a$04$abcdefghijklmnopqrstuu"
		"abcdefghijklmnopqrstuvwxyzABCDe",
	};
	AuthHash hash;

	CHECK(auth_hash_parse("$pepper$k=a-1" ARGON2,
						  AUTH_HASH_LEAST_BUDGET,
						  &hash) == AUTH_HASH_READABLE);
	CHECK(hash.format == AUTH_HASH_ARGON2ID && hash.memory == 8);
	CHECK(hash.pepper.length == 3 &&
		  strncmp(hash.pepper.start, "a-1$", 4) == 0);
	CHECK(strcmp(hash.text, ARGON2) == 0);
	CHECK(auth_hash_parse(ARGON2, AUTH_HASH_LEAST_BUDGET, &hash) ==
		  AUTH_HASH_READABLE);
	CHECK(hash.pepper.length == 0 && strcmp(hash.text, ARGON2) == 0);
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		CHECK_TEXT(auth_hash_parse(malformed[i],
								   AUTH_HASH_LEAST_BUDGET,
								   &hash) == AUTH_HASH_MALFORMED,
				   malformed[i]);
	CHECK(auth_hash_parse("$peppers$k=1" ARGON2,
						  AUTH_HASH_LEAST_BUDGET,
						  &hash) == AUTH_HASH_UNRECOGNISED);
}

void
test_pepper(void)
{
	good_files();
	bad_files();
	many_keys();
	hashes();
}
