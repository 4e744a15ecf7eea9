/*
 * worker.c
 *	  A background worker that runs one statement, for tests.
 *
 * It keeps the server's own handler of SIGTERM, which does not wait for a
 * place where the process may end.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(start_worker);

extern PGDLLEXPORT void worker_main(Datum database);

/* The statement is in the worker's own argument. */
void
worker_main(Datum database)
{
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(database),
											  InvalidOid,
											  0);
	StartTransactionCommand();
	SPI_connect();
	PushActiveSnapshot(GetTransactionSnapshot());
	(void) SPI_execute(MyBgworkerEntry->bgw_extra, false, 0);
	PopActiveSnapshot();
	SPI_finish();
	CommitTransactionCommand();
}

/* start_worker(library text, statement text) integer: its process */
Datum
start_worker(PG_FUNCTION_ARGS)
{
	BackgroundWorker worker = {.bgw_name = "test",
							   .bgw_type = "test",
							   .bgw_flags =
								   BGWORKER_SHMEM_ACCESS |
								   BGWORKER_BACKEND_DATABASE_CONNECTION,
							   .bgw_start_time = BgWorkerStart_ConsistentState,
							   .bgw_restart_time = BGW_NEVER_RESTART,
							   .bgw_function_name = "worker_main"};
	BackgroundWorkerHandle *handle;
	pid_t pid;

	worker.bgw_main_arg = ObjectIdGetDatum(MyDatabaseId);
	worker.bgw_notify_pid = MyProcPid;
	strlcpy(worker.bgw_library_name,
			text_to_cstring(PG_GETARG_TEXT_PP(0)),
			sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_extra,
			text_to_cstring(PG_GETARG_TEXT_PP(1)),
			sizeof(worker.bgw_extra));
	if (!RegisterDynamicBackgroundWorker(&worker, &handle) ||
		WaitForBackgroundWorkerStartup(handle, &pid) != BGWH_STARTED)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("could not start a worker")));
	PG_RETURN_INT32(pid);
}
