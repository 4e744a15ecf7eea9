"""What the storm has beside its clients: changes of the tables by their owner,
and the ends of backends and of the server."""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time

import psycopg

# auth_throttle is left alone: what rebuilds its index forgets counts.
TABLES = ["auth_user", "auth_key", "auth_session", "auth_refresh_token",
          "auth_ended", "auth_token", "auth_totp", "auth_outbox",
          "auth_event"]

CHANGES = [
    "VACUUM FULL {table}",
    "VACUUM (FREEZE, ANALYZE) {table}",
    "REINDEX TABLE CONCURRENTLY {table}",
    "REINDEX TABLE CONCURRENTLY {table}",
    "REINDEX TABLE {table}",
    "CLUSTER {table} USING {table}_pkey",
    "ALTER TABLE auth_user ADD COLUMN c{number} int DEFAULT {number}",
    "ALTER TABLE auth_user DROP COLUMN IF EXISTS c{earlier}",
    "ALTER TABLE {table} ADD COLUMN c{number} text",
    "ALTER TABLE {table} DROP COLUMN IF EXISTS c{earlier}",
    "ALTER TABLE auth_session ADD COLUMN c{number} timestamptz"
    " GENERATED ALWAYS AS (idle_expires_at) STORED",
    "ALTER TABLE auth_session DROP COLUMN IF EXISTS c{earlier}",
    "ALTER TABLE auth_user ALTER nick TYPE varchar",
    "ALTER TABLE auth_user ALTER nick TYPE text",
    "ALTER TABLE auth_user ADD CONSTRAINT n{number} CHECK (nick <> '')",
    "ALTER TABLE auth_user DROP CONSTRAINT IF EXISTS n{earlier}",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS storm_nick ON auth_user (nick)",
    "DROP INDEX CONCURRENTLY IF EXISTS storm_nick",
    "CREATE INDEX IF NOT EXISTS storm_device ON auth_session (device)",
    "DROP INDEX IF EXISTS storm_device",
    "TRUNCATE storm_profile",
    "SELECT auth_setup()",
]

# Locks that are not to be had, deadlocks, and an index that is being made;
# the server that is going or coming.
EXPECTED = {"40P01", "55P03", "42704", "57P01", "57P02", "57P03", None}

# A replay in the midst of it is kept, and the build fails by it.
FAILS_BY_REPLAY = ("REINDEX TABLE CONCURRENTLY auth_ended", "23505")

# Seconds, until the server must have recovered.
PATIENCE = 300

# Seconds, in which it notices that one of its processes was killed.
UNNOTICED = 5


class Owner(threading.Thread):
    """Changes the tables, as their owner may at any time."""

    def __init__(self, ledger, settings, stop):
        super().__init__(name="owner")
        self.ledger = ledger
        self.settings = settings
        self.stop = stop
        self.random = random.Random(f"{settings.seed} owner")
        self.number = 0

    def run(self):
        while not self.stop.is_set():
            try:
                self.change_tables()
            except psycopg.OperationalError:
                time.sleep(0.1)

    def change_tables(self):
        with psycopg.connect(self.settings.conninfo("storm_owner"),
                             autocommit=True) as connection:
            connection.execute("SET lock_timeout = '2s'")
            while not self.stop.is_set():
                self.change(connection)
                time.sleep(self.random.uniform(0, 0.4))

    def change(self, connection):
        self.number += 1
        sql = self.random.choice(CHANGES).format(
            table=self.random.choice(TABLES), number=self.number,
            earlier=self.random.randint(1, self.number))
        try:
            connection.execute(sql)
            self.ledger.answer("owner", sql.split()[0])
        except psycopg.Error as error:
            if isinstance(error, psycopg.OperationalError) and \
                    connection.closed:
                raise
            self.ledger.answer("owner", error.sqlstate)
            if error.sqlstate not in EXPECTED and \
                    (sql, error.sqlstate) != FAILS_BY_REPLAY:
                self.ledger.fault(f"{sql}: {error.sqlstate} {error}")


class Killer(threading.Thread):
    """Terminates backends, kills some, and restarts the server."""

    def __init__(self, ledger, settings, stop):
        super().__init__(name="killer")
        self.ledger = ledger
        self.settings = settings
        self.stop = stop
        self.random = random.Random(f"{settings.seed} killer")

    def run(self):
        blows = [self.kill] * self.settings.kills
        blows += [self.restart] * self.settings.restarts
        blows += [self.terminate] * (4 * len(blows) + 4)
        self.random.shuffle(blows)
        for blow in blows:
            if self.stop.wait(self.settings.seconds / (len(blows) + 1)):
                return
            blow()
            self.ledger.answer("killer", blow.__name__)

    def victim(self):
        """The process of one of the clients; None: there is none now."""
        pids = self.settings.administer(
            "SELECT pid FROM pg_stat_activity WHERE usename = 'storm_app'"
            " ORDER BY pid")
        return self.random.choice(pids)[0] if pids else None

    def terminate(self):
        pid = self.victim()
        if pid:
            self.settings.administer(f"SELECT pg_terminate_backend({pid})")

    def generation(self):
        """What changes when the server starts anew."""
        [(pid,)] = self.settings.administer(
            "SELECT max(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'checkpointer'")
        return pid

    def kill(self):
        """For a moment after it the server still answers.  A process that has
        ended meanwhile takes nothing with it."""
        before = self.generation()
        pid = self.victim()
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            patience = time.monotonic() + UNNOTICED
            while time.monotonic() < patience:
                with contextlib.suppress(psycopg.OperationalError):
                    if self.generation() != before:
                        break
                time.sleep(0.1)
            self.wait_for_server()

    def restart(self):
        subprocess.run(
            ["pg_ctl", "-D", self.settings.data, "-l", self.settings.log,
             "-m", "immediate", "-w", "restart"],
            check=True, stdout=subprocess.DEVNULL)
        self.wait_for_server()

    def wait_for_server(self):
        """Then the victims' counts that a crash may lose are not relied on."""
        patience = time.monotonic() + PATIENCE
        while True:
            try:
                self.settings.administer("SELECT")
                break
            except psycopg.OperationalError:
                if time.monotonic() > patience:
                    raise
                time.sleep(0.1)
        for victim in self.ledger.victims:
            victim.crash()
