"""Typed calls of the PostgreSQL extension auth, and what they need beside for HTTP"""

from . import errors, results
from .client import AsyncAuth, Auth
from .http import DeviceCookie, SessionCookie, bearer_token, is_allowed_origin, retry_after
from .rows import Ok, Refused, SecondFactor, Throttled

__all__ = [
    "AsyncAuth",
    "Auth",
    "DeviceCookie",
    "Ok",
    "Refused",
    "SecondFactor",
    "SessionCookie",
    "Throttled",
    "bearer_token",
    "errors",
    "is_allowed_origin",
    "results",
    "retry_after",
]
