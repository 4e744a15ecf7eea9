/*
 * recovery_code_rule.c
 *	  Tests of recovery_code_rule.c: how recovery codes are shown and read.
 */
#include <string.h>

#include "factor/recovery_code_rule.h"
#include "secret/encode.h"
#include "unit.h"

#define LETTERS "ABCDEFGHJKMNPQRSTUVWXYZ2"
#define SHOWN "ABCDEF-GHJKMN-PQRSTU-VWXYZ2"

/* Whether it is read, as these letters and no byte more. */
static bool
reads(const char *typed, size_t length, const char *letters)
{
	char read[AUTH_RECOVERY_CODE_LETTERS + 1];

	memset(read, '#', sizeof(read));
	return auth_recovery_code_read(typed, length, read) &&
		   memcmp(read, letters, AUTH_RECOVERY_CODE_LETTERS) == 0 &&
		   read[AUTH_RECOVERY_CODE_LETTERS] == '#';
}

/* Whether it is refused, with nothing written past the letters. */
static bool
refuses(const char *typed, size_t length)
{
	char read[AUTH_RECOVERY_CODE_LETTERS + 1];

	memset(read, '#', sizeof(read));
	return !auth_recovery_code_read(typed, length, read) &&
		   read[AUTH_RECOVERY_CODE_LETTERS] == '#';
}

static bool
is(const char *typed)
{
	return reads(typed, strlen(typed), LETTERS);
}

static bool
is_none(const char *typed)
{
	return refuses(typed, strlen(typed));
}

static void
shown_in_groups(void)
{
	char shown[AUTH_RECOVERY_CODE_SHOWN + 1];

	memset(shown, '#', sizeof(shown));
	auth_recovery_code_show(LETTERS, shown);
	CHECK(sizeof(SHOWN) - 1 == AUTH_RECOVERY_CODE_SHOWN);
	CHECK(memcmp(shown, SHOWN "#", sizeof(shown)) == 0);
}

static void
read_as_shown_or_as_typed(void)
{
	CHECK(is(SHOWN));
	CHECK(is(LETTERS));
	CHECK(is("abcdefghjkmnpqrstuvwxyz2"));
	CHECK(is("aBcDeF-gHjKmN-pQrStU-vWxYz2"));
	CHECK(is("ABCDEF GHJKMN PQRSTU VWXYZ2"));
	CHECK(is("  ABCD EFGH - JKMN-PQRS-TUVW-XYZ2 -"));
	CHECK(is("A-B-C-D-E-F-G-H-J-K-M-N-P-Q-R-S-T-U-V-W-X-Y-Z-2"));
}

static void
neither_shorter_nor_longer(void)
{
	CHECK(is_none(""));
	CHECK(is_none("-- --"));
	CHECK(is_none("ABCDEF-GHJKMN-PQRSTU-VWXYZ"));
	CHECK(is_none(SHOWN "2"));
	CHECK(is_none(SHOWN "-2"));
	CHECK(is_none(LETTERS LETTERS));
	CHECK(reads(SHOWN "2", sizeof(SHOWN) - 1, LETTERS));
	CHECK(refuses(SHOWN, sizeof(SHOWN) - 2));
	CHECK(refuses(NULL, 0));
}

/* In the place of a letter. */
static void
no_other_characters(void)
{
	char typed[AUTH_RECOVERY_CODE_LETTERS];
	int good = 0;

	memcpy(typed, LETTERS, sizeof(typed));
	for (int i = 0; i <= 255; i++)
	{
		char expected[AUTH_RECOVERY_CODE_LETTERS];
		char letter = (char) (i >= 'a' && i <= 'z' ? i - 'a' + 'A' : i);

		typed[7] = (char) i;
		memcpy(expected, LETTERS, sizeof(expected));
		expected[7] = letter;
		if (i != 0 && strchr(AUTH_ENCODE_CLEAR, letter) != NULL)
		{
			CHECK(reads(typed, sizeof(typed), expected));
			good++;
		}
		else
			CHECK(refuses(typed, sizeof(typed)));
	}
	CHECK(good == 31 + 23);
}

/* What looks like a space or a hyphen, and is none. */
static void
no_other_separators(void)
{
	CHECK(is_none("ABCDEF\tGHJKMN-PQRSTU-VWXYZ2"));
	CHECK(is_none(SHOWN "\n"));
	CHECK(is_none("ABCDEF\xe2\x80\x93GHJKMN-PQRSTU-VWXYZ2"));
	CHECK(is_none("ABCDEF\xc2\xa0GHJKMN-PQRSTU-VWXYZ2"));
	CHECK(is_none("ABCDEF_GHJKMN_PQRSTU_VWXYZ2"));
}

void
test_recovery_code_rule(void)
{
	shown_in_groups();
	read_as_shown_or_as_typed();
	neither_shorter_nor_longer();
	no_other_characters();
	no_other_separators();
}
