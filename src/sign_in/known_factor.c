/*
 * known_factor.c
 *	  The second factor of a user who is known already.
 *
 * Somebody who has proven the first factor, or whose session it is, says a code
 * of an app or a recovery code.  An attempt is counted before it is compared,
 * past the transaction: against the user, whatever it is made for, and the
 * networks of the address.  No password that is right takes that count back, or
 * whoever has found out the password could guess without end.
 *
 * A recovery code cannot be guessed, and is let through when somebody else has
 * used up the user's count: it counts against the address alone.  One that is
 * right forgets the user's count, as its owner is there.
 */
#include "postgres.h"

#include "event/event.h"
#include "factor/recovery_code.h"
#include "secret/secret.h"
#include "session/level.h"
#include "sign_in/known_factor.h"

/* The arguments totp and recovery_code. */
void
auth_known_factor_arguments(AuthKnownFactor *known, FunctionCallInfo fcinfo,
							int totp, int recovery_code)
{
	known->totp = auth_secret_optional_argument(fcinfo, totp);
	known->recovery_code = auth_secret_optional_argument(fcinfo, recovery_code);
	known->to_confirm = NULL;
}

/* Count the attempt, if it is allowed. */
bool
auth_known_factor_begin(AuthKnownFactor *known)
{
	AuthAttempt *attempt = &known->attempt;

	auth_attempt_on_second_factor(attempt, known->user_id, &known->ip);
	return known->totp != NULL ? auth_attempt_begin(attempt) :
								 auth_attempt_begin_of_networks(attempt);
}

static bool
use(AuthKnownFactor *known, const char **reason)
{
	*reason = "wrong_code";
	if (known->to_confirm != NULL)
		return auth_totp_begin_confirm(known->to_confirm, known->totp, reason);
	return known->totp != NULL ?
			   auth_totp_use(known->user_id,
							 known->totp,
							 &known->attempt.made,
							 reason) :
			   auth_recovery_code_use(known->user_id, known->recovery_code);
}

/*
 * Use up the code, if it is good, of the user, who is held.  If not, the reason
 * is for the record.  An attempt for which the server has no key is none, if the
 * code was compared with nothing else.
 */
bool
auth_known_factor_use(AuthKnownFactor *known, const char **reason)
{
	bool used;

	PG_TRY();
	{
		used = use(known, reason);
	}
	PG_CATCH();
	{
		if (auth_attempt_is_fault_of_server())
			auth_attempt_withdraw(&known->attempt);
		PG_RE_THROW();
	}
	PG_END_TRY();
	return used;
}

/* The attempt was good. */
void
auth_known_factor_accept(const AuthKnownFactor *known)
{
	auth_attempt_succeed(&known->attempt);
}

static void
record(const AuthKnownFactor *known, const char *kind, const char *reason)
{
	auth_event_record_for_good(&(AuthEvent){.kind = kind,
											.reason = reason,
											.user_id = known->user_id,
											.ip = &known->ip});
}

/* No attempt is made of it, and the record says why. */
void
auth_known_factor_ignore(const AuthKnownFactor *known, const char *reason)
{
	record(known, "second_factor_refused", reason);
}

/* The attempt stays a failure, and the record says what for. */
void
auth_known_factor_refuse(const AuthKnownFactor *known, const char *reason)
{
	auth_known_factor_ignore(known, reason);
	if (known->totp != NULL && auth_attempt_has_stopped(&known->attempt))
		record(known, "key_stopped", "second_factor");
}

/* The method that the code proves. */
int32
auth_known_factor_method(const AuthKnownFactor *known)
{
	return known->totp != NULL ? AUTH_METHOD_TOTP : AUTH_METHOD_RECOVERY;
}
