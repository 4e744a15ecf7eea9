/*
 * reason.c
 *	  Why a message could not be sent, as it is stored.
 *
 * It comes from the outside, mostly from a mail server, and may quote the
 * message: a part of the secret in it is masked, however it is spaced, broken
 * into lines or capitalised.
 */
#include <stdbool.h>

#include "outbox/reason.h"

/* So many letters in a row are no accident; the shortest secret has as many. */
#define PART 6

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		   (c >= 'A' && c <= 'Z');
}

static bool
is_control(char c)
{
	return (unsigned char) c < ' ' || c == 0x7f;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

/* Where a part of the secret that begins with it ends, or the beginning. */
static const char *
match(const char *reason, const char *end, const char *secret,
	  const char *secret_end)
{
	const char *matched = reason;
	int letters = 0;

	for (const char *c = reason; c < end && secret < secret_end; c++)
	{
		if (!is_alphanumeric(*c))
			continue;
		if (lower(*c) != lower(*secret))
			break;
		secret++;
		letters++;
		matched = c + 1;
	}
	return letters >= PART ? matched : reason;
}

/* The end of the longest part of the secret that begins here. */
static const char *
longest_match(const char *reason, const char *end, const char *secret,
			  const char *secret_end)
{
	const char *longest = reason;

	for (; secret < secret_end; secret++)
	{
		const char *matched = match(reason, end, secret, secret_end);

		if (matched > longest)
			longest = matched;
	}
	return longest;
}

static void
mask(char *from, const char *end)
{
	for (char *c = from; c < end; c++)
		*c = '*';
}

/* Mask the secret's parts, in place, and what would break a line. */
void
auth_reason_clean(char *reason, size_t length, const char *secret,
				  size_t secret_length)
{
	for (size_t i = 0; i < length; i++)
	{
		if (is_control(reason[i]))
			reason[i] = ' ';
		if (is_alphanumeric(reason[i]))
			mask(reason + i,
				 longest_match(reason + i,
							   reason + length,
							   secret,
							   secret + secret_length));
	}
}
