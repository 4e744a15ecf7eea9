/*
 * word.h
 *	  Passwords that are easy to guess, as texts.  Pure: no server is needed.
 *
 * Texts are folded before: normalised and in lower case.
 */
#ifndef AUTH_WORD_H
#define AUTH_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct AuthWord
{
	const uint32_t *points;
	size_t length;
} AuthWord;

extern bool auth_word_is_common(const char *bytes, size_t length);
extern bool auth_word_is_run(AuthWord password);
extern bool auth_word_is_similar(AuthWord password, AuthWord word);

#endif /* AUTH_WORD_H */
