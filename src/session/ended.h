/*
 * ended.h
 *	  Families of refresh tokens that a replay has ended.
 */
#ifndef AUTH_ENDED_H
#define AUTH_ENDED_H

#include "postgres.h"

#include "utils/uuid.h"

#include "table/row.h"

extern bool auth_ended_has(Datum family, const AuthRow *beside);
extern void auth_ended_keep(const pg_uuid_t *family, text *user_id);
extern void auth_ended_purge(int rows);

#endif /* AUTH_ENDED_H */
