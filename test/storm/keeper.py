"""The keys that secrets are encrypted with: new ones, while the storm rages, and
the ends of old ones."""

import contextlib
import os
import threading

import psycopg


def new_key():
    return f"{os.urandom(4).hex()}:{os.urandom(32).hex()}"


def write_keys(path, keys):
    """In the place of the file that is there, whole, and for nobody else."""
    new = path + ".new"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
              encoding="ascii") as file:
        file.write("".join(key + "\n" for key in keys))
    os.rename(new, path)


class Keeper(threading.Thread):
    """Does as docs/key_file.md says, again and again."""

    def __init__(self, ledger, settings, stop):
        super().__init__(name="keeper")
        self.ledger = ledger
        self.settings = settings
        self.stop = stop
        with open(settings.keys, encoding="ascii") as file:
            self.keys = file.read().split()

    def run(self):
        while not self.stop.wait(1):
            with contextlib.suppress(psycopg.OperationalError):
                self.rotate()

    def rotate(self):
        """A new key; the old ones go when nothing needs them.  When it is stopped
        before, they stay."""
        self.keys.insert(0, new_key())
        write_keys(self.settings.keys, self.keys)
        self.wait_for_older()
        while not self.stop.is_set() and self.findings():
            self.reseal()
        if not self.stop.is_set():
            del self.keys[1:]
            write_keys(self.settings.keys, self.keys)
            self.ledger.answer("keeper", "rotated")

    def ask(self, sql):
        [(answer,)] = self.settings.administer(sql, "storm")
        return answer

    def wait_for_older(self):
        """Transactions that were running may have used the key of before."""
        since = self.ask("SELECT clock_timestamp()")
        while not self.stop.wait(0.05) and self.ask(
                "SELECT count(*) FROM pg_stat_activity"
                f" WHERE xact_start < '{since}'"):
            pass

    def findings(self):
        return self.ask("SELECT count(*) FROM auth_check() WHERE kind = 'key'")

    def reseal(self):
        """Rows that others have locked are left for the next time."""
        count = self.ask("SELECT auth_reseal(50)")
        self.ledger.answer("keeper", "resealed" if count else "nothing")
