/*
 * hash_parse.c
 *	  Tests of reading stored hashes; those of argon2 are in argon2.c.
 *
 * Texts are tried in memory of exactly their size.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "password/hash_format.h"
#include "password/hash_parse.h"
#include "unit.h"

#define HEX16 "00112233445566778899aabbccddeeff"
#define HEX64 HEX16 HEX16 HEX16 HEX16
#define B32 "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI" /* 32 bytes */
#define B64                                    \
	"MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw" \
	"MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNA"
#define CRYPT22 "abcdefghijklmnopqrstuu"
#define MD5 "abcdefghijklmnopqrstu/"
#define CRYPT31 "abcdefghijklmnopqrstuvwxyzABCDe"
#define CRYPT43 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP5"
#define CRYPT86 CRYPT43 CRYPT22 "vwxyzABCDEFGHIJKLMNO1"

/* Of each format one that is as short as it can be. */
static const struct
{
	const char *text;
	AuthHashFormat format;
} shortest[] = {
	{"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng",
	 AUTH_HASH_ARGON2ID},
	{"$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng",
	 AUTH_HASH_ARGON2I},
	{"$pepper$k=1$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng",
	 AUTH_HASH_ARGON2ID},
	{"s2:abcdefghijklmnop:" HEX64, AUTH_HASH_LUCIA},
	{"s2:abcdefghijklmnopABCDEFGHIJ0123_-:" HEX64, AUTH_HASH_LUCIA},
	{"abcdefghijklmnop:" HEX64, AUTH_HASH_LUCIA_LEGACY},
	{HEX16 ":" HEX64, AUTH_HASH_HEX_SCRYPT},
	{"$scrypt$ln=1,r=1,p=1$MQ$MTIzNDU2Nzg5MDEyMzQ1Ng", AUTH_HASH_SCRYPT},
	{"argon2$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng",
	 AUTH_HASH_ARGON2ID},
	{"argon2$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng",
	 AUTH_HASH_ARGON2I},
	{"scrypt$2$s$1$1$" B64 "==", AUTH_HASH_DJANGO_SCRYPT},
	{"scrypt:2:1:1$s$" HEX64, AUTH_HASH_WERKZEUG_SCRYPT},
	{"$fbscrypt$v=1,n=1,r=1,p=1,ss=Bw==,sk=MTIzNDU2Nzg5MDEyMzQ1Ng==$MQ==$"
	 "MTIzNDU2Nzg5MDEyMzQ1Ng==",
	 AUTH_HASH_FIREBASE},
	{"$2a$04$" CRYPT22 CRYPT31, AUTH_HASH_BCRYPT},
	{"$2b$04$" CRYPT22 CRYPT31, AUTH_HASH_BCRYPT},
	{"$2y$04$" CRYPT22 CRYPT31, AUTH_HASH_BCRYPT},
	{"bcrypt$$2a$04$" CRYPT22 CRYPT31, AUTH_HASH_BCRYPT},
	{"bcrypt$$2b$04$" CRYPT22 CRYPT31, AUTH_HASH_BCRYPT},
	{"bcrypt$$2y$04$" CRYPT22 CRYPT31, AUTH_HASH_BCRYPT},
	{"bcrypt_sha256$$2a$04$" CRYPT22 CRYPT31, AUTH_HASH_DJANGO_BCRYPT},
	{"bcrypt_sha256$$2b$04$" CRYPT22 CRYPT31, AUTH_HASH_DJANGO_BCRYPT},
	{"$wp$2y$04$" CRYPT22 CRYPT31, AUTH_HASH_WORDPRESS},
	{"$pbkdf2-sha256$1$MQ$" B32, AUTH_HASH_PBKDF2_SHA256},
	{"$pbkdf2-sha512$1$MQ$" B32, AUTH_HASH_PBKDF2_SHA512},
	{"$pbkdf2-sha256$i=1,l=16$MQ$MTIzNDU2Nzg5MDEyMzQ1Ng",
	 AUTH_HASH_PBKDF2_SHA256},
	{"$pbkdf2-sha512$i=1,l=16$MQ$MTIzNDU2Nzg5MDEyMzQ1Ng",
	 AUTH_HASH_PBKDF2_SHA512},
	{"pbkdf2:sha256:1$s$" HEX16 HEX16, AUTH_HASH_WERKZEUG_SHA256},
	{"pbkdf2:sha512:1$s$" HEX64, AUTH_HASH_WERKZEUG_SHA512},
	{"pbkdf2_sha256$1$s$" B32 "=", AUTH_HASH_DJANGO},
	{"$5$s$" CRYPT43, AUTH_HASH_SHA256_CRYPT},
	{"$6$s$" CRYPT86, AUTH_HASH_SHA512_CRYPT},
	{"$y$j75$A.$" CRYPT43, AUTH_HASH_YESCRYPT},
	{"$P$5abcdefgh" MD5, AUTH_HASH_PHPASS},
	{"$H$5abcdefgh" MD5, AUTH_HASH_PHPASS},
};

#define SHORTEST (sizeof(shortest) / sizeof(shortest[0]))

/* Parse a copy that ends where the text ends. */
static AuthHashStatus
parse_part(const char *text, size_t length, AuthHash *hash)
{
	char *copy = malloc(length + 1);
	AuthHashStatus status;

	memcpy(copy, text, length);
	copy[length] = '\0';
	status = auth_hash_parse(copy, AUTH_HASH_LEAST_BUDGET, hash);
	free(copy);
	return status;
}

static AuthHashStatus
parse(const char *text)
{
	AuthHash hash;

	return parse_part(text, strlen(text), &hash);
}

static void
malformed(const char *text)
{
	CHECK_TEXT(parse(text) == AUTH_HASH_MALFORMED, text);
}

static void
unrecognised(const char *text)
{
	CHECK_TEXT(parse(text) == AUTH_HASH_UNRECOGNISED, text);
}

static void
too_costly(const char *text)
{
	CHECK_TEXT(parse(text) == AUTH_HASH_TOO_COSTLY, text);
}

static void
readable(const char *text)
{
	CHECK_TEXT(parse(text) == AUTH_HASH_READABLE, text);
}

/* What cannot be added; keys of some formats are longer than the shortest. */
static const char *
ends(AuthHashFormat format)
{
	switch (format)
	{
		case AUTH_HASH_ARGON2ID:
		case AUTH_HASH_ARGON2I:
		case AUTH_HASH_SCRYPT:
			return "B1=$:. \n\x80";
		default:
			return "A0=$:. \n\x80";
	}
}

/* What can be anything printable in the formats with salts of text. */
static bool
has_text_salt(AuthHashFormat format)
{
	return format == AUTH_HASH_DJANGO || format == AUTH_HASH_DJANGO_SCRYPT ||
		   format == AUTH_HASH_WERKZEUG_SCRYPT ||
		   format == AUTH_HASH_WERKZEUG_SHA256 ||
		   format == AUTH_HASH_WERKZEUG_SHA512;
}

/* The format is told, and nothing can be cut off or added. */
static void
shortest_of_each(void)
{
	for (size_t i = 0; i < SHORTEST; i++)
	{
		const char *text = shortest[i].text;
		size_t length = strlen(text);
		char longer[512];
		AuthHash hash;

		CHECK_TEXT(parse_part(text, length, &hash) == AUTH_HASH_READABLE, text);
		CHECK_TEXT(hash.format == shortest[i].format, text);
		for (size_t part = 0; part < length; part++)
			CHECK_TEXT(parse_part(text, part, &hash) != AUTH_HASH_READABLE,
					   text);
		for (const char *c = ends(shortest[i].format); *c != '\0'; c++)
		{
			snprintf(longer, sizeof(longer), "%s%c", text, *c);
			CHECK_TEXT(parse(longer) != AUTH_HASH_READABLE, longer);
			snprintf(longer, sizeof(longer), "%c%s", *c, text);
			CHECK_TEXT(parse(longer) != AUTH_HASH_READABLE, longer);
		}
	}
}

/* Whatever stands in a place, no format reads past the end. */
static void
changed_bytes(void)
{
	for (size_t i = 0; i < SHORTEST; i++)
	{
		size_t length = strlen(shortest[i].text);
		char text[512];
		AuthHash hash;

		memcpy(text, shortest[i].text, length + 1);
		for (size_t at = 0; at < length; at++)
		{
			for (int byte = 0; byte < 256; byte++)
			{
				text[at] = (char) byte;
				(void) parse_part(text, length, &hash);
			}
			for (const char *c = "$ ,=\n\t\xC3;"; *c != '\0'; c++)
			{
				text[at] = *c;
				CHECK_TEXT(*c == shortest[i].text[at] ||
							   parse(text) != AUTH_HASH_READABLE ||
							   has_text_salt(shortest[i].format),
						   text);
			}
			text[at] = shortest[i].text[at];
		}
	}
}

static void
unknown_formats(void)
{
	unrecognised("");
	unrecognised("x");
	unrecognised("password");
	unrecognised("5f4dcc3b5aa765d61d8327deb882cf99");
	unrecognised("$argon2d$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" B32);
	unrecognised("$2x$04$" CRYPT22 CRYPT31);
	unrecognised("$2$04$" CRYPT22 CRYPT31);
	unrecognised("$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/");
	unrecognised("$7$CU..../....salt$" CRYPT43);
	unrecognised("$wp$2a$10$" CRYPT22 CRYPT31);
	unrecognised("$wp$2b$10$" CRYPT22 CRYPT31);
	unrecognised("$wp2y$10$" CRYPT22 CRYPT31);
	unrecognised("$wp$P$5abcdefgh" MD5);
	unrecognised("$S$DeIZ1KTE.VzRvudZ5.xgOakipuMFrVyPmRdWTjAdYieWj27NMglI");
	unrecognised("pbkdf2_sha1$1$s$" B32 "=");
	unrecognised("pbkdf2:sha1:1$s$" HEX16);
	unrecognised("pbkdf2:md5:1$s$" HEX16);
	unrecognised("pbkdf2:sha256$s$" HEX16 HEX16);
	unrecognised("bcrypt$2b$12$" CRYPT22 CRYPT31);
	unrecognised("bcrypt_sha256$2b$12$" CRYPT22 CRYPT31);
	unrecognised("bcrypt_sha256$$2y$12$" CRYPT22 CRYPT31);
	unrecognised("bcrypt_sha256$$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" B32);
	unrecognised("argon2$" B32);
	unrecognised("argon2$argon2d$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" B32);
	unrecognised("argon2argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" B32);
	unrecognised(
		"argon2$pepper$k=1$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" B32);
	unrecognised("{bcrypt}$2a$10$" CRYPT22 CRYPT31);
	unrecognised("!abcdefghijklmnop");
	unrecognised("$pbkdf2$1$MQ$" B32);
	unrecognised("abcdefghijklmno:" HEX64);
	unrecognised("abcdefghijklmnopq:" HEX64);
	unrecognised(":" HEX64);
}

static void
lucia(void)
{
	malformed("s2:");
	malformed("s2::" HEX64);
	malformed("s2:abcdefghijklmnopq:" HEX64);
	malformed("s2:abcdefghijklmno:" HEX64);
	malformed("s2:abcdefghijklmno$:" HEX64);
	malformed("s2:abcdefghijklmnop:" HEX16);
	malformed("s2:abcdefghijklmnop:" HEX64 "0");
	malformed("s2:abcdefghijklmnop:g" HEX64);
	malformed("s2:abcdefghijklmnop:" HEX16 HEX16 HEX16 HEX16 "ff");
	unrecognised("S2:abcdefghijklmnop:" HEX64);
	malformed("abcdefghijklmnop:" HEX16);
	malformed("abcdefghijklmno\xC3:" HEX64);
	malformed("00112233445566778899aabbccddeefg:" HEX64);
	malformed(HEX16 ":" HEX16);
	malformed(HEX16 "::" HEX64);
}

static void
scrypt(void)
{
	AuthHash hash;

	malformed("$scrypt$");
	malformed("$scrypt$ln=0,r=8,p=1$MQ$" B32);
	malformed("$scrypt$ln=014,r=8,p=1$MQ$" B32);
	malformed("$scrypt$ln=14,r=08,p=1$MQ$" B32);
	malformed("$scrypt$ln=14,r=8,p=0$MQ$" B32);
	malformed("$scrypt$ln=14,p=1,r=8$MQ$" B32);
	malformed("$scrypt$ln=14,r=8$MQ$" B32);
	malformed("$scrypt$ln=14,r=8,p=1,x=1$MQ$" B32);
	malformed("$scrypt$ln=14,r=8,p=1$$" B32);
	malformed("$scrypt$ln=14,r=8,p=1$M$" B32);
	malformed("$scrypt$ln=14,r=8,p=1$MR$" B32);
	malformed("$scrypt$ln=14,r=8,p=1$MQ=$" B32 "=");
	malformed("$scrypt$ln=14,r=8,p=1$MQ===$" B32 "=");
	malformed("$scrypt$ln=14,r=8,p=1$MQ==$" B32 "==");
	malformed("$scrypt$ln=14,r=8,p=1$MTIz=$" B32 "=");
	/* with padding, or in one of the two */
	readable("$scrypt$ln=14,r=8,p=1$MQ==$" B32 "=");
	readable("$scrypt$ln=14,r=8,p=1$MQ$" B32 "=");
	readable("$scrypt$ln=14,r=8,p=1$MQ==$" B32);
	malformed("$scrypt$ln=14,r=8,p=1$MQ$MTIzNDU2Nzg5MDEyMzQ1");
	malformed("$scrypt$ln=14,r=8,p=1$MQ$" B32 "\n");
	malformed("$scrypt$ln=14,r=8,p=1$MQ$" B64 "MTIz");
	malformed("$scrypt$ln=14,r=8,p=1$" B64 "MTIz$" B32);
	malformed("$scrypt$ln=-14,r=8,p=1$MQ$" B32);
	malformed("$scrypt$ln=14,r=8,p=1$M.$" B32);
	/* the cost itself, where that cannot be its logarithm */
	malformed("$scrypt$ln=16383,r=8,p=1$MQ$" B32);
	malformed("$scrypt$ln=4294967295,r=8,p=1$MQ$" B32);
	readable("$scrypt$ln=1024,r=8,p=1$MQ$" B32);
	too_costly("$scrypt$ln=512,r=8,p=1$MQ$" B32);
	CHECK(parse_part("$scrypt$ln=16384,r=8,p=1$MQ$" B32,
					 strlen("$scrypt$ln=16384,r=8,p=1$MQ$" B32),
					 &hash) == AUTH_HASH_READABLE);
	CHECK(hash.log_cost == 14 && hash.memory == 16384);
}

/* N itself, in the formats of Django and Werkzeug. */
static void
scrypt_by_cost(void)
{
	AuthHash hash;
	static const char *const django = "scrypt$16384$s$8$1$" B64 "==";
	static const char *const werkzeug = "scrypt:32768:8:2$s$" HEX64;

	malformed("scrypt$");
	malformed("scrypt$1$s$8$1$" B64 "==");
	malformed("scrypt$3$s$8$1$" B64 "==");
	malformed("scrypt$14$s$8$1$" B64 "==");
	malformed("scrypt$016384$s$8$1$" B64 "==");
	malformed("scrypt$4294967296$s$8$1$" B64 "==");
	malformed("scrypt$16384$$8$1$" B64 "==");
	malformed("scrypt$16384$a b$8$1$" B64 "==");
	malformed("scrypt$16384$s$8$" B64 "==");
	malformed("scrypt$16384$s$0$1$" B64 "==");
	malformed("scrypt$16384$s$8$1$" B64);
	malformed("scrypt$16384$s$8$1$" B32 "=");
	malformed("scrypt$16384$s$8$1$" HEX64);
	malformed("scrypt:");
	malformed("scrypt:32767:8:1$s$" HEX64);
	malformed("scrypt:15:8:1$s$" HEX64);
	malformed("scrypt:32768:8$s$" HEX64);
	malformed("scrypt:32768:8:1:1$s$" HEX64);
	malformed("scrypt:32768:8:1$$" HEX64);
	malformed("scrypt:32768:8:1$s$" HEX16);
	malformed("scrypt:32768:8:1$s$" HEX64 "00");
	malformed("scrypt:32768:8:1$s$" B64 "==");
	CHECK(parse_part(django, strlen(django), &hash) == AUTH_HASH_READABLE);
	CHECK(hash.log_cost == 14 && hash.block == 8 && hash.parallelism == 1);
	CHECK(parse_part(werkzeug, strlen(werkzeug), &hash) == AUTH_HASH_READABLE);
	CHECK(hash.log_cost == 15 && hash.memory == 65536);
}

static void
firebase(void)
{
	malformed("$fbscrypt$");
	malformed("$fbscrypt$v=2,n=1,r=1,p=1,ss=Bw==,sk=" B32 "=$MQ==$" B32 "=");
	malformed("$fbscrypt$v=1,n=0,r=1,p=1,ss=Bw==,sk=" B32 "=$MQ==$" B32 "=");
	malformed("$fbscrypt$v=1,n=1,r=1,p=1,ss=Bw,sk=" B32 "=$MQ==$" B32 "=");
	malformed("$fbscrypt$v=1,n=1,r=1,p=1,ss=Bw===,sk=" B32 "=$MQ==$" B32 "=");
	malformed("$fbscrypt$v=1,n=1,r=1,p=1,ss=,sk=" B32 "=$MQ==$" B32 "=");
	malformed("$fbscrypt$v=1,n=1,r=1,p=1,sk=" B32 "=$MQ==$" B32 "=");
	malformed("$fbscrypt$v=1,n=1,r=1,p=1,ss=Bw==,sk=" B32 "=$$" B32 "=");
	malformed("$fbscrypt$v=1,n=1,r=1,p=1,ss=Bw==,sk=" B32 "=$MQ==$" B32);
	/* the encrypted key is as long as the key */
	malformed("$fbscrypt$v=1,n=1,r=1,p=1,ss=Bw==,sk=" B32 "=$MQ==$" B64 "==");
	readable("$fbscrypt$v=1,n=1,r=1,p=1,ss=Bw==,sk=" B64 "==$MQ==$" B64 "==");
}

static void
bcrypt(void)
{
	malformed("$2b$");
	malformed("$2b$3$" CRYPT22 CRYPT31);
	malformed("$2b$03$" CRYPT22 CRYPT31);
	malformed("$2b$32$" CRYPT22 CRYPT31);
	malformed("$2b$40$" CRYPT22 CRYPT31);
	malformed("$2b$4$$" CRYPT22 CRYPT31);
	malformed("$2b$004$" CRYPT22 CRYPT31);
	malformed("$2b$ 4$" CRYPT22 CRYPT31);
	malformed("$2b$04$" CRYPT22 CRYPT31 "e");
	malformed("$2b$04$" CRYPT22 "-bcdefghijklmnopqrstuvwxyzABCDe");
	malformed("$2b$04$" CRYPT22 "$" CRYPT31);
	/* the last character of a key holds four bits */
	malformed("$2b$04$" CRYPT22 "abcdefghijklmnopqrstuvwxyzABCDf");
	malformed("$2b$04$" CRYPT22 "abcdefghijklmnopqrstuvwxyzABCD/");
}

static void
pbkdf2(void)
{
	malformed("$pbkdf2-sha256$");
	malformed("$pbkdf2-sha256$0$MQ$" B32);
	malformed("$pbkdf2-sha256$01$MQ$" B32);
	malformed("$pbkdf2-sha256$+1$MQ$" B32);
	malformed("$pbkdf2-sha256$1e3$MQ$" B32);
	malformed("$pbkdf2-sha256$$MQ$" B32);
	malformed("$pbkdf2-sha256$1$$" B32);
	malformed("$pbkdf2-sha256$1$MQ==$" B32);
	malformed("$pbkdf2-sha256$1$MQ$MTIzNDU2Nzg5MDEyMzQ1Ng");
	malformed("$pbkdf2-sha256$1$MQ$" B32 "=");
	malformed("$pbkdf2-sha256$1$MQ$" B32 "MTIz");
	malformed("$pbkdf2-sha512$1$MQ$" B32 "MTIz");
	readable("$pbkdf2-sha256$1$MQ$" B64);
	readable("$pbkdf2-sha512$1$MQ$" B64);
	/* with the length of the key */
	malformed("$pbkdf2-sha256$i=1$MQ$" B32);
	malformed("$pbkdf2-sha256$i=1,l=0$MQ$");
	malformed("$pbkdf2-sha256$i=1,l=15$MQ$MTIzNDU2Nzg5MDEyMzQ1");
	malformed("$pbkdf2-sha256$i=1,l=31$MQ$" B32);
	malformed("$pbkdf2-sha256$i=1,l=33$MQ$" B32);
	malformed("$pbkdf2-sha256$i=1,l=032$MQ$" B32);
	malformed("$pbkdf2-sha256$i=1,l=4294967328$MQ$" B32);
	malformed("$pbkdf2-sha256$i=0,l=32$MQ$" B32);
	malformed("$pbkdf2-sha256$i=1,l=32$$" B32);
	malformed("$pbkdf2-sha256$l=32,i=1$MQ$" B32);
	malformed("$pbkdf2-sha256$I=1,l=32$MQ$" B32);
	malformed("$pbkdf2-sha256$i=1,l=32$M.$" B32);
	malformed("$pbkdf2-sha256$i=1,l=32$MQ=$" B32);
	malformed("$pbkdf2-sha256$i=1,l=65$MQ$" B64 "MTI");
	readable("$pbkdf2-sha256$i=1,l=32$MQ==$" B32 "=");
	readable("$pbkdf2-sha256$i=1,l=64$MQ$" B64);
	readable("$pbkdf2-sha512$i=1,l=32$MQ$" B32);
	malformed("pbkdf2:sha256:");
	malformed("pbkdf2:sha256:0$s$" HEX16 HEX16);
	malformed("pbkdf2:sha256:1$$" HEX16 HEX16);
	malformed("pbkdf2:sha256:1$s$" HEX64);
	malformed("pbkdf2:sha512:1$s$" HEX16 HEX16);
	malformed("pbkdf2:sha256:1:1$s$" HEX16 HEX16);
	malformed("pbkdf2:sha256:1$s$g0112233445566778899aabbccddeeff" HEX16);
	malformed("pbkdf2_sha256$1$$" B32 "=");
	malformed("pbkdf2_sha256$1$a b$" B32 "=");
	malformed("pbkdf2_sha256$1$a\xC3\xA4$" B32 "=");
	malformed("pbkdf2_sha256$1$s$" B32);
	malformed("pbkdf2_sha256$1$s$" B32 "==");
	malformed("pbkdf2_sha256$1$s$.TIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=");
	malformed("pbkdf2_sha256$1$s$" B64 "==");
	readable("pbkdf2_sha256$1$any:salt/!$" B32 "=");
}

static void
crypt_formats(void)
{
	malformed("$5$");
	malformed("$5$$" CRYPT43);
	malformed("$5$abcdefghijklmnopq$" CRYPT43);
	malformed("$5$a:b$" CRYPT43);
	malformed("$5$rounds=999$s$" CRYPT43);
	malformed("$5$rounds=01000$s$" CRYPT43);
	malformed("$5$rounds=$s$" CRYPT43);
	malformed("$5$rounds=1000s$" CRYPT43);
	malformed("$5$s$" CRYPT86);
	malformed("$6$s$" CRYPT43);
	malformed("$5$s$abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPE");
	malformed("$6$s$" CRYPT43 CRYPT22 "vwxyzABCDEFGHIJKLMNO2");
	readable("$5$rounds=1000$abcdefghijklmnop$" CRYPT43);
	malformed("$y$");
	malformed("$y$i9T$A.$" CRYPT43);
	malformed("$y$./.$A.$" CRYPT43);
	malformed("$y$j65$A.$" CRYPT43);
	malformed("$y$jk5$A.$" CRYPT43);
	malformed("$y$j7k5$A.$" CRYPT43);
	malformed("$y$j75/$A.$" CRYPT43);
	malformed("$y$j75$$" CRYPT43);
	malformed("$y$j75$A$" CRYPT43);
	malformed("$y$j75$A2$" CRYPT43);
	malformed("$y$j75$A.$abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPE");
	malformed("$P$");
	malformed("$P$4abcdefgh" MD5);
	malformed("$P$Tabcdefgh" MD5);
	malformed("$P$-abcdefgh" MD5);
	malformed("$P$5abcdefg-" CRYPT22);
	malformed("$P$5abcdefghabcdefghijklmnopqrstu2");
}

/* At the limit and past it; large numbers do not come round. */
static void
limits(void)
{
	readable("$scrypt$ln=20,r=8,p=1$MQ$" B32);
	too_costly("$scrypt$ln=20,r=9,p=1$MQ$" B32);
	too_costly("$scrypt$ln=20,r=8,p=2$MQ$" B32);
	too_costly("$scrypt$ln=21,r=8,p=1$MQ$" B32);
	too_costly("$scrypt$ln=2097152,r=8,p=1$MQ$" B32);
	readable("$scrypt$ln=1,r=1048576,p=1$MQ$" B32);
	too_costly("$scrypt$ln=31,r=4294967295,p=4294967295$MQ$" B32);
	too_costly("$scrypt$ln=1,r=4294967296,p=4294967296$MQ$" B32);
	too_costly("$scrypt$ln=2,r=2147483648,p=2147483648$MQ$" B32);
	too_costly("$scrypt$ln=63,r=1,p=1$MQ$" B32);
	too_costly("$scrypt$ln=1,r=8,p=18446744073709551617$MQ$" B32);
	too_costly("$scrypt$ln=1,r=8,p=99999999999999999999999999$MQ$" B32);
	readable("scrypt$1048576$s$8$1$" B64 "==");
	too_costly("scrypt$2097152$s$8$1$" B64 "==");
	too_costly("scrypt$1048576$s$8$2$" B64 "==");
	too_costly("scrypt$2$s$4294967295$4294967295$" B64 "==");
	readable("scrypt:1048576:8:1$s$" HEX64);
	too_costly("scrypt:1048576:9:1$s$" HEX64);
	too_costly("scrypt:2147483648:8:1$s$" HEX64);
	readable("$fbscrypt$v=1,n=20,r=8,p=1,ss=Bw==,sk=" B32 "=$MQ==$" B32 "=");
	too_costly("$fbscrypt$v=1,n=21,r=8,p=1,ss=Bw==,sk=" B32 "=$MQ==$" B32 "=");
	too_costly("$fbscrypt$v=1,n=4294967310,r=8,p=1,ss=Bw==,sk=" B32
			   "=$MQ==$" B32 "=");
	readable("$2b$16$" CRYPT22 CRYPT31);
	too_costly("$2b$17$" CRYPT22 CRYPT31);
	too_costly("$2b$31$" CRYPT22 CRYPT31);
	readable("bcrypt$$2b$16$" CRYPT22 CRYPT31);
	too_costly("bcrypt$$2b$17$" CRYPT22 CRYPT31);
	readable("bcrypt_sha256$$2b$16$" CRYPT22 CRYPT31);
	too_costly("bcrypt_sha256$$2b$17$" CRYPT22 CRYPT31);
	readable("$wp$2y$16$" CRYPT22 CRYPT31);
	too_costly("$wp$2y$17$" CRYPT22 CRYPT31);
	too_costly("argon2$argon2id$v=19$m=1048576,t=4,p=1$c29tZXNhbHQ$" B32);
	readable("$pbkdf2-sha256$4000000$MQ$" B32);
	too_costly("$pbkdf2-sha256$4000001$MQ$" B32);
	/* the longer key of two blocks takes twice the time */
	readable("$pbkdf2-sha256$2000000$MQ$" B64);
	too_costly("$pbkdf2-sha256$2000001$MQ$" B64);
	readable("$pbkdf2-sha256$i=4000000,l=32$MQ$" B32);
	too_costly("$pbkdf2-sha256$i=4000001,l=32$MQ$" B32);
	readable("$pbkdf2-sha256$i=2000000,l=33$MQ$" B32 "A");
	too_costly("$pbkdf2-sha256$i=2000001,l=33$MQ$" B32 "A");
	readable("$pbkdf2-sha512$i=4000000,l=64$MQ$" B64);
	too_costly("$pbkdf2-sha512$i=4000001,l=16$MQ$MTIzNDU2Nzg5MDEyMzQ1Ng");
	readable("pbkdf2:sha256:4000000$s$" HEX16 HEX16);
	too_costly("pbkdf2:sha256:4000001$s$" HEX16 HEX16);
	readable("pbkdf2:sha512:4000000$s$" HEX64);
	too_costly("pbkdf2:sha512:4294967297$s$" HEX64);
	readable("$pbkdf2-sha512$4000000$MQ$" B64);
	too_costly("$pbkdf2-sha512$4294967297$MQ$" B64);
	readable("pbkdf2_sha256$4000000$s$" B32 "=");
	too_costly("pbkdf2_sha256$4000001$s$" B32 "=");
	too_costly("$pbkdf2-sha512$1000000000$MQ$" B64);
	too_costly("pbkdf2_sha256$1000000000$s$" B32 "=");
	readable("$5$rounds=1600000$s$" CRYPT43);
	too_costly("$5$rounds=1600001$s$" CRYPT43);
	too_costly("$5$rounds=999999999$s$" CRYPT43);
	readable("$6$rounds=2000000$s$" CRYPT86);
	too_costly("$6$rounds=2000001$s$" CRYPT86);
	too_costly("$6$rounds=999999999$s$" CRYPT86);
	too_costly("$6$rounds=4294968296$s$" CRYPT86);
	readable("$y$jFT$A.$" CRYPT43);
	too_costly("$y$jGT$A.$" CRYPT43);
	too_costly("$y$jFU$A.$" CRYPT43);
	too_costly("$y$jjT$A.$" CRYPT43);
	readable("$P$Gabcdefgh" MD5);
	too_costly("$P$Habcdefgh" MD5);
	too_costly("$P$Sabcdefgh" MD5);
}

/* Ten times what the settings ask for may be more; single ends stay. */
static void
budgets(void)
{
	static const struct
	{
		const char *text;
		bool readable;
	} cases[] = {
		{"$2b$17$" CRYPT22 CRYPT31, true},
		{"$2b$31$" CRYPT22 CRYPT31, false},
		{"$pbkdf2-sha256$10000000$MQ$" B32, true},
		{"$pbkdf2-sha256$1000000000$MQ$" B32, false},
		{"$argon2id$v=19$m=1048576,t=10,p=1$c29tZXNhbHQ$" B32, true},
		{"$argon2id$v=19$m=1048576,t=11,p=1$c29tZXNhbHQ$" B32, false},
		{"$argon2id$v=19$m=8,t=33,p=1$c29tZXNhbHQ$" B32, false},
		{"$scrypt$ln=21,r=8,p=1$MQ$" B32, false},
	};
	uint64_t budget = auth_hash_budget(1024 * 1024, 1);

	CHECK(auth_hash_budget(19456, 2) == AUTH_HASH_LEAST_BUDGET);
	CHECK(auth_hash_budget(200000, 2) == AUTH_HASH_LEAST_BUDGET);
	CHECK(auth_hash_budget(200001, 2) == 4000020);
	CHECK(budget == UINT64_C(10485760));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		AuthHash hash;

		CHECK_TEXT((auth_hash_parse(cases[i].text, budget, &hash) ==
					AUTH_HASH_READABLE) == cases[i].readable,
				   cases[i].text);
	}
}

static void
names(void)
{
	for (int format = 0; format < AUTH_HASH_FORMATS; format++)
	{
		const char *name = auth_hash_format_name((AuthHashFormat) format);

		CHECK(name != NULL && strlen(name) > 0);
	}
	CHECK(!auth_hash_is_of_raw_bytes(AUTH_HASH_LUCIA));
	CHECK(!auth_hash_is_of_raw_bytes(AUTH_HASH_HEX_SCRYPT));
	CHECK(auth_hash_is_of_raw_bytes(AUTH_HASH_LUCIA_LEGACY));
	CHECK(auth_hash_is_of_raw_bytes(AUTH_HASH_BCRYPT));
}

void
test_hash_parse(void)
{
	shortest_of_each();
	changed_bytes();
	unknown_formats();
	lucia();
	scrypt();
	scrypt_by_cost();
	firebase();
	bcrypt();
	pbkdf2();
	crypt_formats();
	limits();
	budgets();
	names();
}
