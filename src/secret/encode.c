/*
 * encode.c
 *	  Pure functions on bytes.
 */
#include <string.h>

#include "secret/encode.h"

/*
 * Turn random bytes into letters of the alphabet, each equally likely.
 *
 * Bytes that would favour the first letters of the alphabet (with 36 letters,
 * 252 to 255) are passed over, so that fewer letters than wanted may come out:
 * the number written is returned and the caller comes back with more bytes.
 * Nothing is terminated.
 */
size_t
auth_encode_letters(const char *alphabet, const uint8_t *random,
					size_t available, char *out, size_t wanted)
{
	size_t size = strlen(alphabet);
	size_t unbiased = 256 / size * size;
	size_t written = 0;

	for (size_t i = 0; i < available && written < wanted; i++)
	{
		if (random[i] < unbiased)
			out[written++] = alphabet[random[i] % size];
	}
	return written;
}
