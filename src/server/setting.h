/*
 * setting.h
 *	  How settings (GUCs) are defined.
 */
#ifndef AUTH_SETTING_H
#define AUTH_SETTING_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/guc.h"

/* A setting that is a whole number. */
typedef struct AuthIntSetting
{
	const char *name;
	const char *description;
	int *variable;
	int boot;
	int low;
	int high;
	int flags;
} AuthIntSetting;

/* Grows whenever a list of shown attributes changes. */
extern uint64 auth_attributes_generation;

/*
 * How the names of a list are written: SplitIdentifierString as columns are,
 * SplitGUCList as texts that mean themselves.
 */
typedef bool (*AuthListSplit)(char *text, char separator, List **names);

extern bool auth_setting_has(const char *setting, AuthListSplit split,
							 const char *name);
extern void auth_setting_ints(const AuthIntSetting *settings, int count);
extern void auth_setting_bool(const char *name, const char *description,
							  bool *variable, bool boot,
							  GucBoolAssignHook assign);
extern void auth_setting_attributes(const char *name, const char *description,
									char **variable, const char *boot);
extern void auth_setting_list(const char *name, const char *description,
							  const char *more, char **variable,
							  const char *boot, GucStringCheckHook check);
extern void auth_setting_text(const char *name, const char *description,
							  char **variable, GucStringCheckHook check);
extern void auth_setting_file(const char *name, const char *description,
							  char **variable);

/* What lists may hold. */
extern bool auth_check_list(const char *value, AuthListSplit split,
							bool (*fits)(List *names), const char *wanted);
extern bool auth_check_client_attributes(char **newval, void **extra,
										 GucSource source);
extern bool auth_check_providers(char **newval, void **extra, GucSource source);
extern bool auth_check_words(char **newval, void **extra, GucSource source);

#endif /* AUTH_SETTING_H */
