/*
 * unit.h
 *	  What the unit tests share.
 */
#ifndef AUTH_UNIT_H
#define AUTH_UNIT_H

#include <stdbool.h>
#include <stddef.h>

#define CHECK(condition) \
	unit_check((condition), #condition, __func__, __LINE__, NULL)
#define CHECK_TEXT(condition, text) \
	unit_check((condition), #condition, __func__, __LINE__, (text))

extern void unit_check(bool condition, const char *what, const char *where,
					   int line, const char *text);

extern void test_argon2(void);
extern void test_base32(void);
extern void test_count_slot(void);
extern void test_encode(void);
extern void test_hash_parse(void);
extern void test_hash_verify(void);
extern void test_level(void);
extern void test_pepper(void);
extern void test_reason(void);
extern void test_recovery_code_rule(void);
extern void test_refresh_rule(void);
extern void test_throttle_rule(void);
extern void test_totp_rule(void);
extern void test_totp_uri(void);
extern void test_word(void);

#endif /* AUTH_UNIT_H */
