"""Whatever may be None by its type is taken as NULL by the function, and nothing else is.

The environment says where the server is; clients.pl prepares it.
"""

import sys
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "clients/generator"))

from model import Argument, Function, read_model

VALUES = {
    "bigint": "1",
    "boolean": "true",
    "inet": "192.0.2.1",
    "integer": "1",
    "interval": "1 min",
    "jsonb": "{}",
    "smallint": "1",
    "timestamptz": "2030-01-01",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


# Of some arguments that have defaults one is to be given, whichever
ONE_OF = {"auth_complete_sign_in": "totp", "auth_reauthenticate": "password"}


def refusal(connection: psycopg.Connection, function: Function, null: Argument) -> str | None:
    given = [each for each in function.arguments if each in function.required or each.name == ONE_OF.get(function.sql_name)]
    arguments = ", ".join(f"{argument.name} => %s::{argument.type}" for argument in given)
    values = [None if argument is null else VALUES.get(argument.type, "ada@null.example") for argument in given]
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(f"SELECT FROM {function.sql_name}({arguments})", values)
    except psycopg.Error as error:
        return str(error)
    return None


with psycopg.connect(autocommit=True) as connection:
    for function in read_model(ROOT).functions:
        for argument in function.required:
            refused = refusal(connection, function, argument)
            assert function.takes_null(argument) is (refused is None), (function.sql_name, argument.name, refused)
print("complete")
