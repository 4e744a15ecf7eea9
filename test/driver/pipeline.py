# Who acts in pipelines of psycopg 3, which sends statements before the answers to
# those before have come.  A line each: the case, whether a session was set, who
# acts then, and how many rows they see.
import sys

import psycopg
from psycopg.pq import PipelineStatus

SET = "SELECT auth_set_session(%s)"
READ = "SELECT auth_user_id(), count(*) FROM note"


def send(connection):
    return connection.execute(SET, ["of ada"]), connection.execute(READ)


def tell(name, *cursors):
    values = [value for cursor in cursors for value in cursor.fetchone()]
    print(name, *("-" if value is None else value for value in values))


with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    with connection.pipeline():
        pipelined = connection.pgconn.pipeline_status == PipelineStatus.ON
        with connection.transaction():
            cursors = send(connection)
    tell("transaction:", *cursors)
    with connection.pipeline():
        cursors = send(connection)
    tell("no transaction:", *cursors)
    with connection.pipeline() as pipeline:
        acts = connection.execute(SET, ["of ada"])
        pipeline.sync()
        rows = connection.execute(READ)
    tell("no transaction, each by itself:", acts, rows)
    try:
        with connection.pipeline():
            send(connection)
            connection.execute("SELECT 1 / 0")
    except psycopg.Error as error:
        print("error:", error.sqlstate)
    tell("after it:", connection.execute(READ))
    print("pipelined:", pipelined)
