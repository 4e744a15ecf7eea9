"""Steps of a client: users, keys and passwords."""

from factor import ANSWER
from ledger import Login, User

# "password", as another system has it, at the lowest cost.
BCRYPT = "$2b$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm"


class AccountSteps:
    """What applications do with accounts."""

    def create_user(self):
        name, address = self.new_name(), self.new_address()
        deed, password = self.deed(), self.new_password()
        self.call("auth_create_user", "email", address, password,
                  '{"nick": "made"}', name, verified=True)
        self.ledger.users.append(
            User(self.ledger, name, deed, address, password))
        return True

    def sign_up(self):
        address, password = self.new_address(), self.new_password()
        deed, message = self.deed(), f"sign up {address}"
        self.run_sql("INSERT INTO auth_token"
                     " (id, purpose, provider_id, address, expires_at)"
                     " VALUES (auth_session_id(%s), 'sign_up', 'email', %s,"
                     " now() + interval '1 day')", message, address)
        [(name, token)] = self.call("auth_sign_up", message, password,
                                    columns="user_id, token")
        user = User(self.ledger, name, deed, address, password)
        user.logins.append(Login(user, token, deed))
        self.ledger.users.append(user)
        return True

    def delete_user(self):
        user = self.a_user()
        if not user or self.random.random() < 0.5:
            return None
        user.removals.append(self.deed())
        self.call(self.random.choice(["auth_delete_user", "auth_erase_user"]),
                  user.id)
        return True

    def disable_user(self):
        """By SQL, which does not see who was made after its snapshot, or a call."""
        user = self.a_user()
        if not user or self.random.random() < 0.5:
            return None
        deed = self.deed()
        user.removals.append(deed)
        if self.random.random() < 0.5:
            return self.call("auth_disable_user", user.id, reason="storm")
        rows = self.run_sql("UPDATE auth_user SET disabled_at = now()"
                            " WHERE id = %s RETURNING id", user.id)
        if not rows:
            self.transaction.drop(deed)
        return rows

    def update_user(self):
        user = self.a_user()
        return user and self.call(
            "auth_update_user_attributes", user.id,
            f'{{"nick": "nick {self.random.random()}"}}')

    def key(self):
        """A key without a password comes, gets another name, goes."""
        user = self.a_user()
        if not user:
            return None
        name = self.new_name()
        self.tell(user, "key_added", self.deed())
        self.call("auth_create_key", user.id, "github", name)
        self.acknowledge()
        self.call("auth_use_key", "github", name)
        if self.random.random() < 0.5:
            self.call("auth_update_key_identifier", "github", name,
                      "github", name + "x")
            name += "x"
        if self.random.random() < 0.5:
            self.tell(user, "key_removed", self.deed())
            self.call("auth_delete_key", "github", name)
            self.acknowledge()
        return self.call("auth_get_user_keys", user.id) or True

    def own(self):
        """What users do with their own account, but for what ends anything."""
        token = self.a_token()
        if not token:
            return None
        name = self.new_name()
        self.call("auth_get_own_sessions", token.text)
        self.call("auth_get_own_keys", token.text)
        self.call("auth_update_own_attributes", token.text,
                  f'{{"nick": "nick {self.random.random()}"}}')
        self.call("auth_request_own_email_verification", token.text)
        self.call("auth_verify_own_email_with_code", token.text, "12345678")
        for function, kind in (("auth_create_own_key", "key_added"),
                               ("auth_delete_own_key", "key_removed")):
            deed = self.deed()
            [(status,)] = self.call(function, token.text, "github", name,
                                    columns="status")
            if status == "ok":
                self.tell(token.login.user, kind, deed)
                self.acknowledge()
        return True

    def import_key(self):
        """A hash of another system, which its first use replaces."""
        user = self.a_user()
        if not user:
            return None
        name = self.new_name()
        self.call("auth_import_key", user.id, "old", name, BCRYPT)
        return self.call("auth_use_key", "old", name, "password")

    def rename(self):
        """The key that has the password gets another address."""
        user = self.a_user()
        if not user:
            return None
        address, deed = self.new_address(), self.deed()
        user.addresses.append((deed, address))
        self.tell(user, "email_changed", deed)
        # a key that is new in the transaction meets its user's deletion
        return self.run_sql("SELECT storm_rename(%s, %s)", user.id, address,
                            also={"23503"})

    def look(self):
        """What shows and changes nothing."""
        user = self.a_user()
        if not user:
            return None
        self.call("auth_get_user", user.id)
        self.call("auth_get_user_sessions", user.id)
        self.call("auth_get_events", user.id)
        self.call("auth_get_password_weakness", self.new_password(), user.address())
        self.call("auth_get_client_throttle", "192.0.2.1")
        self.call("auth_get_key", "email", user.address())
        return self.call("auth_get_user_by_provider_id", "email",
                         user.address())

    def administer(self):
        """Of the throttle nothing that anybody relies on."""
        user = self.a_user()
        if not user:
            return None
        self.call("auth_get_password_audit")
        self.call("auth_check")
        self.call("auth_reset_client_throttle", "192.0.2.1")
        return self.call("auth_reset_key_throttle", "email", user.address())

    # -- passwords

    def sign_in(self):
        user = self.a_user()
        if not user:
            return None
        deed, password = self.deed(), user.password()
        device, use = self.a_device(user)
        [answer] = self.call(
            "auth_sign_in", "email", user.address(), password, columns=ANSWER,
            client_address="192.0.2.1",
            device_token=device.text if device else None)
        self.ledger.answer(self.step, answer[0])
        self.judge_first(user, deed, answer, password, device, use)
        if answer[0] not in ("ok", "second_factor"):
            self.transaction.drop(deed)
        elif any(removal.before(deed) for removal in user.removals):
            self.ledger.fault(f"{user.id} signed in after its removal")
        return True

    def guess(self):
        victim = self.random.choice(self.ledger.victims)
        crashes = victim.crashes
        [(status,)] = self.call("auth_sign_in", "email", victim.address,
                                "a wrong password", columns="status")
        self.ledger.answer(self.step, status)
        if status == "refused":
            victim.refused(crashes)
        if status == "ok":
            self.ledger.fault(f"{victim.address} was guessed")
        return True

    def use_wrong(self):
        """The error of a wrong password, caught or not."""
        user = self.a_user()
        return user and self.call("auth_use_key", "email", user.address(),
                                  "a wrong password")

    def set_password(self):
        user = self.a_user()
        if not user:
            return None
        password = self.new_password()
        deed = self.deed()
        user.passwords.append((deed, password))
        user.end_sessions(deed)
        self.tell(user, "password_changed", deed)
        if self.random.random() < 0.5:
            return self.call("auth_update_user_password", user.id, password)
        return self.call("auth_update_key_password", "email", user.address(),
                         password)

    def replace_password(self):
        """By the user, who knows the old one and keeps a session."""
        token = self.a_token()
        if not token:
            return None
        user, old, new = token.login.user, token.login.user.password(), \
            self.new_password()
        deed = self.deed()
        user.end_sessions(deed, token.login)
        user.passwords.append((deed, new))
        self.tell(user, "password_changed", deed)
        if self.random.random() < 0.5:
            answer = self.call("auth_change_password", token.text, old, new,
                               columns="status")
        else:
            answer = self.run_sql(
                "SELECT status FROM auth_change_user_password("
                "%s, %s, %s, except_session => auth_session_id(%s))",
                user.id, old, new, token.text)
        [(status,)] = answer
        self.ledger.answer(self.step, status)
        if status != "ok":
            self.transaction.drop(deed)
        return True
