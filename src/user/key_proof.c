/*
 * key_proof.c
 *	  Which of a user's keys somebody has proven, and what else there is.
 *
 * A key is proven when its name is: by a message that came back, or because
 * whoever creates it says so.  A new name has to be proven anew.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "call/value.h"
#include "event/event.h"
#include "user/key_name.h"
#include "user/key_proof.h"
#include "user/key_row.h"

static AuthStatement find_proven = {
	.text = "SELECT FROM auth_key"
			" WHERE user_id = $1 AND verified_at IS NOT NULL LIMIT 1",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_KEY,
};

static AuthStatement find_address = {
	.text = "SELECT provider_id, provider_user_id FROM auth_key"
			" WHERE user_id = $1 AND verified_at IS NOT NULL"
			" AND provider_id = ANY ($2) ORDER BY verified_at, created_at"
			" LIMIT 1",
	AUTH_TYPES(TEXTOID, TEXTARRAYOID),
	.results = AUTH_KEY_ID_RESULTS,
	.table = AUTH_KEY,
};

static AuthStatement find_unproven_address = {
	.text = "SELECT provider_id, provider_user_id FROM auth_key"
			" WHERE user_id = $1 AND verified_at IS NULL"
			" AND provider_id = ANY ($2)"
			" ORDER BY created_at, provider_id, provider_user_id LIMIT 1",
	AUTH_TYPES(TEXTOID, TEXTARRAYOID),
	.results = AUTH_KEY_ID_RESULTS,
	.table = AUTH_KEY,
};

static AuthStatement mark_key = {
	.text = "UPDATE auth_key SET verified_at = $4 WHERE user_id = $1"
			" AND provider_id = $2 AND provider_user_id = $3"
			" AND verified_at IS NULL",
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID),
	.table = AUTH_KEY,
};

/*
 * Keys with which one comes in without a password: other addresses, to which
 * messages go, and what another provider vouches for.
 */
static AuthStatement delete_others = {
	.text =
		"DELETE FROM auth_key WHERE user_id = $1"
		" AND NOT (provider_id = $2 AND provider_user_id = $3)"
		" AND (provider_id = ANY ($4)"
		" OR NOT " AUTH_KEY_TAKES_PASSWORD("$4") ")"
												 " RETURNING " AUTH_KEY_OBJECT,
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID),
	.results = AUTH_KEY_OBJECT_RESULTS,
	.table = AUTH_KEY,
};

static AuthStatement release_key = {
	.text = "DELETE FROM auth_key k WHERE provider_id = $1"
			" AND provider_user_id = $2 AND verified_at IS NULL"
			" AND EXISTS (SELECT FROM auth_key o WHERE o.user_id = k.user_id"
			" AND o.verified_at IS NOT NULL) RETURNING " AUTH_KEY_OBJECT,
	AUTH_TYPES(TEXTOID, TEXTOID),
	.results = AUTH_KEY_OBJECT_RESULTS,
	.table = AUTH_KEY,
};

static AuthStatement remove_passwords = {
	.text = "UPDATE auth_key SET hashed_password = NULL,"
			" password_changed_at = $2"
			" WHERE user_id = $1 AND hashed_password IS NOT NULL",
	AUTH_TYPES(TEXTOID, TIMESTAMPTZOID),
	.table = AUTH_KEY,
};

/* Whether one of the user's keys is proven. */
bool
auth_key_proof_of_user(text *user_id)
{
	NullableDatum argument = auth_text(user_id);

	return auth_statement_row(&find_proven,
							  &argument,
							  AccessShareLock,
							  0,
							  NULL) > 0;
}

static bool
find(AuthStatement *statement, text *user_id, AuthKeyId *id)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_key_email_provider_array()};
	NullableDatum found[2];

	if (auth_statement_row(statement,
						   arguments,
						   AccessShareLock,
						   lengthof(found),
						   found) == 0)
		return false;
	*id = (AuthKeyId){auth_as_text(found[0]), auth_as_text(found[1])};
	return true;
}

/* The user's key that is an address and proven, the first if there are some. */
bool
auth_key_proof_address(text *user_id, AuthKeyId *id)
{
	return find(&find_address, user_id, id);
}

/* The one that is an address and not proven. */
bool
auth_key_proof_unproven(text *user_id, AuthKeyId *id)
{
	return find(&find_unproven_address, user_id, id);
}

/* Mark the key as proven, if it is not, and record by what. */
void
auth_key_proof_mark(text *user_id, const AuthKeyId *id, const char *reason)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_text(id->provider_id),
								 auth_text(id->provider_user_id),
								 auth_time(GetCurrentTimestamp())};

	if (auth_statement_execute(&mark_key, arguments) > 0)
		auth_event_record(&(AuthEvent){.kind = "key_verified",
									   .reason = reason,
									   .user_id = user_id,
									   .key = id});
}

static void
record_deleted(List *keys, const char *reason)
{
	ListCell *cell;

	foreach (cell, keys)
	{
		AuthKeyId id = auth_key_id(lfirst(cell));

		auth_event_record(
			&(AuthEvent){.kind = "key_deleted",
						 .reason = reason,
						 .user_id = auth_key_user_id(lfirst(cell)),
						 .key = &id});
	}
}

/* Delete the user's other keys that let in without a password. */
void
auth_key_proof_delete_others(text *user_id, const AuthKeyId *id)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_text(id->provider_id),
								 auth_text(id->provider_user_id),
								 auth_key_email_provider_array()};

	record_deleted(auth_key_write_all(&delete_others, arguments),
				   AUTH_KEY_FIRST_PROOF);
}

/* Delete the key if it is not proven, and its user is by another one. */
void
auth_key_proof_release(const AuthKeyId *id, const char *reason)
{
	NullableDatum arguments[] = {auth_text(id->provider_id),
								 auth_text(id->provider_user_id)};

	record_deleted(auth_key_write_all(&release_key, arguments), reason);
}

/* Leave the user, whose row is locked, without a password. */
void
auth_key_proof_remove_passwords(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_time(GetCurrentTimestamp())};

	if (auth_statement_execute(&remove_passwords, arguments) > 0)
		auth_event_record(&(AuthEvent){.kind = "password_changed",
									   .reason = AUTH_KEY_FIRST_PROOF,
									   .user_id = user_id});
}
