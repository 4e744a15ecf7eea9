"""Functions as methods

Made by "make clients" of the catalog.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from . import rows
from .results import (
    CalibrateResult,
    ChangeEmailResult,
    CheckResult,
    ConfirmTotpResult,
    CreateRecoveryCodesResult,
    CreateTotpResult,
    DeleteOwnFactorResult,
    DescribePasswordHashResult,
    Event,
    Factor,
    GetClientThrottleResult,
    GetKeyThrottleResult,
    GetPasswordAuditResult,
    GetPasswordLoadResult,
    ImportLuciaResult,
    Key,
    Message,
    Outbox,
    OwnSession,
    RefreshResult,
    RefreshToken,
    RequestMagicLinkResult,
    ResetPasswordResult,
    Session,
    SignInResult,
    Token,
    User,
    VerifyEmailResult,
    VerifyOwnEmailWithCodeResult,
)
from .rows import Address, Json, Ok, Refused, Row, SecondFactor, Throttled


class Functions:
    """All functions of auth, each by its name without the prefix"""

    def _fetch(self, function: str, required: Row, optional: Row) -> Sequence[Row]:
        raise NotImplementedError

    def adopt_session(
        self, *, token: str | None
    ) -> Session | None:
        """client: let an imported session, whose token is its id, a dot and a secret, go on with that token"""
        return rows.optional(Session, self._fetch("auth_adopt_session", {"token": token}, {}))

    def assurance_level(self) -> int:
        """identity: by how much the session was proven; 0: nobody acts"""
        return rows.value(self._fetch("auth_assurance_level", {}, {}))

    def authenticated_at(self) -> datetime | None:
        """identity: when the user who acts proved a credential last; NULL: nobody"""
        return rows.value(self._fetch("auth_authenticated_at", {}, {}))

    def calibrate(
        self, *, target_ms: int | None = None, max_memory: int | None = None
    ) -> list[CalibrateResult]:
        """admin: measure which costs of password hashes take at most so long here"""
        return rows.many(CalibrateResult, self._fetch(
            "auth_calibrate",
            {},
            {"target_ms": target_ms, "max_memory": max_memory},
        ))

    def change_email(
        self, *, token: str | None, session_token: str | None = None
    ) -> ChangeEmailResult | Refused[Literal["refused"]]:
        """client: use a token to give a user the address that it was sent to; answers ok or refused"""
        return rows.answer(ChangeEmailResult, self._fetch(
            "auth_change_email",
            {"token": token},
            {"session_token": session_token},
        ))

    def change_password(
        self, *, token: str | None, old_password: str | None, new_password: str,
        client_address: Address | str | None = None
    ) -> Ok | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: change the password of a session's user, who knows old_password (NULL: there is none), and end the other sessions; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(Ok, self._fetch(
            "auth_change_password",
            {"token": token, "old_password": old_password, "new_password": new_password},
            {"client_address": client_address},
        ))

    def change_user_password(
        self, *, user_id: str, old_password: str, new_password: str,
        client_address: Address | str | None = None, except_session: UUID | str | None = None
    ) -> Ok | Refused[Literal["refused"]] | Throttled:
        """service: change the password of a user who knows the old one, and end the other sessions; answers ok, refused or throttled"""
        return rows.answer(Ok, self._fetch(
            "auth_change_user_password",
            {"user_id": user_id, "old_password": old_password, "new_password": new_password},
            {"client_address": client_address, "except_session": except_session},
        ))

    def check(self) -> list[CheckResult]:
        """admin: what is wrong, or could be better, and the statement that mends it"""
        return rows.many(CheckResult, self._fetch("auth_check", {}, {}))

    def clear_session(self) -> None:
        """client: have nobody act from here on"""
        self._fetch("auth_clear_session", {}, {})

    def complete_sign_in(
        self, *, challenge: str | None, totp: str | None = None, recovery_code: str | None = None,
        client_address: Address | str | None = None, remember: timedelta | str | None = None
    ) -> SignInResult | Refused[Literal["refused"]] | Throttled:
        """client: prove the second factor of a sign-in that waits for it, and make the session; answers ok, refused or throttled"""
        return rows.answer(SignInResult, self._fetch(
            "auth_complete_sign_in",
            {"challenge": challenge},
            {"totp": totp, "recovery_code": recovery_code, "client_address": client_address,
            "remember": remember},
        ))

    def confirm_totp(
        self, *, token: str | None, factor_id: UUID | str, code: str,
        client_address: Address | str | None = None
    ) -> ConfirmTotpResult | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: put an authenticator app to use by a code of it, end the other sessions, and give this one a new token; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(ConfirmTotpResult, self._fetch(
            "auth_confirm_totp",
            {"token": token, "factor_id": factor_id, "code": code},
            {"client_address": client_address},
        ))

    def create_code(
        self, *, purpose: str, user_id: str | None = None, address: str | None = None,
        lifetime: timedelta | str | None = None, length: int | None = None, letters: bool | None = None,
        data: Json | None = None, deliver: bool | None = None
    ) -> Token:
        """service: make a short one-time code, in the place of the older one of the same purpose and user"""
        return rows.row(Token, self._fetch(
            "auth_create_code",
            {"purpose": purpose},
            {"user_id": user_id, "address": address, "lifetime": lifetime, "length": length,
            "letters": letters, "data": data, "deliver": deliver},
        ))

    def create_key(
        self, *, user_id: str, provider_id: str, provider_user_id: str, password: str | None = None,
        verified: bool | None = None
    ) -> Key:
        """service: create a key of a user"""
        return rows.row(Key, self._fetch(
            "auth_create_key",
            {"user_id": user_id, "provider_id": provider_id, "provider_user_id": provider_user_id},
            {"password": password, "verified": verified},
        ))

    def create_own_key(
        self, *, token: str | None, provider_id: str, provider_user_id: str
    ) -> Ok | Refused[Literal["refused", "taken", "reauthenticate"]]:
        """service: add a key whose provider has vouched for the user of a token; answers ok, refused, taken or reauthenticate"""
        return rows.answer(Ok, self._fetch(
            "auth_create_own_key",
            {"token": token, "provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    def create_recovery_codes(
        self, *, token: str | None
    ) -> CreateRecoveryCodesResult | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: make recovery codes for the user of a token, in the place of those before; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(CreateRecoveryCodesResult, self._fetch("auth_create_recovery_codes", {"token": token}, {}))

    def create_refresh_token(
        self, *, session_id: UUID | str, lifetime: timedelta | str | None = None,
        family_lifetime: timedelta | str | None = None
    ) -> RefreshToken:
        """service: create a refresh token for a session; it is seen here and never again"""
        return rows.row(RefreshToken, self._fetch(
            "auth_create_refresh_token",
            {"session_id": session_id},
            {"lifetime": lifetime, "family_lifetime": family_lifetime},
        ))

    def create_session(
        self, *, user_id: str, session_attributes: Json | None = None,
        active_period: timedelta | str | None = None, idle_period: timedelta | str | None = None,
        lifetime: timedelta | str | None = None, amr: list[str] | None = None
    ) -> Session:
        """service: create a session; the token is seen here and never again"""
        return rows.row(Session, self._fetch(
            "auth_create_session",
            {"user_id": user_id},
            {"session_attributes": session_attributes, "active_period": active_period,
            "idle_period": idle_period, "lifetime": lifetime, "amr": amr},
        ))

    def create_token(
        self, *, purpose: str, user_id: str | None = None, address: str | None = None,
        lifetime: timedelta | str | None = None, replace: bool | None = None, data: Json | None = None,
        deliver: bool | None = None
    ) -> Token:
        """service: make a one-time token, in the place of the older one of the same purpose and user"""
        return rows.row(Token, self._fetch(
            "auth_create_token",
            {"purpose": purpose},
            {"user_id": user_id, "address": address, "lifetime": lifetime, "replace": replace, "data": data,
            "deliver": deliver},
        ))

    def create_totp(
        self, *, token: str | None, name: str | None = None, algorithm: str | None = None,
        digits: int | None = None
    ) -> CreateTotpResult | Refused[Literal["refused", "reauthenticate"]]:
        """client: make the secret of an authenticator app of the user of a token, which auth_confirm_totp() puts to use; answers ok, refused or reauthenticate"""
        return rows.answer(CreateTotpResult, self._fetch(
            "auth_create_totp",
            {"token": token},
            {"name": name, "algorithm": algorithm, "digits": digits},
        ))

    def create_user(
        self, *, provider_id: str | None = None, provider_user_id: str | None = None,
        password: str | None = None, user_attributes: Json | None = None, user_id: str | None = None,
        verified: bool | None = None
    ) -> User:
        """service: create a user, with a key when one is named"""
        return rows.row(User, self._fetch(
            "auth_create_user",
            {},
            {"provider_id": provider_id, "provider_user_id": provider_user_id, "password": password,
            "user_attributes": user_attributes, "user_id": user_id, "verified": verified},
        ))

    def current_session_id(self) -> UUID | None:
        """identity: the id of the session by which the user acts; NULL: nobody"""
        return rows.value(self._fetch("auth_current_session_id", {}, {}))

    def delete_dead_factors(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: delete authenticator apps that were not confirmed in time, at most so many"""
        return rows.value(self._fetch(
            "auth_delete_dead_factors",
            {},
            {"batch_size": batch_size},
        ))

    def delete_dead_outbox(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: delete messages that nobody needs any more, at most so many"""
        return rows.value(self._fetch("auth_delete_dead_outbox", {}, {"batch_size": batch_size}))

    def delete_dead_refresh_tokens(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: delete expired families of refresh tokens, at most so many"""
        return rows.value(self._fetch(
            "auth_delete_dead_refresh_tokens",
            {},
            {"batch_size": batch_size},
        ))

    def delete_dead_sessions(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: delete expired sessions, at most so many"""
        return rows.value(self._fetch(
            "auth_delete_dead_sessions",
            {},
            {"batch_size": batch_size},
        ))

    def delete_dead_tokens(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: delete expired one-time tokens and codes, at most so many"""
        return rows.value(self._fetch("auth_delete_dead_tokens", {}, {"batch_size": batch_size}))

    def delete_dead_user_sessions(
        self, *, user_id: str
    ) -> int:
        """service: delete the expired sessions of a user"""
        return rows.value(self._fetch(
            "auth_delete_dead_user_sessions",
            {"user_id": user_id},
            {},
        ))

    def delete_events(
        self, *, older_than: timedelta | str, batch_size: int | None = None
    ) -> int:
        """admin: remove old events, a batch at a time"""
        return rows.value(self._fetch(
            "auth_delete_events",
            {"older_than": older_than},
            {"batch_size": batch_size},
        ))

    def delete_key(
        self, *, provider_id: str, provider_user_id: str
    ) -> None:
        """service: delete a key"""
        self._fetch(
            "auth_delete_key",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        )

    def delete_own_factor(
        self, *, token: str | None, factor_id: UUID | str
    ) -> DeleteOwnFactorResult | Refused[Literal["refused", "reauthenticate"]]:
        """client: delete a second factor of the user of a token, end the other sessions, and give this one a new token; answers ok, refused or reauthenticate"""
        return rows.answer(DeleteOwnFactorResult, self._fetch(
            "auth_delete_own_factor",
            {"token": token, "factor_id": factor_id},
            {},
        ))

    def delete_own_key(
        self, *, token: str | None, provider_id: str, provider_user_id: str
    ) -> Ok | Refused[Literal["refused", "last_key", "reauthenticate"]]:
        """client: delete a key of the user of a token, but not the last way in; answers ok, refused, last_key or reauthenticate"""
        return rows.answer(Ok, self._fetch(
            "auth_delete_own_key",
            {"token": token, "provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    def delete_own_user(
        self, *, token: str | None, password: str | None = None, client_address: Address | str | None = None
    ) -> Ok | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: delete the user of a token, whose session is fresh or whose password is given; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(Ok, self._fetch(
            "auth_delete_own_user",
            {"token": token},
            {"password": password, "client_address": client_address},
        ))

    def delete_user(
        self, *, user_id: str
    ) -> None:
        """service: delete a user with its keys and sessions"""
        self._fetch("auth_delete_user", {"user_id": user_id}, {})

    def delete_user_factor(
        self, *, user_id: str, factor_id: UUID | str
    ) -> None:
        """service: delete a second factor of a user, and end its sessions"""
        self._fetch(
            "auth_delete_user_factor",
            {"user_id": user_id, "factor_id": factor_id},
            {},
        )

    def delete_user_factors(
        self, *, user_id: str
    ) -> int:
        """service: delete all second factors of a user, with recovery codes and remembered devices, and end its sessions; how many there were"""
        return rows.value(self._fetch("auth_delete_user_factors", {"user_id": user_id}, {}))

    def describe_password_hash(
        self, *, hashed_password: str
    ) -> DescribePasswordHashResult:
        """service: tell the format, cost and strength of a password hash"""
        return rows.row(DescribePasswordHashResult, self._fetch(
            "auth_describe_password_hash",
            {"hashed_password": hashed_password},
            {},
        ))

    def disable_user(
        self, *, user_id: str, until: datetime | None = None, reason: str | None = None
    ) -> User:
        """service: keep a user out, for good or until a time, and end its sessions"""
        return rows.row(User, self._fetch(
            "auth_disable_user",
            {"user_id": user_id},
            {"until": until, "reason": reason},
        ))

    def enable_user(
        self, *, user_id: str
    ) -> User:
        """service: let a disabled user in again"""
        return rows.row(User, self._fetch("auth_enable_user", {"user_id": user_id}, {}))

    def end_other_sessions(
        self, *, token: str | None
    ) -> int:
        """client: end the sessions of the user of a token, but for its own"""
        return rows.value(self._fetch("auth_end_other_sessions", {"token": token}, {}))

    def end_own_session(
        self, *, token: str | None, session_id: UUID | str
    ) -> bool:
        """client: end a session of the user of a token"""
        return rows.value(self._fetch(
            "auth_end_own_session",
            {"token": token, "session_id": session_id},
            {},
        ))

    def erase_user(
        self, *, user_id: str
    ) -> int:
        """admin: delete a user with all that is known of it, events too; also one that was deleted before"""
        return rows.value(self._fetch("auth_erase_user", {"user_id": user_id}, {}))

    def evaluate_once(
        self, *, function: str
    ) -> None:
        """admin: have calls of a stable function of one's own with constants evaluated once in a statement"""
        self._fetch("auth_evaluate_once", {"function": function}, {})

    def export_user(
        self, *, user_id: str
    ) -> Any:
        """admin: all that is known of a user, without secrets"""
        return rows.value(self._fetch("auth_export_user", {"user_id": user_id}, {}))

    def fail_message(
        self, *, id: int, reason: str | None = None, retry_after: timedelta | str | None = None,
        permanent: bool | None = None
    ) -> datetime:
        """worker: say that a message could not be sent; when it is to be tried again"""
        return rows.value(self._fetch(
            "auth_fail_message",
            {"id": id},
            {"reason": reason, "retry_after": retry_after, "permanent": permanent},
        ))

    def finish_message(
        self, *, id: int
    ) -> bool:
        """worker: delete a message that was sent"""
        return rows.value(self._fetch("auth_finish_message", {"id": id}, {}))

    def fold_email(
        self, *, address: str
    ) -> str | None:
        """service: an address of mail as keys have it; NULL for one that they cannot have"""
        return rows.value(self._fetch("auth_fold_email", {"address": address}, {}))

    def forget_own_devices(
        self, *, token: str | None
    ) -> int:
        """client: have the user of a token asked for a second factor on every device again; how many were remembered"""
        return rows.value(self._fetch("auth_forget_own_devices", {"token": token}, {}))

    def generate_user_id(
        self, *, length: int | None = None
    ) -> str:
        """service: random letters and digits for a user id"""
        return rows.value(self._fetch("auth_generate_user_id", {}, {"length": length}))

    def get_client_throttle(
        self, *, client_address: Address | str
    ) -> GetClientThrottleResult:
        """admin: get the failed attempts of an address, and when another is allowed"""
        return rows.row(GetClientThrottleResult, self._fetch(
            "auth_get_client_throttle",
            {"client_address": client_address},
            {},
        ))

    def get_events(
        self, *, user_id: str | None = None, before: int | None = None, max_rows: int | None = None
    ) -> list[Event]:
        """admin: get the last events, of one user or of all"""
        return rows.many(Event, self._fetch(
            "auth_get_events",
            {},
            {"user_id": user_id, "before": before, "max_rows": max_rows},
        ))

    def get_key(
        self, *, provider_id: str, provider_user_id: str
    ) -> Key:
        """service: get a key"""
        return rows.row(Key, self._fetch(
            "auth_get_key",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    def get_key_throttle(
        self, *, provider_id: str, provider_user_id: str
    ) -> GetKeyThrottleResult:
        """admin: get the failed attempts against a key, and when another is allowed"""
        return rows.row(GetKeyThrottleResult, self._fetch(
            "auth_get_key_throttle",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    def get_outbox(
        self, *, failed: bool | None = None, max_rows: int | None = None
    ) -> list[Message]:
        """worker: get the last messages without their tokens: those given up, those not, or all"""
        return rows.many(Message, self._fetch(
            "auth_get_outbox",
            {},
            {"failed": failed, "max_rows": max_rows},
        ))

    def get_own_factors(
        self, *, token: str | None
    ) -> list[Factor]:
        """client: get the second factors of the user of a token"""
        return rows.many(Factor, self._fetch("auth_get_own_factors", {"token": token}, {}))

    def get_own_keys(
        self, *, token: str | None
    ) -> list[Key]:
        """client: get the keys of the user of a token"""
        return rows.many(Key, self._fetch("auth_get_own_keys", {"token": token}, {}))

    def get_own_sessions(
        self, *, token: str | None
    ) -> list[OwnSession]:
        """client: get the living sessions of the user of a token"""
        return rows.many(OwnSession, self._fetch("auth_get_own_sessions", {"token": token}, {}))

    def get_password_audit(self) -> list[GetPasswordAuditResult]:
        """admin: count the keys with a password by the format and strength of its hash"""
        return rows.many(GetPasswordAuditResult, self._fetch("auth_get_password_audit", {}, {}))

    def get_password_load(self) -> GetPasswordLoadResult:
        """admin: tell how many passwords the server is hashing, and how many wait for it"""
        return rows.row(GetPasswordLoadResult, self._fetch("auth_get_password_load", {}, {}))

    def get_password_weakness(
        self, *, password: str, provider_user_id: str | None = None
    ) -> str | None:
        """client: tell why a new password would be refused; NULL: it would not"""
        return rows.value(self._fetch(
            "auth_get_password_weakness",
            {"password": password},
            {"provider_user_id": provider_user_id},
        ))

    def get_session(
        self, *, token: str | None
    ) -> Session | None:
        """client: get the living session of a token as it is"""
        return rows.optional(Session, self._fetch("auth_get_session", {"token": token}, {}))

    def get_user(
        self, *, user_id: str
    ) -> User:
        """service: get a user"""
        return rows.row(User, self._fetch("auth_get_user", {"user_id": user_id}, {}))

    def get_user_by_provider_id(
        self, *, provider_id: str, provider_user_id: str
    ) -> User:
        """service: get the user of a key"""
        return rows.row(User, self._fetch(
            "auth_get_user_by_provider_id",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    def get_user_factors(
        self, *, user_id: str
    ) -> list[Factor]:
        """service: get the second factors of a user"""
        return rows.many(Factor, self._fetch("auth_get_user_factors", {"user_id": user_id}, {}))

    def get_user_keys(
        self, *, user_id: str
    ) -> list[Key]:
        """service: get the keys of a user"""
        return rows.many(Key, self._fetch("auth_get_user_keys", {"user_id": user_id}, {}))

    def get_user_sessions(
        self, *, user_id: str
    ) -> list[Session]:
        """service: get the living sessions of a user, oldest first"""
        return rows.many(Session, self._fetch("auth_get_user_sessions", {"user_id": user_id}, {}))

    def grant(
        self, *, role: str, privilege: str
    ) -> None:
        """admin: grant a role EXECUTE on the functions for a client, a service, an admin or a worker"""
        self._fetch("auth_grant", {"role": role, "privilege": privilege}, {})

    def has_level(
        self, *, level: int | None
    ) -> bool:
        """identity: whether somebody acts by at least this level"""
        return rows.value(self._fetch("auth_has_level", {"level": level}, {}))

    def import_key(
        self, *, user_id: str, provider_id: str, provider_user_id: str, hashed_password: str,
        verified: bool | None = None
    ) -> Key:
        """service: create a key whose password was hashed by another system"""
        return rows.row(Key, self._fetch(
            "auth_import_key",
            {"user_id": user_id, "provider_id": provider_id, "provider_user_id": provider_user_id,
            "hashed_password": hashed_password},
            {"verified": verified},
        ))

    def import_lucia(
        self, *, version: str, users: str, keys: str | None = None, sessions: str | None = None,
        passwords: str | None = None, identifier_column: str | None = None, session_ids: str | None = None,
        time_zone: str | None = None, secret_columns: list[str] | None = None, list_rows: bool | None = None
    ) -> list[ImportLuciaResult]:
        """admin: import users, keys and sessions from tables of Lucia, and tell how many"""
        return rows.many(ImportLuciaResult, self._fetch(
            "auth_import_lucia",
            {"version": version, "users": users},
            {"keys": keys, "sessions": sessions, "passwords": passwords,
            "identifier_column": identifier_column, "session_ids": session_ids, "time_zone": time_zone,
            "secret_columns": secret_columns, "list_rows": list_rows},
        ))

    def import_totp(
        self, *, user_id: str, secret: bytes, name: str | None = None, algorithm: str | None = None,
        digits: int | None = None, period: int | None = None
    ) -> UUID:
        """service: add an authenticator app that a user has from another system; its id"""
        return rows.value(self._fetch(
            "auth_import_totp",
            {"user_id": user_id, "secret": secret},
            {"name": name, "algorithm": algorithm, "digits": digits, "period": period},
        ))

    def invalidate_all_sessions(self) -> int:
        """admin: end the sessions of all users, and the tokens that would let them in"""
        return rows.value(self._fetch("auth_invalidate_all_sessions", {}, {}))

    def invalidate_session(
        self, *, session_id: UUID | str
    ) -> None:
        """service: end a session"""
        self._fetch("auth_invalidate_session", {"session_id": session_id}, {})

    def invalidate_user_sessions(
        self, *, user_id: str, except_session: UUID | str | None = None
    ) -> int:
        """service: end the sessions of a user, but for one"""
        return rows.value(self._fetch(
            "auth_invalidate_user_sessions",
            {"user_id": user_id},
            {"except_session": except_session},
        ))

    def is_fresh(
        self, *, period: timedelta | str | None
    ) -> bool:
        """identity: whether somebody acts who has proven a credential within the period"""
        return rows.value(self._fetch("auth_is_fresh", {"period": period}, {}))

    def reauthenticate(
        self, *, token: str | None, password: str | None = None, totp: str | None = None,
        recovery_code: str | None = None, client_address: Address | str | None = None
    ) -> SignInResult | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: prove a password or a second factor of the user of a token, which makes its session fresh and gives it another token; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(SignInResult, self._fetch(
            "auth_reauthenticate",
            {"token": token},
            {"password": password, "totp": totp, "recovery_code": recovery_code,
            "client_address": client_address},
        ))

    def rename_own_factor(
        self, *, token: str | None, factor_id: UUID | str, name: str | None
    ) -> Ok | Refused[Literal["refused"]]:
        """client: give a second factor of the user of a token this name (NULL: none); answers ok or refused"""
        return rows.answer(Ok, self._fetch(
            "auth_rename_own_factor",
            {"token": token, "factor_id": factor_id, "name": name},
            {},
        ))

    def request_email_change(
        self, *, user_id: str, address: str, provider_id: str | None = None,
        lifetime: timedelta | str | None = None, data: Json | None = None
    ) -> Ok | Throttled:
        """service: have a token sent to the address that a user wants to have; answers ok or throttled"""
        return rows.answer(Ok, self._fetch(
            "auth_request_email_change",
            {"user_id": user_id, "address": address},
            {"provider_id": provider_id, "lifetime": lifetime, "data": data},
        ))

    def request_email_verification(
        self, *, user_id: str, address: str, lifetime: timedelta | str | None = None,
        data: Json | None = None
    ) -> Ok | Throttled:
        """service: have a token sent to the address of a key of the user; answers ok or throttled"""
        return rows.answer(Ok, self._fetch(
            "auth_request_email_verification",
            {"user_id": user_id, "address": address},
            {"lifetime": lifetime, "data": data},
        ))

    def request_magic_link(
        self, *, provider_id: str, provider_user_id: str, client_address: Address | str | None = None,
        data: Json | None = None, sign_up: bool | None = None, bind: bool | None = None
    ) -> RequestMagicLinkResult | Throttled:
        """client: have a token sent to a key, if there is one, with which its user can sign in, or sign up; answers ok or throttled"""
        return rows.answer(RequestMagicLinkResult, self._fetch(
            "auth_request_magic_link",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {"client_address": client_address, "data": data, "sign_up": sign_up, "bind": bind},
        ))

    def request_own_email_change(
        self, *, token: str | None, address: str, client_address: Address | str | None = None,
        data: Json | None = None, provider_id: str | None = None
    ) -> Ok | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: have a token sent to the address that the user of a token wants to have; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(Ok, self._fetch(
            "auth_request_own_email_change",
            {"token": token, "address": address},
            {"client_address": client_address, "data": data, "provider_id": provider_id},
        ))

    def request_own_email_verification(
        self, *, token: str | None, client_address: Address | str | None = None, data: Json | None = None,
        code: bool | None = None
    ) -> Ok | Refused[Literal["refused"]] | Throttled:
        """client: have a token, or a code, sent to the address that the user of a token has not proven yet; answers ok, refused or throttled"""
        return rows.answer(Ok, self._fetch(
            "auth_request_own_email_verification",
            {"token": token},
            {"client_address": client_address, "data": data, "code": code},
        ))

    def request_password_reset(
        self, *, provider_id: str, provider_user_id: str, client_address: Address | str | None = None,
        data: Json | None = None
    ) -> Ok | Throttled:
        """client: have a token sent to a key, if there is one, with which its password can be set; answers ok or throttled"""
        return rows.answer(Ok, self._fetch(
            "auth_request_password_reset",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {"client_address": client_address, "data": data},
        ))

    def request_sign_up(
        self, *, provider_id: str, provider_user_id: str, client_address: Address | str | None = None,
        data: Json | None = None, code: bool | None = None
    ) -> Ok | Throttled:
        """client: have a token sent to an address, with which its owner can sign up, or a notice if it is somebody's; answers ok or throttled"""
        return rows.answer(Ok, self._fetch(
            "auth_request_sign_up",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {"client_address": client_address, "data": data, "code": code},
        ))

    def require(
        self, *, level: int, max_age: timedelta | str | None = None
    ) -> bool:
        """identity: true where enough was proven by whoever acts, an error where not"""
        return rows.value(self._fetch("auth_require", {"level": level}, {"max_age": max_age}))

    def reseal(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: encrypt with the first key of the file what was encrypted with another, at most so many rows"""
        return rows.value(self._fetch("auth_reseal", {}, {"batch_size": batch_size}))

    def reset_client_throttle(
        self, *, client_address: Address | str
    ) -> None:
        """admin: forget the failed attempts of an address"""
        self._fetch(
            "auth_reset_client_throttle",
            {"client_address": client_address},
            {},
        )

    def reset_key_throttle(
        self, *, provider_id: str, provider_user_id: str
    ) -> None:
        """admin: forget the failed attempts against a key"""
        self._fetch(
            "auth_reset_key_throttle",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        )

    def reset_password(
        self, *, token: str | None, new_password: str
    ) -> ResetPasswordResult | Refused[Literal["refused"]]:
        """client: use a token to set the password of its user, and end all sessions; answers ok or refused"""
        return rows.answer(ResetPasswordResult, self._fetch(
            "auth_reset_password",
            {"token": token, "new_password": new_password},
            {},
        ))

    def revoke_refresh_token(
        self, *, refresh_token: str | None
    ) -> bool:
        """client: end the family of a refresh token, spent or not, and its session"""
        return rows.value(self._fetch(
            "auth_revoke_refresh_token",
            {"refresh_token": refresh_token},
            {},
        ))

    def revoke_user_refresh_tokens(
        self, *, user_id: str
    ) -> int:
        """service: end the families of refresh tokens of a user, and their sessions"""
        return rows.value(self._fetch(
            "auth_revoke_user_refresh_tokens",
            {"user_id": user_id},
            {},
        ))

    def rotate_refresh_token(
        self, *, refresh_token: str | None, client_address: Address | str | None = None
    ) -> RefreshResult | Refused[Literal["refused", "reused"]]:
        """client: spend a refresh token for a new one and a new token of its session; answers ok, refused or reused"""
        return rows.answer(RefreshResult, self._fetch(
            "auth_rotate_refresh_token",
            {"refresh_token": refresh_token},
            {"client_address": client_address},
        ))

    def session_id(
        self, *, token: str | None
    ) -> UUID:
        """client: the id of the session that a token is of"""
        return rows.value(self._fetch("auth_session_id", {"token": token}, {}))

    def set_session(
        self, *, token: str | None
    ) -> bool:
        """client: have the user of a session act until the transaction ends; false: nobody does"""
        return rows.value(self._fetch("auth_set_session", {"token": token}, {}))

    def set_session_from_request(
        self, *, cookie: str | None = None, header: str | None = None
    ) -> bool:
        """client: auth_set_session() by the token in the request that PostgREST passes on"""
        return rows.value(self._fetch(
            "auth_set_session_from_request",
            {},
            {"cookie": cookie, "header": header},
        ))

    def setup(self) -> None:
        """admin: make the tables of auth, owned by the caller, or bring them up to date"""
        self._fetch("auth_setup", {}, {})

    def sign_in(
        self, *, provider_id: str, provider_user_id: str, password: str,
        client_address: Address | str | None = None, session_attributes: Json | None = None,
        active_period: timedelta | str | None = None, idle_period: timedelta | str | None = None,
        lifetime: timedelta | str | None = None, device_token: str | None = None
    ) -> SignInResult | Refused[Literal["refused"]] | SecondFactor | Throttled:
        """client: check a password and make a session; answers ok, refused, throttled or second_factor"""
        return rows.answer(SignInResult, self._fetch(
            "auth_sign_in",
            {"provider_id": provider_id, "provider_user_id": provider_user_id, "password": password},
            {"client_address": client_address, "session_attributes": session_attributes,
            "active_period": active_period, "idle_period": idle_period, "lifetime": lifetime,
            "device_token": device_token},
        ))

    def sign_in_with_token(
        self, *, token: str | None, session_token: str | None = None, browser_token: str | None = None,
        client_address: Address | str | None = None, user_attributes: Json | None = None,
        session_attributes: Json | None = None, active_period: timedelta | str | None = None,
        idle_period: timedelta | str | None = None, lifetime: timedelta | str | None = None,
        device_token: str | None = None
    ) -> SignInResult | Refused[Literal["refused", "taken"]] | SecondFactor:
        """client: use a token to make a session; answers ok, refused, taken or second_factor"""
        return rows.answer(SignInResult, self._fetch(
            "auth_sign_in_with_token",
            {"token": token},
            {"session_token": session_token, "browser_token": browser_token,
            "client_address": client_address, "user_attributes": user_attributes,
            "session_attributes": session_attributes, "active_period": active_period,
            "idle_period": idle_period, "lifetime": lifetime, "device_token": device_token},
        ))

    def sign_out(
        self, *, token: str | None
    ) -> bool:
        """client: end the session of a token"""
        return rows.value(self._fetch("auth_sign_out", {"token": token}, {}))

    def sign_up(
        self, *, token: str | None, password: str | None = None,
        client_address: Address | str | None = None, user_attributes: Json | None = None,
        session_attributes: Json | None = None, active_period: timedelta | str | None = None,
        idle_period: timedelta | str | None = None, lifetime: timedelta | str | None = None
    ) -> SignInResult | Refused[Literal["refused", "taken"]]:
        """client: use a token that was sent to an address to make its user, with a session; answers ok, refused or taken"""
        return rows.answer(SignInResult, self._fetch(
            "auth_sign_up",
            {"token": token},
            {"password": password, "client_address": client_address, "user_attributes": user_attributes,
            "session_attributes": session_attributes, "active_period": active_period,
            "idle_period": idle_period, "lifetime": lifetime},
        ))

    def sign_up_with_code(
        self, *, provider_id: str, provider_user_id: str, code: str, password: str | None = None,
        client_address: Address | str | None = None, user_attributes: Json | None = None,
        session_attributes: Json | None = None, active_period: timedelta | str | None = None,
        idle_period: timedelta | str | None = None, lifetime: timedelta | str | None = None
    ) -> SignInResult | Refused[Literal["refused", "taken"]]:
        """client: use a code that was sent to an address to make its user, with a session; answers ok, refused or taken"""
        return rows.answer(SignInResult, self._fetch(
            "auth_sign_up_with_code",
            {"provider_id": provider_id, "provider_user_id": provider_user_id, "code": code},
            {"password": password, "client_address": client_address, "user_attributes": user_attributes,
            "session_attributes": session_attributes, "active_period": active_period,
            "idle_period": idle_period, "lifetime": lifetime},
        ))

    def take_outbox(
        self, *, max_rows: int | None = None, purposes: list[str] | None = None,
        lease: timedelta | str | None = None
    ) -> list[Outbox]:
        """worker: take messages that are to be sent, for the time of the lease, which nobody else is taking"""
        return rows.many(Outbox, self._fetch(
            "auth_take_outbox",
            {},
            {"max_rows": max_rows, "purposes": purposes, "lease": lease},
        ))

    def update_key_identifier(
        self, *, provider_id: str, provider_user_id: str, new_provider_id: str, new_provider_user_id: str
    ) -> Key:
        """service: rename a key"""
        return rows.row(Key, self._fetch(
            "auth_update_key_identifier",
            {"provider_id": provider_id, "provider_user_id": provider_user_id,
            "new_provider_id": new_provider_id, "new_provider_user_id": new_provider_user_id},
            {},
        ))

    def update_key_password(
        self, *, provider_id: str, provider_user_id: str, password: str,
        except_session: UUID | str | None = None
    ) -> Key:
        """service: set the password of a key and end the other sessions of its user"""
        return rows.row(Key, self._fetch(
            "auth_update_key_password",
            {"provider_id": provider_id, "provider_user_id": provider_user_id, "password": password},
            {"except_session": except_session},
        ))

    def update_own_attributes(
        self, *, token: str | None, user_attributes: Json
    ) -> Ok | Refused[Literal["refused"]]:
        """client: write attributes of the user of a token that clients may write; answers ok or refused"""
        return rows.answer(Ok, self._fetch(
            "auth_update_own_attributes",
            {"token": token, "user_attributes": user_attributes},
            {},
        ))

    def update_session_attributes(
        self, *, session_id: UUID | str, session_attributes: Json
    ) -> Session:
        """service: write some of the attributes of a session"""
        return rows.row(Session, self._fetch(
            "auth_update_session_attributes",
            {"session_id": session_id, "session_attributes": session_attributes},
            {},
        ))

    def update_user_attributes(
        self, *, user_id: str, user_attributes: Json
    ) -> User:
        """service: write some of the attributes of a user"""
        return rows.row(User, self._fetch(
            "auth_update_user_attributes",
            {"user_id": user_id, "user_attributes": user_attributes},
            {},
        ))

    def update_user_password(
        self, *, user_id: str, password: str, except_session: UUID | str | None = None
    ) -> User:
        """service: set the password of a user and end its other sessions"""
        return rows.row(User, self._fetch(
            "auth_update_user_password",
            {"user_id": user_id, "password": password},
            {"except_session": except_session},
        ))

    def update_user_provider_id(
        self, *, user_id: str, provider_id: str, provider_user_id: str
    ) -> User:
        """service: rename the key of a user that has one of this provider, or only one"""
        return rows.row(User, self._fetch(
            "auth_update_user_provider_id",
            {"user_id": user_id, "provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    def use_code(
        self, *, purpose: str, code: str, user_id: str | None = None, address: str | None = None
    ) -> Token | None:
        """service: use up a one-time code of a user or an address; no row: it is not the one, or dead"""
        return rows.optional(Token, self._fetch(
            "auth_use_code",
            {"purpose": purpose, "code": code},
            {"user_id": user_id, "address": address},
        ))

    def use_key(
        self, *, provider_id: str, provider_user_id: str, password: str | None = None
    ) -> Key:
        """service: check the password of a key, with an error when it is wrong"""
        return rows.row(Key, self._fetch(
            "auth_use_key",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {"password": password},
        ))

    def use_token(
        self, *, purpose: str, token: str | None
    ) -> Token | None:
        """service: use up a one-time token; no row: there is none"""
        return rows.optional(Token, self._fetch(
            "auth_use_token",
            {"purpose": purpose, "token": token},
            {},
        ))

    def user_attribute(
        self, *, name: str | None
    ) -> Any | None:
        """identity: an attribute of the user who acts; NULL: nobody"""
        return rows.value(self._fetch("auth_user_attribute", {"name": name}, {}))

    def user_attribute_text(
        self, *, name: str | None
    ) -> str | None:
        """identity: an attribute of the user who acts, as text; NULL: nobody"""
        return rows.value(self._fetch("auth_user_attribute_text", {"name": name}, {}))

    def user_id(self) -> str | None:
        """identity: the id of the user who acts; NULL: nobody"""
        return rows.value(self._fetch("auth_user_id", {}, {}))

    def user_uuid(self) -> UUID | None:
        """identity: the id of the user who acts as a uuid; NULL where it is none"""
        return rows.value(self._fetch("auth_user_uuid", {}, {}))

    def validate_session(
        self, *, token: str | None
    ) -> Session | None:
        """client: get the living session of a token, renewed if it was idle"""
        return rows.optional(Session, self._fetch("auth_validate_session", {"token": token}, {}))

    def verify_email(
        self, *, token: str | None, session_token: str | None = None
    ) -> VerifyEmailResult | Refused[Literal["refused"]]:
        """client: use a token that was sent to an address: its key is proven; answers ok or refused"""
        return rows.answer(VerifyEmailResult, self._fetch(
            "auth_verify_email",
            {"token": token},
            {"session_token": session_token},
        ))

    def verify_own_email_with_code(
        self, *, token: str | None, code: str
    ) -> VerifyOwnEmailWithCodeResult | Refused[Literal["refused"]]:
        """client: use a code that was sent to an address of the user of a token: its key is proven; answers ok or refused"""
        return rows.answer(VerifyOwnEmailWithCodeResult, self._fetch(
            "auth_verify_own_email_with_code",
            {"token": token, "code": code},
            {},
        ))

    def verify_password_hash(
        self, *, hashed_password: str, password: str
    ) -> bool:
        """service: tell whether a password is the one that was hashed"""
        return rows.value(self._fetch(
            "auth_verify_password_hash",
            {"hashed_password": hashed_password, "password": password},
            {},
        ))


class AsyncFunctions:
    """All functions of auth, each by its name without the prefix"""

    async def _fetch(self, function: str, required: Row, optional: Row) -> Sequence[Row]:
        raise NotImplementedError

    async def adopt_session(
        self, *, token: str | None
    ) -> Session | None:
        """client: let an imported session, whose token is its id, a dot and a secret, go on with that token"""
        return rows.optional(Session, await self._fetch("auth_adopt_session", {"token": token}, {}))

    async def assurance_level(self) -> int:
        """identity: by how much the session was proven; 0: nobody acts"""
        return rows.value(await self._fetch("auth_assurance_level", {}, {}))

    async def authenticated_at(self) -> datetime | None:
        """identity: when the user who acts proved a credential last; NULL: nobody"""
        return rows.value(await self._fetch("auth_authenticated_at", {}, {}))

    async def calibrate(
        self, *, target_ms: int | None = None, max_memory: int | None = None
    ) -> list[CalibrateResult]:
        """admin: measure which costs of password hashes take at most so long here"""
        return rows.many(CalibrateResult, await self._fetch(
            "auth_calibrate",
            {},
            {"target_ms": target_ms, "max_memory": max_memory},
        ))

    async def change_email(
        self, *, token: str | None, session_token: str | None = None
    ) -> ChangeEmailResult | Refused[Literal["refused"]]:
        """client: use a token to give a user the address that it was sent to; answers ok or refused"""
        return rows.answer(ChangeEmailResult, await self._fetch(
            "auth_change_email",
            {"token": token},
            {"session_token": session_token},
        ))

    async def change_password(
        self, *, token: str | None, old_password: str | None, new_password: str,
        client_address: Address | str | None = None
    ) -> Ok | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: change the password of a session's user, who knows old_password (NULL: there is none), and end the other sessions; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(Ok, await self._fetch(
            "auth_change_password",
            {"token": token, "old_password": old_password, "new_password": new_password},
            {"client_address": client_address},
        ))

    async def change_user_password(
        self, *, user_id: str, old_password: str, new_password: str,
        client_address: Address | str | None = None, except_session: UUID | str | None = None
    ) -> Ok | Refused[Literal["refused"]] | Throttled:
        """service: change the password of a user who knows the old one, and end the other sessions; answers ok, refused or throttled"""
        return rows.answer(Ok, await self._fetch(
            "auth_change_user_password",
            {"user_id": user_id, "old_password": old_password, "new_password": new_password},
            {"client_address": client_address, "except_session": except_session},
        ))

    async def check(self) -> list[CheckResult]:
        """admin: what is wrong, or could be better, and the statement that mends it"""
        return rows.many(CheckResult, await self._fetch("auth_check", {}, {}))

    async def clear_session(self) -> None:
        """client: have nobody act from here on"""
        await self._fetch("auth_clear_session", {}, {})

    async def complete_sign_in(
        self, *, challenge: str | None, totp: str | None = None, recovery_code: str | None = None,
        client_address: Address | str | None = None, remember: timedelta | str | None = None
    ) -> SignInResult | Refused[Literal["refused"]] | Throttled:
        """client: prove the second factor of a sign-in that waits for it, and make the session; answers ok, refused or throttled"""
        return rows.answer(SignInResult, await self._fetch(
            "auth_complete_sign_in",
            {"challenge": challenge},
            {"totp": totp, "recovery_code": recovery_code, "client_address": client_address,
            "remember": remember},
        ))

    async def confirm_totp(
        self, *, token: str | None, factor_id: UUID | str, code: str,
        client_address: Address | str | None = None
    ) -> ConfirmTotpResult | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: put an authenticator app to use by a code of it, end the other sessions, and give this one a new token; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(ConfirmTotpResult, await self._fetch(
            "auth_confirm_totp",
            {"token": token, "factor_id": factor_id, "code": code},
            {"client_address": client_address},
        ))

    async def create_code(
        self, *, purpose: str, user_id: str | None = None, address: str | None = None,
        lifetime: timedelta | str | None = None, length: int | None = None, letters: bool | None = None,
        data: Json | None = None, deliver: bool | None = None
    ) -> Token:
        """service: make a short one-time code, in the place of the older one of the same purpose and user"""
        return rows.row(Token, await self._fetch(
            "auth_create_code",
            {"purpose": purpose},
            {"user_id": user_id, "address": address, "lifetime": lifetime, "length": length,
            "letters": letters, "data": data, "deliver": deliver},
        ))

    async def create_key(
        self, *, user_id: str, provider_id: str, provider_user_id: str, password: str | None = None,
        verified: bool | None = None
    ) -> Key:
        """service: create a key of a user"""
        return rows.row(Key, await self._fetch(
            "auth_create_key",
            {"user_id": user_id, "provider_id": provider_id, "provider_user_id": provider_user_id},
            {"password": password, "verified": verified},
        ))

    async def create_own_key(
        self, *, token: str | None, provider_id: str, provider_user_id: str
    ) -> Ok | Refused[Literal["refused", "taken", "reauthenticate"]]:
        """service: add a key whose provider has vouched for the user of a token; answers ok, refused, taken or reauthenticate"""
        return rows.answer(Ok, await self._fetch(
            "auth_create_own_key",
            {"token": token, "provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    async def create_recovery_codes(
        self, *, token: str | None
    ) -> CreateRecoveryCodesResult | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: make recovery codes for the user of a token, in the place of those before; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(CreateRecoveryCodesResult, await self._fetch("auth_create_recovery_codes", {"token": token}, {}))

    async def create_refresh_token(
        self, *, session_id: UUID | str, lifetime: timedelta | str | None = None,
        family_lifetime: timedelta | str | None = None
    ) -> RefreshToken:
        """service: create a refresh token for a session; it is seen here and never again"""
        return rows.row(RefreshToken, await self._fetch(
            "auth_create_refresh_token",
            {"session_id": session_id},
            {"lifetime": lifetime, "family_lifetime": family_lifetime},
        ))

    async def create_session(
        self, *, user_id: str, session_attributes: Json | None = None,
        active_period: timedelta | str | None = None, idle_period: timedelta | str | None = None,
        lifetime: timedelta | str | None = None, amr: list[str] | None = None
    ) -> Session:
        """service: create a session; the token is seen here and never again"""
        return rows.row(Session, await self._fetch(
            "auth_create_session",
            {"user_id": user_id},
            {"session_attributes": session_attributes, "active_period": active_period,
            "idle_period": idle_period, "lifetime": lifetime, "amr": amr},
        ))

    async def create_token(
        self, *, purpose: str, user_id: str | None = None, address: str | None = None,
        lifetime: timedelta | str | None = None, replace: bool | None = None, data: Json | None = None,
        deliver: bool | None = None
    ) -> Token:
        """service: make a one-time token, in the place of the older one of the same purpose and user"""
        return rows.row(Token, await self._fetch(
            "auth_create_token",
            {"purpose": purpose},
            {"user_id": user_id, "address": address, "lifetime": lifetime, "replace": replace, "data": data,
            "deliver": deliver},
        ))

    async def create_totp(
        self, *, token: str | None, name: str | None = None, algorithm: str | None = None,
        digits: int | None = None
    ) -> CreateTotpResult | Refused[Literal["refused", "reauthenticate"]]:
        """client: make the secret of an authenticator app of the user of a token, which auth_confirm_totp() puts to use; answers ok, refused or reauthenticate"""
        return rows.answer(CreateTotpResult, await self._fetch(
            "auth_create_totp",
            {"token": token},
            {"name": name, "algorithm": algorithm, "digits": digits},
        ))

    async def create_user(
        self, *, provider_id: str | None = None, provider_user_id: str | None = None,
        password: str | None = None, user_attributes: Json | None = None, user_id: str | None = None,
        verified: bool | None = None
    ) -> User:
        """service: create a user, with a key when one is named"""
        return rows.row(User, await self._fetch(
            "auth_create_user",
            {},
            {"provider_id": provider_id, "provider_user_id": provider_user_id, "password": password,
            "user_attributes": user_attributes, "user_id": user_id, "verified": verified},
        ))

    async def current_session_id(self) -> UUID | None:
        """identity: the id of the session by which the user acts; NULL: nobody"""
        return rows.value(await self._fetch("auth_current_session_id", {}, {}))

    async def delete_dead_factors(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: delete authenticator apps that were not confirmed in time, at most so many"""
        return rows.value(await self._fetch(
            "auth_delete_dead_factors",
            {},
            {"batch_size": batch_size},
        ))

    async def delete_dead_outbox(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: delete messages that nobody needs any more, at most so many"""
        return rows.value(await self._fetch(
            "auth_delete_dead_outbox",
            {},
            {"batch_size": batch_size},
        ))

    async def delete_dead_refresh_tokens(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: delete expired families of refresh tokens, at most so many"""
        return rows.value(await self._fetch(
            "auth_delete_dead_refresh_tokens",
            {},
            {"batch_size": batch_size},
        ))

    async def delete_dead_sessions(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: delete expired sessions, at most so many"""
        return rows.value(await self._fetch(
            "auth_delete_dead_sessions",
            {},
            {"batch_size": batch_size},
        ))

    async def delete_dead_tokens(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: delete expired one-time tokens and codes, at most so many"""
        return rows.value(await self._fetch(
            "auth_delete_dead_tokens",
            {},
            {"batch_size": batch_size},
        ))

    async def delete_dead_user_sessions(
        self, *, user_id: str
    ) -> int:
        """service: delete the expired sessions of a user"""
        return rows.value(await self._fetch(
            "auth_delete_dead_user_sessions",
            {"user_id": user_id},
            {},
        ))

    async def delete_events(
        self, *, older_than: timedelta | str, batch_size: int | None = None
    ) -> int:
        """admin: remove old events, a batch at a time"""
        return rows.value(await self._fetch(
            "auth_delete_events",
            {"older_than": older_than},
            {"batch_size": batch_size},
        ))

    async def delete_key(
        self, *, provider_id: str, provider_user_id: str
    ) -> None:
        """service: delete a key"""
        await self._fetch(
            "auth_delete_key",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        )

    async def delete_own_factor(
        self, *, token: str | None, factor_id: UUID | str
    ) -> DeleteOwnFactorResult | Refused[Literal["refused", "reauthenticate"]]:
        """client: delete a second factor of the user of a token, end the other sessions, and give this one a new token; answers ok, refused or reauthenticate"""
        return rows.answer(DeleteOwnFactorResult, await self._fetch(
            "auth_delete_own_factor",
            {"token": token, "factor_id": factor_id},
            {},
        ))

    async def delete_own_key(
        self, *, token: str | None, provider_id: str, provider_user_id: str
    ) -> Ok | Refused[Literal["refused", "last_key", "reauthenticate"]]:
        """client: delete a key of the user of a token, but not the last way in; answers ok, refused, last_key or reauthenticate"""
        return rows.answer(Ok, await self._fetch(
            "auth_delete_own_key",
            {"token": token, "provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    async def delete_own_user(
        self, *, token: str | None, password: str | None = None, client_address: Address | str | None = None
    ) -> Ok | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: delete the user of a token, whose session is fresh or whose password is given; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(Ok, await self._fetch(
            "auth_delete_own_user",
            {"token": token},
            {"password": password, "client_address": client_address},
        ))

    async def delete_user(
        self, *, user_id: str
    ) -> None:
        """service: delete a user with its keys and sessions"""
        await self._fetch("auth_delete_user", {"user_id": user_id}, {})

    async def delete_user_factor(
        self, *, user_id: str, factor_id: UUID | str
    ) -> None:
        """service: delete a second factor of a user, and end its sessions"""
        await self._fetch(
            "auth_delete_user_factor",
            {"user_id": user_id, "factor_id": factor_id},
            {},
        )

    async def delete_user_factors(
        self, *, user_id: str
    ) -> int:
        """service: delete all second factors of a user, with recovery codes and remembered devices, and end its sessions; how many there were"""
        return rows.value(await self._fetch(
            "auth_delete_user_factors",
            {"user_id": user_id},
            {},
        ))

    async def describe_password_hash(
        self, *, hashed_password: str
    ) -> DescribePasswordHashResult:
        """service: tell the format, cost and strength of a password hash"""
        return rows.row(DescribePasswordHashResult, await self._fetch(
            "auth_describe_password_hash",
            {"hashed_password": hashed_password},
            {},
        ))

    async def disable_user(
        self, *, user_id: str, until: datetime | None = None, reason: str | None = None
    ) -> User:
        """service: keep a user out, for good or until a time, and end its sessions"""
        return rows.row(User, await self._fetch(
            "auth_disable_user",
            {"user_id": user_id},
            {"until": until, "reason": reason},
        ))

    async def enable_user(
        self, *, user_id: str
    ) -> User:
        """service: let a disabled user in again"""
        return rows.row(User, await self._fetch("auth_enable_user", {"user_id": user_id}, {}))

    async def end_other_sessions(
        self, *, token: str | None
    ) -> int:
        """client: end the sessions of the user of a token, but for its own"""
        return rows.value(await self._fetch("auth_end_other_sessions", {"token": token}, {}))

    async def end_own_session(
        self, *, token: str | None, session_id: UUID | str
    ) -> bool:
        """client: end a session of the user of a token"""
        return rows.value(await self._fetch(
            "auth_end_own_session",
            {"token": token, "session_id": session_id},
            {},
        ))

    async def erase_user(
        self, *, user_id: str
    ) -> int:
        """admin: delete a user with all that is known of it, events too; also one that was deleted before"""
        return rows.value(await self._fetch("auth_erase_user", {"user_id": user_id}, {}))

    async def evaluate_once(
        self, *, function: str
    ) -> None:
        """admin: have calls of a stable function of one's own with constants evaluated once in a statement"""
        await self._fetch("auth_evaluate_once", {"function": function}, {})

    async def export_user(
        self, *, user_id: str
    ) -> Any:
        """admin: all that is known of a user, without secrets"""
        return rows.value(await self._fetch("auth_export_user", {"user_id": user_id}, {}))

    async def fail_message(
        self, *, id: int, reason: str | None = None, retry_after: timedelta | str | None = None,
        permanent: bool | None = None
    ) -> datetime:
        """worker: say that a message could not be sent; when it is to be tried again"""
        return rows.value(await self._fetch(
            "auth_fail_message",
            {"id": id},
            {"reason": reason, "retry_after": retry_after, "permanent": permanent},
        ))

    async def finish_message(
        self, *, id: int
    ) -> bool:
        """worker: delete a message that was sent"""
        return rows.value(await self._fetch("auth_finish_message", {"id": id}, {}))

    async def fold_email(
        self, *, address: str
    ) -> str | None:
        """service: an address of mail as keys have it; NULL for one that they cannot have"""
        return rows.value(await self._fetch("auth_fold_email", {"address": address}, {}))

    async def forget_own_devices(
        self, *, token: str | None
    ) -> int:
        """client: have the user of a token asked for a second factor on every device again; how many were remembered"""
        return rows.value(await self._fetch("auth_forget_own_devices", {"token": token}, {}))

    async def generate_user_id(
        self, *, length: int | None = None
    ) -> str:
        """service: random letters and digits for a user id"""
        return rows.value(await self._fetch("auth_generate_user_id", {}, {"length": length}))

    async def get_client_throttle(
        self, *, client_address: Address | str
    ) -> GetClientThrottleResult:
        """admin: get the failed attempts of an address, and when another is allowed"""
        return rows.row(GetClientThrottleResult, await self._fetch(
            "auth_get_client_throttle",
            {"client_address": client_address},
            {},
        ))

    async def get_events(
        self, *, user_id: str | None = None, before: int | None = None, max_rows: int | None = None
    ) -> list[Event]:
        """admin: get the last events, of one user or of all"""
        return rows.many(Event, await self._fetch(
            "auth_get_events",
            {},
            {"user_id": user_id, "before": before, "max_rows": max_rows},
        ))

    async def get_key(
        self, *, provider_id: str, provider_user_id: str
    ) -> Key:
        """service: get a key"""
        return rows.row(Key, await self._fetch(
            "auth_get_key",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    async def get_key_throttle(
        self, *, provider_id: str, provider_user_id: str
    ) -> GetKeyThrottleResult:
        """admin: get the failed attempts against a key, and when another is allowed"""
        return rows.row(GetKeyThrottleResult, await self._fetch(
            "auth_get_key_throttle",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    async def get_outbox(
        self, *, failed: bool | None = None, max_rows: int | None = None
    ) -> list[Message]:
        """worker: get the last messages without their tokens: those given up, those not, or all"""
        return rows.many(Message, await self._fetch(
            "auth_get_outbox",
            {},
            {"failed": failed, "max_rows": max_rows},
        ))

    async def get_own_factors(
        self, *, token: str | None
    ) -> list[Factor]:
        """client: get the second factors of the user of a token"""
        return rows.many(Factor, await self._fetch("auth_get_own_factors", {"token": token}, {}))

    async def get_own_keys(
        self, *, token: str | None
    ) -> list[Key]:
        """client: get the keys of the user of a token"""
        return rows.many(Key, await self._fetch("auth_get_own_keys", {"token": token}, {}))

    async def get_own_sessions(
        self, *, token: str | None
    ) -> list[OwnSession]:
        """client: get the living sessions of the user of a token"""
        return rows.many(OwnSession, await self._fetch("auth_get_own_sessions", {"token": token}, {}))

    async def get_password_audit(self) -> list[GetPasswordAuditResult]:
        """admin: count the keys with a password by the format and strength of its hash"""
        return rows.many(GetPasswordAuditResult, await self._fetch("auth_get_password_audit", {}, {}))

    async def get_password_load(self) -> GetPasswordLoadResult:
        """admin: tell how many passwords the server is hashing, and how many wait for it"""
        return rows.row(GetPasswordLoadResult, await self._fetch("auth_get_password_load", {}, {}))

    async def get_password_weakness(
        self, *, password: str, provider_user_id: str | None = None
    ) -> str | None:
        """client: tell why a new password would be refused; NULL: it would not"""
        return rows.value(await self._fetch(
            "auth_get_password_weakness",
            {"password": password},
            {"provider_user_id": provider_user_id},
        ))

    async def get_session(
        self, *, token: str | None
    ) -> Session | None:
        """client: get the living session of a token as it is"""
        return rows.optional(Session, await self._fetch("auth_get_session", {"token": token}, {}))

    async def get_user(
        self, *, user_id: str
    ) -> User:
        """service: get a user"""
        return rows.row(User, await self._fetch("auth_get_user", {"user_id": user_id}, {}))

    async def get_user_by_provider_id(
        self, *, provider_id: str, provider_user_id: str
    ) -> User:
        """service: get the user of a key"""
        return rows.row(User, await self._fetch(
            "auth_get_user_by_provider_id",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    async def get_user_factors(
        self, *, user_id: str
    ) -> list[Factor]:
        """service: get the second factors of a user"""
        return rows.many(Factor, await self._fetch("auth_get_user_factors", {"user_id": user_id}, {}))

    async def get_user_keys(
        self, *, user_id: str
    ) -> list[Key]:
        """service: get the keys of a user"""
        return rows.many(Key, await self._fetch("auth_get_user_keys", {"user_id": user_id}, {}))

    async def get_user_sessions(
        self, *, user_id: str
    ) -> list[Session]:
        """service: get the living sessions of a user, oldest first"""
        return rows.many(Session, await self._fetch("auth_get_user_sessions", {"user_id": user_id}, {}))

    async def grant(
        self, *, role: str, privilege: str
    ) -> None:
        """admin: grant a role EXECUTE on the functions for a client, a service, an admin or a worker"""
        await self._fetch(
            "auth_grant",
            {"role": role, "privilege": privilege},
            {},
        )

    async def has_level(
        self, *, level: int | None
    ) -> bool:
        """identity: whether somebody acts by at least this level"""
        return rows.value(await self._fetch("auth_has_level", {"level": level}, {}))

    async def import_key(
        self, *, user_id: str, provider_id: str, provider_user_id: str, hashed_password: str,
        verified: bool | None = None
    ) -> Key:
        """service: create a key whose password was hashed by another system"""
        return rows.row(Key, await self._fetch(
            "auth_import_key",
            {"user_id": user_id, "provider_id": provider_id, "provider_user_id": provider_user_id,
            "hashed_password": hashed_password},
            {"verified": verified},
        ))

    async def import_lucia(
        self, *, version: str, users: str, keys: str | None = None, sessions: str | None = None,
        passwords: str | None = None, identifier_column: str | None = None, session_ids: str | None = None,
        time_zone: str | None = None, secret_columns: list[str] | None = None, list_rows: bool | None = None
    ) -> list[ImportLuciaResult]:
        """admin: import users, keys and sessions from tables of Lucia, and tell how many"""
        return rows.many(ImportLuciaResult, await self._fetch(
            "auth_import_lucia",
            {"version": version, "users": users},
            {"keys": keys, "sessions": sessions, "passwords": passwords,
            "identifier_column": identifier_column, "session_ids": session_ids, "time_zone": time_zone,
            "secret_columns": secret_columns, "list_rows": list_rows},
        ))

    async def import_totp(
        self, *, user_id: str, secret: bytes, name: str | None = None, algorithm: str | None = None,
        digits: int | None = None, period: int | None = None
    ) -> UUID:
        """service: add an authenticator app that a user has from another system; its id"""
        return rows.value(await self._fetch(
            "auth_import_totp",
            {"user_id": user_id, "secret": secret},
            {"name": name, "algorithm": algorithm, "digits": digits, "period": period},
        ))

    async def invalidate_all_sessions(self) -> int:
        """admin: end the sessions of all users, and the tokens that would let them in"""
        return rows.value(await self._fetch("auth_invalidate_all_sessions", {}, {}))

    async def invalidate_session(
        self, *, session_id: UUID | str
    ) -> None:
        """service: end a session"""
        await self._fetch(
            "auth_invalidate_session",
            {"session_id": session_id},
            {},
        )

    async def invalidate_user_sessions(
        self, *, user_id: str, except_session: UUID | str | None = None
    ) -> int:
        """service: end the sessions of a user, but for one"""
        return rows.value(await self._fetch(
            "auth_invalidate_user_sessions",
            {"user_id": user_id},
            {"except_session": except_session},
        ))

    async def is_fresh(
        self, *, period: timedelta | str | None
    ) -> bool:
        """identity: whether somebody acts who has proven a credential within the period"""
        return rows.value(await self._fetch("auth_is_fresh", {"period": period}, {}))

    async def reauthenticate(
        self, *, token: str | None, password: str | None = None, totp: str | None = None,
        recovery_code: str | None = None, client_address: Address | str | None = None
    ) -> SignInResult | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: prove a password or a second factor of the user of a token, which makes its session fresh and gives it another token; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(SignInResult, await self._fetch(
            "auth_reauthenticate",
            {"token": token},
            {"password": password, "totp": totp, "recovery_code": recovery_code,
            "client_address": client_address},
        ))

    async def rename_own_factor(
        self, *, token: str | None, factor_id: UUID | str, name: str | None
    ) -> Ok | Refused[Literal["refused"]]:
        """client: give a second factor of the user of a token this name (NULL: none); answers ok or refused"""
        return rows.answer(Ok, await self._fetch(
            "auth_rename_own_factor",
            {"token": token, "factor_id": factor_id, "name": name},
            {},
        ))

    async def request_email_change(
        self, *, user_id: str, address: str, provider_id: str | None = None,
        lifetime: timedelta | str | None = None, data: Json | None = None
    ) -> Ok | Throttled:
        """service: have a token sent to the address that a user wants to have; answers ok or throttled"""
        return rows.answer(Ok, await self._fetch(
            "auth_request_email_change",
            {"user_id": user_id, "address": address},
            {"provider_id": provider_id, "lifetime": lifetime, "data": data},
        ))

    async def request_email_verification(
        self, *, user_id: str, address: str, lifetime: timedelta | str | None = None,
        data: Json | None = None
    ) -> Ok | Throttled:
        """service: have a token sent to the address of a key of the user; answers ok or throttled"""
        return rows.answer(Ok, await self._fetch(
            "auth_request_email_verification",
            {"user_id": user_id, "address": address},
            {"lifetime": lifetime, "data": data},
        ))

    async def request_magic_link(
        self, *, provider_id: str, provider_user_id: str, client_address: Address | str | None = None,
        data: Json | None = None, sign_up: bool | None = None, bind: bool | None = None
    ) -> RequestMagicLinkResult | Throttled:
        """client: have a token sent to a key, if there is one, with which its user can sign in, or sign up; answers ok or throttled"""
        return rows.answer(RequestMagicLinkResult, await self._fetch(
            "auth_request_magic_link",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {"client_address": client_address, "data": data, "sign_up": sign_up, "bind": bind},
        ))

    async def request_own_email_change(
        self, *, token: str | None, address: str, client_address: Address | str | None = None,
        data: Json | None = None, provider_id: str | None = None
    ) -> Ok | Refused[Literal["refused", "reauthenticate"]] | Throttled:
        """client: have a token sent to the address that the user of a token wants to have; answers ok, refused, throttled or reauthenticate"""
        return rows.answer(Ok, await self._fetch(
            "auth_request_own_email_change",
            {"token": token, "address": address},
            {"client_address": client_address, "data": data, "provider_id": provider_id},
        ))

    async def request_own_email_verification(
        self, *, token: str | None, client_address: Address | str | None = None, data: Json | None = None,
        code: bool | None = None
    ) -> Ok | Refused[Literal["refused"]] | Throttled:
        """client: have a token, or a code, sent to the address that the user of a token has not proven yet; answers ok, refused or throttled"""
        return rows.answer(Ok, await self._fetch(
            "auth_request_own_email_verification",
            {"token": token},
            {"client_address": client_address, "data": data, "code": code},
        ))

    async def request_password_reset(
        self, *, provider_id: str, provider_user_id: str, client_address: Address | str | None = None,
        data: Json | None = None
    ) -> Ok | Throttled:
        """client: have a token sent to a key, if there is one, with which its password can be set; answers ok or throttled"""
        return rows.answer(Ok, await self._fetch(
            "auth_request_password_reset",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {"client_address": client_address, "data": data},
        ))

    async def request_sign_up(
        self, *, provider_id: str, provider_user_id: str, client_address: Address | str | None = None,
        data: Json | None = None, code: bool | None = None
    ) -> Ok | Throttled:
        """client: have a token sent to an address, with which its owner can sign up, or a notice if it is somebody's; answers ok or throttled"""
        return rows.answer(Ok, await self._fetch(
            "auth_request_sign_up",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {"client_address": client_address, "data": data, "code": code},
        ))

    async def require(
        self, *, level: int, max_age: timedelta | str | None = None
    ) -> bool:
        """identity: true where enough was proven by whoever acts, an error where not"""
        return rows.value(await self._fetch(
            "auth_require",
            {"level": level},
            {"max_age": max_age},
        ))

    async def reseal(
        self, *, batch_size: int | None = None
    ) -> int:
        """admin: encrypt with the first key of the file what was encrypted with another, at most so many rows"""
        return rows.value(await self._fetch("auth_reseal", {}, {"batch_size": batch_size}))

    async def reset_client_throttle(
        self, *, client_address: Address | str
    ) -> None:
        """admin: forget the failed attempts of an address"""
        await self._fetch(
            "auth_reset_client_throttle",
            {"client_address": client_address},
            {},
        )

    async def reset_key_throttle(
        self, *, provider_id: str, provider_user_id: str
    ) -> None:
        """admin: forget the failed attempts against a key"""
        await self._fetch(
            "auth_reset_key_throttle",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        )

    async def reset_password(
        self, *, token: str | None, new_password: str
    ) -> ResetPasswordResult | Refused[Literal["refused"]]:
        """client: use a token to set the password of its user, and end all sessions; answers ok or refused"""
        return rows.answer(ResetPasswordResult, await self._fetch(
            "auth_reset_password",
            {"token": token, "new_password": new_password},
            {},
        ))

    async def revoke_refresh_token(
        self, *, refresh_token: str | None
    ) -> bool:
        """client: end the family of a refresh token, spent or not, and its session"""
        return rows.value(await self._fetch(
            "auth_revoke_refresh_token",
            {"refresh_token": refresh_token},
            {},
        ))

    async def revoke_user_refresh_tokens(
        self, *, user_id: str
    ) -> int:
        """service: end the families of refresh tokens of a user, and their sessions"""
        return rows.value(await self._fetch(
            "auth_revoke_user_refresh_tokens",
            {"user_id": user_id},
            {},
        ))

    async def rotate_refresh_token(
        self, *, refresh_token: str | None, client_address: Address | str | None = None
    ) -> RefreshResult | Refused[Literal["refused", "reused"]]:
        """client: spend a refresh token for a new one and a new token of its session; answers ok, refused or reused"""
        return rows.answer(RefreshResult, await self._fetch(
            "auth_rotate_refresh_token",
            {"refresh_token": refresh_token},
            {"client_address": client_address},
        ))

    async def session_id(
        self, *, token: str | None
    ) -> UUID:
        """client: the id of the session that a token is of"""
        return rows.value(await self._fetch("auth_session_id", {"token": token}, {}))

    async def set_session(
        self, *, token: str | None
    ) -> bool:
        """client: have the user of a session act until the transaction ends; false: nobody does"""
        return rows.value(await self._fetch("auth_set_session", {"token": token}, {}))

    async def set_session_from_request(
        self, *, cookie: str | None = None, header: str | None = None
    ) -> bool:
        """client: auth_set_session() by the token in the request that PostgREST passes on"""
        return rows.value(await self._fetch(
            "auth_set_session_from_request",
            {},
            {"cookie": cookie, "header": header},
        ))

    async def setup(self) -> None:
        """admin: make the tables of auth, owned by the caller, or bring them up to date"""
        await self._fetch("auth_setup", {}, {})

    async def sign_in(
        self, *, provider_id: str, provider_user_id: str, password: str,
        client_address: Address | str | None = None, session_attributes: Json | None = None,
        active_period: timedelta | str | None = None, idle_period: timedelta | str | None = None,
        lifetime: timedelta | str | None = None, device_token: str | None = None
    ) -> SignInResult | Refused[Literal["refused"]] | SecondFactor | Throttled:
        """client: check a password and make a session; answers ok, refused, throttled or second_factor"""
        return rows.answer(SignInResult, await self._fetch(
            "auth_sign_in",
            {"provider_id": provider_id, "provider_user_id": provider_user_id, "password": password},
            {"client_address": client_address, "session_attributes": session_attributes,
            "active_period": active_period, "idle_period": idle_period, "lifetime": lifetime,
            "device_token": device_token},
        ))

    async def sign_in_with_token(
        self, *, token: str | None, session_token: str | None = None, browser_token: str | None = None,
        client_address: Address | str | None = None, user_attributes: Json | None = None,
        session_attributes: Json | None = None, active_period: timedelta | str | None = None,
        idle_period: timedelta | str | None = None, lifetime: timedelta | str | None = None,
        device_token: str | None = None
    ) -> SignInResult | Refused[Literal["refused", "taken"]] | SecondFactor:
        """client: use a token to make a session; answers ok, refused, taken or second_factor"""
        return rows.answer(SignInResult, await self._fetch(
            "auth_sign_in_with_token",
            {"token": token},
            {"session_token": session_token, "browser_token": browser_token,
            "client_address": client_address, "user_attributes": user_attributes,
            "session_attributes": session_attributes, "active_period": active_period,
            "idle_period": idle_period, "lifetime": lifetime, "device_token": device_token},
        ))

    async def sign_out(
        self, *, token: str | None
    ) -> bool:
        """client: end the session of a token"""
        return rows.value(await self._fetch("auth_sign_out", {"token": token}, {}))

    async def sign_up(
        self, *, token: str | None, password: str | None = None,
        client_address: Address | str | None = None, user_attributes: Json | None = None,
        session_attributes: Json | None = None, active_period: timedelta | str | None = None,
        idle_period: timedelta | str | None = None, lifetime: timedelta | str | None = None
    ) -> SignInResult | Refused[Literal["refused", "taken"]]:
        """client: use a token that was sent to an address to make its user, with a session; answers ok, refused or taken"""
        return rows.answer(SignInResult, await self._fetch(
            "auth_sign_up",
            {"token": token},
            {"password": password, "client_address": client_address, "user_attributes": user_attributes,
            "session_attributes": session_attributes, "active_period": active_period,
            "idle_period": idle_period, "lifetime": lifetime},
        ))

    async def sign_up_with_code(
        self, *, provider_id: str, provider_user_id: str, code: str, password: str | None = None,
        client_address: Address | str | None = None, user_attributes: Json | None = None,
        session_attributes: Json | None = None, active_period: timedelta | str | None = None,
        idle_period: timedelta | str | None = None, lifetime: timedelta | str | None = None
    ) -> SignInResult | Refused[Literal["refused", "taken"]]:
        """client: use a code that was sent to an address to make its user, with a session; answers ok, refused or taken"""
        return rows.answer(SignInResult, await self._fetch(
            "auth_sign_up_with_code",
            {"provider_id": provider_id, "provider_user_id": provider_user_id, "code": code},
            {"password": password, "client_address": client_address, "user_attributes": user_attributes,
            "session_attributes": session_attributes, "active_period": active_period,
            "idle_period": idle_period, "lifetime": lifetime},
        ))

    async def take_outbox(
        self, *, max_rows: int | None = None, purposes: list[str] | None = None,
        lease: timedelta | str | None = None
    ) -> list[Outbox]:
        """worker: take messages that are to be sent, for the time of the lease, which nobody else is taking"""
        return rows.many(Outbox, await self._fetch(
            "auth_take_outbox",
            {},
            {"max_rows": max_rows, "purposes": purposes, "lease": lease},
        ))

    async def update_key_identifier(
        self, *, provider_id: str, provider_user_id: str, new_provider_id: str, new_provider_user_id: str
    ) -> Key:
        """service: rename a key"""
        return rows.row(Key, await self._fetch(
            "auth_update_key_identifier",
            {"provider_id": provider_id, "provider_user_id": provider_user_id,
            "new_provider_id": new_provider_id, "new_provider_user_id": new_provider_user_id},
            {},
        ))

    async def update_key_password(
        self, *, provider_id: str, provider_user_id: str, password: str,
        except_session: UUID | str | None = None
    ) -> Key:
        """service: set the password of a key and end the other sessions of its user"""
        return rows.row(Key, await self._fetch(
            "auth_update_key_password",
            {"provider_id": provider_id, "provider_user_id": provider_user_id, "password": password},
            {"except_session": except_session},
        ))

    async def update_own_attributes(
        self, *, token: str | None, user_attributes: Json
    ) -> Ok | Refused[Literal["refused"]]:
        """client: write attributes of the user of a token that clients may write; answers ok or refused"""
        return rows.answer(Ok, await self._fetch(
            "auth_update_own_attributes",
            {"token": token, "user_attributes": user_attributes},
            {},
        ))

    async def update_session_attributes(
        self, *, session_id: UUID | str, session_attributes: Json
    ) -> Session:
        """service: write some of the attributes of a session"""
        return rows.row(Session, await self._fetch(
            "auth_update_session_attributes",
            {"session_id": session_id, "session_attributes": session_attributes},
            {},
        ))

    async def update_user_attributes(
        self, *, user_id: str, user_attributes: Json
    ) -> User:
        """service: write some of the attributes of a user"""
        return rows.row(User, await self._fetch(
            "auth_update_user_attributes",
            {"user_id": user_id, "user_attributes": user_attributes},
            {},
        ))

    async def update_user_password(
        self, *, user_id: str, password: str, except_session: UUID | str | None = None
    ) -> User:
        """service: set the password of a user and end its other sessions"""
        return rows.row(User, await self._fetch(
            "auth_update_user_password",
            {"user_id": user_id, "password": password},
            {"except_session": except_session},
        ))

    async def update_user_provider_id(
        self, *, user_id: str, provider_id: str, provider_user_id: str
    ) -> User:
        """service: rename the key of a user that has one of this provider, or only one"""
        return rows.row(User, await self._fetch(
            "auth_update_user_provider_id",
            {"user_id": user_id, "provider_id": provider_id, "provider_user_id": provider_user_id},
            {},
        ))

    async def use_code(
        self, *, purpose: str, code: str, user_id: str | None = None, address: str | None = None
    ) -> Token | None:
        """service: use up a one-time code of a user or an address; no row: it is not the one, or dead"""
        return rows.optional(Token, await self._fetch(
            "auth_use_code",
            {"purpose": purpose, "code": code},
            {"user_id": user_id, "address": address},
        ))

    async def use_key(
        self, *, provider_id: str, provider_user_id: str, password: str | None = None
    ) -> Key:
        """service: check the password of a key, with an error when it is wrong"""
        return rows.row(Key, await self._fetch(
            "auth_use_key",
            {"provider_id": provider_id, "provider_user_id": provider_user_id},
            {"password": password},
        ))

    async def use_token(
        self, *, purpose: str, token: str | None
    ) -> Token | None:
        """service: use up a one-time token; no row: there is none"""
        return rows.optional(Token, await self._fetch(
            "auth_use_token",
            {"purpose": purpose, "token": token},
            {},
        ))

    async def user_attribute(
        self, *, name: str | None
    ) -> Any | None:
        """identity: an attribute of the user who acts; NULL: nobody"""
        return rows.value(await self._fetch("auth_user_attribute", {"name": name}, {}))

    async def user_attribute_text(
        self, *, name: str | None
    ) -> str | None:
        """identity: an attribute of the user who acts, as text; NULL: nobody"""
        return rows.value(await self._fetch("auth_user_attribute_text", {"name": name}, {}))

    async def user_id(self) -> str | None:
        """identity: the id of the user who acts; NULL: nobody"""
        return rows.value(await self._fetch("auth_user_id", {}, {}))

    async def user_uuid(self) -> UUID | None:
        """identity: the id of the user who acts as a uuid; NULL where it is none"""
        return rows.value(await self._fetch("auth_user_uuid", {}, {}))

    async def validate_session(
        self, *, token: str | None
    ) -> Session | None:
        """client: get the living session of a token, renewed if it was idle"""
        return rows.optional(Session, await self._fetch("auth_validate_session", {"token": token}, {}))

    async def verify_email(
        self, *, token: str | None, session_token: str | None = None
    ) -> VerifyEmailResult | Refused[Literal["refused"]]:
        """client: use a token that was sent to an address: its key is proven; answers ok or refused"""
        return rows.answer(VerifyEmailResult, await self._fetch(
            "auth_verify_email",
            {"token": token},
            {"session_token": session_token},
        ))

    async def verify_own_email_with_code(
        self, *, token: str | None, code: str
    ) -> VerifyOwnEmailWithCodeResult | Refused[Literal["refused"]]:
        """client: use a code that was sent to an address of the user of a token: its key is proven; answers ok or refused"""
        return rows.answer(VerifyOwnEmailWithCodeResult, await self._fetch(
            "auth_verify_own_email_with_code",
            {"token": token, "code": code},
            {},
        ))

    async def verify_password_hash(
        self, *, hashed_password: str, password: str
    ) -> bool:
        """service: tell whether a password is the one that was hashed"""
        return rows.value(await self._fetch(
            "auth_verify_password_hash",
            {"hashed_password": hashed_password, "password": password},
            {},
        ))
