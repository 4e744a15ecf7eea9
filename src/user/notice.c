/*
 * notice.c
 *	  What users are told of that has happened to their accounts.
 *
 * Whoever changes what a user signs in with may not be the user, who then learns
 * of it by a message in the same transaction, to each address that is proven.
 * One that is not may be somebody else's, and is told when it is taken away
 * alone.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/varlena.h"

#include "call/value.h"
#include "outbox/outbox.h"
#include "server/setting.h"
#include "table/attribute.h"
#include "table/statement.h"
#include "user/key_name.h"
#include "user/key_row.h"
#include "user/notice.h"
#include "user/user_row.h"

#define ALL_KINDS                                                 \
	AUTH_NOTICE_PASSWORD_CHANGED                                  \
	", " AUTH_NOTICE_KEY_ADDED ", " AUTH_NOTICE_KEY_REMOVED       \
	", " AUTH_NOTICE_KEY_RENAMED ", " AUTH_NOTICE_EMAIL_CHANGED   \
	", " AUTH_NOTICE_FACTOR_ADDED ", " AUTH_NOTICE_FACTOR_REMOVED \
	", " AUTH_NOTICE_RECOVERY_CODE_USED

static char *notices;

static AuthStatement select_addresses = {
	.text = "SELECT provider_id, provider_user_id FROM auth_key"
			" WHERE user_id = $1 AND verified_at IS NOT NULL"
			" AND provider_id = ANY ($2)"
			" ORDER BY provider_id, provider_user_id",
	AUTH_TYPES(TEXTOID, TEXTARRAYOID),
	.results = AUTH_KEY_ID_RESULTS,
	.table = AUTH_KEY,
};

static bool
are_kinds(List *words)
{
	ListCell *cell;

	foreach (cell, words)
	{
		if (!auth_setting_has(ALL_KINDS, SplitIdentifierString, lfirst(cell)))
			return false;
	}
	return true;
}

static bool
check_kinds(char **newval, void **extra, GucSource source)
{
	return auth_check_list(*newval,
						   SplitIdentifierString,
						   are_kinds,
						   "a list of some of " ALL_KINDS);
}

void
auth_notice_init(void)
{
	auth_setting_list("auth.notices",
					  "What users are told of by a message.",
					  "An empty list: of nothing.",
					  &notices,
					  ALL_KINDS,
					  check_kinds);
}

static bool
is_wanted(const char *kind)
{
	return auth_setting_has(notices, SplitIdentifierString, kind);
}

/* What the application wants to know of the user, as the language; or NULL. */
static Jsonb *
read_data(text *user_id)
{
	Jsonb *data = NULL;
	AuthRow row;

	if (auth_user_open(&row, PointerGetDatum(user_id)))
	{
		data = DatumGetJsonbPCopy(auth_attribute_read_for_notice(&row));
		auth_row_close(&row);
	}
	return data != NULL && JB_ROOT_COUNT(data) > 0 ? data : NULL;
}

/* The keys (AuthKeyId *) of the user that are addresses and proven. */
static List *
list_addresses(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_key_email_provider_array()};
	AuthExecution execution;
	List *addresses = NIL;
	uint64 count;

	auth_statement_begin(&execution, AUTH_KEY, AccessShareLock);
	count = auth_statement_run(&execution, &select_addresses, arguments);
	for (uint64 row = 0; row < count; row++)
	{
		NullableDatum values[2];
		AuthKeyId *address;
		MemoryContext old;

		auth_statement_copy_required(&select_addresses, row, 2, values);
		old = MemoryContextSwitchTo(execution.caller);
		address = palloc(sizeof(AuthKeyId));
		*address =
			(AuthKeyId){auth_as_text(values[0]), auth_as_text(values[1])};
		addresses = lappend(addresses, address);
		MemoryContextSwitchTo(old);
	}
	auth_execution_end(&execution);
	return addresses;
}

/* Tell the user, who may have no address. */
void
auth_notice_send(const char *kind, text *user_id)
{
	List *addresses = is_wanted(kind) ? list_addresses(user_id) : NIL;
	Jsonb *data = addresses != NIL ? read_data(user_id) : NULL;
	ListCell *cell;

	foreach (cell, addresses)
	{
		auth_outbox_add_notice(kind, user_id, lfirst(cell), data);
	}
}

/*
 * Tell whoever has the address, which was the user's.  One that was not proven
 * may be somebody else's, who is told nothing of the user.
 */
void
auth_notice_send_to(const char *kind, text *user_id, const AuthKeyId *address,
					bool proven)
{
	if (is_wanted(kind))
		auth_outbox_add_notice(kind,
							   user_id,
							   address,
							   proven ? read_data(user_id) : NULL);
}
