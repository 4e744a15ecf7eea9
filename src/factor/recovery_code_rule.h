/*
 * recovery_code_rule.h
 *	  How recovery codes are shown and read.  Pure: no server is needed.
 */
#ifndef AUTH_RECOVERY_CODE_RULE_H
#define AUTH_RECOVERY_CODE_RULE_H

#include <stdbool.h>
#include <stddef.h>

/* 24 letters of 31 hold 118 bits, which nobody guesses. */
#define AUTH_RECOVERY_CODE_LETTERS 24
#define AUTH_RECOVERY_CODE_SHOWN 27

extern void auth_recovery_code_show(const char *letters, char *shown);
extern bool auth_recovery_code_read(const char *typed, size_t length,
									char *letters);

#endif /* AUTH_RECOVERY_CODE_RULE_H */
