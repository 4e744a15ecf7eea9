"""Signing up, in and out with auth: plain http.server and psycopg 3.

    PGHOST=... PGUSER=web PGDATABASE=... PORT=8080 python3 server.py

Every statement sends its values as bind parameters.  psycopg 3 does so;
psycopg2 writes them into the statement, where the server's log and
pg_stat_activity show them.  The browser keeps the token in a cookie that
scripts cannot read.
"""

import json
import os
import sys
from datetime import datetime, timezone
from email.utils import format_datetime
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import psycopg
from psycopg.rows import namedtuple_row

COOKIE = "auth_session"
MAX_BODY = 16384


class Answer(Exception):
    """An answer that ends the request."""

    def __init__(self, code, body, headers=None):
        super().__init__(code)
        self.code = code
        self.body = body
        self.headers = headers or {}


def cookie(token, expires):
    date = format_datetime(expires.astimezone(timezone.utc), usegmt=True)
    return {"Set-Cookie": f"{COOKIE}={token}; HttpOnly; SameSite=Lax; Path=/; Secure; Expires={date}"}


NO_COOKIE = cookie("", datetime.fromtimestamp(0, timezone.utc))


def query_row(text, *values):
    """The first row.  An application of any size takes connections from a pool (psycopg_pool)."""
    with psycopg.connect(autocommit=True, row_factory=namedtuple_row) as connection:
        return connection.execute(text, values).fetchone()


def require_ok(row):
    """"refused" and "throttled" are answers and no errors."""
    if row.status == "throttled":
        # without a time, only an administrator or a new password lifts it
        headers = {} if row.retry_after is None else {"Retry-After": str(row.retry_after)}
        raise Answer(429, {"status": "throttled"}, headers)
    if row.status != "ok":
        raise Answer(401, {"status": "refused"})


def answer_of(error):
    """Errors are told apart by their SQLSTATE, never by the text of the message."""
    match error.sqlstate:
        case "UA010":  # too many passwords are being hashed
            return Answer(429, {"status": "throttled"})
        case "UA011":  # the new password is not acceptable
            return Answer(422, {"status": "weak_password"})
        case "22021" | "22023":  # no text of the database's encoding, an address with a space around it
            return Answer(400, {"status": "malformed"})
        case "40001" | "40P01":  # somebody else was quicker, or a deadlock
            return Answer(503, {"status": "try_again"}, {"Retry-After": "1"})
        case _:  # UA012 (not set up), lost connections, ...: the client is not told
            detail = error.diag.message_detail or ""
            print("error:", error.sqlstate, detail if detail.startswith("AUTH_") else "", file=sys.stderr)
            return Answer(500, {"status": "error"})


class Handler(BaseHTTPRequestHandler):
    timeout = 30

    def token(self):
        try:
            morsel = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            morsel = None
        return morsel.value if morsel else ""

    def address(self):
        """What counts failed attempts per network.  Behind a proxy of yours, take the address
        that it passes on; never one that a client can choose."""
        return self.client_address[0].split("%")[0]

    def check_origin(self):
        """Another site's page must not act with the cookie of this one."""
        origin = self.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != self.headers.get("Host"):
            raise Answer(403, {"status": "foreign_origin"})

    def form(self, *names):
        """The named fields of a form, all of them required."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            raise Answer(411, {"status": "length_required"})
        if int(length) > MAX_BODY:
            raise Answer(413, {"status": "too_large"})
        try:
            fields = parse_qs(self.rfile.read(int(length)).decode(), errors="strict")
        except ValueError:
            raise Answer(400, {"status": "malformed"}) from None
        for name in names:
            if name not in fields:
                raise Answer(400, {"status": "missing", "field": name})
            if "\0" in fields[name][0]:
                raise Answer(400, {"status": "malformed"})
        return [fields[name][0] for name in names]

    def sign_up(self):
        """The answer is the same whether the address has an account or not: "look into your
        mailbox".  The message there says which it is (worker.py)."""
        [email] = self.form("email")
        require_ok(query_row(
            """SELECT status, ceil(extract(epoch FROM retry_after))::integer AS retry_after
                 FROM auth_request_sign_up('email', %s, %s)""",
            email, self.address()))
        return Answer(202, {"status": "ok"})

    def complete_sign_up(self):
        """The form of the page that the link leads to.  Rows of the application's beside the
        user go into the same transaction."""
        token, password, name = self.form("token", "password", "name")
        row = query_row(
            """SELECT status, token, idle_expires_at, user_attributes
                 FROM auth_sign_up(%s, %s, client_address => %s, user_attributes => %s)""",
            token, password, self.address(), json.dumps({"name": name}))
        if row.status == "taken":  # only who reads the mailbox is told
            raise Answer(409, {"status": "taken"})
        require_ok(row)
        return Answer(201, {"status": "ok", "user": row.user_attributes}, cookie(row.token, row.idle_expires_at))

    def sign_in(self):
        email, password = self.form("email", "password")
        row = query_row(
            """SELECT status, ceil(extract(epoch FROM retry_after))::integer AS retry_after,
                      token, idle_expires_at, user_attributes
                 FROM auth_sign_in('email', %s, %s, client_address => %s)""",
            email, password, self.address())
        require_ok(row)
        return Answer(200, {"status": "ok", "user": row.user_attributes}, cookie(row.token, row.idle_expires_at))

    def me(self):
        """What every page of the application does first."""
        session = query_row(
            'SELECT fresh, idle_expires_at, user_id, user_attributes FROM auth_validate_session(%s)',
            self.token())
        if session is None:
            raise Answer(401, {"status": "signed_out"}, NO_COOKIE)
        # a session that was renewed lives longer, and so must its cookie
        headers = cookie(self.token(), session.idle_expires_at) if session.fresh else {}
        return Answer(200, {"status": "ok", "user_id": session.user_id, "user": session.user_attributes}, headers)

    def change_password(self):
        """Ends the user's other sessions; this one goes on."""
        old_password, new_password = self.form("old_password", "new_password")
        require_ok(query_row(
            """SELECT status, ceil(extract(epoch FROM retry_after))::integer AS retry_after
                 FROM auth_change_password(%s, %s, %s, %s)""",
            self.token(), old_password, new_password, self.address()))
        return Answer(200, {"status": "ok"})

    def sign_out(self):
        query_row("SELECT auth_sign_out(%s)", self.token())
        return Answer(200, {"status": "ok"}, NO_COOKIE)

    ROUTES = {
        "POST /sign-up": sign_up,
        "POST /complete-sign-up": complete_sign_up,
        "POST /sign-in": sign_in,
        "GET /me": me,
        "POST /change-password": change_password,
        "POST /sign-out": sign_out,
    }

    def handle_route(self):
        route = self.ROUTES.get(f"{self.command} {urlsplit(self.path).path}")
        if route is None:
            raise Answer(404, {"status": "not_found"})
        if self.command != "GET":
            self.check_origin()
        return route(self)

    def answer(self):
        try:
            answer = self.handle_route()
        except Answer as refusal:
            answer = refusal
        except psycopg.Error as error:
            answer = answer_of(error)
        body = json.dumps(answer.body).encode()
        self.send_response(answer.code)
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store",
                   "Content-Length": str(len(body)), **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
