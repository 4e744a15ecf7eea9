/*
 * event.h
 *	  The record of what has happened to users, keys and sessions.
 */
#ifndef AUTH_EVENT_H
#define AUTH_EVENT_H

#include "postgres.h"

#include "commands/trigger.h"
#include "utils/uuid.h"

#include "call/ip.h"
#include "call/key_id.h"

/* What is NULL is not known or does not matter. */
typedef struct AuthEvent
{
	const char *kind; /* docs/event.md has all of them */
	const char *reason;
	text *user_id;
	const AuthKeyId *key;
	const pg_uuid_t *session;
	const AuthIp *ip;
	uint64 count; /* 0: none */
} AuthEvent;

/*
 * The events "e" of the user $1, and those without a user of a key that the user
 * has or had.
 */
#define AUTH_EVENT_IS_OF_PERSON                                           \
	"(e.user_id = $1 OR e.user_id IS NULL AND"                            \
	" (e.provider_id COLLATE \"C\", e.provider_user_id COLLATE \"C\")"    \
	" IN (SELECT k.provider_id COLLATE \"C\","                            \
	" k.provider_user_id COLLATE \"C\" FROM auth_key k"                   \
	" WHERE k.user_id = $1 UNION ALL SELECT o.provider_id COLLATE \"C\"," \
	" o.provider_user_id COLLATE \"C\" FROM auth_event o"                 \
	" WHERE o.user_id = $1))"

extern int64 auth_event_erase(text *user_id);
extern void auth_event_record(const AuthEvent *event);
extern void auth_event_record_for_good(const AuthEvent *event);
extern void auth_event_record_deleted(TriggerData *trigger);
extern bool auth_event_has_sign_in(text *user_id, const AuthIp *ip);

#endif /* AUTH_EVENT_H */
