/*
 * processor_time.c
 *	  The time that the processors have spent on a backend.
 *
 * It is the same on a busy machine as on an idle one, but for what the others
 * push out of the caches.
 */
#include "postgres.h"

#include <time.h>

#include "fmgr.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(processor_time);

/* processor_time() double precision, in microseconds */
Datum
processor_time(PG_FUNCTION_ARGS)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	PG_RETURN_FLOAT8(time.tv_sec * 1e6 + time.tv_nsec / 1e3);
}
