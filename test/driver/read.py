# Reads calls (a line each: name, tab, statement) and tells of each how many rows
# psycopg 3 made of the answer, or what stopped it.  Nothing is committed.
import sys

import psycopg


def read(connection, statement):
    with connection.cursor() as cursor:
        return f"{len(cursor.execute(statement).fetchall())} rows"


with psycopg.connect(sys.argv[1]) as connection:
    for line in sys.stdin:
        name, statement = line.rstrip("\n").split("\t")
        try:
            answer = read(connection, statement)
        except Exception as error:
            answer = f"{type(error).__name__}: {error}".split("\n")[0]
        print(f"{name}\t{answer}")
        connection.rollback()
