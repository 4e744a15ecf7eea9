/*
 * word.c
 *	  Tests of word.c.
 */
#include <string.h>

#include "password/word.h"
#include "unit.h"

#define MAX 1024

static AuthWord
word(const char *text, uint32_t *points)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		points[i] = (unsigned char) text[i];
	return (AuthWord){points, length};
}

static bool
is_similar(const char *password, const char *other)
{
	uint32_t a[MAX];
	uint32_t b[MAX];

	return auth_word_is_similar(word(password, a), word(other, b));
}

static bool
is_run(const char *password)
{
	uint32_t points[MAX];

	return auth_word_is_run(word(password, points));
}

static bool
is_common(const char *password)
{
	return auth_word_is_common(password, strlen(password));
}

static void
common(void)
{
	static const char *const listed[] =
		{"123456", "password", "12345678", "qwerty", "!qaz2wsx", "zzzzzzz1"};
	static const char *const others[] =
		{"", "passwordx", "password\xC3\xA4", "Password", "\xFF", "\x01"};

	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++)
		CHECK_TEXT(is_common(listed[i]), listed[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CHECK_TEXT(!is_common(others[i]), others[i]);

	/* the length counts, and zero bytes are no end */
	CHECK(auth_word_is_common("passwordless", 8));
	CHECK(!auth_word_is_common("password\0", 9));
}

/* Each entry is found, so that the list is in the order of the search. */
static void
whole_list(void)
{
	static const char *const list[] = {
#include "password/common_password.inc"
	};

	CHECK(sizeof(list) / sizeof(list[0]) >= 3000);
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		CHECK_TEXT(is_common(list[i]), list[i]);
}

static void
runs(void)
{
	uint32_t wrapping[] = {UINT32_MAX, 0, 1};

	CHECK(is_run(""));
	CHECK(is_run("x"));
	CHECK(is_run("xxxxxxxx"));
	CHECK(is_run("abcdefgh"));
	CHECK(is_run("87654321"));
	CHECK(!is_run("acegikmo"));
	CHECK(!is_run("xxxxxxxy"));
	CHECK(!is_run("abcdefgi"));
	CHECK(!is_run("abababab"));
	CHECK(auth_word_is_run((AuthWord){wrapping, 3}));
}

static void
taken_out(void)
{
	CHECK(is_similar("wordword", "word"));
	CHECK(is_similar("xwordyword", "word"));
	CHECK(is_similar("abcword", "word"));
	CHECK(!is_similar("abcdword", "word"));
	CHECK(is_similar("drowdrow123", "word"));
	CHECK(is_similar("aaaaaaaaaaa", "aaaa"));
	CHECK(!is_similar("12", ""));
	CHECK(!is_similar("", ""));
	CHECK(!is_similar("abc", "xyz"));
	CHECK(is_similar("xyx", "x"));
}

/* Two of eight, three of twelve to fifteen characters may differ. */
static void
distances(void)
{
	CHECK(is_similar("abcdefgh", "abcdefgh"));
	CHECK(is_similar("abcdefgh", "ab1def2h"));
	CHECK(!is_similar("abcdefgh", "a1cd2fg3"));
	CHECK(is_similar("abcdefgh", "bcdefghi"));
	CHECK(is_similar("abcdefgh", "abcdef"));
	CHECK(!is_similar("abcdefgh", "abcd2"));
	CHECK(is_similar("abcdefghijkl", "abc1efg2ijk3"));
	CHECK(!is_similar("abcdefghijkl", "abc1efg2ij34"));
	CHECK(is_similar("abcdefgh", "hgfe1cba"));
	CHECK(is_similar("kittens!", "sittens."));
	CHECK(!is_similar("abc", "xbc"));
}

/* Long texts are taken out, but not compared. */
static void
long_words(void)
{
	char password[MAX + 1];
	char other[MAX + 1];

	for (size_t length = 255; length <= 258; length++)
	{
		memset(password, 0, sizeof(password));
		memset(other, 0, sizeof(other));
		for (size_t i = 0; i < length; i++)
			password[i] = other[i] = (char) ('a' + i % 26);
		CHECK(is_similar(password, other));
		password[100] = '#';
		CHECK(is_similar(password, other) == (length <= 256));
	}
}

void
test_word(void)
{
	common();
	whole_list();
	runs();
	taken_out();
	distances();
	long_words();
}
