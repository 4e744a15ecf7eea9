/*
 * recovery_code_rule.c
 *	  How recovery codes are shown and read.  Pure: no server is needed.
 *
 * They are copied from paper: hyphens and spaces may be anywhere, or left out,
 * and letters of either case.  What is not of the alphabet is no slip that could
 * be put right, since no letter of it looks like another character.
 */
#include "factor/recovery_code_rule.h"

#include <string.h>

#include "secret/encode.h"

#define GROUP 6

/* Groups of six letters with hyphens in between; nothing is terminated. */
void
auth_recovery_code_show(const char *letters, char *shown)
{
	for (int i = 0; i < AUTH_RECOVERY_CODE_LETTERS; i++)
	{
		if (i > 0 && i % GROUP == 0)
			*shown++ = '-';
		*shown++ = letters[i];
	}
}

static char
upper(char letter)
{
	return letter >= 'a' && letter <= 'z' ? (char) (letter - 'a' + 'A') :
											letter;
}

static bool
is_of_alphabet(char letter)
{
	return letter != '\0' && strchr(AUTH_ENCODE_CLEAR, letter) != NULL;
}

/* The letters as they were made; false: this is not how a code is written. */
bool
auth_recovery_code_read(const char *typed, size_t length, char *letters)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
	{
		char letter = upper(typed[i]);

		if (letter == ' ' || letter == '-')
			continue;
		if (count == AUTH_RECOVERY_CODE_LETTERS || !is_of_alphabet(letter))
			return false;
		letters[count++] = letter;
	}
	return count == AUTH_RECOVERY_CODE_LETTERS;
}
