"""Errors by their SQLSTATE, which psycopg raises itself

Made by "make clients" of the catalog.
"""

from __future__ import annotations

from psycopg import DatabaseError


class AuthError(DatabaseError):
    """An error of the extension"""


class InvalidUserIdError(AuthError, code="UA001", name="AUTH_INVALID_USER_ID"):
    """UA001: there is no such user"""


class InvalidKeyIdError(AuthError, code="UA002", name="AUTH_INVALID_KEY_ID"):
    """UA002: there is no such key, or it is not clear which one is meant"""


class DuplicateKeyIdError(AuthError, code="UA003", name="AUTH_DUPLICATE_KEY_ID"):
    """UA003: the key exists"""


class InvalidPasswordError(AuthError, code="UA004", name="AUTH_INVALID_PASSWORD"):
    """UA004: the password does not match"""


class InvalidSessionIdError(AuthError, code="UA005", name="AUTH_INVALID_SESSION_ID"):
    """UA005: there is no such living session"""


class DuplicateUserIdError(AuthError, code="UA006", name="AUTH_DUPLICATE_USER_ID"):
    """UA006: the user id exists"""


class OutdatedPasswordError(AuthError, code="UA007", name="AUTH_OUTDATED_PASSWORD"):
    """UA007: the stored hash is of no kind that can be verified"""


class InvalidAttributeError(AuthError, code="UA008", name="AUTH_INVALID_ATTRIBUTE"):
    """UA008: a name is no attribute, one that cannot be written, or one that is not listed for clients"""


class ThrottledError(AuthError, code="UA010", name="AUTH_THROTTLED"):
    """UA010: too many failed attempts; too many sign-ups from an address; too many passwords are being hashed: neither a right nor a wrong password"""


class WeakPasswordError(AuthError, code="UA011", name="AUTH_WEAK_PASSWORD"):
    """UA011: the new password is too short, too long, or easy to guess"""


class NotSetUpError(AuthError, code="UA012", name="AUTH_NOT_SET_UP"):
    """UA012: the tables are missing, damaged, or of another layout"""


class UserDisabledError(AuthError, code="UA013", name="AUTH_USER_DISABLED"):
    """UA013: the user is disabled"""


class NotAuthenticatedError(AuthError, code="UA014", name="AUTH_NOT_AUTHENTICATED"):
    """UA014: nobody acts in the transaction"""


class ReauthenticateError(AuthError, code="UA015", name="AUTH_REAUTHENTICATE"):
    """UA015: the session has not proven enough, or too long ago"""


class InvalidFactorIdError(AuthError, code="UA016", name="AUTH_INVALID_FACTOR_ID"):
    """UA016: the user has no such second factor"""


class ProviderNotAllowedError(AuthError, code="UA017", name="AUTH_PROVIDER_NOT_ALLOWED"):
    """UA017: the provider is not listed for clients, whether there is such a key or not"""
