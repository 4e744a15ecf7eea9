/*
 * trigger.h
 *	  What the triggers of our tables are called with.
 */
#ifndef AUTH_TRIGGER_H
#define AUTH_TRIGGER_H

#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"

extern TriggerData *auth_trigger_data(FunctionCallInfo fcinfo,
									  TriggerEvent event, bool for_row,
									  const char *name);
extern NullableDatum auth_trigger_value(const TriggerData *trigger,
										HeapTuple row, const char *name,
										Oid type);
extern Datum auth_trigger_user(const TriggerData *trigger);

#endif /* AUTH_TRIGGER_H */
