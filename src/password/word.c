/*
 * word.c
 *	  Passwords that are easy to guess, as texts.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "password/word.h"

/* What must be left of a password beside a word. */
#define MIN_REST 4

/* Longer texts are not compared by distance. */
#define MAX_COMPARED 256

/* Sorted by their bytes. */
static const char *const common[] = {
#include "password/common_password.inc"
};

typedef struct Bytes
{
	const char *start;
	size_t length;
} Bytes;

/* A word, or one that is read from its end. */
typedef struct Reading
{
	AuthWord word;
	bool backwards;
} Reading;

static int
compare_common(const void *key, const void *element)
{
	const Bytes *bytes = key;
	const char *entry = *(const char *const *) element;
	size_t length = strlen(entry);
	size_t least = bytes->length < length ? bytes->length : length;
	int order = memcmp(bytes->start, entry, least);

	if (order != 0)
		return order;
	return (bytes->length > length) - (bytes->length < length);
}

/* Whether the text is in the list that comes with the extension. */
bool
auth_word_is_common(const char *bytes, size_t length)
{
	Bytes key = {bytes, length};

	return bsearch(&key,
				   common,
				   sizeof(common) / sizeof(common[0]),
				   sizeof(common[0]),
				   compare_common) != NULL;
}

/*
 * Whether the password is one character repeated, or characters in their order.
 */
bool
auth_word_is_run(AuthWord password)
{
	const uint32_t *points = password.points;
	uint32_t step;

	if (password.length < 2)
		return true;

	/* modulo 2^32, so that one down is the largest */
	step = points[1] - points[0];
	if (step > 1 && step != UINT32_MAX)
		return false;
	for (size_t i = 2; i < password.length; i++)
	{
		if (points[i] - points[i - 1] != step)
			return false;
	}
	return true;
}

static uint32_t
point_at(Reading reading, size_t i)
{
	AuthWord word = reading.word;

	return word.points[reading.backwards ? word.length - 1 - i : i];
}

static bool
stands_at(AuthWord password, size_t start, Reading reading)
{
	size_t length = reading.word.length;

	if (password.length - start < length)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		if (password.points[start + i] != point_at(reading, i))
			return false;
	}
	return true;
}

/*
 * Whether little is left of the password when the word is taken out wherever it
 * stands.
 */
static bool
is_filled(AuthWord password, Reading reading)
{
	size_t rest = 0;

	for (size_t i = 0; i < password.length;)
	{
		bool found = stands_at(password, i, reading);

		i += found ? reading.word.length : 1;
		rest += found ? 0 : 1;
	}
	return rest < password.length && rest < MIN_REST;
}

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/*
 * How many characters must be inserted, removed or replaced to make one of
 * the other (Levenshtein); both have at most MAX_COMPARED.
 */
static size_t
distance(AuthWord password, Reading reading)
{
	size_t row[MAX_COMPARED + 1];
	size_t length = reading.word.length;
	size_t result;

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 0; i < password.length; i++)
	{
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < length; j++)
		{
			bool same = password.points[i] == point_at(reading, j);
			size_t next = min3(diagonal + !same, row[j] + 1, row[j + 1] + 1);

			diagonal = row[j + 1];
			row[j + 1] = next;
		}
	}
	result = row[length];
	sodium_memzero(row, sizeof(row));
	return result;
}

/* Whether password and word differ in at most a quarter of the longer one. */
static bool
is_near(AuthWord password, Reading reading)
{
	size_t a = password.length;
	size_t b = reading.word.length;
	size_t longer = a > b ? a : b;
	size_t shorter = a > b ? b : a;

	return longer <= MAX_COMPARED && longer - shorter <= longer / 4 &&
		   distance(password, reading) <= longer / 4;
}

/*
 * Whether the password is little else than the word, or nearly the word, in
 * either direction.  Nothing is similar to an empty word.
 */
bool
auth_word_is_similar(AuthWord password, AuthWord word)
{
	Reading forwards = {word, false};
	Reading backwards = {word, true};

	if (word.length == 0)
		return false;
	return is_filled(password, forwards) || is_filled(password, backwards) ||
		   is_near(password, forwards) || is_near(password, backwards);
}
