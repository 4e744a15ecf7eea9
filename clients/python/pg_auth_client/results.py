"""What functions return

Made by "make clients" of the catalog.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from .rows import Address, Json


@dataclass(frozen=True, slots=True)
class CalibrateResult:
    """What auth_calibrate returns"""

    memory: int | None
    iterations: int | None
    milliseconds: float | None
    meets_floor: bool | None


@dataclass(frozen=True, slots=True)
class ChangeEmailResult:
    """What auth_change_email returns"""

    status: Literal["ok"]
    user_id: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What auth_check returns"""

    severity: str | None
    kind: str | None
    finding: str | None
    statement: str | None


@dataclass(frozen=True, slots=True)
class ConfirmTotpResult:
    """What auth_confirm_totp returns"""

    status: Literal["ok"]
    new_token: str | None = field(repr=False)
    recovery_codes: list[str] | None


@dataclass(frozen=True, slots=True)
class CreateRecoveryCodesResult:
    """What auth_create_recovery_codes returns"""

    status: Literal["ok"]
    recovery_codes: list[str] | None


@dataclass(frozen=True, slots=True)
class CreateTotpResult:
    """What auth_create_totp returns"""

    status: Literal["ok"]
    factor_id: UUID | None
    secret: str | None
    uri: str | None


@dataclass(frozen=True, slots=True)
class DeleteOwnFactorResult:
    """What auth_delete_own_factor returns"""

    status: Literal["ok"]
    new_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class DescribePasswordHashResult:
    """What auth_describe_password_hash returns"""

    format: str | None
    parameters: Json | None
    strength: str | None
    needs_rehash: bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """An event as functions return it"""

    id: int
    """Grows, but not in the order of commits"""
    created_at: datetime
    """When it happened, by the clock"""
    kind: str
    """What happened, such as sign_in or password_changed"""
    reason: str | None
    """Why, or why not; NULL: there is nothing to say"""
    user_id: str | None
    """Whose user it concerns; NULL: nobody's"""
    provider_id: str | None
    """The key that was used or changed; NULL: none, or none of that name"""
    provider_user_id: str | None
    """The key that was used or changed; NULL: none"""
    session_id: UUID | None
    """The session that was begun or ended; NULL: none, or several"""
    client_address: Address | None
    """The client's address, as the caller gave it; NULL: it was not given"""
    count: int | None
    """How many sessions, or users, where there can be several; NULL elsewhere"""
    role: str
    """The role that was connected"""


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor as functions return it"""

    factor_id: UUID | None
    """What names it; NULL: recovery codes"""
    kind: Literal["totp", "recovery_codes"]
    """Totp or recovery_codes"""
    name: str | None
    """What its user calls it; NULL: nothing"""
    created_at: datetime
    """When it was created"""
    last_used_at: datetime | None
    """When it was used last; NULL: not known, of recovery codes"""
    remaining: int | None
    """How many recovery codes have not been used; NULL: it is an app"""
    refused_until: datetime | None
    """Until then its codes are refused, as the server's clock was ahead when one was used; NULL: they are not"""


@dataclass(frozen=True, slots=True)
class GetClientThrottleResult:
    """What auth_get_client_throttle returns"""

    failures: int | None
    failed_at: datetime | None
    throttled: bool | None
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class GetKeyThrottleResult:
    """What auth_get_key_throttle returns"""

    failures: int | None
    failed_at: datetime | None
    throttled: bool | None
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class GetPasswordAuditResult:
    """What auth_get_password_audit returns"""

    format: str | None
    strength: str | None
    keys: int | None


@dataclass(frozen=True, slots=True)
class GetPasswordLoadResult:
    """What auth_get_password_load returns"""

    running: int | None
    waiting: int | None
    concurrency: int | None
    most_running: int | None
    refused: int | None


@dataclass(frozen=True, slots=True)
class ImportLuciaResult:
    """What auth_import_lucia returns"""

    kind: str | None
    result: str | None
    reason: str | None
    user_id: str | None
    name: str | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Key:
    """A key as functions return it"""

    user_id: str
    """Whose key it is"""
    provider_id: str
    """The kind of key"""
    provider_user_id: str
    """The user's id there"""
    password_defined: bool
    """Whether the key has a password"""
    created_at: datetime
    """When the key was created"""
    verified_at: datetime | None
    """When somebody proved that the name is theirs; NULL: nobody has"""


@dataclass(frozen=True, slots=True)
class Message:
    """What has become of a message so far"""

    id: int
    """Its number"""
    created_at: datetime
    """When it was written"""
    expires_at: datetime
    """From then on it is not handed out any more"""
    purpose: str
    """What it is about, such as password_reset"""
    user_id: str | None
    """Who it is for; NULL: nobody that is known"""
    provider_id: str | None
    """With the address, the key that it is about; NULL: none"""
    address: str
    """Where it is to be sent"""
    attempts: int
    """How often it was handed out"""
    attempted_at: datetime | None
    """When it was handed out last; NULL: never"""
    next_attempt_at: datetime | None
    """From then on it is handed out; NULL: never again"""
    failed_at: datetime | None
    """When it was given up; NULL: it was not"""
    reason: str | None
    """Why the last attempt failed; NULL: none has, or nobody has said why"""


@dataclass(frozen=True, slots=True)
class Outbox:
    """A message that is to be sent"""

    id: int
    """Its number"""
    created_at: datetime
    """When it was written"""
    expires_at: datetime
    """Until then the token can be used"""
    purpose: str
    """What it is about, such as password_reset"""
    user_id: str | None
    """Who it is for; NULL: nobody that is known"""
    provider_id: str | None
    """With the address, the key that it is about; NULL: none"""
    address: str
    """Where it is to be sent"""
    token: str | None = field(repr=False)
    """The token or code that it is to hold; NULL: none"""
    data: Json | None
    """What the token was made with, or what else the message needs; NULL: nothing"""
    attempts: int
    """How often it was handed out, this time included"""


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session of one's own, as auth_get_own_sessions() lists it"""

    session_id: UUID
    """The session id, for auth_end_own_session()"""
    current: bool
    """Whether it is the one whose token was given"""
    state: Literal["active", "idle"]
    """Active or idle"""
    active_expires_at: datetime
    """Until then it is active"""
    idle_expires_at: datetime
    """Until then it can be renewed"""
    expires_at: datetime | None
    """The absolute end; NULL: none"""
    session_attributes: Json
    """The application's columns of auth_session that auth.session_attributes shows"""
    created_at: datetime
    """When it was made, by a sign-in"""
    renewed_at: datetime
    """When it was renewed last, or made: it was in use then"""
    authenticated_at: datetime
    """When its user has proven a credential last"""
    aal: int
    """The level of what its user has proven"""
    amr: list[str]
    """By which methods"""


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """The answer to a rotation; with the status ok, a new refresh token and its session"""

    status: Literal["ok"]
    refresh_token: str = field(repr=False)
    """The new refresh token, which is shown nowhere else"""
    refresh_expires_at: datetime
    """Until then it can be used"""
    refresh_ends_at: datetime | None
    """The absolute end of the family; NULL: none"""
    token: str = field(repr=False)
    """The new token of the session, which is shown nowhere else"""
    session_id: UUID
    """Auth_session_id(token), safe to show"""
    user_id: str
    """Whose session it is"""
    state: Literal["active", "idle"]
    """Active or idle"""
    fresh: bool
    """True: the token is new"""
    active_expires_at: datetime
    """Until then the session is active, after that idle"""
    idle_expires_at: datetime
    """Until then the session can be renewed by validating it"""
    expires_at: datetime | None
    """The absolute end of the session, which is never moved; NULL: none"""
    session_attributes: Json
    """The session attributes"""
    user_attributes: Json
    """The user attributes"""
    created_at: datetime
    """When the session was created"""
    authenticated_at: datetime
    """When its user proved a credential last"""
    aal: int
    """The level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors"""
    amr: list[str]
    """The methods by which its user was authenticated, in words"""


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A new refresh token"""

    refresh_token: str = field(repr=False)
    """The token, which is shown nowhere else"""
    family_id: UUID
    """The same for all tokens that are made by rotating this one; safe to show"""
    user_id: str
    """Whose session it is"""
    session_id: UUID
    """The session that it goes with"""
    expires_at: datetime
    """Until then it can be used"""
    ends_at: datetime | None
    """The absolute end of the family and its session; NULL: none"""


@dataclass(frozen=True, slots=True)
class RequestMagicLinkResult:
    """What auth_request_magic_link returns"""

    status: Literal["ok"]
    browser_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ResetPasswordResult:
    """What auth_reset_password returns"""

    status: Literal["ok"]
    user_id: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """A session as functions return it"""

    token: str | None = field(repr=False)
    """The token, where the session was just created, else NULL"""
    session_id: UUID
    """The session id, which is safe to show"""
    user_id: str
    """Whose session it is"""
    state: Literal["active", "idle"]
    """Active or idle"""
    fresh: bool
    """Whether the session was just created or renewed"""
    active_expires_at: datetime
    """Until then the session is active"""
    idle_expires_at: datetime
    """Until then the session can be renewed"""
    expires_at: datetime | None
    """The absolute end; NULL: none"""
    session_attributes: Json
    """The application's columns of auth_session that auth.session_attributes shows"""
    user_attributes: Json
    """The attributes of the user"""
    created_at: datetime
    """When the session was created"""
    authenticated_at: datetime
    """When its user proved a credential last"""
    aal: int
    """The level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors"""
    amr: list[str]
    """The methods by which its user was authenticated, in words"""


@dataclass(frozen=True, slots=True)
class SignInResult:
    """The answer to a sign-in; with the status ok, the session"""

    status: Literal["ok"]
    device_token: str | None = field(repr=False)
    """The token of a device that is remembered, for its next sign-in; NULL: it is not"""
    token: str = field(repr=False)
    """The token, which is shown nowhere else"""
    session_id: UUID
    """Auth_session_id(token), safe to show"""
    user_id: str
    """Whose session it is"""
    state: Literal["active", "idle"]
    """Active or idle"""
    fresh: bool
    """True: the session is new"""
    active_expires_at: datetime
    """Until then the session is active, after that idle"""
    idle_expires_at: datetime
    """Until then the session can be renewed by validating it"""
    expires_at: datetime | None
    """The absolute end, which is never moved; NULL: none"""
    session_attributes: Json
    """The session attributes"""
    user_attributes: Json
    """The user attributes"""
    created_at: datetime
    """When the session was created"""
    authenticated_at: datetime
    """When its user proved a credential last"""
    aal: int
    """The level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors"""
    amr: list[str]
    """The methods by which its user was authenticated, in words"""


@dataclass(frozen=True, slots=True)
class Token:
    """A one-time token or code as functions return it"""

    token: str | None = field(repr=False)
    """The token or code, where it was just made, else NULL"""
    token_id: UUID
    """Its id, which is safe to show"""
    purpose: str
    """What it is for"""
    user_id: str | None
    """Whose it is; NULL: nobody's"""
    address: str | None
    """Where it was sent to; NULL: nowhere"""
    created_at: datetime
    """When it was made"""
    expires_at: datetime
    """Until then it can be used"""
    data: Json | None
    """What it was made with; NULL: nothing"""


@dataclass(frozen=True, slots=True)
class User:
    """A user as functions return it"""

    user_id: str
    """The user id"""
    user_attributes: Json
    """The application's columns of auth_user that auth.user_attributes shows"""
    created_at: datetime
    """When the user was created"""
    disabled_at: datetime | None
    """Since when the user is disabled; NULL: it is not"""
    disabled_until: datetime | None
    """Until when it is; NULL: for good, or not at all"""
    disabled_reason: str | None
    """Why, as whoever disabled it has said; NULL: nothing"""


@dataclass(frozen=True, slots=True)
class VerifyEmailResult:
    """What auth_verify_email returns"""

    status: Literal["ok"]
    user_id: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class VerifyOwnEmailWithCodeResult:
    """What auth_verify_own_email_with_code returns"""

    status: Literal["ok"]
    user_id: str | None
    address: str | None
