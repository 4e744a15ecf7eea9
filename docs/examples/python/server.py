"""Accounts, and notes that are their writers' own: http.server, psycopg 3 and pg_auth_client.

    PGHOST=... PGUSER=web PGDATABASE=... PORT=8080 python3 server.py
    PGHOST=... PGUSER=web PGDATABASE=... PORT=8081 ADMIN_ROLE=office python3 server.py

The second has the pages for administrators, too, who act by a role that the first cannot become.
"""

import inspect
import json
import os
import sys
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import psycopg
import segno
from pg_auth_client import Auth, DeviceCookie, SessionCookie, is_allowed_origin, retry_after
from pg_auth_client.errors import AuthError
from psycopg.rows import dict_row

ADMIN_ROLE = os.environ.get("ADMIN_ROLE")
MAX_BODY = 16384
PAGES = Path(__file__).parent.parent / "pages"
COOKIE = SessionCookie()
DEVICE_COOKIE = DeviceCookie()
LINK_COOKIE = DeviceCookie("auth_link", persistent=False)


class Answer(Exception):
    """An answer that ends the request."""

    def __init__(self, code, body, headers=None):
        super().__init__(code)
        self.code, self.body, self.headers = code, body, headers or {}


def ok(body=None, *cookies):
    return Answer(200, {"status": "ok", **(body or {})}, {"Set-Cookie": [cookie for cookie in cookies if cookie]})


SIGNED_OUT = Answer(401, {"status": "signed_out"}, {"Set-Cookie": [COOKIE.blank()]})
# A status that is not ok is an answer, and no error.
CODES = {"refused": 401, "second_factor": 401, "reauthenticate": 403, "taken": 409, "throttled": 429}


def done(answer, cookie=None):
    if answer.status == "ok":
        return ok(None, cookie)
    seconds = retry_after(answer) if answer.status == "throttled" else None
    # without a time, only an administrator or a new password lifts it
    return Answer(CODES[answer.status], {"status": answer.status}, {"Retry-After": [seconds]} if seconds else {})


def shown(row, *names):
    return {name: getattr(row, name) for name in names}


def signed_in(session):
    """Somebody with a second factor has no session yet.

    The token of a remembered device is good for one sign-in, which has the next one.
    """
    if session.status == "second_factor":
        return Answer(CODES[session.status], shown(session, "status", "challenge", "factors"))
    if session.status != "ok":
        return done(session)
    device = DEVICE_COOKIE.create(session.device_token) if session.device_token else None
    return ok(shown(session, "user_id", "user_attributes"), COOKIE.create(session), device)


class Client:
    """Who asks."""

    def __init__(self, handler, connection):
        self.auth = Auth(connection)
        self.token = COOKIE.read(handler.headers)
        self.device_token = DEVICE_COOKIE.read(handler.headers)
        self.browser_token = LINK_COOKIE.read(handler.headers)
        # what counts failed attempts per network; behind a proxy of yours, take the address that it passes
        # on, and never one that a client can choose
        self.address = handler.client_address[0].split("%")[0]
        self.device = {"client_address": self.address, "user_agent": handler.headers.get("User-Agent", "")[:200]}

    def key(self, email):
        return {"provider_id": "email", "provider_user_id": email, "client_address": self.address}

    def send_link(self, email):
        """The link is good in this browser alone, which keeps the other half of it."""
        answer = self.auth.request_magic_link(**self.key(email), bind=True)
        return done(answer, LINK_COOKIE.create(answer.browser_token) if answer.status == "ok" else None)

    def renewed(self, session):
        """A session that was renewed lives longer, and so must its cookie."""
        return COOKIE.create(session, self.token) if session.fresh else None

    def me(self):
        session = self.auth.validate_session(token=self.token)
        if session is None:
            return SIGNED_OUT
        keys = self.auth.get_own_keys(token=self.token)
        emails = [key.provider_user_id for key in keys if key.provider_id == "email"]
        return ok({**shown(session, "user_id", "user_attributes"), "emails": emails}, self.renewed(session))

    def devices(self):
        sessions = self.auth.get_own_sessions(token=self.token)
        rows = [shown(row, "session_id", "current", "renewed_at") | row.session_attributes for row in sessions]
        return ok({"devices": rows}) if rows else SIGNED_OUT

    def renamed(self, answer, body=None):
        """A session has another token once its user has other factors."""
        if answer.status != "ok":
            return done(answer)
        session = self.auth.get_session(token=answer.new_token)
        return ok(body, COOKIE.create(session, answer.new_token)) if session else SIGNED_OUT

    def factors(self):
        rows = self.auth.get_own_factors(token=self.token)
        return ok({"factors": [shown(row, "factor_id", "kind", "name", "last_used_at", "remaining") for row in rows]})

    def create_totp(self, name):
        answer = self.auth.create_totp(token=self.token, name=name)
        if answer.status != "ok":
            return done(answer)
        # what the app scans: https://github.com/heuer/segno
        return ok({**shown(answer, "factor_id", "secret"), "qr_code": segno.make_qr(answer.uri).svg_inline(scale=4)})

    def confirm_totp(self, factor_id, code):
        """The recovery codes are shown here, and never again."""
        answer = self.auth.confirm_totp(
            token=self.token, factor_id=factor_id, code=code, client_address=self.address)
        return self.renamed(answer, shown(answer, "recovery_codes") if answer.status == "ok" else None)

    def create_recovery_codes(self):
        answer = self.auth.create_recovery_codes(token=self.token)
        return ok(shown(answer, "recovery_codes")) if answer.status == "ok" else done(answer)

    def notes(self, statement, *values):
        """As whoever is signed in.  The policy in setup.sql says whose rows they are, and nothing here does."""
        with self.auth.session(self.token) as session:
            return ok({"notes": self.auth.connection.execute(statement, values).fetchall()}, self.renewed(session))

    def require_admin(self):
        """No client can write the column (setup.sql).  Not renewed: no cookie is sent here."""
        session = self.auth.get_session(token=self.token)
        if session is None or not session.user_attributes["is_admin"]:
            raise Answer(403, {"status": "forbidden"})


# What is done by method and path; arguments are the fields of the form, all of them required.
ROUTES = {
    # The answer is the same whether the address has an account or not: "look into
    # your mailbox".  The message there says which it is (worker.py).
    "POST /sign-up": lambda client, email: done(client.auth.request_sign_up(**client.key(email))),
    # Rows of the application's beside the user would go into the same transaction.
    "POST /complete-sign-up": lambda client, token, password, name: signed_in(client.auth.sign_up(
        token=token, password=password, client_address=client.address,
        user_attributes={"name": name}, session_attributes=client.device)),
    "POST /sign-in": lambda client, email, password: signed_in(client.auth.sign_in(
        **client.key(email), password=password, session_attributes=client.device, device_token=client.device_token)),
    # The second step, with the challenge of the first one.
    "POST /complete-sign-in": lambda client, challenge, code, remember: signed_in(client.auth.complete_sign_in(
        challenge=challenge, totp=code, client_address=client.address,
        remember=timedelta(days=30) if remember == "yes" else None)),
    "POST /complete-sign-in-with-recovery-code": lambda client, challenge, code: signed_in(
        client.auth.complete_sign_in(challenge=challenge, recovery_code=code, client_address=client.address)),
    "POST /send-sign-in-link": Client.send_link,
    "POST /sign-in-with-link": lambda client, token: signed_in(client.auth.sign_in_with_token(
        token=token, client_address=client.address, session_attributes=client.device, session_token=client.token,
        browser_token=client.browser_token, device_token=client.device_token)),
    "POST /forgot-password": lambda client, email: done(client.auth.request_password_reset(**client.key(email))),
    # Ends all sessions.
    "POST /reset-password": lambda client, token, new_password: done(client.auth.reset_password(
        token=token, new_password=new_password)),
    # What every page of the application does first.
    "GET /me": Client.me,
    "POST /verify-my-email": lambda client: done(client.auth.request_own_email_verification(
        token=client.token, client_address=client.address)),
    "POST /verify-email": lambda client, token: done(client.auth.verify_email(token=token, session_token=client.token)),
    # "reauthenticate" when the session is not fresh: confirm the password, and ask again.
    "POST /change-my-email": lambda client, email: done(client.auth.request_own_email_change(
        token=client.token, address=email, client_address=client.address)),
    "POST /change-email": lambda client, token: done(client.auth.change_email(token=token, session_token=client.token)),
    # The session has another token from then on.
    "POST /reauthenticate": lambda client, password: signed_in(client.auth.reauthenticate(
        token=client.token, password=password, client_address=client.address)),
    # What somebody with a second factor is asked for.
    "POST /reauthenticate-with-code": lambda client, code: signed_in(client.auth.reauthenticate(
        token=client.token, totp=code, client_address=client.address)),
    "GET /factors": Client.factors,
    "POST /create-totp": Client.create_totp,
    "POST /confirm-totp": Client.confirm_totp,
    "POST /rename-factor": lambda client, factor_id, name: done(client.auth.rename_own_factor(
        token=client.token, factor_id=factor_id, name=name)),
    "POST /delete-factor": lambda client, factor_id: client.renamed(client.auth.delete_own_factor(
        token=client.token, factor_id=factor_id)),
    "POST /create-recovery-codes": Client.create_recovery_codes,
    # On all of them; the cookie of this one goes, too.
    "POST /forget-devices": lambda client: ok({"forgotten": client.auth.forget_own_devices(token=client.token)},
        DEVICE_COOKIE.blank()),
    # Ends the user's other sessions; this one goes on.
    "POST /change-password": lambda client, old_password, new_password: done(client.auth.change_password(
        token=client.token, old_password=old_password, new_password=new_password, client_address=client.address)),
    "GET /devices": Client.devices,
    "POST /end-device": lambda client, session_id: ok({"ended": client.auth.end_own_session(
        token=client.token, session_id=session_id)}),
    "POST /end-other-devices": lambda client: ok({"ended": client.auth.end_other_sessions(token=client.token)}),
    "POST /delete-account": lambda client, password: done(client.auth.delete_own_user(
        token=client.token, password=password, client_address=client.address), COOKIE.blank()),
    "POST /sign-out": lambda client: ok({"ended": client.auth.sign_out(token=client.token)}, COOKIE.blank()),
    "GET /notes": lambda client: client.notes("SELECT id, body FROM note ORDER BY id"),
    "POST /notes": lambda client, body: client.notes("INSERT INTO note (body) VALUES (%s) RETURNING id, body", body),
    "POST /delete-note": lambda client, id: client.notes("DELETE FROM note WHERE id = %s RETURNING id, body", id),
}


def show_user(user):
    return ok(shown(user, "user_id", "user_attributes", "disabled_at", "disabled_reason"))


# The same by the role of administrators.
ADMIN_ROUTES = {
    "GET /admin/user": lambda office, email: show_user(office.get_user_by_provider_id(
        provider_id="email", provider_user_id=email)),
    # These two sign the user out, too.  Who asks for the second is for the administrator to find out.
    "POST /admin/disable": lambda office, user_id, reason: show_user(office.disable_user(
        user_id=user_id, reason=reason)),
    "POST /admin/delete-factors": lambda office, user_id: ok({"deleted": office.delete_user_factors(user_id=user_id)}),
    "POST /admin/enable": lambda office, user_id: show_user(office.enable_user(user_id=user_id)),
}

# Where the links of mails lead to, and the rest.
PATHS = ["/", "/complete-sign-up", "/verify-email", "/reset-password", "/sign-in", "/change-email", "/admin"]
FILES = {"/page.js": ("page.js", "text/javascript"), **dict.fromkeys(PATHS, ("page.html", "text/html"))}

# Errors are told apart by their SQLSTATE, never by the text of the message.
STATES = {
    "UA001": (404, "not_found"), "UA002": (404, "not_found"),  # an administrator's: no such user
    "UA010": (429, "throttled"),  # too many passwords are being hashed
    "UA011": (422, "weak_password"),
    "UA014": (401, "signed_out"),  # a transaction of whoever is signed in, and nobody is
    **dict.fromkeys(("22021", "22023", "22P02", "22P05"), (400, "malformed")),  # no text, address or number
    "40001": (503, "try_again"), "40P01": (503, "try_again"),  # somebody else was quicker, or a deadlock
}


def answer_of(error):
    if error.sqlstate in STATES:
        return Answer(STATES[error.sqlstate][0], {"status": STATES[error.sqlstate][1]})
    # UA012 (not set up), lost connections, ...: the client is not told; a detail of others may quote a value
    name = error.diag.message_detail if isinstance(error, AuthError) else type(error).__name__
    print("error:", error.sqlstate, name, file=sys.stderr)
    return Answer(500, {"status": "error"})


class Handler(BaseHTTPRequestHandler):
    timeout = 30

    def fields(self, query, names):
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            raise Answer(413, {"status": "too_large"})
        try:
            body = self.rfile.read(int(length)).decode()
            values = parse_qs(query if self.command == "GET" else body, errors="strict")
        except ValueError:
            raise Answer(400, {"status": "malformed"}) from None
        for name in names:
            if name not in values or "\0" in values[name][0]:
                raise Answer(400, {"status": "malformed", "field": name})
        return [values[name][0] for name in names]

    def handle_route(self):
        path, _, query = self.path.partition("?")
        if self.command == "GET" and path in FILES:
            name, kind = FILES[path]
            return Answer(200, PAGES.joinpath(name).read_bytes(), {"Content-Type": [f"{kind}; charset=utf-8"]})
        for_admin = ADMIN_ROLE and f"{self.command} {path}" in ADMIN_ROUTES
        route = (ADMIN_ROUTES if for_admin else ROUTES).get(f"{self.command} {path}")
        if route is None:
            raise Answer(404, {"status": "not_found"})
        # another site's page must not act with the cookie of this one
        if not is_allowed_origin(self.command, self.headers):
            raise Answer(403, {"status": "foreign_origin"})
        fields = self.fields(query, list(inspect.signature(route).parameters)[1:])
        # an application of any size takes connections from a pool (psycopg_pool)
        with psycopg.connect(autocommit=True, row_factory=dict_row) as connection:
            client = Client(self, connection)
            if not for_admin:
                return route(client, *fields)
            client.require_admin()
        with psycopg.connect(autocommit=True, user=ADMIN_ROLE) as connection:
            return route(Auth(connection), *fields)

    def answer(self):
        try:
            answer = self.handle_route()
        except Answer as refusal:
            answer = refusal
        except psycopg.Error as error:
            answer = answer_of(error)
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body, default=str).encode()
        self.send_response(answer.code)
        headers = {"Content-Type": ["application/json"], "Cache-Control": ["no-store"], "Content-Length": [len(body)],
                   "Content-Security-Policy": ["default-src 'self'; frame-ancestors 'none'; base-uri 'none'"]}
        for name, values in {**headers, **answer.headers}.items():
            for value in values:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
