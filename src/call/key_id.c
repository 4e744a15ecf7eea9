/*
 * key_id.c
 *	  What names a key.
 */
#include "postgres.h"

#include "call/key_id.h"

/* The key as the first two arguments of a statement. */
void
auth_key_set_id(Datum *values, const AuthKeyId *id)
{
	values[0] = PointerGetDatum(id->provider_id);
	values[1] = PointerGetDatum(id->provider_user_id);
}
