/*
 * hash_verify.c
 *	  Tests of verifying passwords against stored hashes.
 *
 * The vectors were published by the makers of each format, also as tests of
 * Kratos, Django and ASP.NET, or computed by another implementation than the
 * one that is tested: Lucia's and node's scrypt, bcryptjs, Python's hashlib,
 * "openssl passwd", Django 3.2, Werkzeug 2.2 and 3, and what WordPress 6.8
 * does, in PHP 8.2.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "password/hash_format.h"
#include "password/hash_parse.h"
#include "password/hash_verify.h"
#include "unit.h"

#define LUCIA                                                          \
	"5bdcbc839ef743532fe75deae8e6ab18cccdd1e4510a77bdd86c1556cbdad6b6" \
	"dcf4d31f4f16f55299c5c0e68c8f18ac8ed4bbca67599d881709b94adf2a720a"
#define LUCIA_UPPER                                                    \
	"5BDCBC839EF743532FE75DEAE8E6AB18CCCDD1E4510A77BDD86C1556CBDAD6B6" \
	"DCF4D31F4F16F55299C5C0E68C8F18AC8ED4BBCA67599D881709B94ADF2A720A"
#define LEGACY                                                         \
	"adb08f62260ae7ecfed421f7a66241cd17d86ee06f71f8c1ebe90a8e220b27fb" \
	"026b769c1a12d7ef5f467007d16b3b6e3fde6aebd2217b4a373890448117fd71"
#define RFC7914_2                                                              \
	"/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD" \
	"7m2DYMvfoswGQA"
#define RFC7914_3                                                              \
	"cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1l" \
	"HkDfzwF7RVdYhw"
#define FIREBASE                                                              \
	"$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk="                                  \
	"jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmY" \
	"USDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/"  \
	"qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="
#define BCRYPT_SALT "$2b$04$abcdefghijklmnopqrstuu"
#define X71 \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct
{
	const char *password;
	const char *stored;
} vectors[] = {
	/* argon2 */
	{"password",
	 "$argon2id$v=19$m=256,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$"
	 "RXEiBcqOB3fgfutVLicWXTRQtCup2eZGub5TYRaxksw"},
	{"password",
	 "$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$"
	 "9L/MH4448351WV2y4GgtHn+8xB7/fous"},
	/* Lucia */
	{"123456", "s2:6SHyaUmqIW1qfeB1:" LUCIA},
	{"123456", "s2:6SHyaUmqIW1qfeB1:" LUCIA_UPPER},
	{"123456", "6SHyaUmqIW1qfeB1:" LEGACY},
	{"p\xC3\xA4ssw\xC3\xB6rd 1fi",
	 "s2:abcdefghij012345:"
	 "c02ac2ddecea368a1e5d12ebf2f48fb5d80f3888bd9ffe3bcb1f5e56299cb89e"
	 "0e2862c961f9cbd32329e8ecdab31bb7c1ef589c3aff6d2b972566be0cf6d64e"},
	{"p\xC3\xA4ssw\xC3\xB6rd \xE2\x91\xA0\xEF\xAC\x81", /* not normalised */
	 "AbCdEfGhIjKlMnOp:"
	 "325c1f7cafb67ce786e89ca38f12ce395d5dff10d223daf9b31b4f427ade9d83"
	 "f98f40b52dde18cf20af2c6b8a9fa7cb3b70112b68a4f63ccc1dad038b7df3eb"},
	{"hunter2",
	 "00112233445566778899aabbccddeeff:"
	 "ead8671eb81bd0af570262be529eedf9e342044627f78164c5c97022e23de324"
	 "8cf32515790cbc3a8704aeaed3b6335c498c5ac2989516d65d02e0619bf3e55c"},
	/* scrypt: the second and third vector of RFC 7914 */
	{"password", "$scrypt$ln=10,r=8,p=16$TmFDbA$" RFC7914_2},
	{"password", "$scrypt$ln=1024,r=8,p=16$TmFDbA$" RFC7914_2},
	{"pleaseletmein", "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$" RFC7914_3},
	/* Firebase */
	{"user1password", FIREBASE},
	/* bcrypt; 72 bytes count */
	{"", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."},
	{"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
	{"U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
	/* bits to spare in the salt are of no account */
	{"U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCCCE5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
	{"p\xC3\xA4ssw\xC3\xB6rd \xE2\x91\xA0\xEF\xAC\x81",
	 BCRYPT_SALT "E4Sfua3bTm2/DeGZL.esUtkF9U8lCVW"},
	{X71, BCRYPT_SALT ".gc7UY/21CSNJGJg21jJzx9QiOpJ9bO"},
	{X71 "x", BCRYPT_SALT "bzadhGtS2zEF.gu0yd0opP6cVzb.e0i"},
	{X71 "xy", BCRYPT_SALT "bzadhGtS2zEF.gu0yd0opP6cVzb.e0i"},
	/* PBKDF2: the salts and passwords of RFC 6070 and RFC 7914 */
	{"password",
	 "$pbkdf2-sha256$4096$c2FsdA$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o"},
	{"passwd",
	 "$pbkdf2-sha256$1$c2FsdA$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM"
	 "8Xm2RZkWZLOdd.8xfHG4RbHjC9UJESBB06GXgw"},
	{"passwd",
	 "$pbkdf2-sha256$1$c2FsdA$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM"
	 "8Xm2RZkWZLOdd+8xfHG4RbHjC9UJESBB06GXgw"},
	{"Password",
	 "$pbkdf2-sha256$80000$TmFDbA$TdzY9guYviGDDO5e8icB.WQaRBjQTAQUrv8Ih2s0q1ah"
	 "1CWhIlgzVJrbhBtRybMXaicr3ruh0HhHj2Kzl/M8jQ"},
	{"password",
	 "$pbkdf2-sha512$1$c2FsdA$hn9wzxreAs/zdSWZo6U9xK80x6ZpgVrl1RNVThyM8lLALUcK"
	 "KFoFAbrZmb/pQ8CPBQI119aLHaVeY/c7YKV/zg"},
	{"password",
	 "$pbkdf2-sha512$4096$c2FsdA$0Zexsz2wFD4BixLz0dFHnmzevcyXxcD4f2kC4HL0V7UUP"
	 "zBgJkGz1VzTNZiMs2uEN2Bg7NUy4Dm3QqI5Q0ry1Q"},
	{"password",
	 "pbkdf2_sha256$4096$salt$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o="},
	/* Kratos: padded, with N itself; with the length of the key */
	{"test",
	 "$scrypt$ln=16384,r=8,p=1$2npRo7P03Mt8keSoMbyD/tKFWyUzjiQf2svUaNDSrhA=$"
	 "MiCzNcIplSMqSBrm4HckjYqYhaVPPjTARTzwB1cVNYE="},
	{"test",
	 "$pbkdf2-sha256$i=100000,l=32$1jP+5Zxpxgtee/iPxGgOz0RfE9/KJuDElP1ley4VxXc$"
	 "QJxzfvdbHYBpydCbHoFg3GJEqMFULwskiuqiJctoYpI"},
	{"test",
	 "$pbkdf2-sha512$i=100000,l=32$bdHBpn7OWOivJMVJypy2UqR0UnaD5prQXRZevj/05YU$"
	 "+wArTfv1a+bNGO1iZrmEdVjhA+lL11wF4/IxpgYfPwc"},
	{"test",
	 "$pbkdf2-sha512$100000$bdHBpn7OWOivJMVJypy2UqR0UnaD5prQXRZevj/05YU$"
	 "+wArTfv1a+bNGO1iZrmEdVjhA+lL11wF4/IxpgYfPwc"},
	/* ASP.NET: 16 bytes of a SHA-512 and 64 of one, in this form */
	{"my password",
	 "$pbkdf2-sha512$i=50,l=16$4zC+Hf4VnGqR0wHPZ6SAaA$"
	 "cEOAeqWVjQ+s4BEgbloh8A"},
	/* Django */
	{"password",
	 "argon2$argon2id$v=19$m=1024,t=2,p=8$c29tZXNhbHRzb21lc2FsdA$"
	 "nVzh67mYLsEZKI1Zb1dooQ"},
	{"password",
	 "bcrypt$$2b$04$LGL/5UMdg37HYM1.tUVp9uSyfXHK/ARr8.4R88s/xaf918R.iHPjy"},
	{"l\xC3\xA8tmein",
	 "bcrypt_sha256$$2b$04$"
	 "ZfQ03bOo62EwP4ygZl5YpupC.iGxbjZ1x9VHDWv1r04nfC7/P0f0O"},
	{X71 "xxxxxxxxx",
	 "bcrypt_sha256$$2b$04$"
	 "HO5HnIHtXu/Ja3IN6kXuxe7mYYOEXPVrvxhcGsIq75RJdiSfGfeJW"},
	{"l\xC3\xA8tmein",
	 "scrypt$16384$seasalt$8$1$Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7ti"
	 "bgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw=="},
	{"l\xC3\xA8tmein",
	 "scrypt$16384$seasalt$8$5$ECMIUp+LMxMSK8xB/IVyba+KYGTI7FTnet025q/1f/vBAVn"
	 "nP3hdYqJuRi+mJn6ji6ze3Fbb7JEFPKGpuEf5vw=="},
	/* Werkzeug */
	{"l\xC3\xA8tmein",
	 "scrypt:32768:8:1$DeuwR_TBecJAeYkijCLuLw$"
	 "72a23e0c385f12222482c723a3a0da812b51213a1f12708c3cdd1572112ffc41"
	 "fa378c1bdbe80527c84722d6c352876bd13bfe28edb39ba186f916565f555030"},
	{"l\xC3\xA8tmein",
	 "scrypt:16384:8:2$R6U1402c270IfIPHA9Do7w$"
	 "2db9da7b2545678123621eeaba105e7496bfa02156a0420393e309c490f3ae09"
	 "6dde9f6513746793b540bdaea2aeea2aa5ee62844f56c2f55f9f0facff333318"},
	{"password",
	 "pbkdf2:sha256:1000$AnPb6gbCU2sHlnK9$"
	 "afcef1c6ff9a6c92ba57184f3ecbf3f366e2de3d526844a4e8ff33fc63b94635"},
	{"password",
	 "pbkdf2:sha512:1000$hI4Uwpy9TwPPkHDt$"
	 "12d485b7a07ee80c2f271b74f43c2e33bf4d0f2528ed738246a7d8d3390a21e0"
	 "96d01f4b650b8a358303bf66d41c9fecae29d024c679ce5e31ede08354310730"},
	/* WordPress; all of a long password counts */
	{"l\xC3\xA8tmein",
	 "$wp$2y$04$MZTDPbwQcfN2sfivRmMxPe0FWNGrKg/deRplmEiLzhZmJOBIPco6W"},
	{X71 "xxxxxxxxx",
	 "$wp$2y$04$Ub6fCXG4cH6AnVvzlsNWM.t2r0r2EmodaaTQFZNg3ZGwzhxoayb4W"},
	{"", "$wp$2y$04$5hKQHEOZgQAOwCgtvpoSiuMY9KaCB3IETB4joY4iEZ.K9xVColE5C"},
	/* sha-crypt: its specification */
	{"Hello world!",
	 "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"},
	{"Hello world!",
	 "$5$rounds=10000$saltstringsaltst$"
	 "3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA"},
	{"Hello world!",
	 "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI6"
	 "8u4OTLiBFdcbYEdFCoEOfaS35inz1"},
	{"Hello world!",
	 "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMC"
	 "VNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v."},
	/* yescrypt */
	{"password",
	 "$y$j9T$AbCdEfGhIjKlMnOpQrSt2.$"
	 "RdxMt5K3vSBhKFW98cM8P7gb52yiosvPK4AXokzf7E9"},
	{"hello",
	 "$y$j9T$p6OI0WN7.rSfZBOijjRdR.$"
	 "xUOA2MTcB48ac.9Oc5fz8cxwLv1mMqabnn333iOzSA6"},
	{"password",
	 "$y$j75$AbCdEfGhIjKlMnOpQrSt2.$"
	 "ZG9OXdcmxZNgorY97PhMkv7IcQbK8i42c18/w/zFjb5"},
	/* phpass */
	{"test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"},
	{"test12345", "$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"},
	{"123456", "$H$9PE8jEklgZhgLmZl5.HYJAzfGCQtzi1"},
};

#define VECTORS (sizeof(vectors) / sizeof(vectors[0]))

static AuthHashAnswer
verify(const char *stored, const char *password, size_t length)
{
	AuthHash hash;

	if (auth_hash_parse(stored, AUTH_HASH_LEAST_BUDGET, &hash) !=
		AUTH_HASH_READABLE)
		return AUTH_HASH_UNVERIFIABLE;
	return auth_hash_verify(&hash, password, length);
}

/* The password in memory of exactly its size, without a zero byte. */
static AuthHashAnswer
verify_exactly(const char *stored, const char *password, size_t length)
{
	char *copy = malloc(length > 0 ? length : 1);
	AuthHashAnswer answer;

	memcpy(copy, password, length);
	answer = verify(stored, copy, length);
	free(copy);
	return answer;
}

static void
verifies_vectors(void)
{
	for (size_t i = 0; i < VECTORS; i++)
		CHECK_TEXT(verify_exactly(vectors[i].stored,
								  vectors[i].password,
								  strlen(vectors[i].password)) ==
					   AUTH_HASH_MATCH,
				   vectors[i].stored);
}

/* Another first byte, one byte less, one byte more. */
static void
refuses_other_passwords(void)
{
	for (size_t i = 0; i < VECTORS; i++)
	{
		const char *stored = vectors[i].stored;
		char other[128];
		size_t length = (size_t)
			snprintf(other, sizeof(other) - 1, "%s", vectors[i].password);
		bool cut = strncmp(stored, "$2", 2) == 0;

		if (cut && length > 72)
			continue;
		if (length > 0)
			CHECK_TEXT(verify_exactly(stored, other, length - 1) ==
						   AUTH_HASH_MISMATCH,
					   stored);
		if (!cut || length < 72)
			CHECK_TEXT(verify_exactly(stored, strcat(other, "!"), length + 1) ==
						   AUTH_HASH_MISMATCH,
					   stored);
		other[0] ^= 1;
		other[length] = '\0';
		CHECK_TEXT(verify_exactly(stored, other, length > 0 ? length : 1) ==
					   AUTH_HASH_MISMATCH,
				   stored);
	}
}

/* Each key is compared from its first to its last character. */
static void
refuses_other_keys(void)
{
	for (size_t i = 0; i < VECTORS; i++)
	{
		const char *password = vectors[i].password;
		char stored[512];
		AuthHash hash;

		snprintf(stored, sizeof(stored), "%s", vectors[i].stored);
		CHECK_TEXT(auth_hash_parse(stored, AUTH_HASH_LEAST_BUDGET, &hash) ==
					   AUTH_HASH_READABLE,
				   stored);
		for (size_t end = 0; end < 2; end++)
		{
			char *at = stored + (hash.key.start - stored);
			char old;

			/* the very last one has bits that must be zero */
			at += end * (hash.key.length - 2);
			old = *at;
			*at = old == 'a' ? 'b' : 'a';
			CHECK_TEXT(verify(stored, password, strlen(password)) ==
						   AUTH_HASH_MISMATCH,
					   stored);
			*at = old;
		}
	}
}

/* libcrypt takes up to 511 bytes and none that are zero. */
static void
crypt_takes_no_more(void)
{
	static const char *const empty =
		"$6$saltstring$kyGrqt6gmjAdtFLPrflEFifSYLCWWq1pyx95SvqinLDy2UHmj0sTF0MS"
		"LMwxPFZc3tu5kQckI8fks0zOPda3n1";
	static const char *const bcrypt =
		"$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.";
	char password[2048];

	memset(password, 'x', sizeof(password));
	CHECK(verify_exactly(empty, "", 0) == AUTH_HASH_MATCH);
	CHECK(verify_exactly(empty, password, 511) == AUTH_HASH_MISMATCH);
	CHECK(verify_exactly(empty, password, 512) == AUTH_HASH_MISMATCH);
	CHECK(verify_exactly(empty, password, 2048) == AUTH_HASH_MISMATCH);
	CHECK(verify_exactly(empty, "\0", 1) == AUTH_HASH_MISMATCH);
	CHECK(verify_exactly(empty, "\0x", 2) == AUTH_HASH_MISMATCH);
	CHECK(verify_exactly(bcrypt, "\0x", 2) == AUTH_HASH_MISMATCH);
	CHECK(verify_exactly(bcrypt, password, 2048) == AUTH_HASH_MISMATCH);
	CHECK(verify_exactly(BCRYPT_SALT "bzadhGtS2zEF.gu0yd0opP6cVzb.e0i",
						 password,
						 2048) == AUTH_HASH_MATCH);
}

/* phpass hashes up to 4096 bytes; what is longer does not match them. */
static void
phpass_takes_no_more(void)
{
	static const char *const stored = "$P$5abcdefghxBIGRTVIYKTacBAcxTQZY/";
	char password[AUTH_HASH_PHPASS_BYTES + 1];

	memset(password, 'x', sizeof(password));
	CHECK(verify_exactly(stored, password, sizeof(password) - 1) ==
		  AUTH_HASH_MATCH);
	CHECK(verify_exactly(stored, password, sizeof(password)) ==
		  AUTH_HASH_MISMATCH);
}

/* Floors of OWASP ASVS 5.0, appendix C. */
static bool
meets_floor(const char *parameters)
{
	AuthHash hash = {.format = AUTH_HASH_UNKNOWN};
	unsigned int a = 0;
	unsigned int b = 0;
	unsigned int c = 0;

	if (sscanf(parameters, "argon2id m=%u,t=%u", &a, &b) == 2)
		hash = (AuthHash){.format = AUTH_HASH_ARGON2ID,
						  .memory = a,
						  .iterations = b,
						  .lanes = 1};
	else if (sscanf(parameters, "scrypt n=%u,r=%u,p=%u", &a, &b, &c) == 3)
		hash = (AuthHash){.format = AUTH_HASH_SCRYPT,
						  .log_cost = a,
						  .block = b,
						  .parallelism = c};
	else if (sscanf(parameters, "bcrypt %u", &a) == 1)
		hash = (AuthHash){.format = AUTH_HASH_BCRYPT, .log_cost = a};
	else if (sscanf(parameters, "sha256 %u", &a) == 1)
		hash = (AuthHash){.format = AUTH_HASH_DJANGO, .iterations = a};
	else if (sscanf(parameters, "sha512 %u", &a) == 1)
		hash = (AuthHash){.format = AUTH_HASH_PBKDF2_SHA512, .iterations = a};
	return auth_hash_meets_floor(&hash);
}

static void
floors(void)
{
	static const char *const good[] = {"argon2id m=47104,t=1",
									   "argon2id m=19456,t=2",
									   "argon2id m=12288,t=3",
									   "argon2id m=12288,t=32",
									   "scrypt n=17,r=8,p=1",
									   "scrypt n=16,r=8,p=2",
									   "scrypt n=15,r=8,p=3",
									   "scrypt n=15,r=8,p=10",
									   "bcrypt 10",
									   "sha256 600000",
									   "sha512 210000"};
	static const char *const bad[] = {"argon2id m=47103,t=1",
									  "argon2id m=19455,t=2",
									  "argon2id m=12287,t=3",
									  "scrypt n=16,r=8,p=1",
									  "scrypt n=17,r=7,p=1",
									  "scrypt n=15,r=8,p=2",
									  "scrypt n=14,r=8,p=3",
									  "bcrypt 9",
									  "sha256 599999",
									  "sha512 209999",
									  ""};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK_TEXT(meets_floor(good[i]), good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_TEXT(!meets_floor(bad[i]), bad[i]);
}

void
test_hash_verify(void)
{
	CHECK(sodium_init() >= 0);
	verifies_vectors();
	refuses_other_passwords();
	refuses_other_keys();
	crypt_takes_no_more();
	phpass_takes_no_more();
	floors();
}
