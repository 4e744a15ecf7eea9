/*
 * totp_uri.c
 *	  Tests of totp_uri.c: the URI that an authenticator app reads.
 */
#include <stdlib.h>
#include <string.h>

#include "factor/totp_uri.h"
#include "unit.h"

static bool
is_uri(const AuthTotpRule *rule, const char *issuer, const char *account,
	   const char *wanted)
{
	AuthTotpLabel label = {issuer, account};
	size_t room = auth_totp_uri_room(rule, &label);
	char *out = malloc(room);
	bool same;

	auth_totp_uri_write(rule, &label, out);
	same = strlen(out) < room && strcmp(out, wanted) == 0;
	free(out);
	return same;
}

static const AuthTotpRule usual = {AUTH_TOTP_SHA1,
								   6,
								   30,
								   (const uint8_t *) "12345678901234567890",
								   20};

#define USUAL "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static void
uri_of_usual_app(void)
{
	CHECK(is_uri(&usual,
				 "Example",
				 "ada@example.com",
				 "otpauth://totp/Example:ada%40example.com?secret=" USUAL
				 "&issuer=Example&algorithm=SHA1&digits=6&period=30"));
}

/* A space is %20 and no plus, and nothing gets out of its place. */
static void
uri_of_other_characters(void)
{
	CHECK(is_uri(&usual,
				 "ACME & Co",
				 "a+b/c?d#e%f=g",
				 "otpauth://totp/"
				 "ACME%20%26%20Co:a%2Bb%2Fc%3Fd%23e%25f%3Dg?secret=" USUAL
				 "&issuer=ACME%20%26%20Co&algorithm=SHA1&digits=6&period=30"));
	CHECK(is_uri(&usual,
				 "\xc3\x84\xff\x01\x7f",
				 "az-AZ_09.~",
				 "otpauth://totp/%C3%84%FF%01%7F:az-AZ_09.~?secret=" USUAL
				 "&issuer=%C3%84%FF%01%7F&algorithm=SHA1&digits=6&period=30"));
}

static void
uri_without_other_colons(void)
{
	CHECK(is_uri(&usual,
				 "a:b",
				 ":c::d:",
				 "otpauth://totp/ab:cd?secret=" USUAL
				 "&issuer=ab&algorithm=SHA1&digits=6&period=30"));
	CHECK(is_uri(&usual,
				 "",
				 "",
				 "otpauth://totp/:?secret=" USUAL
				 "&issuer=&algorithm=SHA1&digits=6&period=30"));
}

/* The longest of all that does not depend on the texts. */
static void
uri_of_unusual_app(void)
{
	uint8_t secret[64] = {0};
	AuthTotpRule rule = {AUTH_TOTP_SHA512, 8, 120, secret, sizeof(secret)};

	CHECK(is_uri(&rule,
				 "\"",
				 "\"",
				 "otpauth://totp/%22:%22?secret="
				 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
				 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
				 "&issuer=%22&algorithm=SHA512&digits=8&period=120"));
}

/* The longest texts, of which each character takes three: there is room for them. */
static void
uri_of_long_texts(void)
{
	char text[1001];
	AuthTotpLabel label = {text, text};
	char *out;

	memset(text, '"', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	out = malloc(auth_totp_uri_room(&usual, &label));
	auth_totp_uri_write(&usual, &label, out);
	CHECK(strlen(out) < auth_totp_uri_room(&usual, &label));
	free(out);
}

void
test_totp_uri(void)
{
	uri_of_usual_app();
	uri_of_other_characters();
	uri_without_other_colons();
	uri_of_unusual_app();
	uri_of_long_texts();
}
