/*
 * refresh_rule.h
 *	  What a refresh token is worth to its family.  Pure: no server is needed.
 */
#ifndef AUTH_REFRESH_RULE_H
#define AUTH_REFRESH_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each of a token's two halves has 24 letters of 5.17 bits: 124 bits. */
#define AUTH_REFRESH_HALF 24
#define AUTH_REFRESH_LETTERS (2 * AUTH_REFRESH_HALF)

/* The most tokens that are good at a time besides the newest. */
#define AUTH_REFRESH_SIBLINGS 16

typedef struct AuthRefreshHash
{
	unsigned char bytes[16];
} AuthRefreshHash;

/* The tokens of a family, and its times in microseconds. */
typedef struct AuthRefreshState
{
	AuthRefreshHash newest;
	AuthRefreshHash siblings[AUTH_REFRESH_SIBLINGS];
	int nsiblings;
	bool has_spent;
	AuthRefreshHash spent; /* the one whose use made the newest */
	int64_t rotated_at;	   /* when it was used first */
	int64_t expires_at;	   /* of the tokens that are good */
	int64_t ends_at;	   /* of the family */
} AuthRefreshState;

typedef enum AuthRefreshUse
{
	AUTH_REFRESH_GOOD,
	AUTH_REFRESH_REPEATED, /* its answer may have been lost */
	AUTH_REFRESH_REPLAYED, /* two hold tokens of the family */
	AUTH_REFRESH_REFUSED
} AuthRefreshUse;

extern bool auth_refresh_has_shape(const char *token, size_t length);
extern bool auth_refresh_is_same(const AuthRefreshHash *a,
								 const AuthRefreshHash *b);
extern AuthRefreshUse auth_refresh_judge(const AuthRefreshState *state,
										 const AuthRefreshHash *token,
										 int64_t now, int64_t grace);

#endif /* AUTH_REFRESH_RULE_H */
