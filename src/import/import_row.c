/*
 * import_row.c
 *	  What becomes of the rows that an import reads: they are written as the
 *	  owner of our tables, or counted with the reason why not.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/value.h"
#include "import/import_row.h"
#include "import/import_source.h"
#include "import/import_target.h"
#include "import/import_time.h"
#include "password/password.h"
#include "secret/secret.h"
#include "table/row.h"
#include "user/key_name.h"
#include "user/user_row.h"

const char *const auth_import_user_columns[] = {"id", "created_at", NULL};
const Oid auth_import_user_types[] = {TEXTOID, TIMESTAMPTZOID};

const char *const auth_import_session_columns[] = {"id",
												   "user_id",
												   "created_at",
												   "active_expires_at",
												   "idle_expires_at",
												   "expires_at",
												   NULL};
const Oid auth_import_session_types[] = {UUIDOID,
										 TEXTOID,
										 TIMESTAMPTZOID,
										 TIMESTAMPTZOID,
										 TIMESTAMPTZOID,
										 TIMESTAMPTZOID};

static AuthStatement insert_key = {
	.text = "INSERT INTO auth_key (provider_id, provider_user_id, user_id,"
			" hashed_password) VALUES ($1, $2, $3, $4)"
			" ON CONFLICT (provider_id, provider_user_id) DO NOTHING",
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID, TEXTOID),
	.table = AUTH_KEY,
};

static void
count(AuthImport *import, AuthImportKind kind, AuthImportOutcome outcome)
{
	import->counts[kind][outcome]++;
}

static bool
is_identifier(const char *text)
{
	Size length = text != NULL ? strlen(text) : 0;

	return length > 0 && length <= AUTH_IDENTIFIER_BYTES;
}

/* Whether the row exists; with a key, its user in the caller's memory. */
static bool
find_row(AuthTable table, const Datum *key, char **user_id)
{
	AuthRow row;
	bool found = auth_row_open(&row, table, key);

	if (found && user_id != NULL)
		*user_id =
			TextDatumGetCString(auth_row_require(&row, AUTH_KEY_USER_ID));
	if (found)
		auth_row_close(&row);
	return found;
}

static bool
user_exists(const char *id)
{
	Datum key = CStringGetTextDatum(id);

	return find_row(AUTH_USER, &key, NULL);
}

/*
 * Raise an error unless the row, which was not inserted, was there already: a
 * trigger has suppressed it.
 */
static void
require_row(AuthTable table, Datum key)
{
	if (!find_row(table, &key, NULL))
		auth_error_suppressed_row(auth_relation_name(table));
}

/* When the row was created, if it says so, or now. */
static TimestampTz
get_created(const AuthImport *import, const AuthImportRow *row)
{
	TimestampTz created;

	if (row->source->columns[AUTH_IMPORT_CREATED] != NULL &&
		auth_import_get_time(row, AUTH_IMPORT_CREATED, &created))
		return created;
	return import->clock;
}

static bool
is_verifiable(const char *hash)
{
	AuthHash parsed;

	return auth_password_parse(hash, &parsed) == AUTH_HASH_READABLE;
}

static AuthImportOutcome
key_not_inserted(text *provider, text *identifier, text *user)
{
	Datum key[] = {PointerGetDatum(provider), PointerGetDatum(identifier)};
	char *owner = NULL;

	if (!find_row(AUTH_KEY, key, &owner))
		auth_error_suppressed_row(auth_relation_name(AUTH_KEY));
	return owner != NULL && auth_user_same(cstring_to_text(owner), user) ?
			   AUTH_OUTCOME_EXISTS :
			   AUTH_OUTCOME_TAKEN;
}

/*
 * A hash that cannot be verified is kept: nobody signs in with it, and least
 * of all without a password, while its user can be found by the key and set
 * a new one.
 */
static AuthImportOutcome
insert_new_key(AuthExecution *execution, const char *provider,
			   const char *identifier, const char *user, const char *hash)
{
	NullableDatum arguments[] = {auth_string(provider),
								 auth_string(identifier),
								 auth_string(user),
								 auth_string(hash)};

	if (auth_statement_run(execution, &insert_key, arguments) == 0)
		return key_not_inserted(auth_as_text(arguments[0]),
								auth_as_text(arguments[1]),
								auth_as_text(arguments[2]));
	return hash == NULL || is_verifiable(hash) ? AUTH_OUTCOME_IMPORTED :
												 AUTH_OUTCOME_UNVERIFIABLE_HASH;
}

/* The identifier as the provider's are stored, or NULL. */
static const char *
fold(const char *provider, const char *identifier)
{
	text *folded = auth_key_name_folded(cstring_to_text(provider),
										cstring_to_text(identifier));

	return folded != NULL ? text_to_cstring(folded) : NULL;
}

static void
write_named_key(AuthImport *import, AuthExecution *execution,
				const char *provider, const char *identifier, const char *user,
				const char *hash)
{
	AuthImportOutcome outcome;

	import->kind = AUTH_KIND_KEYS;
	import->user = user;
	if (is_identifier(provider) && is_identifier(identifier))
		identifier = fold(provider, identifier);
	if (!is_identifier(user) || !user_exists(user))
		outcome = AUTH_OUTCOME_NO_USER;
	else if (!is_identifier(provider) || !is_identifier(identifier))
		outcome = AUTH_OUTCOME_MALFORMED_ID;
	else
		outcome = insert_new_key(execution, provider, identifier, user, hash);
	count(import, AUTH_KIND_KEYS, outcome);
}

/* A key's id is split at its first colon. */
static void
write_combined_key(AuthImport *import, AuthExecution *execution, char *id,
				   const char *user, const char *hash)
{
	char *colon = id != NULL ? strchr(id, ':') : NULL;

	if (colon != NULL)
		*colon = '\0';
	write_named_key(import,
					execution,
					id,
					colon != NULL ? colon + 1 : NULL,
					user,
					hash);
}

static bool
is_single_use(const AuthImportRow *row)
{
	return row->source->columns[AUTH_IMPORT_SINGLE_USE] != NULL &&
		   !auth_import_get_value(row, AUTH_IMPORT_SINGLE_USE).isnull;
}

void
auth_import_write_key(AuthImport *import, AuthExecution *execution,
					  const AuthImportRow *row)
{
	char *user = auth_import_get(row, AUTH_IMPORT_USER);
	char *hash = auth_import_get(row, AUTH_IMPORT_HASH);

	if (is_single_use(row))
		count(import, AUTH_KIND_KEYS, AUTH_OUTCOME_SINGLE_USE);
	else if (row->source->columns[AUTH_IMPORT_KEY] != NULL)
		write_combined_key(import,
						   execution,
						   auth_import_get(row, AUTH_IMPORT_KEY),
						   user,
						   hash);
	else
		write_named_key(import,
						execution,
						auth_import_get(row, AUTH_IMPORT_PROVIDER),
						auth_import_get(row, AUTH_IMPORT_IDENTIFIER),
						user,
						hash);
}

/* The key of a password of version 3; without a hash there is none. */
void
auth_import_write_password(AuthImport *import, AuthExecution *execution,
						   const AuthImportRow *row)
{
	char *user =
		auth_import_get(row,
						row->source->columns[AUTH_IMPORT_USER] != NULL ?
							AUTH_IMPORT_USER :
							AUTH_IMPORT_ID);
	char *hash = auth_import_get(row, AUTH_IMPORT_HASH);

	if (hash != NULL)
		write_named_key(import,
						execution,
						import->identifier_column,
						auth_import_get(row, AUTH_IMPORT_IDENTIFIER),
						user,
						hash);
}

static AuthImportOutcome
insert_user(AuthImport *import, AuthExecution *execution,
			const AuthImportRow *row)
{
	AuthImportTarget *target = import->user_target;

	if (!is_identifier(import->user))
		return AUTH_OUTCOME_MALFORMED_ID;
	target->values[0] = auth_string(import->user);
	target->values[1] = auth_time(get_created(import, row));
	if (auth_import_write(target, execution, row))
		return AUTH_OUTCOME_IMPORTED;
	require_row(AUTH_USER, target->values[0].value);
	return AUTH_OUTCOME_EXISTS;
}

/* The user, and what its row has of a key. */
void
auth_import_write_user(AuthImport *import, AuthExecution *execution,
					   const AuthImportRow *row)
{
	import->kind = AUTH_KIND_USERS;
	import->user = auth_import_get(row, AUTH_IMPORT_ID);
	count(import, AUTH_KIND_USERS, insert_user(import, execution, row));
	if (row->source->columns[AUTH_IMPORT_KEY] != NULL)
	{
		char *id = auth_import_get(row, AUTH_IMPORT_KEY);
		char *hash = auth_import_get(row, AUTH_IMPORT_HASH);

		if (id != NULL)
			write_combined_key(import, execution, id, import->user, hash);
	}
	else if (row->source->columns[AUTH_IMPORT_HASH] != NULL)
		auth_import_write_password(import, execution, row);
}

static bool
is_token_hash(const char *stored)
{
	return strlen(stored) == 64 && strspn(stored, "0123456789abcdef") == 64;
}

/*
 * The id of the session of a stored id, which is the token; where 3 may have
 * stored the token's hash, that is what 64 hexadecimal digits are.
 */
static void
get_session_id(const AuthImport *import, const char *stored, pg_uuid_t *id)
{
	text *token;

	if (import->may_hash_tokens && is_token_hash(stored))
	{
		(void) hex_decode(stored, 2 * UUID_LEN, (char *) id->data);
		return;
	}
	token = cstring_to_text(stored);
	auth_secret_id(token, id);
	auth_secret_wipe(token, VARSIZE(token));
}

static AuthImportOutcome
insert_session(AuthImport *import, AuthExecution *execution,
			   const AuthImportRow *row, const char *token)
{
	AuthImportTarget *target = import->session_target;
	AuthImportPeriod period;
	pg_uuid_t id;

	if (token == NULL || token[0] == '\0')
		return AUTH_OUTCOME_MALFORMED_ID;
	if (!auth_import_get_period(row, import->clock, &period))
		return AUTH_OUTCOME_NO_EXPIRY;
	if (period.idle < import->clock)
		return AUTH_OUTCOME_EXPIRED;
	if (!is_identifier(import->user) || !user_exists(import->user))
		return AUTH_OUTCOME_NO_USER;
	get_session_id(import, token, &id);
	target->values[0] = auth_uuid(&id);
	target->values[1] = auth_string(import->user);
	target->values[2] = auth_time(get_created(import, row));
	target->values[3] = auth_time(period.active);
	target->values[4] = auth_time(period.idle);
	target->values[5] = auth_time(period.end);
	if (auth_import_write(target, execution, row))
		return AUTH_OUTCOME_IMPORTED;
	require_row(AUTH_SESSION, target->values[0].value);
	return AUTH_OUTCOME_EXISTS;
}

void
auth_import_write_session(AuthImport *import, AuthExecution *execution,
						  const AuthImportRow *row)
{
	char *token = auth_import_get(row, AUTH_IMPORT_ID);

	import->kind = AUTH_KIND_SESSIONS;
	import->user = auth_import_get(row, AUTH_IMPORT_USER);
	count(import,
		  AUTH_KIND_SESSIONS,
		  insert_session(import, execution, row, token));
	if (token != NULL)
		auth_secret_wipe(token, strlen(token));
}
