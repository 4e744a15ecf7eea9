/*
 * totp_rule.h
 *	  Codes of a secret and the time.  Pure: no server is needed.
 */
#ifndef AUTH_TOTP_RULE_H
#define AUTH_TOTP_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUTH_TOTP_MIN_DIGITS 6
#define AUTH_TOTP_MAX_DIGITS 8
#define AUTH_TOTP_MIN_PERIOD 15
#define AUTH_TOTP_USUAL_PERIOD 30
#define AUTH_TOTP_MAX_PERIOD 120

/* The most steps before and after now of which codes are good. */
#define AUTH_TOTP_MAX_SKEW 2

/* The most bytes of a secret. */
#define AUTH_TOTP_MAX_SECRET 64

typedef enum AuthTotpAlgorithm
{
	AUTH_TOTP_SHA1,
	AUTH_TOTP_SHA256,
	AUTH_TOTP_SHA512
} AuthTotpAlgorithm;

/* How an app makes its codes. */
typedef struct AuthTotpRule
{
	AuthTotpAlgorithm algorithm;
	int digits;
	int period; /* seconds */
	const uint8_t *secret;
	size_t length;
} AuthTotpRule;

/* When, and which codes are good. */
typedef struct AuthTotpWindow
{
	int64_t clock;	   /* seconds since 1970, not negative */
	int skew;		   /* steps before and after that of the clock */
	int64_t last_step; /* of the last code that was used, or -1 */
} AuthTotpWindow;

typedef enum AuthTotpAnswer
{
	AUTH_TOTP_MATCH,
	AUTH_TOTP_MISMATCH,
	AUTH_TOTP_REPLAYED,
	AUTH_TOTP_FAILED /* nothing could be compared */
} AuthTotpAnswer;

extern bool auth_totp_algorithm(const char *word, AuthTotpAlgorithm *algorithm);
extern const char *auth_totp_algorithm_word(AuthTotpAlgorithm algorithm);
extern size_t auth_totp_secret_length(AuthTotpAlgorithm algorithm);
extern bool auth_totp_read_code(const char *text, size_t length, int digits,
								uint32_t *code);
extern bool auth_totp_code(const AuthTotpRule *rule, int64_t step,
						   uint32_t *code);
extern int64_t auth_totp_refused_until(int period,
									   const AuthTotpWindow *window);
extern AuthTotpAnswer auth_totp_judge(const AuthTotpRule *rule,
									  const AuthTotpWindow *window,
									  uint32_t code, int64_t *step);

#endif /* AUTH_TOTP_RULE_H */
