"""What the clients of the storm know: what was begun, and what was acknowledged.

A deed has a beginning, just before its statement is sent, and an end, when the
answer to the COMMIT has come.  Only of two deeds of which one had ended before
the other began is it known which one came first, and only that is judged.  A
deed whose COMMIT was sent and never answered stays open: it may have happened.
"""

import itertools
import threading
import time

_moments = itertools.count(1)


def now():
    """A moment; of two threads' moments the later is the greater."""
    return next(_moments)


class Deed:
    """Something that is done, once its transaction has been."""

    def __init__(self, step):
        self.step = step
        self.answer = ""  # this and the time are for people to read
        self.time = time.time()
        self.began = now()
        self.ended = None
        self.undone = False

    @property
    def done(self):
        return self.ended is not None

    def finish(self):
        self.ended = now()

    def undo(self):
        self.undone = True

    def outcome(self):
        return "done" if self.done else "undone" if self.undone else "open"

    def before(self, other):
        """Surely: acknowledged before the other was begun."""
        return self.done and self.ended < other.began


class Transaction:
    """The deeds of a transaction, in the order of its statements."""

    def __init__(self):
        self.deeds = []

    def deed(self, step):
        deed = Deed(step)
        self.deeds.append(deed)
        return deed

    def drop(self, deed):
        """A deed that did not come about."""
        deed.undo()
        self.deeds.remove(deed)

    def undo(self, since=0):
        for deed in self.deeds[since:]:
            deed.undo()
        del self.deeds[since:]

    def commit(self):
        for deed in self.deeds:
            deed.finish()


class User:
    """A user, its passwords, and what has ended its sessions or itself."""

    def __init__(self, ledger, name, made, address, password):
        self.ledger = ledger
        self.id = name
        self.made = made
        self.addresses = [(made, address)]
        self.passwords = [(made, password)]
        self.ends = []  # of sessions; (deed, whether it ends a login)
        self.removals = []  # deleted, or disabled for ever
        self.logins = []
        self.apps, self.code_sets = [], []
        self.challenges, self.devices = [], []
        self.factor_changes = []  # deeds that end challenges and devices
        self.code_makers = []  # deeds that replace the recovery codes
        self.forgets = []  # deeds that end devices
        self.resets = []  # deeds that end all factors
        self.told = []  # (kind of a notice, deed that writes one)
        self.links = []  # deeds that ask for a link to sign in

    def removed(self):
        return any(deed.done for deed in self.removals)

    def end_sessions(self, deed, kept=None):
        """All sessions end, but one that may."""
        self.ends.append((deed, lambda login: login is not kept))
        if kept:
            kept.kept = True

    def end_families(self, deed):
        self.ends.append((deed, lambda login: bool(login.refresh)))

    def stays(self):
        return self.made.done and all(deed.undone for deed in self.removals)

    def address(self):
        """The one that was set last, as far as is known."""
        return [text for deed, text in self.addresses if not deed.undone][-1]

    def password(self):
        return [text for deed, text in self.passwords if not deed.undone][-1]

    def possible_passwords(self):
        """(those that may be the last one, those that were surely replaced)"""
        last, replaced = [], []
        for deed, text in self.passwords:
            if deed.undone:
                continue
            if any(deed.before(later) and later.done
                   for later, _ in self.passwords):
                replaced.append(text)
            else:
                last.append(text)
        return last, replaced


class Login:
    """A session through all of its tokens, and its family of refresh tokens."""

    def __init__(self, user, token, made, password=None):
        self.user = user
        self.made = made
        self.password = password  # that it was begun with
        self.kept = False  # by a change of the password
        self.tokens = [SessionToken(self, token, made)]
        self.refresh = []
        self.rotations = []
        self.ends = []
        self.doubts = []  # deeds that may have ended it

    def all_ends(self):
        ends = self.ends + self.user.removals + self.user.ledger.ends_of_all
        return ends + [deed for deed, concerns in self.user.ends
                       if concerns(self)]

    def all_doubts(self):
        return self.doubts + [deed for deed, concerns in self.user.ends
                              if not concerns(self)]

    def ended(self, at):
        """The steps that have surely ended it before this deed began."""
        return [end.step for end in self.all_ends()
                if self.made.before(end) and end.before(at)]

    def outdated(self):
        """Begun with a password that was surely replaced."""
        return not self.kept and \
            self.password in self.user.possible_passwords()[1]

    def stays(self, apart=None):
        """Surely: whatever could have ended it, apart from this, did not happen,
        or before."""
        return self.made.done and all(
            end is apart or end.undone or end.before(self.made)
            for end in self.all_ends() + self.all_doubts())


class SessionToken:
    """A token of a session, until a rotation or an end."""

    def __init__(self, login, text, made):
        self.login = login
        self.text = text
        self.made = made
        self.ends = []

    def all_ends(self):
        return (self.ends + self.login.all_ends() +
                [deed for deed in self.login.rotations
                 if deed is not self.made])

    def ended(self, at):
        """As of a login; a rotation is an end, too."""
        return [end.step for end in self.all_ends()
                if self.made.before(end) and end.before(at)]

    def stays(self):
        return self.made.done and all(
            end.undone or end.before(self.made)
            for end in self.all_ends() + self.login.all_doubts())


class RefreshToken:
    """A refresh token, and the deeds that spend it."""

    def __init__(self, login, text, made, parent=None):
        self.login = login
        self.text = text
        self.made = made
        self.parent = parent
        self.uses = []

    def children(self):
        return [token for token in self.login.refresh if token.parent is self]

    def replayed(self):
        """Surely: what was given for it has been used."""
        return any(use.done for child in self.children() for use in child.uses)

    def untouched(self):
        """Surely as good as when it was made."""
        siblings = self.parent.children() if self.parent else [self]
        return self.made.done and all(use.undone for token in siblings
                                      for use in token.uses)


class OneTime:
    """A one-time token or code, and its uses."""

    def __init__(self, user, purpose, text, made):
        self.user = user
        self.purpose = purpose
        self.text = text
        self.made = made
        self.uses = []
        self.tries = 0
        self.right = []  # tries with what it is, which may be under way
        self.guesses = 0  # those that were wrong and surely counted
        self.lock = threading.Lock()

    def guess(self, deed):
        """A wrong one.  As long as it is not known to be right, a right one
        counts, too, and can keep another from being counted."""
        if all(right.before(deed) for right in self.right):
            with self.lock:
                self.guesses += 1


class Link:
    """What is known of a link to sign in by whoever has asked for it."""

    def __init__(self, user, made):
        self.user = user
        self.made = made
        self.browser = None  # the half of it that stays there, if it is bound


class Message(OneTime):
    """A one-time token that was handed to a worker, for this address."""

    ENDS_WITH_ALL = {"sign_in", "password_reset", "email_change"}

    def __init__(self, user, purpose, text, made, address, link=None):
        super().__init__(user, purpose, text, made)
        self.address = address
        self.link = link

    def gone(self, at):
        """Surely: it was asked for before all access ended, which was before."""
        return self.purpose in self.ENDS_WITH_ALL and any(
            self.made.before(end) and end.before(at)
            for end in self.user.ledger.ends_of_all)

    def link_stands(self, at):
        """Surely: a link that nothing has used up, replaced or ended."""
        user = self.user
        ends = [*user.removals, *user.factor_changes, *user.resets, *user.links,
                *user.ledger.ends_of_all,
                *(deed for deed, _ in user.passwords + user.addresses + user.ends),
                *(use for message in list(user.ledger.mail)
                  if message.user is user for use in message.uses)]
        return self.made.before(at) and user.stays() and all(
            end in (at, self.link.made) or end.undone or
            end.before(self.link.made) for end in ends)


class Notice:
    """A notice that a worker had."""

    def __init__(self, user, kind):
        self.user = user
        self.kind = kind


class Victim:
    """A key that is only guessed at.  Its count is surely this high.

    Counts that lead to no delay may be lost with a crash."""

    def __init__(self, address, free):
        self.address = address
        self.free = free
        self.failures = 0
        self.crashes = 0
        self.lock = threading.Lock()

    def refused(self, crashes):
        """A guess, begun after so many crashes."""
        with self.lock:
            self.failures += crashes == self.crashes

    def crash(self):
        with self.lock:
            self.crashes += 1
            if self.failures < self.free:
                self.failures = 0


class Ledger:
    """All of it, and what was found to be wrong."""

    def __init__(self, free):
        self.users = []
        self.tokens = []
        self.codes = []
        self.taken = []  # (id of a message, deed that took it)
        self.sent = {}  # id of a message: deeds that finished it
        self.mail = []  # messages with a token that nobody has used
        self.links = []  # whose place here is in the data of their messages
        self.notices = {}  # by the ids of their messages
        self.ends_of_all = []  # deeds that end all sessions of all users
        self.victims = [Victim(f"victim{i}@example.com", free)
                        for i in range(4)]
        self.faults = []
        self.troubled = None  # when the first was found
        self.answers = {}
        self.called = set()
        self.lock = threading.Lock()

    def fault(self, text):
        with self.lock:
            self.faults.append(text)
            self.troubled = self.troubled or time.time()

    def answer(self, step, what):
        with self.lock:
            key = (step, what)
            self.answers[key] = self.answers.get(key, 0) + 1

    def take(self, message, deed):
        self.taken.append((message, deed))

    def finish(self, message, deed):
        with self.lock:
            self.sent.setdefault(message, []).append(deed)

    def notice(self, message, notice):
        self.notices[message] = notice

    def ask_for_link(self, link):
        """What the message is known by."""
        with self.lock:
            self.links.append(link)
            return len(self.links) - 1

    def find_user(self, name):
        return next((user for user in reversed(self.users)
                     if user.id == name), None)

    def logins(self):
        return (login for user in self.users for login in user.logins)

    def session_tokens(self):
        return (token for login in self.logins() for token in login.tokens)
