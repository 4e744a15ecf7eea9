"""Steps of a client: one-time tokens, codes, messages, and purges."""

from factor import ANSWER
from ledger import Deed, Link, Message, Notice, OneTime

PURGES = ["auth_delete_dead_sessions", "auth_delete_dead_refresh_tokens",
          "auth_delete_dead_tokens", "auth_delete_dead_factors",
          "auth_delete_dead_outbox"]


class ProofSteps:
    """What applications do with tokens that they send, and what jobs do."""

    def create_token(self):
        user = self.a_user()
        if not user:
            return None
        deed = self.deed()
        purpose = self.new_name()
        [(text,)] = self.call("auth_create_token", purpose, user.id,
                              columns="token")
        self.ledger.tokens.append(OneTime(user, purpose, text, deed))
        return True

    def use_token(self):
        token = self.choose(self.ledger.tokens)
        if not token:
            return None
        deed = self.deed()
        if self.random.random() < 0.5:
            token.tries += 1  # else it can only be in vain
            text = token.text
        else:
            text = self.new_name()
        token.uses.append(deed)
        if not self.call("auth_use_token", token.purpose, text):
            self.transaction.drop(deed)
        elif text != token.text:
            self.ledger.fault("a token that was never made was used")
        return True

    def create_code(self):
        user = self.a_user()
        if not user:
            return None
        deed = self.deed()
        purpose = self.new_name()
        [(text,)] = self.call("auth_create_code", purpose, user.id,
                              columns="token")
        self.ledger.codes.append(OneTime(user, purpose, text, deed))
        return True

    def use_code(self):
        """A wrong guess counts when it is answered, whatever happens then."""
        code = self.choose(self.ledger.codes)
        if not code or code in self.touched:
            return None
        self.touched.add(code)
        right = self.random.random() < 0.2
        dead = code.guesses >= self.settings.code_attempts
        deed, attempt = self.deed(), Deed(self.step)
        code.tries += 1
        code.uses.append(deed)
        if right:
            code.right.append(attempt)
        rows = self.call("auth_use_code", code.purpose,
                         code.text if right else "00000000", code.user.id)
        attempt.finish()
        deed.answer = f"{'right' if right else 'wrong'} {len(rows)}"
        if not right:
            code.guess(attempt)
        if not rows:
            self.transaction.drop(deed)
        elif dead or not right:
            self.ledger.fault(f"a code was used after {code.guesses} guesses")
        return True

    # -- messages

    def request(self):
        user = self.a_user()
        if not user:
            return None
        if self.random.random() < 0.4:
            return self.request_link(user)
        arguments = {"password_reset": ["email", user.address()],
                     "email_verification": [user.id, user.address()],
                     "email_change": [user.id, self.new_address()]}
        kind = self.random.choice(list(arguments))
        [(status,)] = self.call(f"auth_request_{kind}", *arguments[kind],
                                columns="status")
        self.ledger.answer(self.step, f"{kind} {status}")
        return True

    def request_link(self, user):
        """A link to sign in, for this browser alone, or for any."""
        deed, bind = self.deed(), self.random.random() < 0.7
        link = Link(user, deed)
        user.links.append(deed)
        [(status, link.browser)] = self.call(
            "auth_request_magic_link", "email", user.address(),
            columns="status, browser_token", bind=bind,
            data=f'{{"link": {self.ledger.ask_for_link(link)}}}')
        self.ledger.answer(self.step, f"magic_link {status}")
        return True

    def take_outbox(self):
        """A message is handed out until it was sent."""
        deed = self.deed()
        rows = self.call(
            "auth_take_outbox", 5,
            columns="id, purpose, user_id, token, address, data->'link'")
        self.acknowledge()
        for number, purpose, user_id, text, address, link in rows:
            self.ledger.take(number, deed)
            user = self.ledger.find_user(user_id)
            if user and text:
                self.ledger.mail.append(Message(
                    user, purpose, text, deed, address,
                    None if link is None else self.ledger.links[link]))
            elif user:
                self.ledger.notice(number, Notice(user, purpose))
            self.say_of(number)
        return rows

    def say_of(self, number):
        """It was sent, or it was not, or the worker dies."""
        chance = self.random.random()
        if chance < 0.6:
            self.finish(number)
        elif chance < 0.9:
            self.call("auth_fail_message", number, "451", "0")

    def finish(self, number):
        deed = self.deed()
        self.ledger.finish(number, deed)
        [(deleted,)] = self.call("auth_finish_message", number, columns="f")
        if not deleted:
            self.transaction.drop(deed)
        self.acknowledge()

    def open_mail(self):
        message = self.choose(self.ledger.mail)
        uses = {"password_reset": self.reset_password,
                "sign_in": self.follow_link,
                "email_verification": self.verify_email,
                "email_change": self.change_email}
        if not message or message.purpose not in uses:
            return None
        deed = self.deed()
        message.uses.append(deed)
        status = uses[message.purpose](message, deed)
        if status not in ("ok", "second_factor"):
            self.transaction.drop(deed)
        elif message.gone(deed):
            self.ledger.fault(f"a {message.purpose} of {message.user.id} is"
                              " good after the end of all access")
        self.ledger.answer(self.step, f"{message.purpose} {status}")
        return True

    def reset_password(self, message, deed):
        password = self.new_password()
        message.user.passwords.append((deed, password))
        message.user.end_sessions(deed)
        self.tell(message.user, "password_changed", deed)
        [(status,)] = self.call("auth_reset_password", message.text, password,
                                columns="status")
        return status

    def a_browser(self, link):
        """What one keeps, and whether the link is good there: which is bound to
        nothing is so anywhere."""
        if link.browser and self.random.random() < 0.6:
            return link.browser, True
        others = [other.browser for other in self.ledger.links[-20:]
                  if other is not link]
        return self.random.choice(others + [None]), link.browser is None

    def follow_link(self, message, deed):
        browser, right = self.a_browser(message.link)
        [answer] = self.call("auth_sign_in_with_token", message.text,
                             columns=ANSWER, browser_token=browser)
        self.judge_first(message.user, deed, answer)
        self.judge_link(message, deed, answer[0], right)
        if answer[0] in ("ok", "second_factor") and \
                any(end.before(deed) for end in message.user.removals):
            self.ledger.fault(f"a link of {message.user.id},"
                              " which is removed, signs in")
        return answer[0]

    def judge_link(self, message, deed, status, right):
        """In the wrong browser it is none, and is not used up."""
        due = message.link_stands(deed)
        self.ledger.answer("follow_link", f"{'right' if right else 'wrong'}"
                           f" browser, {'due' if due else 'perhaps'}: {status}")
        if status != "refused" and not right:
            self.ledger.fault(f"a link of {message.user.id} is good in"
                              " another browser")
        if status == "refused" and right and due:
            self.ledger.fault(f"a link of {message.user.id} is lost")

    def verify_email(self, message, _):
        [(status,)] = self.call("auth_verify_email", message.text,
                                columns="status")
        return status

    def change_email(self, message, deed):
        message.user.addresses.append((deed, message.address))
        self.tell(message.user, "email_changed", deed)
        [(status,)] = self.call("auth_change_email", message.text,
                                columns="status")
        return status

    # -- jobs

    def purge(self):
        """Nothing has expired here, so that nothing that is alive may go."""
        if self.random.random() < 0.2:
            self.call("auth_delete_events", "1 day")
        user = self.a_user()
        if user:
            self.call("auth_delete_dead_user_sessions", user.id)
        return self.call(self.random.choice(PURGES), 100)
