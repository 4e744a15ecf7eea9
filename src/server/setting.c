/*
 * setting.c
 *	  The settings (GUCs) of the extension, in alphabetical order.
 *
 * All of them are for superusers: a role that is only trusted with EXECUTE on
 * a function must not lengthen its sessions, weaken hashes or show itself
 * attributes that were hidden from it.  GRANT SET ON PARAMETER passes one on.
 */
#include "postgres.h"

#include <limits.h>

#include "utils/guc.h"
#include "utils/varlena.h"

#include "password/hash_format.h"
#include "server/compat.h"
#include "server/setting.h"

char *auth_client_providers;
char *auth_client_session_attributes;
char *auth_client_user_attributes;
char *auth_email_providers;
char *auth_outbox_key_file;
int auth_password_concurrency;
char *auth_password_context_words;
int auth_password_iterations;
int auth_password_max_length;
int auth_password_memory;
int auth_password_min_length;
char *auth_password_pepper_file;
int auth_password_wait;
int auth_refresh_family_lifetime;
int auth_refresh_grace;
int auth_refresh_lifetime;
int auth_session_active_period;
char *auth_session_attributes;
int auth_session_idle_period;
int auth_session_lifetime;
int auth_throttle_address_failures;
int auth_throttle_address_forget;
int auth_throttle_delay;
int auth_throttle_failures;
int auth_throttle_max_delay;
int auth_throttle_max_failures;
int auth_token_code_attempts;
int auth_token_code_lifetime;
int auth_token_lifetime;
char *auth_user_attributes;

uint64 auth_attributes_generation = 0;

static bool
has_star(List *names)
{
	ListCell *cell;

	foreach (cell, names)
	{
		if (strcmp(lfirst(cell), "*") == 0)
			return true;
	}
	return false;
}

static bool
is_star_or_names(List *names)
{
	return !has_star(names) || list_length(names) == 1;
}

/*
 * Names alone: with a "*" clients could write a column as soon as somebody
 * adds it.
 */
static bool
is_names(List *names)
{
	return !has_star(names);
}

static bool
check_list(const char *value, AuthListSplit split, bool (*fits)(List *names),
		   const char *wanted)
{
	char *copy = pstrdup(value);
	List *names;
	bool valid = split(copy, ',', &names) && (fits == NULL || fits(names));

	list_free(names);
	pfree(copy);
	if (!valid)
		GUC_check_errdetail("The value is %s.", wanted);
	return valid;
}

static bool
check_attributes(char **newval, void **extra, GucSource source)
{
	return check_list(*newval,
					  SplitIdentifierString,
					  is_star_or_names,
					  "\"*\" or a list of column names");
}

static bool
check_client_attributes(char **newval, void **extra, GucSource source)
{
	return check_list(*newval,
					  SplitIdentifierString,
					  is_names,
					  "a list of column names");
}

static bool
check_providers(char **newval, void **extra, GucSource source)
{
	return check_list(*newval, SplitGUCList, NULL, "a list of provider ids");
}

static bool
check_words(char **newval, void **extra, GucSource source)
{
	return check_list(*newval, SplitIdentifierString, NULL, "a list of words");
}

static void
assign_attributes(const char *newval, void *extra)
{
	auth_attributes_generation++;
}

/* The ids of the providers whose names are folded. */
List *
auth_settings_email_providers(void)
{
	List *providers;

	(void) SplitGUCList(pstrdup(auth_email_providers), ',', &providers);
	return providers;
}

static void
define_int(const char *name, const char *description, int *variable, int boot,
		   int low, int high, int flags)
{
	DefineCustomIntVariable(name,
							description,
							NULL,
							variable,
							boot,
							low,
							high,
							PGC_SUSET,
							flags,
							NULL,
							NULL,
							NULL);
}

static void
define_attributes(const char *name, const char *description, char **variable)
{
	DefineCustomStringVariable(name,
							   description,
							   "\"*\" shows all of them, an empty list none.",
							   variable,
							   "*",
							   PGC_SUSET,
							   GUC_LIST_INPUT,
							   check_attributes,
							   assign_attributes,
							   NULL);
}

static void
define_list(const char *name, const char *description, const char *more,
			char **variable, const char *boot, GucStringCheckHook check)
{
	DefineCustomStringVariable(name,
							   description,
							   more,
							   variable,
							   boot,
							   PGC_SUSET,
							   GUC_LIST_INPUT,
							   check,
							   NULL,
							   NULL);
}

static void
define_file(const char *name, const char *description, char **variable)
{
	DefineCustomStringVariable(name,
							   description,
							   "Relative to the data directory; empty: none.",
							   variable,
							   "",
							   PGC_SIGHUP,
							   GUC_SUPERUSER_ONLY,
							   NULL,
							   NULL,
							   NULL);
}

/* Whether a setting that is a list has the name. */
bool
auth_settings_has(const char *setting, AuthListSplit split, const char *name)
{
	List *names = NIL;
	ListCell *cell;

	(void) split(pstrdup(setting), ',', &names);
	foreach (cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

void
auth_settings_init(void)
{
	define_list("auth.client_providers",
				"Providers that callers of the client set may name.",
				NULL,
				&auth_client_providers,
				"email",
				check_providers);
	define_list("auth.client_session_attributes",
				"Columns of auth_session that callers of the client set may "
				"write.",
				NULL,
				&auth_client_session_attributes,
				"",
				check_client_attributes);
	define_list("auth.client_user_attributes",
				"Columns of auth_user that callers of the client set may "
				"write.",
				NULL,
				&auth_client_user_attributes,
				"",
				check_client_attributes);
	define_list("auth.email_providers",
				"Providers whose names are addresses of mail.",
				"How these are typed makes no difference.",
				&auth_email_providers,
				"email",
				check_providers);
	define_file("auth.outbox_key_file",
				"File with the keys that tokens in the outbox are encrypted "
				"with.",
				&auth_outbox_key_file);
	DefineCustomIntVariable("auth.password_concurrency",
							"Passwords that the server hashes at a time.",
							"0 is half as many as there are processors.",
							&auth_password_concurrency,
							0,
							0,
							1024,
							PGC_SIGHUP,
							0,
							NULL,
							NULL,
							NULL);
	define_list("auth.password_context_words",
				"Words that new passwords must not consist of.",
				NULL,
				&auth_password_context_words,
				"",
				check_words);
	define_int("auth.password_iterations",
			   "Passes over the memory in a new password hash.",
			   &auth_password_iterations,
			   2,
			   1,
			   AUTH_HASH_MAX_PASSES,
			   0);
	define_int("auth.password_max_length",
			   "Longest password that is accepted, in characters.",
			   &auth_password_max_length,
			   1024,
			   64,
			   4096,
			   0);
	define_int("auth.password_memory",
			   "Memory that a new password hash takes.",
			   &auth_password_memory,
			   19456,
			   AUTH_PASSWORD_MIN_MEMORY,
			   AUTH_HASH_MAX_MEMORY,
			   GUC_UNIT_KB);
	define_int("auth.password_min_length",
			   "Shortest password that is accepted, in characters.",
			   &auth_password_min_length,
			   8,
			   1,
			   64,
			   0);
	define_file("auth.password_pepper_file",
				"File with the keys of password hashes.",
				&auth_password_pepper_file);
	define_int("auth.password_wait",
			   "Time to wait for others that are hashing passwords.",
			   &auth_password_wait,
			   5000,
			   0,
			   INT_MAX,
			   GUC_UNIT_MS);
	define_int("auth.refresh_family_lifetime",
			   "Time after which refresh tokens cannot be rotated any more; 0 "
			   "is never.",
			   &auth_refresh_family_lifetime,
			   0,
			   0,
			   INT_MAX,
			   GUC_UNIT_S);
	define_int("auth.refresh_grace",
			   "Time for which a spent refresh token is answered again.",
			   &auth_refresh_grace,
			   10 * 1000,
			   0,
			   60 * 60 * 1000,
			   GUC_UNIT_MS);
	define_int("auth.refresh_lifetime",
			   "Time for which a refresh token can be used.",
			   &auth_refresh_lifetime,
			   30 * 24 * 60 * 60,
			   1,
			   INT_MAX,
			   GUC_UNIT_S);
	define_int("auth.session_active_period",
			   "Time after which a session becomes idle and is renewed at its "
			   "next validation.",
			   &auth_session_active_period,
			   24 * 60 * 60,
			   1,
			   INT_MAX,
			   GUC_UNIT_S);
	define_attributes("auth.session_attributes",
					  "Columns of auth_session shown as session attributes.",
					  &auth_session_attributes);
	define_int("auth.session_idle_period",
			   "Time for which an idle session can still be renewed.",
			   &auth_session_idle_period,
			   14 * 24 * 60 * 60,
			   0,
			   INT_MAX,
			   GUC_UNIT_S);
	define_int("auth.session_lifetime",
			   "Time after which a session ends whatever happens; 0 is never.",
			   &auth_session_lifetime,
			   0,
			   0,
			   INT_MAX,
			   GUC_UNIT_S);
	define_int("auth.throttle_address_failures",
			   "Failed attempts of an address from which on a delay follows.",
			   &auth_throttle_address_failures,
			   30,
			   1,
			   INT_MAX,
			   0);
	define_int("auth.throttle_address_forget",
			   "Time in which one failed attempt of an address is forgotten.",
			   &auth_throttle_address_forget,
			   60,
			   1,
			   24 * 60 * 60,
			   GUC_UNIT_S);
	define_int("auth.throttle_delay",
			   "Delay that follows failed attempts; it doubles with each more.",
			   &auth_throttle_delay,
			   1000,
			   0,
			   60 * 60 * 1000,
			   GUC_UNIT_MS);
	define_int("auth.throttle_failures",
			   "Failed attempts against a key from which on a delay follows.",
			   &auth_throttle_failures,
			   5,
			   1,
			   100,
			   0);
	define_int("auth.throttle_max_delay",
			   "Longest delay that follows failed attempts.",
			   &auth_throttle_max_delay,
			   15 * 60,
			   0,
			   24 * 60 * 60,
			   GUC_UNIT_S);
	define_int("auth.throttle_max_failures",
			   "Failed attempts in a row after which a key takes no more until "
			   "that is lifted.",
			   &auth_throttle_max_failures,
			   100,
			   1,
			   100,
			   0);
	define_int("auth.token_code_attempts",
			   "Guesses at a one-time code after which it is dead.",
			   &auth_token_code_attempts,
			   5,
			   1,
			   100,
			   0);
	define_int("auth.token_code_lifetime",
			   "Time for which a one-time code lives, at most.",
			   &auth_token_code_lifetime,
			   10 * 60,
			   1,
			   24 * 60 * 60,
			   GUC_UNIT_S);
	define_int("auth.token_lifetime",
			   "Time for which a one-time token lives.",
			   &auth_token_lifetime,
			   60 * 60,
			   1,
			   INT_MAX,
			   GUC_UNIT_S);
	define_attributes("auth.user_attributes",
					  "Columns of auth_user shown as user attributes.",
					  &auth_user_attributes);

	MarkGUCPrefixReserved("auth");
}
