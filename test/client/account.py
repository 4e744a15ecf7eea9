"""From the sign-up to rows that a policy protects, with the package for Python over psycopg 3.

The environment says where the server is; clients.pl prepares it.
"""

import asyncio
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from uuid import UUID

import psycopg

from pg_auth_client import AsyncAuth, Auth, Refused, SessionCookie, Throttled, errors, retry_after
from pg_auth_client.results import SignInResult

cookie = SessionCookie()
password = "correct horse battery"
address = "192.0.2.1"


def raises(error: type[BaseException], call, *arguments, **named) -> None:
    try:
        call(*arguments, **named)
    except error:
        return
    raise AssertionError(f"no {error.__name__}")


def connect(user: str | None = None) -> psycopg.Connection:
    # one that writes values into the statements of its own, which those of the package must not be
    return psycopg.connect(f"user={user}" if user else "", autocommit=True, cursor_factory=psycopg.ClientCursor)


web, mail, owner = connect("web"), connect("mailer"), connect()
auth, mailer, admin = Auth(web), Auth(mail), Auth(owner, schema="public")
key = {"provider_id": "email", "provider_user_id": "ada@python.example"}


def sign_up() -> SignInResult:
    assert auth.request_sign_up(**key, client_address=address, data={"locale": "fr"}).status == "ok"
    [message] = mailer.take_outbox(purposes=["sign_up"])
    assert (message.address, message.data) == ("ada@python.example", {"locale": "fr"})
    assert message.expires_at > datetime.now(timezone.utc)
    assert mailer.finish_message(id=message.id) is True
    raises(errors.WeakPasswordError, auth.sign_up, token=message.token, password="short")
    session = auth.sign_up(token=message.token, password=password, user_attributes={"name": 'Ada "é"'})
    assert session.token not in repr(session)
    assert session.status == "ok" and session.fresh and session.user_attributes["name"] == 'Ada "é"'
    assert auth.sign_up(token=message.token, password=password) == Refused("refused")
    return session


def validate(created: SignInResult) -> None:
    token = cookie.read({"Cookie": cookie.create(created).split(";")[0]})
    assert token == created.token
    assert auth.validate_session(token=token).fresh is False
    owner.execute(
        "UPDATE auth_session SET active_expires_at = now() - interval '1 s' WHERE id = %s", [created.session_id]
    )
    renewed = auth.validate_session(token=token)
    assert (renewed.session_id, renewed.fresh, renewed.token, renewed.state) == (created.session_id, True, None, "active")
    assert cookie.read({"Cookie": cookie.create(renewed, token).split(";")[0]}) == token
    assert auth.validate_session(token="none") is None
    assert auth.validate_session(token=None) is None


def sign_in() -> None:
    session = auth.sign_in(**key, password=password, client_address=ip_address(address), lifetime=timedelta(minutes=1))
    assert session.status == "ok" and isinstance(session.session_id, UUID)
    assert session.expires_at - datetime.now(timezone.utc) < timedelta(seconds=61)
    assert auth.sign_in(**key, password="wrong horse") == Refused("refused")
    while (answer := auth.sign_in(**key, password="wrong horse")).status == "refused":
        pass
    assert isinstance(answer, Throttled) and int(retry_after(answer)) >= 1
    assert auth.sign_out(token=session.token) is True
    assert auth.sign_out(token=session.token) is False


def texts() -> list[str]:
    return [text for [text] in web.execute("SELECT text FROM note")]


def add(text: str) -> str:
    return web.execute("INSERT INTO note (text) VALUES (%s) RETURNING user_id", [text]).fetchone()[0]


def nobody_works(token: str | None) -> None:
    with auth.session(token):
        raise AssertionError("nobody works")


def lose(token: str) -> None:
    with auth.session(token):
        add("lost")
        raise RecursionError


def identity(token: str, user_id: str) -> None:
    with auth.session(token):
        assert add("mine") == user_id
    with auth.session(token):
        assert texts() == ["mine"] and auth.user_id() == user_id
    for none in ("none", None):
        raises(errors.NotAuthenticatedError, nobody_works, none)
        with auth.session(none, anonymous=True):
            assert texts() == []
    raises(RecursionError, lose, token)
    with auth.session(token):
        assert texts() == ["mine"]
    with web.transaction():
        with auth.session(token):
            assert texts() == ["mine"]
        assert texts() == [], "nor in a transaction that goes on"
    assert texts() == [], "nothing is left of whom the connection was"


def make_idle(session_id: str) -> None:
    owner.execute(
        "UPDATE auth_session SET active_expires_at = now() - interval '1 s', idle_expires_at = now() + interval '1 h'"
        " WHERE id = %s",
        [session_id],
    )


def renew(created: SignInResult) -> None:
    """Within the transaction: by what the work is told, the cookie is sent again"""
    make_idle(created.session_id)
    with auth.session(created.token) as session:
        value = cookie.create(session, created.token)
    [expiry] = owner.execute("SELECT idle_expires_at FROM auth_session WHERE id = %s", [created.session_id]).fetchone()
    assert session.fresh and session.session_id == created.session_id
    assert parsedate_to_datetime(value.split("Expires=")[1]) == expiry.replace(microsecond=0)
    with auth.session(created.token, anonymous=True) as session:
        assert session.fresh is False
    with auth.session("none", anonymous=True) as session:
        assert session is None


async def identity_async(token: str, user_id: str) -> None:
    async with await psycopg.AsyncConnection.connect("user=web", autocommit=True) as connection:
        auth = AsyncAuth(connection)
        async with auth.session(token) as session:
            assert await auth.user_id() == session.user_id == user_id and session.fresh
        assert (await auth.validate_session(token=token)).fresh is False
        async with auth.session("none", anonymous=True) as session:
            assert session is None
        async with connection.transaction():
            async with auth.session(token):
                pass
            assert await auth.user_id() is None
        try:
            async with auth.session("none"):
                raise AssertionError("nobody works")
        except errors.NotAuthenticatedError:
            pass


def administer(user_id: str) -> None:
    [event] = admin.get_events(user_id=user_id, max_rows=1)
    assert isinstance(event.id, int) and isinstance(event.created_at, datetime) and event.user_id == user_id
    assert admin.export_user(user_id=user_id)["user"]["id"] == user_id
    assert isinstance(admin.get_password_load().running, int)
    with owner.transaction(force_rollback=True):
        assert admin.delete_user(user_id=user_id) is None
    assert admin.get_user(user_id=user_id).user_id == user_id


session = sign_up()
validate(session)
identity(session.token, session.user_id)
renew(session)
make_idle(session.session_id)
asyncio.run(identity_async(session.token, session.user_id))
sign_in()
administer(session.user_id)
print("complete")
