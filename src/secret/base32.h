/*
 * base32.h
 *	  Bytes as letters that people can type.  Pure: no server is needed.
 */
#ifndef AUTH_BASE32_H
#define AUTH_BASE32_H

#include <stddef.h>
#include <stdint.h>

/* How many letters so many bytes are. */
#define AUTH_BASE32_LENGTH(bytes) (((bytes) *8 + 4) / 5)

extern void auth_base32_encode(const uint8_t *bytes, size_t length, char *out);

#endif /* AUTH_BASE32_H */
