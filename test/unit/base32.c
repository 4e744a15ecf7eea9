/*
 * base32.c
 *	  Tests of base32.c: the vectors of RFC 4648, and all lengths.
 */
#include <string.h>

#include "secret/base32.h"
#include "unit.h"

static bool
is_encoded_as(const uint8_t *bytes, size_t length, const char *letters)
{
	char out[64];

	memset(out, '#', sizeof(out));
	auth_base32_encode(bytes, length, out);
	return AUTH_BASE32_LENGTH(length) == strlen(letters) &&
		   memcmp(out, letters, strlen(letters)) == 0 &&
		   out[strlen(letters)] == '#';
}

static bool
is_text_encoded_as(const char *text, const char *letters)
{
	return is_encoded_as((const uint8_t *) text, strlen(text), letters);
}

/* RFC 4648, section 10, without the padding. */
static void
base32_of_rfc(void)
{
	CHECK(is_text_encoded_as("", ""));
	CHECK(is_text_encoded_as("f", "MY"));
	CHECK(is_text_encoded_as("fo", "MZXQ"));
	CHECK(is_text_encoded_as("foo", "MZXW6"));
	CHECK(is_text_encoded_as("foob", "MZXW6YQ"));
	CHECK(is_text_encoded_as("fooba", "MZXW6YTB"));
	CHECK(is_text_encoded_as("foobar", "MZXW6YTBOI"));
}

/* All letters, in the order of the alphabet. */
static void
base32_of_alphabet(void)
{
	const uint8_t bytes[] = {0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54,
							 0xb6, 0x35, 0xcf, 0x84, 0x65, 0x3a, 0x56,
							 0xd7, 0xc6, 0x75, 0xbe, 0x77, 0xdf};

	CHECK(is_encoded_as(bytes,
						sizeof(bytes),
						"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
}

static void
base32_of_secrets(void)
{
	uint8_t zeros[64] = {0};
	uint8_t ones[64];
	char out[104];

	memset(ones, 255, sizeof(ones));
	CHECK(AUTH_BASE32_LENGTH(20) == 32);
	CHECK(AUTH_BASE32_LENGTH(32) == 52);
	CHECK(AUTH_BASE32_LENGTH(64) == 103);
	CHECK(is_encoded_as(zeros, 20, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
	CHECK(is_encoded_as(ones, 20, "77777777777777777777777777777777"));
	CHECK(is_encoded_as(ones, 1, "74"));
	out[103] = '#';
	auth_base32_encode(ones, 64, out);
	CHECK(out[101] == '7' && out[102] == 'Y' && out[103] == '#');
}

void
test_base32(void)
{
	base32_of_rfc();
	base32_of_alphabet();
	base32_of_secrets();
}
