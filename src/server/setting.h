/*
 * setting.h
 *	  The settings (GUCs) of the extension.
 */
#ifndef AUTH_SETTING_H
#define AUTH_SETTING_H

#include "postgres.h"

#include "nodes/pg_list.h"

/* KiB of a new hash, at least */
#define AUTH_PASSWORD_MIN_MEMORY 7168

extern char *auth_client_providers;
extern char *auth_client_session_attributes;
extern char *auth_client_user_attributes;
extern char *auth_email_providers;
extern char *auth_outbox_key_file;	  /* empty: none */
extern int auth_password_concurrency; /* 0: by the processors */
extern char *auth_password_context_words;
extern int auth_password_iterations;
extern int auth_password_max_length;	 /* code points */
extern int auth_password_memory;		 /* KiB */
extern int auth_password_min_length;	 /* code points */
extern char *auth_password_pepper_file;	 /* empty: none */
extern int auth_password_wait;			 /* milliseconds */
extern int auth_refresh_family_lifetime; /* seconds, 0: no absolute end */
extern int auth_refresh_grace;			 /* milliseconds */
extern int auth_refresh_lifetime;		 /* seconds */
extern int auth_session_active_period;	 /* seconds */
extern char *auth_session_attributes;
extern int auth_session_idle_period; /* seconds */
extern int auth_session_lifetime;	 /* seconds, 0: no absolute end */
extern int auth_throttle_address_failures;
extern int auth_throttle_address_forget; /* seconds */
extern int auth_throttle_delay;			 /* milliseconds */
extern int auth_throttle_failures;
extern int auth_throttle_max_delay; /* seconds */
extern int auth_throttle_max_failures;
extern int auth_token_code_attempts;
extern int auth_token_code_lifetime; /* seconds */
extern int auth_token_lifetime;		 /* seconds */
extern char *auth_user_attributes;

/* Grows whenever a list of shown attributes changes. */
extern uint64 auth_attributes_generation;

extern List *auth_settings_email_providers(void);

/*
 * How the names of a list are written: SplitIdentifierString as columns are,
 * SplitGUCList as texts that mean themselves.
 */
typedef bool (*AuthListSplit)(char *text, char separator, List **names);

extern bool auth_settings_has(const char *setting, AuthListSplit split,
							  const char *name);
extern void auth_settings_init(void);

#endif /* AUTH_SETTING_H */
