/*
 * token_good.h
 *	  Which tokens are good, as a condition in SQL.
 *
 * A message is handed out as long as its token is good, and so this is below
 * both.
 */
#ifndef AUTH_TOKEN_GOOD_H
#define AUTH_TOKEN_GOOD_H

#include "server/clock.h"

/*
 * Conditions on the row "t" of auth_token, for statements.  What was made in the
 * future replaces nothing, and is of no use itself.  A user who came after the
 * token has been given the id of another.
 */
#define AUTH_TOKEN_IS_PAST "t.created_at <= " AUTH_CLOCK_LATEST
#define AUTH_TOKEN_IS_REPLACED                \
	"EXISTS (SELECT FROM auth_token n"        \
	" WHERE n.slot = t.slot"                  \
	" AND n.created_at <= " AUTH_CLOCK_LATEST \
	" AND (n.created_at, n.id) > (t.created_at, t.id))"
#define AUTH_TOKEN_IS_OF_USER                          \
	"(t.user_id IS NULL OR EXISTS"                     \
	" (SELECT FROM auth_user u WHERE u.id = t.user_id" \
	" AND (u.created_at <= t.created_at"               \
	" OR u.created_at > clock_timestamp())))"
#define AUTH_TOKEN_IS_GOOD \
	"NOT " AUTH_TOKEN_IS_REPLACED " AND " AUTH_TOKEN_IS_OF_USER

/* Whether anybody needs the message "o" of auth_outbox any more. */
#define AUTH_MESSAGE_IS_USEFUL                           \
	"((o.token_id IS NULL OR EXISTS"                     \
	" (SELECT FROM auth_token t WHERE t.id = o.token_id" \
	" AND " AUTH_TOKEN_IS_GOOD "))"                      \
	" AND (o.user_id IS NULL OR EXISTS"                  \
	" (SELECT FROM auth_user u WHERE u.id = o.user_id)))"

#endif /* AUTH_TOKEN_GOOD_H */
