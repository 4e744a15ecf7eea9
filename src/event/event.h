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

/* The event "o" says that its key was proven to be its user's. */
#define AUTH_EVENT_IS_PROOF              \
	"(o.kind = 'key_verified'::text OR"  \
	" o.kind = 'user_created'::text AND" \
	" o.reason = 'sign_up'::text)"

/* The user $1 has and had no proven key, as far as known. */
#define AUTH_EVENT_NEVER_PROVED                               \
	"NOT EXISTS (SELECT FROM auth_key p WHERE p.user_id = $1" \
	" AND p.verified_at IS NOT NULL) AND NOT EXISTS"          \
	" (SELECT FROM auth_event o WHERE o.user_id = $1"         \
	" AND " AUTH_EVENT_IS_PROOF ")"

/*
 * The names, provider_id and provider_user_id, of keys that the user $1 has or
 * had: those proven, as anybody can claim any other; all keys, and the one that
 * the user was created with, of a user who never proved one.  Of names that are
 * in events only, no key of another user may have it now.
 */
#define AUTH_EVENT_NAMES_OF_PERSON                                         \
	"SELECT k.provider_id COLLATE \"C\", k.provider_user_id COLLATE \"C\"" \
	" FROM auth_key k WHERE k.user_id = $1"                                \
	" AND (k.verified_at IS NOT NULL OR " AUTH_EVENT_NEVER_PROVED ")"      \
	" UNION ALL SELECT o.provider_id COLLATE \"C\","                       \
	" o.provider_user_id COLLATE \"C\" FROM auth_event o"                  \
	" WHERE o.user_id = $1 AND (" AUTH_EVENT_IS_PROOF                      \
	" OR o.kind = 'user_created'::text AND " AUTH_EVENT_NEVER_PROVED ")"   \
	" AND NOT EXISTS (SELECT FROM auth_key k"                              \
	" WHERE k.provider_id = o.provider_id COLLATE \"C\""                   \
	" AND k.provider_user_id = o.provider_user_id COLLATE \"C\""           \
	" AND k.user_id <> $1)"

/* The events "e" of the user $1, and those without a user of such a name. */
#define AUTH_EVENT_IS_OF_PERSON                                        \
	"(e.user_id = $1 OR e.user_id IS NULL AND"                         \
	" (e.provider_id COLLATE \"C\", e.provider_user_id COLLATE \"C\")" \
	" IN (" AUTH_EVENT_NAMES_OF_PERSON "))"

extern int64 auth_event_erase(text *user_id);
extern void auth_event_record(const AuthEvent *event);
extern void auth_event_record_for_good(const AuthEvent *event);
extern void auth_event_record_deleted(TriggerData *trigger);
extern bool auth_event_has_sign_in(text *user_id, const AuthIp *ip);

#endif /* AUTH_EVENT_H */
