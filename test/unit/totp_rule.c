/*
 * totp_rule.c
 *	  Tests of totp_rule.c: the vectors of RFC 4226 and RFC 6238, the window,
 *	  replays, and codes as people type them.
 */
#include <string.h>

#include "factor/totp_rule.h"
#include "unit.h"

/* The first of two steps in a row that have the same code. */
#define SAME_STEP 910737
#define SAME_CODE 911617

/* Of which the seeds are, of as many bytes as a hash (erratum 2866). */
static const char seed[] = "1234567890123456789012345678901234567890"
						   "123456789012345678901234";

static AuthTotpRule
rule_of(AuthTotpAlgorithm algorithm, int digits)
{
	return (AuthTotpRule){.algorithm = algorithm,
						  .digits = digits,
						  .period = 30,
						  .secret = (const uint8_t *) seed,
						  .length = auth_totp_secret_length(algorithm)};
}

static bool
has_code(AuthTotpAlgorithm algorithm, int digits, int64_t step, uint32_t wanted)
{
	AuthTotpRule rule = rule_of(algorithm, digits);
	uint32_t code = 0;

	return auth_totp_code(&rule, step, &code) && code == wanted;
}

/* RFC 4226, appendix D. */
static void
hotp_of_rfc(void)
{
	static const uint32_t codes[] = {755224,
									 287082,
									 359152,
									 969429,
									 338314,
									 254676,
									 287922,
									 162583,
									 399871,
									 520489};

	for (int i = 0; i < 10; i++)
		CHECK(has_code(AUTH_TOTP_SHA1, 6, i, codes[i]));
}

/* RFC 6238, appendix B. */
static void
totp_of_rfc(void)
{
	static const struct
	{
		int64_t clock;
		uint32_t codes[3];
	} vectors[] = {
		{59, {94287082, 46119246, 90693936}},
		{1111111109, {7081804, 68084774, 25091201}},
		{1111111111, {14050471, 67062674, 99943326}},
		{1234567890, {89005924, 91819424, 93441116}},
		{2000000000, {69279037, 90698825, 38618901}},
		{INT64_C(20000000000), {65353130, 77737706, 47863826}},
	};

	for (int i = 0; i < 6; i++)
	{
		AuthTotpWindow window = {vectors[i].clock, 0, -1};

		for (int j = 0; j < 3; j++)
		{
			AuthTotpRule rule = rule_of((AuthTotpAlgorithm) j, 8);
			int64_t step = 0;

			CHECK(auth_totp_judge(&rule, &window, vectors[i].codes[j], &step) ==
				  AUTH_TOTP_MATCH);
			CHECK(step == vectors[i].clock / 30);
		}
	}
}

/* Fewer digits are the last ones. */
static void
codes_of_fewer_digits(void)
{
	CHECK(has_code(AUTH_TOTP_SHA1, 8, 1, 94287082));
	CHECK(has_code(AUTH_TOTP_SHA1, 7, 1, 4287082));
	CHECK(has_code(AUTH_TOTP_SHA1, 6, 1, 287082));
	CHECK(has_code(AUTH_TOTP_SHA512, 7, 1, 693936));
}

static AuthTotpAnswer
judge(AuthTotpWindow window, uint32_t code, int64_t *step)
{
	AuthTotpRule rule = rule_of(AUTH_TOTP_SHA1, 6);

	return auth_totp_judge(&rule, &window, code, step);
}

/* The codes of steps 1 to 7, at step 4 with its window of the skew. */
static void
window_of_skew(int skew)
{
	static const uint32_t codes[] =
		{755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583};

	for (int i = 0; i <= 7; i++)
	{
		bool inside = i >= 4 - skew && i <= 4 + skew;
		int64_t first;
		int64_t last;

		CHECK(judge((AuthTotpWindow){120, skew, -1}, codes[i], &first) ==
			  (inside ? AUTH_TOTP_MATCH : AUTH_TOTP_MISMATCH));
		CHECK(judge((AuthTotpWindow){149, skew, -1}, codes[i], &last) ==
			  (inside ? AUTH_TOTP_MATCH : AUTH_TOTP_MISMATCH));
		CHECK(first == (inside ? i : -1) && last == first);
	}
}

static void
windows(void)
{
	for (int skew = 0; skew <= AUTH_TOTP_MAX_SKEW; skew++)
		window_of_skew(skew);
}

/* The codes of the steps -1 and -2, which there are not. */
static void
window_at_the_beginning(void)
{
	AuthTotpRule rule = rule_of(AUTH_TOTP_SHA1, 6);
	int64_t step;

	for (int64_t before = -2; before < 0; before++)
	{
		uint32_t code;

		CHECK(auth_totp_code(&rule, before, &code));
		CHECK(judge((AuthTotpWindow){0, 2, -1}, code, &step) ==
			  AUTH_TOTP_MISMATCH);
	}
	CHECK(judge((AuthTotpWindow){0, 2, -1}, 755224, &step) == AUTH_TOTP_MATCH);
	CHECK(step == 0);
	CHECK(judge((AuthTotpWindow){0, 2, 0}, 755224, &step) ==
		  AUTH_TOTP_REPLAYED);
}

static void
replays(void)
{
	int64_t step;

	CHECK(judge((AuthTotpWindow){120, 1, 2}, 969429, &step) == AUTH_TOTP_MATCH);
	CHECK(step == 3);
	CHECK(judge((AuthTotpWindow){120, 1, 3}, 969429, &step) ==
		  AUTH_TOTP_REPLAYED);
	CHECK(judge((AuthTotpWindow){120, 1, 3}, 338314, &step) == AUTH_TOTP_MATCH);
	CHECK(judge((AuthTotpWindow){120, 1, 4}, 969429, &step) ==
		  AUTH_TOTP_REPLAYED);
	/* The server's clock has been ahead. */
	CHECK(judge((AuthTotpWindow){120, 1, INT64_MAX}, 338314, &step) ==
		  AUTH_TOTP_REPLAYED);
	CHECK(judge((AuthTotpWindow){120, 1, INT64_MAX}, 338315, &step) ==
		  AUTH_TOTP_MISMATCH);
	CHECK(judge((AuthTotpWindow){120, 1, INT64_MIN}, 338314, &step) ==
		  AUTH_TOTP_MATCH);
}

/* Two steps in a row with one code, which is good when the first was used. */
static void
steps_of_the_same_code(void)
{
	int64_t step;

	CHECK(has_code(AUTH_TOTP_SHA1, 6, SAME_STEP, SAME_CODE));
	CHECK(has_code(AUTH_TOTP_SHA1, 6, SAME_STEP + 1, SAME_CODE));
	CHECK(judge((AuthTotpWindow){SAME_STEP * 30, 1, SAME_STEP},
				SAME_CODE,
				&step) == AUTH_TOTP_MATCH);
	CHECK(step == SAME_STEP + 1);
}

static int64_t
refused_until(int period, int64_t clock, int skew, int64_t last_step)
{
	return auth_totp_refused_until(period,
								   &(AuthTotpWindow){clock, skew, last_step});
}

/* What has been used at the time or before keeps nobody waiting. */
static void
times_of_refusal(void)
{
	CHECK(refused_until(30, 120, 1, -1) == 0);
	CHECK(refused_until(30, 120, 1, 4) == 0);
	CHECK(refused_until(30, 120, 1, 5) == 0);
	CHECK(refused_until(30, 120, 1, 6) == 210);
	CHECK(refused_until(30, 149, 1, 6) == 210);
	CHECK(refused_until(30, 150, 1, 6) == 0);
	CHECK(refused_until(30, 120, 0, 4) == 0);
	CHECK(refused_until(30, 120, 0, 5) == 180);
	CHECK(refused_until(30, 120, 2, 6) == 0);
	CHECK(refused_until(30, 120, 2, 7) == 240);
	CHECK(refused_until(15, 120, 1, 1000) == 15015);
	CHECK(refused_until(30, 120, 1, INT64_MAX) == INT64_C(253402300799));
	CHECK(refused_until(120, 120, 1, INT64_C(2111685839)) ==
		  INT64_C(253402300799));
	CHECK(refused_until(120, 120, 1, INT64_C(2111685838)) ==
		  INT64_C(253402300680));
	CHECK(refused_until(30, 120, 1, INT64_MIN) == 0);
}

/* Not a second before, and the code is that of the time. */
static void
first_after_refusal(void)
{
	int64_t until = refused_until(30, 0, 1, 3);
	int64_t step;

	CHECK(until == 120);
	CHECK(judge((AuthTotpWindow){until - 1, 1, 3}, 969429, &step) ==
		  AUTH_TOTP_REPLAYED);
	CHECK(judge((AuthTotpWindow){until, 1, 3}, 338314, &step) ==
		  AUTH_TOTP_MATCH);
	CHECK(step == 4);
}

static void
windows_of_other_periods(void)
{
	AuthTotpRule rule = rule_of(AUTH_TOTP_SHA1, 6);
	int64_t step;

	rule.period = 120;
	CHECK(
		auth_totp_judge(&rule, &(AuthTotpWindow){479, 0, -1}, 969429, &step) ==
		AUTH_TOTP_MATCH);
	rule.period = 15;
	CHECK(auth_totp_judge(&rule, &(AuthTotpWindow){45, 0, -1}, 969429, &step) ==
		  AUTH_TOTP_MATCH);
	CHECK(auth_totp_judge(&rule, &(AuthTotpWindow){60, 0, -1}, 969429, &step) ==
		  AUTH_TOTP_MISMATCH);
}

/* All codes but the one differ from it, in whichever bit. */
static void
other_codes(void)
{
	int64_t step;

	for (int bit = 0; bit < 32; bit++)
		CHECK(judge((AuthTotpWindow){120, 0, -1},
					338314 ^ UINT32_C(1) << bit,
					&step) == AUTH_TOTP_MISMATCH);
}

static bool
reads(const char *text, int digits, uint32_t wanted)
{
	uint32_t code;

	return auth_totp_read_code(text, strlen(text), digits, &code) &&
		   code == wanted;
}

static bool
refuses(const char *text, size_t length, int digits)
{
	uint32_t code;

	return !auth_totp_read_code(text, length, digits, &code);
}

static void
typed_codes(void)
{
	static const char *const not_six[] = {"",
										  " ",
										  "12345",
										  "1234567",
										  "123456 7",
										  "12345a",
										  "+12345",
										  "-12345",
										  "12345.",
										  "123-456",
										  "123\t456",
										  "0x1234",
										  "\xd9\xa1\xd9\xa2\xd9\xa3",
										  "12345/",
										  "12345:"};

	CHECK(reads("000000", 6, 0));
	CHECK(reads("492039", 6, 492039));
	CHECK(reads("492 039", 6, 492039));
	CHECK(reads("  4 9 2 0 3 9  ", 6, 492039));
	CHECK(reads("999999", 6, 999999));
	CHECK(reads("0000001", 7, 1));
	CHECK(reads("99999999", 8, 99999999));
	for (size_t i = 0; i < sizeof(not_six) / sizeof(not_six[0]); i++)
		CHECK_TEXT(refuses(not_six[i], strlen(not_six[i]), 6), not_six[i]);
	CHECK(refuses("123456", 6, 7));
	CHECK(refuses("1234567", 7, 8));
	CHECK(refuses("12345\0", 6, 6));
	CHECK(refuses(NULL, 0, 6));
}

static void
algorithms(void)
{
	static const char *const words[] = {"SHA1", "SHA256", "SHA512"};
	static const char *const others[] =
		{"", "sha1", "SHA", "SHA-1", "MD5", "SHA2567"};
	static const size_t lengths[] = {20, 32, 64};
	AuthTotpAlgorithm algorithm;

	for (int i = 0; i < 3; i++)
	{
		CHECK(auth_totp_algorithm(words[i], &algorithm) &&
			  (int) algorithm == i);
		CHECK(strcmp(auth_totp_algorithm_word(algorithm), words[i]) == 0);
		CHECK(auth_totp_secret_length(algorithm) == lengths[i]);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CHECK_TEXT(!auth_totp_algorithm(others[i], &algorithm), others[i]);
}

/* A secret of another system's may be of another length, also a long one. */
static void
secrets_of_other_lengths(void)
{
	uint8_t secret[AUTH_TOTP_MAX_SECRET] = {0};
	AuthTotpRule rule = {AUTH_TOTP_SHA1, 6, 30, secret, sizeof(secret)};
	uint32_t code;
	uint32_t other;

	CHECK(auth_totp_code(&rule, 1, &code));
	secret[sizeof(secret) - 1] = 1;
	CHECK(auth_totp_code(&rule, 1, &other) && other != code);
	rule.length--;
	CHECK(auth_totp_code(&rule, 1, &other) && other == code);
}

void
test_totp_rule(void)
{
	hotp_of_rfc();
	totp_of_rfc();
	codes_of_fewer_digits();
	windows();
	window_at_the_beginning();
	replays();
	steps_of_the_same_code();
	times_of_refusal();
	first_after_refusal();
	windows_of_other_periods();
	other_codes();
	typed_codes();
	algorithms();
	secrets_of_other_lengths();
}
