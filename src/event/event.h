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

extern void auth_event_record(const AuthEvent *event);
extern void auth_event_record_for_good(const AuthEvent *event);
extern void auth_event_record_deleted(TriggerData *trigger);
extern bool auth_event_has_sign_in(text *user_id, const AuthIp *ip);

#endif /* AUTH_EVENT_H */
