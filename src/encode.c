/*
 * encode.c
 *	  Pure functions on bytes.
 */
#include "encode.h"

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";

#define ALPHABET_SIZE (sizeof(alphabet) - 1)

/* The largest multiple of the alphabet's size that a byte can hold. */
#define UNBIASED_BYTES (256 / ALPHABET_SIZE * ALPHABET_SIZE)

/*
 * Turn random bytes into letters of [a-z0-9], each equally likely.
 *
 * Bytes that would favour the first letters of the alphabet (252 to 255) are
 * passed over, so that fewer letters than wanted may come out: the number
 * written is returned and the caller comes back with more bytes.  Nothing is
 * terminated.
 */
size_t
auth_encode_letters(const uint8_t *random, size_t available, char *out,
					size_t wanted)
{
	size_t written = 0;

	for (size_t i = 0; i < available && written < wanted; i++)
	{
		if (random[i] < UNBIASED_BYTES)
			out[written++] = alphabet[random[i] % ALPHABET_SIZE];
	}
	return written;
}
