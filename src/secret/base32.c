/*
 * base32.c
 *	  Bytes as letters that people can type.  Pure: no server is needed.
 */
#include "secret/base32.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/*
 * Write the bytes as base32 of RFC 4648, section 6, without padding:
 * AUTH_BASE32_LENGTH letters.  Nothing is terminated.
 */
void
auth_base32_encode(const uint8_t *bytes, size_t length, char *out)
{
	uint32_t bits = 0; /* those that are not written yet are the lowest */
	int count = 0;

	for (size_t i = 0; i < length; i++)
	{
		bits = bits << 8 | bytes[i];
		for (count += 8; count >= 5; count -= 5)
			*out++ = alphabet[bits >> (count - 5) & 31];
	}
	if (count > 0)
		*out = alphabet[bits << (5 - count) & 31];
}
