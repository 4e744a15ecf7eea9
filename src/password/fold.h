/*
 * fold.h
 *	  Passwords and addresses in normal form and in lower case.
 */
#ifndef AUTH_FOLD_H
#define AUTH_FOLD_H

#include "postgres.h"

#include "mb/pg_wchar.h"

typedef struct AuthBytes
{
	const char *bytes;
	Size length;
} AuthBytes;

/* Both forms are in wiped memory. */
typedef struct AuthFolded
{
	AuthBytes bytes;
	const pg_wchar *points;
	Size count;
} AuthFolded;

extern AuthBytes auth_fold_raw(text *value);
extern AuthBytes auth_fold_normal(text *value);
extern void auth_fold(text *value, AuthFolded *folded);
extern bool auth_fold_address(text *value, AuthBytes *address);

#endif /* AUTH_FOLD_H */
