/*
 * trigger.c
 *	  What the triggers of our tables are called with.
 *
 * Anybody who may execute a trigger function can name it in a trigger of
 * their own, on any table.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/rel.h"

#include "call/error.h"
#include "call/value.h"
#include "table/relation.h"
#include "table/trigger.h"

static bool
has_deleted_table(const TriggerData *trigger)
{
	const char *name = trigger->tg_trigger->tgoldtable;

	return name != NULL && strcmp(name, "deleted") == 0;
}

/*
 * What a trigger of auth_user is called with, which has to be one after
 * "event": for each row, or with the transition table.
 */
TriggerData *
auth_trigger_data(FunctionCallInfo fcinfo, TriggerEvent event, bool for_row,
				  const char *name)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		(trigger->tg_event & TRIGGER_EVENT_OPMASK) != event ||
		!TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		(TRIGGER_FIRED_FOR_ROW(trigger->tg_event) != 0) != for_row ||
		(!for_row && !has_deleted_table(trigger)) ||
		!auth_relation_is(AUTH_USER, trigger->tg_relation))
		auth_error_trigger_misused(name);
	return trigger;
}

/* A column of the old or the new row; null if there is none of the type. */
NullableDatum
auth_trigger_value(const TriggerData *trigger, HeapTuple row, const char *name,
				   Oid type)
{
	TupleDesc descriptor = RelationGetDescr(trigger->tg_relation);
	int column = SPI_fnumber(descriptor, name);
	NullableDatum result = auth_null();

	if (column > 0 && SPI_gettypeid(descriptor, column) == type)
		result.value = heap_getattr(row, column, descriptor, &result.isnull);
	return result;
}

/* The id of the row that a trigger is called for. */
Datum
auth_trigger_user(const TriggerData *trigger)
{
	NullableDatum id =
		auth_trigger_value(trigger, trigger->tg_trigtuple, "id", TEXTOID);

	if (id.isnull)
		auth_error_null("auth_user", "id");
	return id.value;
}
