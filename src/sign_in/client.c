/*
 * client.c
 *	  What callers of the client set may choose.
 *
 * Functions of that set are there for a role that passes on what strangers
 * have sent.  They ask here whoever calls them, so that it does not depend on
 * the caller's other rights what a stranger can choose.  What the settings do
 * not name is refused before anything is looked up: the answer tells nothing.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/period.h"
#include "server/setting.h"
#include "session/session_period.h"
#include "sign_in/client.h"

static char *client_providers;
static char *client_session_attributes;
static char *client_user_attributes;

void
auth_client_init(void)
{
	auth_setting_list("auth.client_providers",
					  "Providers that callers of the client set may name.",
					  NULL,
					  &client_providers,
					  "email",
					  auth_check_providers);
	auth_setting_list(
		"auth.client_session_attributes",
		"Columns of auth_session that callers of the client set may "
		"write.",
		NULL,
		&client_session_attributes,
		"",
		auth_check_client_attributes);
	auth_setting_list("auth.client_user_attributes",
					  "Columns of auth_user that callers of the client set may "
					  "write.",
					  NULL,
					  &client_user_attributes,
					  "",
					  auth_check_client_attributes);
}

/* Raise UA017 unless clients may name the provider. */
void
auth_client_check_provider(text *provider_id)
{
	char *provider = text_to_cstring(provider_id);

	if (!auth_setting_has(client_providers, SplitGUCList, provider))
		auth_error_provider_not_allowed(provider);
	pfree(provider);
}

static void
check_attribute(AuthTable table, const JsonbValue *key)
{
	bool of_user = table == AUTH_USER;
	char *name = pnstrdup(key->val.string.val, key->val.string.len);

	if (!auth_setting_has(of_user ? client_user_attributes :
									client_session_attributes,
						  SplitIdentifierString,
						  name))
		auth_error_attribute_not_allowed(name,
										 of_user ?
											 "auth.client_user_attributes" :
											 "auth.client_session_attributes");
	pfree(name);
}

/*
 * An argument with attributes of the table: a jsonb object.  UA008 for a
 * member that clients may not write.
 */
Jsonb *
auth_client_object(FunctionCallInfo fcinfo, int number, const char *name,
				   AuthTable table)
{
	Jsonb *object = auth_argument_object(fcinfo, number, name);
	JsonbIterator *iterator = JsonbIteratorInit(&object->root);
	JsonbIteratorToken token;
	JsonbValue value;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			check_attribute(table, &value);
	}
	return object;
}

/*
 * The period, if it is shorter than the setting's seconds; else NULL, which
 * stands for the setting.  Days and months become the time that they last
 * from now on, so that they are no longer at a renewal.
 */
static Interval *
shortened(Interval *period, int64 seconds)
{
	TimestampTz clock = GetCurrentTimestamp();
	Interval *fixed;
	int64 length;

	if (period == NULL)
		return NULL;
	length = auth_period_later(clock, period, 0) - clock;
	if (length >= seconds * USECS_PER_SEC)
		return NULL;
	fixed = palloc0(sizeof(Interval));
	fixed->time = length;
	return fixed;
}

/*
 * The arguments active_period, idle_period and lifetime, where they shorten
 * what the settings say.
 */
AuthPeriods
auth_client_periods(FunctionCallInfo fcinfo, int first)
{
	AuthPeriods periods = auth_period_arguments(fcinfo, first);

	periods.active = shortened(periods.active, auth_session_active_period);
	periods.idle = shortened(periods.idle, auth_session_idle_period);
	if (auth_session_lifetime > 0)
		periods.lifetime = shortened(periods.lifetime, auth_session_lifetime);
	return periods;
}
