"""What the clients know of second factors: what a user holds, and what ends it."""

import time


class Held:
    """A thing of a user, its uses, and those who try it at any time."""

    def __init__(self, user, made):
        self.user = user
        self.made = made
        self.tries = []  # (which of its codes, deed), before the answer is known

    def ends(self):
        """Deeds that end it, if they are done."""
        raise NotImplementedError

    def doubts(self):
        """Deeds that may."""
        return []

    def stands(self, at):
        """Surely: it was there before, and nothing could have ended it."""
        return self.made.before(at) and all(
            end is self.made or end.undone or end.before(self.made)
            for end in [*self.ends(), *self.doubts()])

    def gone(self, at):
        """Surely: it was never made, or ended before this deed."""
        return self.made.undone or any(
            self.made.before(end) and end.before(at) for end in self.ends())

    def tried(self, deed, key=0):
        """Other deeds that may have used it up."""
        return [other for tried, other in list(self.tries)
                if other is not deed and self.uses_up(tried, key)]

    @staticmethod
    def uses_up(tried, key):
        return tried == key

    def used_before(self, deed, key=0):
        return any(other.before(deed) for other in self.tried(deed, key))

    def used_twice(self):
        used = [key for key, deed in self.tries if deed.done]
        return len(used) > len(set(used))


class App(Held):
    """An authenticator app; its codes are known by their steps."""

    def __init__(self, user, secret, period, made):
        super().__init__(user, made)
        self.id = None
        self.secret = secret
        self.period = period
        self.removals = []

    def ends(self):
        return self.removals + self.user.resets

    @staticmethod
    def uses_up(tried, key):
        return tried >= key

    def window(self, since):
        """Steps whose codes are good from that time until now."""
        first, last = since // self.period, time.time() // self.period
        return range(int(last) - 1, int(first) + 2)

    def new_step(self):
        """The first one that nobody has tried yet, or None."""
        newest = max((step for step, _ in list(self.tries)), default=0)
        return next((step for step in self.window(time.time())
                     if step > newest), None)


class CodeSet(Held):
    """Ten recovery codes."""

    def __init__(self, user, texts, made):
        super().__init__(user, made)
        self.texts = texts

    def ends(self):
        return self.user.code_makers + self.user.resets

    def doubts(self):
        return self.user.factor_changes


class Challenge(Held):
    """The right to prove a second factor."""

    def __init__(self, user, text, made, password):
        super().__init__(user, made)
        self.text = text
        self.password = password

    def ends(self):
        return [deed for deed, _ in self.user.passwords] + \
            self.user.factor_changes + self.user.ledger.ends_of_all

    def doubts(self):
        return [deed for deed, _ in self.user.addresses] + self.user.removals


class Device(Held):
    """A device that is remembered, until its next use."""

    def __init__(self, user, text, made):
        super().__init__(user, made)
        self.text = text

    def ends(self):
        return [deed for deed, _ in self.user.passwords] + \
            self.user.factor_changes + self.user.forgets + \
            self.user.ledger.ends_of_all

    def doubts(self):
        return [deed for deed, _ in self.user.addresses] + self.user.removals
