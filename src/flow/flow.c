/*
 * flow.c
 *	  What begins with a message: requests for it, and what becomes of the token.
 *
 * Messages to an address are limited whoever asks for them: nobody is to fill
 * somebody's mailbox.  Beyond the limit, and for a key that does not exist,
 * everything is done as well, and then undone, and the answer is the same: that
 * there is a limit tells that there is a mailbox.  Only messages that are made
 * are counted: a request costs no hash, and must not push out counts.  What is
 * throttled is the network that requests come from.  For a user, who may name
 * any address, there is the same limit whatever they are.
 *
 * The limit is that of throttling: after as many requests as a key may have
 * failures (auth.throttle_failures) there is a delay, at first a minute for
 * each second of auth.throttle_delay, that doubles up to
 * auth.throttle_max_delay.  In so long one request is forgotten.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/result.h"
#include "call/status.h"
#include "call/value.h"
#include "flow/flow.h"
#include "secret/digest.h"
#include "secret/secret.h"
#include "throttle/attempt.h"
#include "throttle/count.h"
#include "token/token.h"
#include "token/token_purpose.h"
#include "user/key_name.h"
#include "user/key_proof.h"
#include "user/key_row.h"
#include "user/spelling.h"
#include "user/user_row.h"

static AuthThrottleRule
target_rule(void)
{
	AuthThrottleRule rule = auth_attempt_rule();

	rule.stop = 0;
	rule.delay *= SECS_PER_MINUTE;
	rule.forget = rule.max_delay / 1000;
	return rule;
}

/* What messages that go to nobody are counted as, without a limit. */
static const AuthThrottleRule no_limit = {.free = PG_INT32_MAX};

/* Count one, if it may be: how long it would have to wait otherwise, or 0. */
static int64
count_message(AuthCountKind kind, const AuthDigestPart *parts, int count,
			  AuthThrottleRule rule)
{
	AuthCountItem item = {.kind = kind, .rule = rule};
	pg_uuid_t digest;

	auth_digest(&digest, AUTH_DIGEST_MESSAGE, parts, count);
	item.name = auth_count_name(&digest);
	return auth_count_add(&item, 1);
}

/*
 * Whether another message may go to the target.  One that goes to nobody is
 * counted as well, all of them in one place.  A target that is nobody's yet can
 * be any address that comes to a stranger's mind, and never pushes out the
 * count of a user's.
 */
bool
auth_flow_may_send(text *target, bool is_users, bool to_somebody)
{
	AuthCountKind kind = is_users ? AUTH_COUNT_MESSAGE : AUTH_COUNT_NEW_MESSAGE;
	AuthDigestPart part = auth_key_name_digest_address(target);
	AuthDigestPart nobody = {"", 0};

	if (to_somebody && count_message(kind, &part, 1, target_rule()) == 0)
		return true;
	(void) count_message(kind, &nobody, 1, no_limit);
	return false;
}

static int64
count_for_user(text *user_id, const char *what)
{
	AuthDigestPart parts[] = {
		auth_spelling_digest(AUTH_USER, AUTH_USER_ID, user_id),
		{what, strlen(what)},
	};

	return count_message(AUTH_COUNT_MESSAGE,
						 parts,
						 lengthof(parts),
						 target_rule());
}

/*
 * Whether another message may go out for a user, who names any address: each
 * would have a count of its own, and these would push out those of others.
 */
bool
auth_flow_may_send_for(text *user_id)
{
	return count_for_user(user_id, "user") == 0;
}

/*
 * Count a change of which the user is told and that a session can repeat at will:
 * how long it has to wait, or 0.  Such notices cannot be left out, and without
 * number they would hide the one that matters.
 */
int64
auth_flow_count_change(text *user_id)
{
	return count_for_user(user_id, "change");
}

/* The answer to a request: ok, or throttled. */
Datum
auth_flow_answer(FunctionCallInfo fcinfo, int64 wait)
{
	NullableDatum status[AUTH_STATUS_COLUMNS];

	if (wait > 0)
		auth_status_throttled(status, wait);
	else
		auth_status_ok(status);
	return auth_status_result(fcinfo, status);
}

/* The secret is in the message, and nowhere else any more. */
void
auth_flow_wipe(AuthToken *token)
{
	auth_secret_wipe(VARDATA(token->secret), VARSIZE_ANY_EXHDR(token->secret));
}

/*
 * Look for a token of a user, and of a key by both its names or of none; its
 * user is to be locked before it is used.
 */
bool
auth_flow_find(AuthToken *token, const char *purpose, text *secret)
{
	return auth_token_find(token, purpose, secret) && token->user_id != NULL &&
		   (token->provider_id == NULL || token->address != NULL);
}

/*
 * Whether who reads what is sent to the key is to be let in.  An address that is
 * not proven is nobody's once its user is proven by another key, whatever it was
 * when the token was asked for; but the user may have it verified.
 */
static bool
is_somebodys(const AuthToken *token, const AuthKey *key)
{
	return auth_key_is_verified(key) ||
		   strcmp(text_to_cstring(token->purpose),
				  AUTH_TOKEN_EMAIL_VERIFICATION) == 0 ||
		   !auth_key_proof_of_user(token->user_id);
}

/* Whether the token's user still has the key, which is held then. */
static bool
has_key(const AuthToken *token)
{
	AuthKeyId id = {token->provider_id, token->address};
	AuthKey key;

	auth_key_hold(&id);
	return auth_key_read(&id, &key) &&
		   auth_user_same(auth_key_user_id(&key), token->user_id) &&
		   is_somebodys(token, &key);
}

/*
 * Whether the user, who is held and found here, can still be reached by the key
 * that the token was asked for, and is not disabled.
 */
bool
auth_flow_still_holds(const AuthToken *token, AuthHeldUser *user)
{
	return (token->provider_id == NULL || has_key(token)) &&
		   auth_user_find(user, token->user_id);
}

/*
 * The columns status, user_id and address: with a token that was used, whose
 * it was and where it had been sent to.
 */
Datum
auth_flow_result(FunctionCallInfo fcinfo, const AuthToken *token)
{
	bool ok = token != NULL;
	NullableDatum values[] = {
		auth_string(ok ? "ok" : "refused"),
		auth_text(ok ? token->user_id : NULL),
		auth_text(ok ? token->address : NULL),
	};

	return auth_result_row(fcinfo, values, lengthof(values));
}
