/*
 * encode.c
 *	  Tests of encode.c: random letters.
 */
#include <stdint.h>
#include <string.h>

#include "secret/encode.h"
#include "unit.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

static void
letters_of_single_bytes(void)
{
	for (int i = 0; i <= 255; i++)
	{
		uint8_t byte = (uint8_t) i;
		char out[2] = {'#', '#'};
		size_t written =
			auth_encode_letters(AUTH_ENCODE_TOKEN, &byte, 1, out, 1);

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

	CHECK(
		auth_encode_letters(AUTH_ENCODE_TOKEN, bytes, sizeof(bytes), out, 5) ==
		4);
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
	written = auth_encode_letters(AUTH_ENCODE_TOKEN,
								  bytes,
								  sizeof(bytes),
								  out,
								  sizeof(out));
	CHECK(written == 252);
	for (size_t i = 0; i < written; i++)
		counts[(unsigned char) out[i]]++;
	for (int i = 0; i < 36; i++)
		CHECK(counts[(unsigned char) letters[i]] == 7);
}

static void
letters_of_other_alphabets(void)
{
	uint8_t bytes[] = {0, 9, 249, 250, 255, 30, 247, 248};
	char out[] = "########";

	CHECK(
		auth_encode_letters(AUTH_ENCODE_DIGITS, bytes, sizeof(bytes), out, 8) ==
		6);
	CHECK(strcmp(out, "099078##") == 0);
	CHECK(
		auth_encode_letters(AUTH_ENCODE_CLEAR, bytes, sizeof(bytes), out, 8) ==
		4);
	CHECK(strncmp(out, "AK99", 4) == 0);
	CHECK(strlen(AUTH_ENCODE_CLEAR) == 31);
}

static void
letters_from_short_input(void)
{
	uint8_t bytes[] = {0, 255, 1, 252, 2};
	uint8_t refused[] = {252, 253, 254, 255};
	char out[] = "########";

	CHECK(
		auth_encode_letters(AUTH_ENCODE_TOKEN, bytes, sizeof(bytes), out, 8) ==
		3);
	CHECK(strcmp(out, "abc#####") == 0);
	CHECK(auth_encode_letters(AUTH_ENCODE_TOKEN,
							  refused,
							  sizeof(refused),
							  out,
							  8) == 0);
	CHECK(auth_encode_letters(AUTH_ENCODE_TOKEN, bytes, 0, out, 8) == 0);
	CHECK(auth_encode_letters(AUTH_ENCODE_TOKEN, NULL, 0, out, 8) == 0);
	CHECK(strcmp(out, "abc#####") == 0);
}

static void
letters_as_many_as_wanted(void)
{
	uint8_t bytes[] = {0, 1, 2, 3, 4};
	char out[] = "#####";

	CHECK(
		auth_encode_letters(AUTH_ENCODE_TOKEN, bytes, sizeof(bytes), out, 0) ==
		0);
	CHECK(
		auth_encode_letters(AUTH_ENCODE_TOKEN, bytes, sizeof(bytes), NULL, 0) ==
		0);
	CHECK(strcmp(out, "#####") == 0);
	CHECK(
		auth_encode_letters(AUTH_ENCODE_TOKEN, bytes, sizeof(bytes), out, 3) ==
		3);
	CHECK(strcmp(out, "abc##") == 0);
	CHECK(
		auth_encode_letters(AUTH_ENCODE_TOKEN, bytes, sizeof(bytes), out, 5) ==
		5);
	CHECK(strcmp(out, "abcde") == 0);
}

void
test_encode(void)
{
	letters_of_single_bytes();
	letters_at_the_bound();
	letters_are_equally_likely();
	letters_of_other_alphabets();
	letters_from_short_input();
	letters_as_many_as_wanted();
}
