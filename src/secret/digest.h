/*
 * digest.h
 *	  Keyed digests: names that only this installation can make.
 */
#ifndef AUTH_DIGEST_H
#define AUTH_DIGEST_H

#include "postgres.h"

#include "utils/uuid.h"

/* What a digest is of: a part of it. */
typedef enum AuthDigestKind
{
	AUTH_DIGEST_KEY = 'k', /* attempts against a key, and so on */
	AUTH_DIGEST_USER = 'u',
	AUTH_DIGEST_SECOND_FACTOR = 't', /* attempts at any of a user's */
	AUTH_DIGEST_IP = 'a',
	AUTH_DIGEST_FAMILIAR = 'f', /* a key or user at a network of its own */
	AUTH_DIGEST_LINK = 'l',		/* what a one-time token replaces */
	AUTH_DIGEST_CODE = 'c',
	AUTH_DIGEST_MESSAGE = 'r', /* messages to a mailbox */
	AUTH_DIGEST_MESSAGE_IP = 's',
	AUTH_DIGEST_CODE_HASH = 'h',
	AUTH_DIGEST_IMPORTED = 'i' /* a session whose token is not known yet */
} AuthDigestKind;

typedef struct AuthDigestPart
{
	const void *bytes;
	Size length;
} AuthDigestPart;

extern void auth_digest(pg_uuid_t *digest, AuthDigestKind kind,
						const AuthDigestPart *parts, int count);
extern AuthDigestPart auth_digest_text(text *value);

#endif /* AUTH_DIGEST_H */
