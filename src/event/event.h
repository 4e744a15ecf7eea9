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

typedef enum AuthEventKind
{
	AUTH_EVENT_HASH_REPLACED,
	AUTH_EVENT_IMPORTED,
	AUTH_EVENT_KEY_CREATED,
	AUTH_EVENT_KEY_DELETED,
	AUTH_EVENT_KEY_RENAMED,
	AUTH_EVENT_KEY_STOPPED,
	AUTH_EVENT_PASSWORD_CHANGED,
	AUTH_EVENT_PASSWORD_CHANGE_REFUSED,
	AUTH_EVENT_REFRESH_TOKEN_CREATED,
	AUTH_EVENT_REFRESH_TOKEN_REUSED,
	AUTH_EVENT_REFRESH_TOKEN_REVOKED,
	AUTH_EVENT_SESSION_ENDED,
	AUTH_EVENT_SIGN_IN,
	AUTH_EVENT_SIGN_IN_REFUSED,
	AUTH_EVENT_SIGN_UP_REFUSED,
	AUTH_EVENT_THROTTLE_LIFTED,
	AUTH_EVENT_TOKEN_CREATED,
	AUTH_EVENT_TOKEN_REFUSED,
	AUTH_EVENT_TOKEN_USED,
	AUTH_EVENT_USER_CREATED,
	AUTH_EVENT_USER_DELETED,
	AUTH_EVENT_USER_DISABLED
} AuthEventKind;

/* What is NULL is not known or does not matter. */
typedef struct AuthEvent
{
	AuthEventKind event;
	const char *reason;
	text *user_id;
	const AuthKeyId *key;
	const pg_uuid_t *session;
	const AuthIp *ip;
	uint64 count; /* 0: none */
} AuthEvent;

extern void auth_event_record(const AuthEvent *event);
extern void auth_event_record_for_good(const AuthEvent *event);
extern void auth_event_record_deleted(TriggerData *trigger);
extern bool auth_event_has_sign_in(text *user_id, const AuthIp *ip);

#endif /* AUTH_EVENT_H */
