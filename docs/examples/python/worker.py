"""Sending what auth has put in the outbox: psycopg 3 and smtplib.

    PGHOST=... PGUSER=mailer PGDATABASE=... SMTP=127.0.0.1:25 SITE=https://app.example python3 worker.py

A message is leased, sent, and then said to be finished or to have failed; no
transaction is open meanwhile.  What has failed comes back later, and so does
what a worker had that died.  A crash between sending and saying so sends a
message twice, never not at all.  Run as many of these as you like.
"""

import os
import re
import select
import signal
import smtplib
import socket
import sys
from email.message import EmailMessage
from urllib.parse import quote

import psycopg
from psycopg.rows import namedtuple_row

HOST, PORT = os.environ.get("SMTP", "127.0.0.1:25").split(":")
SITE = os.environ.get("SITE", "http://localhost:8080")
SENDER = os.environ.get("SENDER", "no-reply@localhost")
LEASE = os.environ.get("LEASE", "5 min")  # longer than sending takes
ANSWER = 20  # seconds to wait for one of the few answers of the mail server
POLL = float(os.environ.get("POLL", "10"))  # nobody is told when a message is due again
RECONNECT = 2

# By locale and purpose: subject, text, and the page that the link leads to.
TEXTS = {
    "en": {
        "sign_up": (
            "Welcome",
            "Go on here: {link}\n\nIf you did not ask for it, do nothing.",
            "complete-sign-up",
        ),
        "sign_up_known": (
            "You have an account",
            "Somebody wants to sign up with your address. If it was you, sign in, or choose a new password.",
            None,
        ),
        "email_verification": ("Is this your address?", "Yes, it is mine: {link}", "verify-email"),
        "password_reset": (
            "Choose a new password",
            "{link}\n\nIf you did not ask for it, do nothing.",
            "reset-password",
        ),
        "sign_in": ("Sign in", "{link}\n\nIf you did not ask for it, do nothing.", "sign-in"),
        "email_change": ("Your new address", "Use this address from now on: {link}", "change-email"),
        "email_change_known": (
            "Your address is in use",
            "Somebody wants to use your address for another account. If it was you, sign in to this one, or choose a new password.",
            None,
        ),
        "email_changed": (
            "Your address was changed",
            "Messages go to another address from now on. If that was not you, write to us.",
            None,
        ),
        "password_changed": (
            "Your password was changed",
            "Your account has another password from now on. If that was not you, write to us.",
            None,
        ),
        "key_added": (
            "A new way to sign in",
            "One can sign in to your account in another way from now on. If that was not you, write to us.",
            None,
        ),
        "key_removed": (
            "A way to sign in was removed",
            "One way to sign in to your account is no more. If that was not you, write to us.",
            None,
        ),
        "key_renamed": (
            "A way to sign in has another name",
            "One way to sign in to your account has another name, such as a user name. If that was not you, write to us.",
            None,
        ),
        "factor_added": (
            "A second factor was added",
            "An authenticator app was added to your account, or it has new recovery codes. If that was not you, write to us.",
            None,
        ),
        "factor_removed": (
            "A second factor was removed",
            "An authenticator app was removed from your account. If that was not you, write to us.",
            None,
        ),
        "recovery_code_used": (
            "A recovery code was used",
            "Somebody has used one of the recovery codes of your account. If that was not you, write to us.",
            None,
        ),
    },
    "de": {
        "sign_up": (
            "Willkommen",
            "Hier geht es weiter: {link}\n\nWenn Sie es nicht verlangt haben, tun Sie nichts.",
            "complete-sign-up",
        ),
        "sign_up_known": (
            "Sie haben schon ein Konto",
            "Jemand will sich mit Ihrer Adresse registrieren. Wenn Sie es waren, melden Sie sich an.",
            None,
        ),
        "email_verification": ("Ihre Adresse?", "Ja, das ist meine: {link}", "verify-email"),
        "password_reset": (
            "Neues Passwort",
            "{link}\n\nWenn Sie es nicht verlangt haben, tun Sie nichts.",
            "reset-password",
        ),
        "sign_in": ("Anmelden", "{link}\n\nWenn Sie es nicht verlangt haben, tun Sie nichts.", "sign-in"),
        "email_change": ("Neue Adresse", "Diese Adresse ab jetzt benutzen: {link}", "change-email"),
        "email_change_known": (
            "Ihre Adresse wird schon benutzt",
            "Jemand will Ihre Adresse für ein anderes Konto benutzen. Wenn Sie es waren, melden Sie sich bei diesem an.",
            None,
        ),
        "email_changed": (
            "Neue Adresse",
            "Nachrichten gehen ab jetzt an eine andere Adresse. Wenn das nicht Sie waren, schreiben Sie uns.",
            None,
        ),
        "password_changed": (
            "Neues Passwort",
            "Ihr Konto hat ab jetzt ein anderes Passwort. Wenn das nicht Sie waren, schreiben Sie uns.",
            None,
        ),
        "key_added": (
            "Neue Anmeldung",
            "Bei Ihrem Konto kann man sich ab jetzt auf eine weitere Art anmelden. Wenn das nicht Sie waren, schreiben Sie uns.",
            None,
        ),
        "key_removed": (
            "Eine Anmeldung weniger",
            "Eine Art, sich bei Ihrem Konto anzumelden, gibt es nicht mehr. Wenn das nicht Sie waren, schreiben Sie uns.",
            None,
        ),
        "key_renamed": (
            "Anderer Name",
            "Eine Art, sich bei Ihrem Konto anzumelden, hat einen anderen Namen, etwa den Benutzernamen. Wenn das nicht Sie waren, schreiben Sie uns.",
            None,
        ),
        "factor_added": (
            "Neuer zweiter Faktor",
            "Ihr Konto hat eine weitere Authenticator-App oder neue Wiederherstellungscodes. Wenn das nicht Sie waren, schreiben Sie uns.",
            None,
        ),
        "factor_removed": (
            "Ein zweiter Faktor weniger",
            "Eine Authenticator-App wurde von Ihrem Konto entfernt. Wenn das nicht Sie waren, schreiben Sie uns.",
            None,
        ),
        "recovery_code_used": (
            "Wiederherstellungscode benutzt",
            "Jemand hat einen der Wiederherstellungscodes Ihres Kontos benutzt. Wenn das nicht Sie waren, schreiben Sie uns.",
            None,
        ),
    },
}


def write(message):
    """Locale and target are what somebody has asked for, for whoever reads it:
    a locale that we have, and a page of ours."""
    data = message.data or {}
    locale, target = str(data.get("locale")), str(data.get("target"))
    subject, text, page = TEXTS.get(locale, TEXTS["en"])[message.purpose]
    query = "?target=" + quote(target, safe="") if re.match(r"/(?![/\\])", target) else ""
    return subject, text.replace("{link}", f"{SITE}/{page}{query}#{message.token}")


def send(address, subject, body):
    # an address must not bring commands or headers of its own
    if any(c.isspace() or c in "<>,;:" or not c.isprintable() for c in address):
        raise smtplib.SMTPResponseException(553, "not an address")
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = address
    message["Subject"] = subject
    message.set_content(body, cte="8bit")  # keeps a link on its line
    with smtplib.SMTP(HOST, int(PORT), local_hostname="localhost", timeout=ANSWER) as server:
        try:
            server.sendmail(SENDER, [address], message.as_bytes())
        except smtplib.SMTPRecipientsRefused as error:
            raise smtplib.SMTPResponseException(*error.recipients[address]) from None


def printable(text):
    """What a database of any encoding can store."""
    return "".join(c if " " <= c <= "~" else "?" for c in text)


def deliver(message):
    """Send it; the statement that says what has become of it."""
    try:
        send(message.address, *write(message))
        return "SELECT auth_finish_message(%s)", [message.id]
    except (OSError, smtplib.SMTPException) as error:
        code = getattr(error, "smtp_code", type(error).__name__)
        answer = getattr(error, "smtp_error", b"")
        reason = f"{code} {answer if isinstance(answer, str) else answer.decode('ascii', 'replace')}"
        permanent = isinstance(code, int) and code >= 500  # trying again is of no use
        # the answer may quote the message
        print(f"message {message.id} was not sent: {code}", file=sys.stderr, flush=True)
        return "SELECT auth_fail_message(%s, %s, permanent => %s)", [message.id, printable(reason), permanent]


class Stop:
    """SIGTERM: what is being sent is sent, and nothing is begun any more."""

    def __init__(self):
        self.requested = False
        self.woken, waker = socket.socketpair()
        waker.setblocking(False)
        self.woken.setblocking(False)
        self.waker = waker
        signal.set_wakeup_fd(waker.fileno())
        signal.signal(signal.SIGTERM, self.request)

    def request(self, *_):
        self.requested = True

    def sleep(self, seconds, *files):
        """Until then, or until something comes."""
        if not self.requested:
            select.select([self.woken, *files], [], [], seconds)


def say_all(connection, unsaid):
    while unsaid:
        connection.execute(*unsaid[0])
        del unsaid[0]


def work(connection, unsaid, stop):
    """Send all that is due."""
    while not stop.requested:
        message = connection.execute(
            "SELECT * FROM auth_take_outbox(1, %s, %s::interval)", [list(TEXTS["en"]), LEASE]
        ).fetchone()
        if message is None:
            return
        unsaid.append(deliver(message))
        say_all(connection, unsaid)


def serve(connection, unsaid, stop):
    notifications = []
    connection.add_notify_handler(notifications.append)
    connection.execute("LISTEN auth_outbox")  # before the first look, or one could be missed
    print("waiting for messages", flush=True)
    say_all(connection, unsaid)
    while not stop.requested:
        notifications.clear()
        work(connection, unsaid, stop)
        if not notifications:
            stop.sleep(POLL, connection.fileno())


def main():
    stop = Stop()
    unsaid = []  # statements that the database does not know of yet
    while not stop.requested:
        try:
            with psycopg.connect(autocommit=True, row_factory=namedtuple_row) as connection:
                serve(connection, unsaid, stop)
        except psycopg.Error as error:
            print("database:", error.sqlstate or type(error).__name__, file=sys.stderr, flush=True)
            stop.sleep(RECONNECT)


if __name__ == "__main__":
    main()
