"""Steps of a client: sessions and refresh tokens."""

from ledger import Deed, Login, RefreshToken, SessionToken


class SessionSteps:
    """What applications do with sessions."""

    def create_session(self):
        user = self.a_user()
        if not user:
            return None
        deed = self.deed()
        [(token,)] = self.call("auth_create_session", user.id,
                               '{"device": "phone"}', columns="token")
        user.logins.append(Login(user, token, deed))
        return True

    def validate(self):
        user = self.a_user()
        login = user and self.choose(user.logins)
        token = login and self.choose(login.tokens)
        if not token:
            return None
        stays, deed = token.stays(), Deed(self.step)
        function = self.random.choice(
            ["auth_validate_session", "auth_get_session", "auth_set_session"])
        rows = [row for row in self.call(function, token.text)
                if row != ("false",)]
        ended = token.ended(deed)
        if rows and ended:
            self.ledger.fault(f"a session of {token.login.user.id} validates"
                              f" after {ended}")
        if not rows and stays and token.stays():
            self.ledger.fault(f"a session of {token.login.user.id} is lost")
        return True

    def update_session(self):
        token = self.a_token()
        return token and self.run_sql(
            "SELECT f::text FROM auth_update_session_attributes("
            "auth_session_id(%s), %s) f", token.text,
            f'{{"device": "{self.random.random()}"}}')

    def sign_out(self):
        token = self.a_token()
        if not token:
            return None
        deed = self.deed()
        token.login.doubts.append(deed)
        token.ends.append(deed)
        [(ended,)] = self.call("auth_sign_out", token.text, columns="f")
        if ended:
            token.login.ends.append(deed)
        return True

    def invalidate(self):
        token = self.a_token()
        if not token:
            return None
        deed = self.deed()
        token.login.doubts.append(deed)
        token.ends.append(deed)
        return self.run_sql(
            "SELECT auth_invalidate_session(auth_session_id(%s))", token.text)

    def invalidate_user(self):
        user = self.a_user()
        if not user:
            return None
        user.end_sessions(self.deed())
        return self.call("auth_invalidate_user_sessions", user.id)

    def invalidate_all(self):
        """Not often, or no session would live."""
        if self.random.random() < 0.9:
            return None
        self.ledger.ends_of_all.append(self.deed())
        [(count,)] = self.call("auth_invalidate_all_sessions", columns="f")
        self.ledger.answer(self.step, count > 0)
        return True

    # -- by the user, with another session

    def end_own(self):
        token = self.a_token()
        other = token and self.choose(self.choose(token.login.user.logins).tokens)
        if not other:
            return None
        deed = self.deed()
        other.login.doubts.append(deed)
        other.ends.append(deed)
        [(ended,)] = self.run_sql(
            "SELECT auth_end_own_session(%s, auth_session_id(%s))",
            token.text, other.text)
        self.ledger.answer(self.step, ended)
        if ended:
            other.login.ends.append(deed)
        else:
            self.transaction.drop(deed)
        return True

    def end_others(self):
        token = self.a_token()
        if not token:
            return None
        deed = self.deed()
        token.login.user.ends.append(
            (deed, lambda login: login is not token.login))
        [(count,)] = self.call("auth_end_other_sessions", token.text,
                               columns="f")
        self.ledger.answer(self.step, count > 0)
        if count == 0:
            self.transaction.drop(deed)
        return True

    # -- refresh tokens

    def begin_family(self):
        user = self.a_user()
        if not user:
            return None
        deed = self.deed()
        [(token, refresh)] = self.run_sql(
            "SELECT s.token, r.refresh_token FROM auth_create_session(%s) s,"
            " auth_create_refresh_token(s.session_id) r", user.id)
        login = Login(user, token, deed)
        login.refresh.append(RefreshToken(login, refresh, deed))
        user.logins.append(login)
        return True

    def a_family(self, suits):
        """A session with refresh tokens that is not surely ended."""
        now = Deed(self.step)
        return self.choose([login for user in self.ledger.users[-80:]
                            for login in user.logins[-30:]
                            if login.refresh and suits(login)
                            and not login.ended(now)])

    def an_untouched_family(self):
        login = self.a_family(lambda login: login not in self.touched)
        if login:
            self.touched.add(login)
        return login

    def rotate(self):
        login = self.an_untouched_family()
        refresh = login and self.choose(login.refresh[-2:])
        if refresh:
            self.use_refresh_token(refresh)
        return refresh

    def replay(self):
        def replayed(login):
            return [refresh for refresh in login.refresh if refresh.replayed()]

        login = self.a_family(replayed)
        if login:
            self.use_refresh_token(self.random.choice(replayed(login)))
        return login

    def use_refresh_token(self, refresh):
        login = refresh.login
        replayed = refresh.replayed()
        due = self.due_answer(refresh, replayed, None)
        deed = self.deed()
        end = Deed(self.step)  # of a replay, whatever becomes of the transaction
        refresh.uses.append(deed)
        login.rotations.append(deed)
        login.doubts.append(end)
        [(status, successor, token)] = self.call(
            "auth_rotate_refresh_token", refresh.text,
            columns="status, refresh_token, token")
        self.ledger.answer(self.step, status)
        deed.answer = end.answer = status
        if status != "ok":
            self.transaction.drop(deed)
        self.judge_rotation(refresh, status, deed, replayed)
        if due != self.due_answer(refresh, replayed, end):
            due = None
        if due and status != due:
            self.ledger.fault(f"a {'spent' if replayed else 'good'} refresh"
                              f" token of {login.user.id}: {status}")
        if status == "ok":
            login.refresh.append(RefreshToken(login, successor, deed, refresh))
            login.tokens.append(SessionToken(login, token, deed))
        if status == "reused":
            end.finish()
            login.ends.append(end)
        else:
            end.undo()

    @staticmethod
    def due_answer(refresh, replayed, own_end):
        """The one that is surely right, as long as nobody else is at it."""
        if not refresh.login.stays(own_end):
            return None
        return "reused" if replayed else "ok" if refresh.untouched() else None

    def judge_rotation(self, refresh, status, deed, replayed):
        login = refresh.login
        ended = login.ended(deed)
        if status == "ok" and ended:
            self.ledger.fault(f"a family of {login.user.id} goes on after"
                              f" {ended}")
        if status == "ok" and replayed:
            self.ledger.fault(f"a replay in {login.user.id} is good")

    def revoke(self):
        login = self.an_untouched_family()
        if not login:
            return None
        login.ends.append(self.deed())
        return self.call("auth_revoke_refresh_token",
                         self.random.choice(login.refresh).text)

    def revoke_user(self):
        user = self.a_user()
        if not user:
            return None
        user.end_families(self.deed())
        return self.call("auth_revoke_user_refresh_tokens", user.id)
