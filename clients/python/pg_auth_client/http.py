"""Between a session and HTTP: cookies as Lucia makes them, bearer tokens, origins.

Headers are what has get() and ignores case, as those of http.server and of every framework do, or a
mapping with the names as they are written here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Literal, Protocol
from urllib.parse import quote, unquote, urlsplit


class Headers(Protocol):
    def get(self, name: str, default: str, /) -> str: ...


class HasExpiry(Protocol):
    """A session, however it came"""

    @property
    def token(self) -> str | None: ...

    @property
    def idle_expires_at(self) -> datetime: ...


class HasRetryAfter(Protocol):
    @property
    def retry_after(self) -> timedelta | None: ...


@dataclass(frozen=True)
class _TokenCookie:
    """Values of Set-Cookie, and the token that comes back"""

    name: str
    path: str = "/"
    domain: str | None = None
    same_site: Literal["Lax", "Strict", "None"] = "Lax"
    secure: bool = True
    persistent: bool = True

    def blank(self) -> str:
        return self._value("", datetime.fromtimestamp(0, timezone.utc))

    def read(self, headers: Headers) -> str | None:
        for pair in headers.get("Cookie", "").split(";"):
            name, _, value = pair.strip().partition("=")
            if name == self.name:
                return unquote(value) or None
        return None

    def _create(self, token: str, expires: datetime) -> str:
        return self._value(token, expires if self.persistent else None)

    def _value(self, token: str, expires: datetime | None) -> str:
        date = expires and format_datetime(expires.astimezone(timezone.utc), usegmt=True)
        attributes = [
            f"{self.name}={quote(token, safe='')}",
            "HttpOnly",
            f"SameSite={self.same_site}",
            f"Path={self.path}",
            self.domain and f"Domain={self.domain}",
            self.secure and "Secure",
            date and f"Expires={date}",
        ]
        return "; ".join(attribute for attribute in attributes if attribute)


@dataclass(frozen=True)
class SessionCookie(_TokenCookie):
    name: str = "auth_session"

    def create(self, session: HasExpiry, token: str | None = None) -> str:
        """Only a new session has its token: that of one which was renewed is the request's."""
        token = token or session.token
        if not token:
            raise TypeError("a session that is not new needs its token")
        return self._create(token, session.idle_expires_at)


@dataclass(frozen=True)
class DeviceCookie(_TokenCookie):
    """The token of a device that is remembered, which no second factor is asked for on"""

    name: str = "auth_device"

    def create(self, device_token: str, days: int = 30) -> str:
        """The server knows when a device is forgotten; the browser may keep the token for longer."""
        return self._create(device_token, datetime.now(timezone.utc) + timedelta(days=days))


def bearer_token(headers: Headers) -> str | None:
    match = re.fullmatch(r"Bearer +(\S+)", headers.get("Authorization", ""), re.IGNORECASE)
    return match[1] if match else None


def is_allowed_origin(
    method: str, headers: Headers, *, host_header: str = "Host", allowed_hosts: Sequence[str] = ()
) -> bool:
    """Another site's page must not act with the cookie of this one.

    Browsers say the origin with whatever changes something; "*.example.com" among the hosts is all
    below it.
    """
    if method in ("GET", "HEAD", "OPTIONS"):
        return True
    origin = _host_of(headers.get("Origin", ""))
    return origin != "" and (
        origin == headers.get(host_header, "")
        or any(origin.endswith(host[1:]) if host.startswith("*.") else origin == host for host in allowed_hosts)
    )


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def retry_after(answer: HasRetryAfter) -> str | None:
    """Whole seconds for the header of that name; None: no time will do."""
    if answer.retry_after is None:
        return None
    return str(max(1, math.ceil(answer.retry_after.total_seconds())))
