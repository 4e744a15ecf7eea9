"""Steps of a client: second factors.

The clients have the secrets of the apps, and work out codes by the clock that
the server has, too.
"""

import base64
import hashlib
import hmac
import time

from holding import App, Challenge, CodeSet, Device
from ledger import Deed, Login, SessionToken

# Of so many no code is by chance that of another step.
DIGITS = 8

# Of any app, so long ago.
STALE_STEP = 1

# An eleventh device pushes out another one.
FEW_DEVICES = 8

ANSWER = "status, token, challenge, device_token, aal"


def code_of(secret, step):
    """HOTP of RFC 4226."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 15
    number = int.from_bytes(digest[start:start + 4], "big") & 0x7fffffff
    return str(number % 10 ** DIGITS).zfill(DIGITS)


class Proof:
    """A code that is tried by the deed: of an app and a step, or the recovery
    code of that number."""

    def __init__(self, thing, key, deed):
        self.thing, self.key, self.deed = thing, key, deed
        self.began = time.time()
        thing.tries.append((key, deed))

    @classmethod
    def spent(cls, thing, deed):
        """The last one of the thing that surely was good."""
        used = [key for key, use in thing.tries if use.done]
        return [cls(thing, used[-1], deed)] if used else []

    @property
    def of_app(self):
        return isinstance(self.thing, App)

    def argument(self):
        if self.of_app:
            return {"totp": code_of(self.thing.secret, self.key)}
        return {"recovery_code": self.thing.texts[self.key]}

    def in_time(self):
        return not self.of_app or self.key in self.thing.window(self.began)

    def is_good(self):
        """Surely, as long as nobody else is at it."""
        return self.thing.user.stays() and self.in_time() and \
            self.thing.stands(self.deed) and \
            not self.thing.tried(self.deed, self.key)

    def is_bad(self):
        """Surely: it was used, has ended, or is not of this time."""
        return self.thing.gone(self.deed) or \
            (self.of_app and self.key == STALE_STEP) or \
            self.thing.used_before(self.deed, self.key)

    def fault(self, status, due):
        """What is wrong with the answer; DUE: nothing else can be."""
        what = f"a code of {self.thing.user.id} ({self.thing.made.step})"
        if status == "ok" and self.is_bad():
            return what + " is good that is not"
        if status == "refused" and due and self.is_good():
            return what + " is lost"
        return None


class FactorSteps:
    """What applications do with second factors."""

    def blame(self, fault):
        if fault:
            self.ledger.fault(fault)

    def users_of_factors(self):
        return [user for user in self.ledger.users[-120:]
                if user.apps and not user.removed()]

    def a_proven_token(self):
        """Of a session that was begun with both factors."""
        login = self.choose([login for user in self.users_of_factors()
                             for login in user.logins[-4:]
                             if login.made.step == "complete"])
        if not login or login in self.touched:
            return None
        self.touched.add(login)
        return self.choose(login.tokens)

    def enrol(self):
        """An app, which its user confirms with a code at once."""
        token = self.a_token()
        if not token:
            return None
        [(status, number, secret)] = self.call(
            "auth_create_totp", token.text, digits=DIGITS,
            columns="status, factor_id, secret")
        self.ledger.answer(self.step, status)
        return self.confirm(token, number, secret) if status == "ok" else True

    def confirm(self, token, number, secret):
        user, deed = token.login.user, self.deed()
        padding = "=" * (-len(secret) % 8)
        app = App(user, base64.b32decode(secret + padding), 30, deed)
        app.id = number
        proof = Proof(app, app.new_step(), deed)
        user.apps.append(app)
        user.code_makers.append(deed)
        self.change_factors(token, deed)
        [(status, successor, texts)] = self.call(
            "auth_confirm_totp", token.text, number,
            columns="status, new_token, recovery_codes",
            code=proof.argument()["totp"])
        self.ledger.answer(self.step, f"confirm {status}")
        self.tell(user, "factor_added", deed)
        if status == "ok":
            self.renew(token, successor, deed)
            self.keep_codes(user, texts, deed)
        else:
            self.transaction.drop(deed)
        return True

    @staticmethod
    def change_factors(token, deed):
        """The other sessions end, and this one is going to have another token."""
        user = token.login.user
        user.factor_changes.append(deed)
        user.end_sessions(deed, token.login)
        token.login.rotations.append(deed)

    @staticmethod
    def renew(token, successor, deed):
        token.login.tokens.append(SessionToken(token.login, successor, deed))

    @staticmethod
    def keep_codes(user, texts, deed):
        if texts:
            user.code_sets.append(CodeSet(user, texts, deed))
        else:
            user.code_makers.remove(deed)

    def import_app(self):
        user = self.a_user()
        if not user or len(user.apps) > 7:
            return None
        app = App(user, self.random.randbytes(20), 15, self.deed())
        user.apps.append(app)
        [(app.id,)] = self.call("auth_import_totp", user.id, app.secret,
                                digits=DIGITS, period=app.period, columns="f")
        return True

    def look_at_factors(self):
        token = self.a_token()
        if not token:
            return None
        user = token.login.user
        self.call("auth_get_own_factors", token.text)
        app = self.choose(user.apps)
        if app:
            self.call("auth_rename_own_factor", token.text, app.id,
                      self.new_name())
        return self.call("auth_get_user_factors", user.id) or True

    def new_codes(self):
        token = self.a_proven_token()
        if not token:
            return None
        user, deed = token.login.user, self.deed()
        user.code_makers.append(deed)
        self.tell(user, "factor_added", deed)
        [(status, texts)] = self.call("auth_create_recovery_codes", token.text,
                                      columns="status, recovery_codes")
        self.ledger.answer(self.step, status)
        if status != "ok":
            self.transaction.drop(deed)
        self.keep_codes(user, texts, deed)
        return True

    def delete_app(self):
        """By its user, who keeps a session, or for it."""
        token = self.a_proven_token()
        app = token and self.choose(token.login.user.apps)
        if not app or self.random.random() < 0.5:
            return None
        deed = self.deed()
        app.removals.append(deed)
        self.tell(app.user, "factor_removed", deed)
        if self.random.random() < 0.5:
            app.user.factor_changes.append(deed)
            app.user.end_sessions(deed)
            return self.call("auth_delete_user_factor", app.user.id, app.id)
        self.change_factors(token, deed)
        [(status, successor)] = self.call(
            "auth_delete_own_factor", token.text, app.id,
            columns="status, new_token")
        self.ledger.answer(self.step, status)
        if status == "ok":
            self.renew(token, successor, deed)
        else:
            self.transaction.drop(deed)
        return True

    def reset_factors(self):
        user = self.choose(self.users_of_factors())
        if not user:
            return None
        deed = self.deed()
        user.resets.append(deed)
        user.factor_changes.append(deed)
        user.end_sessions(deed)
        [(count,)] = self.call("auth_delete_user_factors", user.id, columns="f")
        if count > 0:
            self.tell(user, "factor_removed", deed)
        return True

    def forget_devices(self):
        token = self.a_proven_token()
        if not token:
            return None
        deed = self.deed()
        token.login.user.forgets.append(deed)
        [(count,)] = self.call("auth_forget_own_devices", token.text,
                               columns="f")
        self.ledger.answer(self.step, count > 0)
        if count == 0:
            self.transaction.drop(deed)
        return True

    # -- signing in

    def a_device(self, user):
        """One that is going to be used, and the deed; or neither."""
        device = self.choose(user.devices)
        if not device or self.random.random() < 0.3:
            return None, None
        use = self.deed()
        device.tries.append((0, use))
        return device, use

    def judge_first(self, user, deed, answer, password=None,
                    device=None, use=None):
        """A first factor was right: there is a session, or another factor is
        asked for.  A device is used up only if it gets another token."""
        status, token, challenge, next_device, level = answer
        asked = any(app.stands(deed) for app in user.apps)
        if status == "ok":
            user.logins.append(Login(user, token, deed, password))
        if status == "ok" and asked and (not next_device or level > 1):
            self.ledger.fault(f"{user.id} signs in without its factor")
        if next_device and (device.gone(use) or device.used_before(use)):
            self.ledger.fault(f"a device of {user.id} is good that is not")
        if next_device:
            user.devices.append(Device(user, next_device, deed))
        elif use:
            self.transaction.drop(use)
        if status == "second_factor":
            user.challenges.append(Challenge(user, challenge, deed, password))
            self.judge_question(user, deed, device, use)

    def judge_question(self, user, deed, device, use):
        if all(app.gone(deed) for app in user.apps):
            self.ledger.fault(f"{user.id} is asked for a factor without one")
        if device and device.stands(use) and not device.tried(use) and \
                len(user.devices) <= FEW_DEVICES:
            self.ledger.fault(f"a device of {user.id} is lost")

    def a_proof(self, user, deed):
        """New, tried before, of another time, or a recovery code."""
        app, codes = self.choose(user.apps), self.choose(user.code_sets[-2:])
        chance = self.random.random()
        if codes and (chance < 0.3 or not app):
            used = [number for number, use in codes.tries if use.done]
            return Proof(codes, self.random.choice(
                used if used and chance < 0.15 else range(len(codes.texts))),
                         deed)
        if not app:
            return None
        step = app.new_step() if chance < 0.8 else None
        if step is None:
            step = self.random.choice([STALE_STEP] +
                                      [key for key, _ in app.tries])
        return Proof(app, step, deed)

    def complete(self):
        challenge = self.choose([challenge for user in self.users_of_factors()
                                 for challenge in user.challenges[-3:]
                                 if len(challenge.tries) < 2])
        if not challenge or challenge in self.touched:
            return None
        self.touched.add(challenge)
        user, deed = challenge.user, self.deed()
        proof = self.a_proof(user, deed)
        if not proof:
            self.transaction.drop(deed)
            return None
        challenge.tries.append((0, deed))
        remember = "1 day" if self.random.random() < 0.5 else None
        [(status, token, _, device, level)] = self.call(
            "auth_complete_sign_in", challenge.text, columns=ANSWER,
            remember=remember, **proof.argument())
        self.ledger.answer(self.step, status)
        due = challenge.stands(deed) and not challenge.tried(deed)
        self.blame(proof.fault(status, due))
        self.judge_second(challenge, deed, status, level)
        if status == "ok":
            self.tell_of_use(proof, deed)
            user.logins.append(Login(user, token, deed, challenge.password))
        else:
            self.transaction.drop(deed)
        if device:
            user.devices.append(Device(user, device, deed))
        return True

    def judge_second(self, challenge, deed, status, level):
        user = challenge.user
        if status != "ok":
            return
        if challenge.gone(deed) or challenge.used_before(deed) or \
                any(removal.before(deed) for removal in user.removals):
            self.ledger.fault(f"a challenge of {user.id} is good that is not")
        if level != 2:
            self.ledger.fault(f"{user.id} has level {level} by two factors")

    def tell_of_use(self, proof, deed):
        if not proof.of_app:
            self.tell(proof.thing.user, "recovery_code_used", deed)

    def reauthenticate(self):
        """What is proven gives the session another token."""
        token = self.a_token()
        if not token:
            return None
        login, deed = token.login, self.deed()
        by_code = self.random.random() < 0.5
        proof = self.a_proof(login.user, deed) if by_code else None
        argument = proof.argument() if proof else \
            {"password": login.user.password()}
        stays = token.stays()
        login.rotations.append(deed)
        [(status, successor)] = self.call("auth_reauthenticate", token.text,
                                          columns="status, token", **argument)
        self.ledger.answer(self.step, status)
        if status == "ok":
            self.renew(token, successor, deed)
        else:
            self.transaction.drop(deed)
        if proof:
            due = stays and token.stays()
            self.blame(proof.fault(status, due))
            if status == "ok":
                self.tell_of_use(proof, deed)
            elif not due:  # it may be used up in a session that is signed out
                self.tell_of_use(proof, Deed(self.step))
        return True
