/*
 * hash_read.h
 *	  Reads the parts of stored password hashes.  Pure: no server is needed.
 */
#ifndef AUTH_HASH_READ_H
#define AUTH_HASH_READ_H

#include "password/hash_format.h"

/* Which base64 it is. */
typedef enum AuthBase64
{
	AUTH_BASE64_BARE,	 /* without padding */
	AUTH_BASE64_ADAPTED, /* so, and with . for + */
	AUTH_BASE64_PADDED,
	AUTH_BASE64_EITHER /* with all of its padding or without */
} AuthBase64;

extern bool auth_read_is_alphanumeric(char c);
extern bool auth_read_is_crypt(char c);
extern int auth_read_crypt_value(char c);
extern bool auth_read_literal(const char **cursor, const char *literal);
extern bool auth_read_number(const char **cursor, uint32_t *number);
extern bool auth_read_while(const char **cursor, bool (*is)(char), size_t min,
							size_t max, AuthSpan *span);
extern bool auth_read_hex(const char **cursor, size_t bytes, AuthSpan *span);
extern bool auth_read_base64(const char **cursor, AuthBase64 kind, size_t min,
							 size_t max, AuthSpan *span);
extern bool auth_read_crypt64(const char **cursor, size_t min, size_t max,
							  AuthSpan *span);
extern size_t auth_hash_decode(const AuthSpan *span, AuthHashCoding coding,
							   uint8_t *out);

#endif /* AUTH_HASH_READ_H */
