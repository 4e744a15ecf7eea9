/*
 * token_end.h
 *	  The end of tokens that nobody has used.
 */
#ifndef AUTH_TOKEN_END_H
#define AUTH_TOKEN_END_H

#include "postgres.h"

/* Deletes rows "a" of auth_token, in the order in which everybody locks them. */
#define AUTH_TOKEN_DELETE(tables, condition)                                \
	"DELETE FROM auth_token WHERE id = ANY (ARRAY(SELECT a.id FROM " tables \
	" WHERE " condition                                                     \
	" ORDER BY a.created_at DESC, a.id DESC FOR UPDATE OF a))"

extern bool auth_token_gives_access(text *purpose);
extern void auth_token_end(text *user_id);
extern uint64 auth_token_end_purpose(text *user_id, const char *purpose);
extern void auth_token_end_all(void);

#endif /* AUTH_TOKEN_END_H */
