"""What the type checker must accept, and must not: read by mypy in test/t/clients.pl, never run"""

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal

import psycopg

from pg_auth_client import AsyncAuth, Auth, DeviceCookie, SessionCookie, bearer_token, errors, is_allowed_origin, retry_after

cookie = SessionCookie(secure=False, same_site="Strict")


def sign_in(auth: Auth) -> str | None:
    answer = auth.sign_in(provider_id="email", provider_user_id="a", password="b", lifetime="1 min")
    if answer.status == "ok":
        return cookie.create(answer) + answer.token + answer.idle_expires_at.isoformat()
    if answer.status == "throttled":
        return retry_after(answer)
    if answer.status == "second_factor":
        return answer.challenge + answer.factors[0]
    refused: Literal["refused"] = answer.status
    return refused + answer.token  # type: ignore[attr-defined]


def me(auth: Auth, headers: Mapping[str, str]) -> Any:
    token = cookie.read(headers)
    if token is None or not is_allowed_origin("POST", headers):
        return None
    session = auth.validate_session(token=token)
    session.user_id  # type: ignore[union-attr]
    if session is None:
        return None
    session.token.upper()  # type: ignore[union-attr]
    state: Literal["active", "idle"] = session.state
    return state, session.user_attributes["name"], session.fresh and cookie.create(session, token)


def device(headers: Mapping[str, str], session: Any) -> str | None:
    DeviceCookie(secure=False).create(7)  # type: ignore[arg-type]
    return DeviceCookie().create("token", days=7) if session else DeviceCookie().read(headers)


def read(handler: BaseHTTPRequestHandler) -> str | None:
    is_allowed_origin(handler.command, handler.headers)
    is_allowed_origin("POST", ["Origin"])  # type: ignore[arg-type]
    return cookie.read(handler.headers) or bearer_token(handler.headers)


def identity(auth: Auth) -> str | None:
    with auth.session("token", level=2) as session:
        return cookie.create(session, "token") if session.fresh else auth.user_id()


async def asynchronous(auth: AsyncAuth) -> int:
    async with auth.session(None, anonymous=True) as session:
        session.user_id  # type: ignore[union-attr]
        return await auth.invalidate_user_sessions(user_id="a")


def nobody(auth: Auth, token: str | None) -> Any:
    auth.change_password(token=token, old_password=None, new_password="a")
    auth.change_password(token=token, old_password=None, new_password=None)  # type: ignore[arg-type]
    return auth.get_own_sessions(token=token), auth.end_other_sessions(token=token), auth.sign_out(token=token)


def wrong(auth: Auth) -> None:
    auth.sign_in(provider_id="email", provider_user_id="a")  # type: ignore[call-arg]
    auth.sign_out(token="a", session="b")  # type: ignore[call-arg]
    auth.update_user_attributes(user_id="a", user_attributes="b")  # type: ignore[arg-type]


def sqlstate(error: psycopg.Error) -> str | None:
    return error.sqlstate if isinstance(error, errors.WeakPasswordError) else None
