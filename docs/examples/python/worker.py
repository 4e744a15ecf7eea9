"""Sending what auth has put in the outbox: psycopg 3 and smtplib.

    PGHOST=... PGUSER=mailer PGDATABASE=... SMTP=127.0.0.1:25 SITE=https://app.example python3 worker.py

A message is taken, sent and then committed, one at a time: when the mail
server refuses it or the worker dies, it is in the outbox again.  A crash
between sending and committing sends it twice, never not at all.
"""

import os
import select
import signal
import smtplib
import sys
import time
from email.message import EmailMessage

import psycopg
from psycopg.rows import namedtuple_row

HOST, PORT = os.environ.get("SMTP", "127.0.0.1:25").split(":")
SITE = os.environ.get("SITE", "http://localhost:8080")
SENDER = os.environ.get("SENDER", "no-reply@localhost")
POLL = 60  # seconds; notifications get lost when a connection does

TEXTS = {
    "email_verification": ("Is this your address?", f"Yes, it is mine: {SITE}/verify-email#%s"),
    "password_reset": ("Choose a new password", f"{SITE}/reset-password#%s\n\nIf you did not ask for it, do nothing."),
    "sign_in": ("Sign in", f"{SITE}/sign-in#%s\n\nIf you did not ask for it, do nothing."),
    "email_change": ("Your new address", f"Use this address from now on: {SITE}/change-email#%s"),
    "email_changed": (
        "Your address was changed",
        "Messages go to another address from now on. If that was not you, write to us.",
    ),
}


class Refused(Exception):
    """For good: trying again is of no use."""


def send(address, subject, body):
    # an address must not bring commands or headers of its own
    if any(c.isspace() or c in "<>,;:" or not c.isprintable() for c in address):
        raise Refused("not an address")
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = address
    message["Subject"] = subject
    message.set_content(body, cte="8bit")  # keeps a link on its line
    with smtplib.SMTP(HOST, int(PORT), local_hostname="localhost", timeout=30) as server:
        try:
            server.sendmail(SENDER, [address], message.as_bytes())
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = error.recipients[address]
            if code >= 500:
                raise Refused(f"{code} {answer.decode(errors='replace')}") from None
            raise
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= 500:
                raise Refused(f"{error.smtp_code}") from None
            raise


def send_one(connection):
    """Send one message; False: there is none."""
    with connection.transaction():
        message = connection.execute("SELECT * FROM auth_take_outbox(1)").fetchone()
        if message is None:
            return False
        try:
            if message.purpose not in TEXTS:
                raise Refused(f"nothing to say about {message.purpose}")
            subject, body = TEXTS[message.purpose]
            send(message.address, subject, body % message.token if "%s" in body else body)
        except Refused as error:
            print("dropped:", error, file=sys.stderr, flush=True)
        return True


def main():
    notifications = []
    with psycopg.connect(autocommit=True, row_factory=namedtuple_row) as connection:
        connection.add_notify_handler(notifications.append)
        connection.execute("LISTEN auth_outbox")  # before the first look, or one could be missed
        print("waiting for messages", flush=True)
        while True:
            notifications.clear()
            try:
                while send_one(connection):
                    pass
            except (OSError, smtplib.SMTPException) as error:
                # the message stays; its token is in no log
                print("not sent:", type(error).__name__, file=sys.stderr, flush=True)
                time.sleep(1)
                continue
            if not notifications:
                select.select([connection.fileno()], [], [], POLL)
                connection.execute("SELECT")  # reads what has come


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    main()
