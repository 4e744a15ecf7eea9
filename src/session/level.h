/*
 * level.h
 *	  What the methods by which a user was authenticated amount to.  Pure: no
 *	  server is needed.
 */
#ifndef AUTH_LEVEL_H
#define AUTH_LEVEL_H

#include <stdbool.h>
#include <stdint.h>

/* The bits of auth_session.methods, which are stored: none changes its meaning. */
#define AUTH_METHOD_PASSWORD 1
#define AUTH_METHOD_LINK 2
#define AUTH_METHOD_FEDERATED 4
#define AUTH_METHOD_TOTP 8
#define AUTH_METHOD_PASSKEY 16
#define AUTH_METHOD_VERIFIED 32 /* by the passkey: a finger, a PIN */
#define AUTH_METHOD_RECOVERY 64
#define AUTH_METHOD_DEVICE 128
#define AUTH_METHOD_SYNCED 256 /* the passkey */
#define AUTH_METHODS 511	   /* all of them */

/* The most words that methods have. */
#define AUTH_LEVEL_WORDS 9

extern int auth_level(int32_t methods);
extern bool auth_level_is_renewed(int32_t methods, int32_t proof);
extern int auth_level_words(int32_t methods, const char **words);
extern const char *auth_level_word(int number);
extern int32_t auth_level_method(const char *word);

#endif /* AUTH_LEVEL_H */
