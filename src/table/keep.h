/*
 * keep.h
 *	  Rows that stay, whatever becomes of their transaction.
 */
#ifndef AUTH_KEEP_H
#define AUTH_KEEP_H

#include "postgres.h"

#include "table/statement.h"

extern void auth_keep_returned(const AuthStatement *statement, bool must);

#endif /* AUTH_KEEP_H */
