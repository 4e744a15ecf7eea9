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
			" hashed_password, verified_at) VALUES ($1, $2, $3, $4, $5)"
			" ON CONFLICT (provider_id, provider_user_id) DO NOTHING",
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID),
	.table = AUTH_KEY,
};

/* What has become of the row that is being written. */
static void
report(AuthImport *import, AuthImportOutcome outcome)
{
	auth_import_report_row(&import->report, &import->subject, outcome);
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

/*
 * Whether the user may have what the row is: AUTH_OUTCOME_IMPORTED if this
 * import has brought it.  Nothing is given to users of before, who may have
 * changed their password and ended their sessions since, or be somebody else
 * of the same id.
 */
static AuthImportOutcome
check_user(const char *id)
{
	AuthImportOutcome outcome;
	AuthRow row;
	Datum key;

	if (!is_identifier(id))
		return AUTH_OUTCOME_NO_USER;
	key = CStringGetTextDatum(id);
	if (!auth_row_open(&row, AUTH_USER, &key))
		return AUTH_OUTCOME_NO_USER;
	outcome = auth_row_is_new(&row) ? AUTH_OUTCOME_IMPORTED :
									  AUTH_OUTCOME_NOT_IMPORTED;
	auth_row_close(&row);
	return outcome;
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

/*
 * An import brings users once.  A second one would bring back what has been
 * changed and ended since, and an id that somebody else has here would give
 * its keys to that user.
 */
static void
refuse_user(const char *id)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_DUPLICATE_USER_ID),
			 errmsg("user \"%s\" exists already", id),
			 errdetail_internal("AUTH_DUPLICATE_USER_ID"),
			 errhint("Users are imported once, with all that they have.")));
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

/* What lets in without a password, on the word of its provider, is proven. */
static bool
is_proven(text *provider, const char *hash)
{
	return hash == NULL && !auth_key_is_email_provider(provider);
}

/*
 * A hash that cannot be verified is kept: nobody signs in with it, and least
 * of all without a password, while its user can be found by the key and set
 * a new one.
 */
static AuthImportOutcome
insert_new_key(const AuthImport *import, AuthExecution *execution,
			   const char *provider, const char *identifier, const char *hash)
{
	text *provider_id = cstring_to_text(provider);
	text *provider_user_id = cstring_to_text(identifier);
	text *user_id = cstring_to_text(import->subject.user);
	NullableDatum arguments[] = {auth_text(provider_id),
								 auth_text(provider_user_id),
								 auth_text(user_id),
								 auth_string(hash),
								 is_proven(provider_id, hash) ?
									 auth_time(import->clock) :
									 auth_null()};

	if (auth_statement_run(execution, &insert_key, arguments) == 0)
		return key_not_inserted(provider_id, provider_user_id, user_id);
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
				const char *provider, const char *identifier, const char *hash)
{
	AuthImportOutcome outcome = check_user(import->subject.user);

	if (is_identifier(provider) && is_identifier(identifier))
		identifier = fold(provider, identifier);
	if (outcome == AUTH_OUTCOME_IMPORTED)
		outcome =
			is_identifier(provider) && is_identifier(identifier) ?
				insert_new_key(import, execution, provider, identifier, hash) :
				AUTH_OUTCOME_MALFORMED_ID;
	report(import, outcome);
}

/* As it is reported; NULL where one of the two is. */
static const char *
key_name(const char *provider, const char *identifier)
{
	return provider != NULL && identifier != NULL ?
			   psprintf("%s:%s", provider, identifier) :
			   NULL;
}

static void
begin_key(AuthImport *import, const char *user, const char *name)
{
	import->subject = (AuthImportSubject){AUTH_KIND_KEYS, user, name};
}

/* A key's id is split at its first colon. */
static void
write_combined_key(AuthImport *import, AuthExecution *execution, const char *id,
				   const char *hash)
{
	const char *colon = id != NULL ? strchr(id, ':') : NULL;

	write_named_key(import,
					execution,
					colon != NULL ? pnstrdup(id, colon - id) : NULL,
					colon != NULL ? colon + 1 : NULL,
					hash);
}

static bool
is_single_use(const AuthImportRow *row)
{
	return row->source->columns[AUTH_IMPORT_SINGLE_USE] != NULL &&
		   !auth_import_get_value(row, AUTH_IMPORT_SINGLE_USE).isnull;
}

static void
write_account(AuthImport *import, AuthExecution *execution,
			  const AuthImportRow *row, const char *user)
{
	const char *provider = auth_import_get(row, AUTH_IMPORT_PROVIDER);
	const char *identifier = auth_import_get(row, AUTH_IMPORT_IDENTIFIER);

	begin_key(import, user, key_name(provider, identifier));
	write_named_key(import, execution, provider, identifier, NULL);
}

void
auth_import_write_key(AuthImport *import, AuthExecution *execution,
					  const AuthImportRow *row)
{
	const char *user = auth_import_get(row, AUTH_IMPORT_USER);
	const char *id;

	if (row->source->columns[AUTH_IMPORT_KEY] == NULL)
	{
		write_account(import, execution, row, user);
		return;
	}
	id = auth_import_get(row, AUTH_IMPORT_KEY);
	begin_key(import, user, id);
	if (is_single_use(row))
		report(import, AUTH_OUTCOME_SINGLE_USE);
	else
		write_combined_key(import,
						   execution,
						   id,
						   auth_import_get(row, AUTH_IMPORT_HASH));
}

/* The key of a password of version 3; without a hash there is none. */
void
auth_import_write_password(AuthImport *import, AuthExecution *execution,
						   const AuthImportRow *row)
{
	bool has_user = row->source->columns[AUTH_IMPORT_USER] != NULL;
	const char *user =
		auth_import_get(row, has_user ? AUTH_IMPORT_USER : AUTH_IMPORT_ID);
	const char *hash = auth_import_get(row, AUTH_IMPORT_HASH);
	const char *identifier;

	if (hash == NULL)
		return;
	identifier = auth_import_get(row, AUTH_IMPORT_IDENTIFIER);
	begin_key(import, user, key_name(import->identifier_column, identifier));
	write_named_key(import,
					execution,
					import->identifier_column,
					identifier,
					hash);
}

static AuthImportOutcome
insert_user(AuthImport *import, AuthExecution *execution,
			const AuthImportRow *row)
{
	AuthImportTarget *target = import->user_target;
	const char *id = import->subject.user;

	if (!is_identifier(id))
		return AUTH_OUTCOME_MALFORMED_ID;
	target->values[0] = auth_string(id);
	target->values[1] = auth_time(get_created(import, row));
	if (!auth_import_write(target, execution, row))
	{
		require_row(AUTH_USER, target->values[0].value);
		refuse_user(id);
	}
	return AUTH_OUTCOME_IMPORTED;
}

/* The user, and what its row has of a key. */
void
auth_import_write_user(AuthImport *import, AuthExecution *execution,
					   const AuthImportRow *row)
{
	const char *user = auth_import_get(row, AUTH_IMPORT_ID);
	const char *id = auth_import_get(row, AUTH_IMPORT_KEY);

	import->subject = (AuthImportSubject){AUTH_KIND_USERS, user, NULL};
	report(import, insert_user(import, execution, row));
	if (id != NULL)
	{
		begin_key(import, user, id);
		write_combined_key(import,
						   execution,
						   id,
						   auth_import_get(row, AUTH_IMPORT_HASH));
	}
	else if (row->source->columns[AUTH_IMPORT_KEY] == NULL &&
			 row->source->columns[AUTH_IMPORT_HASH] != NULL)
		auth_import_write_password(import, execution, row);
}

static void
set_session(AuthImportTarget *target, const pg_uuid_t *id, const char *user,
			TimestampTz created, const AuthImportPeriod *period)
{
	target->values[0] = auth_uuid(id);
	target->values[1] = auth_string(user);
	target->values[2] = auth_time(created);
	target->values[3] = auth_time(period->active);
	target->values[4] = auth_time(period->idle);
	target->values[5] = auth_time(period->end);
}

static AuthImportOutcome
insert_session(AuthImport *import, AuthExecution *execution,
			   const AuthImportRow *row)
{
	AuthImportTarget *target = import->session_target;
	const char *user = import->subject.user;
	AuthImportOutcome outcome;
	AuthImportPeriod period;
	pg_uuid_t id;

	if (!auth_import_session_id(import->session_ids, row, &id))
		return AUTH_OUTCOME_MALFORMED_ID;
	if (!auth_import_get_period(row, import->clock, &period))
		return AUTH_OUTCOME_NO_EXPIRY;
	if (period.idle < import->clock)
		return AUTH_OUTCOME_EXPIRED;
	outcome = check_user(user);
	if (outcome != AUTH_OUTCOME_IMPORTED)
		return outcome;
	set_session(target, &id, user, get_created(import, row), &period);
	if (auth_import_write(target, execution, row))
		return AUTH_OUTCOME_IMPORTED;
	require_row(AUTH_SESSION, target->values[0].value);
	return AUTH_OUTCOME_EXISTS;
}

void
auth_import_write_session(AuthImport *import, AuthExecution *execution,
						  const AuthImportRow *row)
{
	import->subject =
		(AuthImportSubject){AUTH_KIND_SESSIONS,
							auth_import_get(row, AUTH_IMPORT_USER),
							NULL};
	report(import, insert_session(import, execution, row));
}
