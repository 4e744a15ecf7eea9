/*
 * complete_sign_in.c
 *	  The second step of a sign-in.
 *
 * Who comes with a challenge has proven the first factor of its user, and says
 * a code.  Everything that is not good has one answer, whatever is wrong with
 * it; the reason is in the record.  A wrong code leaves the challenge for
 * another try.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "call/argument.h"
#include "call/period.h"
#include "factor/challenge.h"
#include "factor/device.h"
#include "secret/secret.h"
#include "sign_in/door.h"
#include "sign_in/known_factor.h"
#include "sign_in/pending.h"
#include "user/key_row.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_complete_sign_in);

typedef struct Completion
{
	AuthToken challenge; /* of a user, with a key or with none */
	AuthHeldUser user;
	AuthKnownFactor known;
	AuthPending pending;
	Interval *remember; /* the device, for so long; or NULL */
} Completion;

static Interval *
remember_argument(FunctionCallInfo fcinfo, int number)
{
	Interval *period = auth_argument_period(fcinfo, number, "remember");
	TimestampTz clock = GetCurrentTimestamp();

	if (period != NULL && auth_period_later(clock, period, 0) <= clock)
		auth_argument_invalid_period("remember");
	return period;
}

static void
require_one_code(const AuthKnownFactor *known)
{
	if ((known->totp != NULL) == (known->recovery_code != NULL))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("exactly one of totp and recovery_code must be "
						"given")));
}

/* Whether the user still has the key by which the first factor was proven. */
static bool
has_key(const AuthToken *token)
{
	AuthKeyId id = {token->provider_id, token->address};
	AuthKey key;

	return token->provider_id == NULL ||
		   (token->address != NULL && auth_key_read(&id, &key) &&
			auth_user_same(auth_key_user_id(&key), token->user_id));
}

/* Whether the user, who is held, is let in by a challenge at all. */
static bool
still_holds(Completion *completion)
{
	const AuthToken *challenge = &completion->challenge;

	return auth_user_find(&completion->user, challenge->user_id) &&
		   completion->user.asked && has_key(challenge);
}

/*
 * Use up the code and the challenge, if both are good, or neither.  The challenge
 * is locked first, which a change of the password or of the factors has ended, if
 * there was one: no code is lost to a challenge that somebody else uses up.  NULL:
 * both were good.
 */
static const char *
use(Completion *completion)
{
	AuthToken *challenge = &completion->challenge;
	const char *reason;

	if (!auth_challenge_count(challenge))
		return "stopped";
	auth_user_hold(PointerGetDatum(challenge->user_id));
	if (!still_holds(completion) || !auth_challenge_lock(challenge) ||
		!auth_pending_read(&completion->pending, challenge->data))
		return "changed_meanwhile";
	if (!auth_known_factor_use(&completion->known, &reason))
		return reason;
	auth_challenge_end(challenge);
	return NULL;
}

static Datum
open_session(FunctionCallInfo fcinfo, Completion *completion)
{
	const AuthToken *token = &completion->challenge;
	const AuthKnownFactor *known = &completion->known;
	AuthKeyId key = {token->provider_id, token->address};
	const AuthPending *pending = &completion->pending;
	text *device_token = NULL;

	if (completion->remember != NULL)
		device_token =
			auth_device_remember(token->user_id, completion->remember);
	return auth_door_open(fcinfo,
						  &(AuthSignIn){.user = &completion->user,
										.methods =
											pending->methods |
											auth_known_factor_method(known),
										.key = token->provider_id != NULL ?
												   &key :
												   NULL,
										.ip = &known->ip,
										.reason = "second_factor",
										.attributes = pending->attributes,
										.periods = &pending->periods},
						  device_token);
}

/*
 * Find the challenge.  Of one that has expired the record tells its user, and no
 * more often than there are attempts with one: nothing else bounds these.
 */
static bool
find(Completion *completion, text *secret)
{
	AuthKnownFactor *known = &completion->known;
	bool found = auth_challenge_find(&completion->challenge, secret);

	known->user_id = completion->challenge.user_id;
	if (!found && known->user_id != NULL &&
		auth_challenge_count(&completion->challenge))
		auth_known_factor_ignore(known, "expired");
	return found;
}

static Datum
complete(FunctionCallInfo fcinfo, Completion *completion, text *secret)
{
	AuthKnownFactor *known = &completion->known;
	const char *reason;

	if (!find(completion, secret))
		return auth_door_refuse(fcinfo);
	if (!auth_known_factor_begin(known))
		return auth_door_throttle(fcinfo, known->attempt.wait);
	reason = use(completion);
	if (reason != NULL)
	{
		auth_known_factor_refuse(known, reason);
		return auth_door_refuse(fcinfo);
	}
	auth_known_factor_accept(known);
	return open_session(fcinfo, completion);
}

/*
 * auth_complete_sign_in(challenge text, totp text, recovery_code text,
 *						 client_address inet, remember interval)
 *		auth_sign_in_result
 *
 * status is ok, with the session that the first step asked for, and with
 * remember the token of the device; refused, whatever is wrong with challenge or
 * code; or throttled, after too many wrong codes of the user's or from the
 * address.  22023 unless one code is given, and for a period that is not
 * positive.  UA008 when the attributes of the session have been changed since;
 * F0000 when the key of the code's secret is not there.
 */
Datum
auth_complete_sign_in(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	Completion completion;
	text *secret;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_complete_sign_in()");
	secret = auth_secret_token_argument(fcinfo, 0);
	auth_known_factor_arguments(&completion.known, fcinfo, 1, 2);
	require_one_code(&completion.known);
	auth_ip_argument(&completion.known.ip, fcinfo, 3);
	completion.remember = remember_argument(fcinfo, 4);
	result = complete(fcinfo, &completion, secret);
	auth_secret_end(&scope);
	return result;
}
