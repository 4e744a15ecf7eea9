/*
 * user_row.h
 *	  The row of a user, as other features need it.
 */
#ifndef AUTH_USER_ROW_H
#define AUTH_USER_ROW_H

#include "postgres.h"

#include "table/row.h"

/*
 * A user who is held or locked, and what was found under that: it stays so until
 * the transaction ends, but for what that changes itself.  Whoever does, finds the
 * user anew.
 */
typedef struct AuthHeldUser
{
	text *id;	/* NULL: gone, or disabled */
	bool asked; /* for a second factor */
} AuthHeldUser;

extern bool auth_user_find(AuthHeldUser *user, text *user_id);

extern bool auth_user_open(AuthRow *row, Datum user_id);
extern void auth_user_open_existing(AuthRow *row, text *user_id);
extern bool auth_user_disabled_by(NullableDatum disabled_at,
								  NullableDatum disabled_until);
extern bool auth_user_is_disabled(AuthRow *row);
extern bool auth_user_is_enabled(Datum user_id);
extern bool auth_second_factor_is_asked(AuthRow *user);
extern bool auth_second_factor_is_asked_of(text *user_id);
extern text *auth_nobody(void);
extern bool auth_user_same(text *a, text *b);
extern bool auth_user_lock(Datum user_id);
extern void auth_user_lock_no_key(Datum user_id);
extern void auth_user_hold(Datum user_id);
extern bool auth_user_try_hold(Datum user_id);
extern void auth_user_require_locked(text *user_id);
extern void auth_user_require(text *user_id);
extern void auth_user_require_enabled(text *user_id);

#endif /* AUTH_USER_ROW_H */
