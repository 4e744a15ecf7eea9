/*
 * module.c
 *	  What happens when the server loads the library.
 */
#include "postgres.h"

#include "fmgr.h"

#include "count/count_method.h"
#include "secret/secret.h"
#include "server/setting.h"
#include "table/relation.h"

PG_MODULE_MAGIC;

void _PG_init(void);

void
_PG_init(void)
{
	auth_secret_init();
	auth_settings_init();
	auth_relation_init();
	auth_count_init();
}
