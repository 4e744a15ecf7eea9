/*
 * user_disabled.c
 *	  What ends when a user is disabled, whoever writes that into its row.
 *
 * What lets in without a proof ends: it would be there again when the user is
 * enabled.  What has to be proven anew each time, as by a password or a link, is
 * left, and refused as long as the user is disabled.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/value.h"
#include "event/event.h"
#include "session/session_end.h"
#include "table/trigger.h"
#include "token/token_end.h"
#include "token/token_purpose.h"
#include "user/user_disable.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_user_disabled);

/* What the trigger's columns were before the statement, or are after it. */
typedef struct Disabled
{
	NullableDatum at;
	NullableDatum until;
	NullableDatum reason;
} Disabled;

static Disabled
get_disabled(const TriggerData *trigger, HeapTuple row)
{
	return (
		Disabled){auth_trigger_value(trigger,
									 row,
									 "disabled_at",
									 TIMESTAMPTZOID),
				  auth_trigger_value(trigger,
									 row,
									 "disabled_until",
									 TIMESTAMPTZOID),
				  auth_trigger_value(trigger, row, "disabled_reason", TEXTOID)};
}

static bool
is_disabled(const Disabled *disabled)
{
	return auth_user_disabled_by(disabled->at, disabled->until);
}

static bool
same_time(NullableDatum a, NullableDatum b)
{
	return a.isnull || b.isnull ?
			   a.isnull == b.isnull :
			   DatumGetTimestampTz(a.value) == DatumGetTimestampTz(b.value);
}

/*
 * Whether the statement has set disabled_at alone, and there is an end that is
 * over, or of nothing any more.
 */
static bool
has_stale_end(const Disabled *old, const Disabled *new)
{
	return !new->until.isnull && !same_time(old->at, new->at) &&
		   same_time(old->until, new->until) && !is_disabled(new);
}

static void
record_disabled(const char *kind, text *user_id, const Disabled *disabled,
				uint64 count)
{
	auth_event_record(&(AuthEvent){.kind = kind,
								   .reason = auth_as_string(disabled->reason),
								   .user_id = user_id,
								   .count = count});
}

/* Sessions end, and sign-ins that are no sessions yet. */
static void
disable(text *user_id, const Disabled *disabled)
{
	uint64 count;

	(void) auth_user_lock(PointerGetDatum(user_id));
	count = auth_session_delete_others(user_id, auth_null());
	(void) auth_token_end_purpose(user_id, AUTH_TOKEN_SECOND_FACTOR);
	record_disabled("user_disabled", user_id, disabled, count);
}

/*
 * auth_user_disabled() trigger
 *
 * The sessions of a user that has been disabled, or of whom that is said anew,
 * are ended, and with them the sign-ins that wait for a second factor.  Who sets
 * disabled_at alone is not to be deceived by an end that was over before: that
 * goes, for which the trigger is called again.  That a user is enabled is
 * recorded, with the reason for which it was disabled.
 */
Datum
auth_user_disabled(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = auth_trigger_data(fcinfo,
											 TRIGGER_EVENT_UPDATE,
											 true,
											 "auth_user_disabled");
	Disabled old = get_disabled(trigger, trigger->tg_trigtuple);
	Disabled new = get_disabled(trigger, trigger->tg_newtuple);
	text *user_id = DatumGetTextPP(auth_trigger_user(trigger));
	bool stale = has_stale_end(&old, &new);

	if (stale)
		auth_user_forget_end(user_id);
	if (stale && !new.at.isnull)
		return PointerGetDatum(NULL);
	if (is_disabled(&new))
		disable(user_id, &new);
	else if (is_disabled(&old))
		record_disabled("user_enabled", user_id, &old, 0);
	return PointerGetDatum(NULL);
}
