/*
 * setting.c
 *	  How settings (GUCs) are defined.
 *
 * All of them are for superusers: a role that is only trusted with EXECUTE on
 * a function must not lengthen its sessions, weaken hashes or show itself
 * attributes that were hidden from it.  GRANT SET ON PARAMETER passes one on.
 */
#include "postgres.h"

#include "utils/guc.h"
#include "utils/varlena.h"

#include "server/compat.h"
#include "server/setting.h"

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
 * Whether the list has names alone and no "*", by which clients could write a
 * column as soon as somebody adds it.
 */
static bool
is_names(List *names)
{
	return !has_star(names);
}

/* Whether the value is a list that fits, for a check hook, which says if not. */
bool
auth_check_list(const char *value, AuthListSplit split,
				bool (*fits)(List *names), const char *wanted)
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
	return auth_check_list(*newval,
						   SplitIdentifierString,
						   is_star_or_names,
						   "\"*\" or a list of column names");
}

bool
auth_check_client_attributes(char **newval, void **extra, GucSource source)
{
	return auth_check_list(*newval,
						   SplitIdentifierString,
						   is_names,
						   "a list of column names");
}

bool
auth_check_providers(char **newval, void **extra, GucSource source)
{
	return auth_check_list(*newval,
						   SplitGUCList,
						   NULL,
						   "a list of provider ids");
}

bool
auth_check_words(char **newval, void **extra, GucSource source)
{
	return auth_check_list(*newval,
						   SplitIdentifierString,
						   NULL,
						   "a list of words");
}

uint64 auth_attributes_generation = 0;

static void
assign_attributes(const char *newval, void *extra)
{
	auth_attributes_generation++;
}

void
auth_setting_ints(const AuthIntSetting *settings, int count)
{
	for (int i = 0; i < count; i++)
		DefineCustomIntVariable(settings[i].name,
								settings[i].description,
								NULL,
								settings[i].variable,
								settings[i].boot,
								settings[i].low,
								settings[i].high,
								PGC_SUSET,
								settings[i].flags,
								NULL,
								NULL,
								NULL);
}

void
auth_setting_bool(const char *name, const char *description, bool *variable,
				  bool boot, GucBoolAssignHook assign)
{
	DefineCustomBoolVariable(name,
							 description,
							 NULL,
							 variable,
							 boot,
							 PGC_SUSET,
							 0,
							 NULL,
							 assign,
							 NULL);
}

void
auth_setting_attributes(const char *name, const char *description,
						char **variable, const char *boot)
{
	DefineCustomStringVariable(name,
							   description,
							   "\"*\" shows all of them, an empty list none.",
							   variable,
							   boot,
							   PGC_SUSET,
							   GUC_LIST_INPUT,
							   check_attributes,
							   assign_attributes,
							   NULL);
}

void
auth_setting_list(const char *name, const char *description, const char *more,
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

void
auth_setting_text(const char *name, const char *description, char **variable,
				  GucStringCheckHook check)
{
	DefineCustomStringVariable(name,
							   description,
							   NULL,
							   variable,
							   "",
							   PGC_SUSET,
							   0,
							   check,
							   NULL,
							   NULL);
}

void
auth_setting_file(const char *name, const char *description, char **variable)
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
auth_setting_has(const char *setting, AuthListSplit split, const char *name)
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
