"""A client of the storm: transactions of plausible calls, one after the other."""

import contextlib
import random
import re
import threading
import time

import psycopg

from ledger import Transaction

LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]

# What a caller is told to expect (docs/errors.md): the extension's own, what is
# to be tried again, and a statement that was cancelled.
EXPECTED = {"40001", "40P01", "57014",
            "UA001", "UA002", "UA003", "UA004", "UA005", "UA010", "UA013",
            "UA016"}

# The server has ended the connection, or does not accept one yet.
GONE = {"57P01", "57P02", "57P03", None}


def functions_in(sql):
    return set(re.findall(r"auth_\w+(?=\()", sql))


class Lost(Exception):
    """The connection is gone."""


class Failed(Exception):
    """The statement has failed in an expected way."""


class Client(threading.Thread):
    """One connection after the other, until it is told to stop.

    STEPS, of who inherits: the methods that are steps, and how often."""

    STEPS = {}

    def __init__(self, number, ledger, settings, stop):
        super().__init__(name=f"client {number}")
        self.number = number
        self.ledger = ledger
        self.settings = settings
        self.stop = stop
        self.random = random.Random(f"{settings.seed} {number}")
        self.made = 0
        self.step = "connect"
        self.connection = None
        self.transaction = None
        self.touched = set()
        self.in_block = False

    # -- the connection

    def run(self):
        while not self.stop.is_set():
            try:
                self.connect()
                while not self.stop.is_set():
                    self.run_transaction()
            except Lost:
                self.ledger.answer(self.step, "lost")
            finally:
                if self.connection:
                    self.connection.close()

    def connect(self):
        self.step = "connect"
        try:
            self.connection = psycopg.connect(
                self.settings.conninfo("storm_app"), autocommit=True)
        except psycopg.Error as error:
            time.sleep(0.1)
            raise Lost from error

    def run_sql(self, sql, *arguments, also=()):
        """The rows; Lost, Failed, or a fault of the server."""
        self.ledger.called.update(functions_in(sql))
        try:
            cursor = self.connection.execute(sql, arguments)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            if self.is_gone(error):
                raise Lost from error
            self.ledger.answer(self.step, error.sqlstate)
            if error.sqlstate not in EXPECTED and error.sqlstate not in also:
                self.ledger.fault(f"{self.step}: {error.sqlstate} {error}")
            raise Failed from error

    @staticmethod
    def is_gone(error):
        return isinstance(error, psycopg.OperationalError) and \
            error.sqlstate in GONE

    def call(self, function, *arguments, columns="f::text", **named):
        """The rows of a function."""
        marks = ["%s"] * len(arguments)
        marks += [f"{name} => %s" for name in named]
        return self.run_sql(
            f"SELECT {columns} FROM {function}({', '.join(marks)}) f",
            *arguments, *named.values())

    # -- transactions

    def run_transaction(self):
        self.transaction = Transaction()
        self.touched = set()
        self.in_block = self.random.random() < 0.5
        try:
            if self.in_block:
                self.run_block()
            else:
                self.run_step()
                self.transaction.commit()
        except Failed:
            self.transaction.undo()
            if self.in_block:
                self.roll_back()

    def roll_back(self):
        """The timeout of a block may cancel that, too."""
        while True:
            with contextlib.suppress(Failed):
                self.run_sql("ROLLBACK")
                return

    def run_block(self):
        """Several steps, with savepoints, committed or rolled back.

        Before the COMMIT is sent a lost connection is a rollback."""
        try:
            self.run_sql("BEGIN ISOLATION LEVEL " + self.random.choice(LEVELS))
            if self.random.random() < 0.1:
                self.run_sql("SET LOCAL statement_timeout = '20ms'")
            for _ in range(self.random.randint(1, 4)):
                if self.random.random() < 0.3:
                    self.run_in_savepoint()
                else:
                    self.run_step()
        except Lost:
            self.transaction.undo()
            raise
        self.end_block()

    def end_block(self):
        self.step = "commit"
        if self.random.random() < 0.3:
            self.transaction.undo()
            self.roll_back()
        else:
            self.run_sql("COMMIT")
            self.transaction.commit()

    def run_in_savepoint(self):
        mark = len(self.transaction.deeds)
        self.run_sql("SAVEPOINT s")
        try:
            self.run_step()
            if self.random.random() < 0.7:
                self.run_sql("RELEASE s")
                return
        except Failed as error:
            if error.__cause__.sqlstate in ("40001", "40P01"):
                raise
        self.transaction.undo(mark)
        self.run_sql("ROLLBACK TO s")

    def run_step(self):
        self.step = self.random.choices(list(self.STEPS),
                                        self.STEPS.values())[0]
        if getattr(self, self.step)():
            self.ledger.answer(self.step, "done")

    def acknowledge(self):
        """Outside of a block what was done is committed with its answer, though
        the step goes on."""
        if not self.in_block:
            self.transaction.commit()
            self.transaction = Transaction()

    def deed(self):
        return self.transaction.deed(self.step)

    @staticmethod
    def tell(user, kind, deed):
        """With the deed the user is sent a notice of the kind."""
        user.told.append((kind, deed))

    # -- what there is

    def choose(self, things):
        """One of those that are there, rather a new one."""
        things = [thing for thing in things[-60:] if thing.made.done]
        return self.random.choice(things) if things else None

    def a_user(self):
        """One of few, so that the clients meet."""
        return self.choose([user for user in self.ledger.users[-80:]
                            if not user.removed()][-20:])

    def a_login(self):
        user = self.a_user()
        login = user and self.choose(user.logins)
        if not login or login in self.touched:
            return None
        self.touched.add(login)
        return login

    def a_token(self):
        login = self.a_login()
        return login and self.choose(login.tokens)

    def new_name(self):
        self.made += 1
        return f"u{self.number}-{self.made}"

    def new_address(self):
        return f"{self.new_name()}@example.com"

    def new_password(self):
        self.made += 1
        return f"passphrase {self.number} of {self.made}"
