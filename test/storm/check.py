"""What must hold when the storm is over."""

import re
import threading

from factor import Proof
from keeper import Keeper

OF_USERS = ["key", "session", "refresh_token", "token", "totp", "outbox"]

# Seconds, until nothing needs an old key.
PATIENCE = 60

# What a server says of itself when it is not well.
UNWELL = re.compile(
    r"TRAP:|PANIC:|runtime error:|ERROR:  XX|terminated by signal (?!9\b)"
    r"|invalid memory|cache lookup failed|could not open relation"
    r"|WARNING: .*(not handed out|could not be opened)")


def bounds(things):
    """How many of them have surely come about, and how many may have; each is the
    deeds of which one is enough."""
    things = list(things)
    return (sum(any(deed.done for deed in deeds) for deeds in things),
            sum(any(not deed.undone for deed in deeds) for deeds in things))


class Check:
    """Each method that begins with check_ yields what it finds wrong."""

    def __init__(self, ledger, settings, connection):
        self.ledger = ledger
        self.settings = settings
        self.connection = connection

    def rows(self, sql, *arguments):
        return self.connection.execute(sql, arguments).fetchall()

    def value(self, sql, *arguments):
        return self.rows(sql, *arguments)[0][0]

    def lives(self, token):
        return bool(self.rows("SELECT FROM auth_validate_session(%s)", token))

    def run(self):
        """(name, what is wrong) of each check, in their order here."""
        for name in vars(Check):
            if name.startswith("check_"):
                check = getattr(self, name)
                yield check.__doc__.split("\n")[0].rstrip("."), list(check())

    # -- while it ran

    def check_answers(self):
        """No answer was wrong, no error unexpected."""
        return self.ledger.faults

    def check_log(self):
        """The server's log has no failed assertion, panic or internal error."""
        with open(self.settings.log, encoding="utf-8", errors="replace") as log:
            log.seek(self.settings.calm)
            return [line.rstrip() for line in log if UNWELL.search(line)]

    # -- the tables

    def check_amcheck_tables(self):
        """The pages of all tables are sound (verify_heapam)."""
        return self.rows(
            "SELECT c.oid::regclass, v.* FROM pg_class c,"
            " LATERAL verify_heapam(c.oid) v"
            " WHERE relkind = 'r' AND relname LIKE 'auth\\_%%'"
            " AND relam = (SELECT oid FROM pg_am WHERE amname = 'heap')")

    def check_amcheck_indexes(self):
        """All indexes are sound and have what the tables have (bt_index_check)."""
        for (index,) in self.rows(
                "SELECT c.oid::regclass::text FROM pg_index i"
                " JOIN pg_class c ON c.oid = indexrelid"
                " JOIN pg_class t ON t.oid = indrelid"
                " WHERE indisvalid AND t.relname LIKE 'auth\\_%%'"
                " AND c.relam = (SELECT oid FROM pg_am"
                " WHERE amname = 'btree')"):
            try:
                self.rows("SELECT bt_index_check(%s::regclass, true)", index)
            except Exception as error:  # pylint: disable=broad-except
                yield f"{index}: {error}"

    def check_orphans(self):
        """Every key, session, family, token and message has its user.

        What is written for a user who is being deleted can outlive it, is of no
        use, and goes with the next purge.
        """
        self.rows("SELECT auth_delete_dead_tokens(), auth_delete_dead_outbox()")
        for kind in OF_USERS:
            yield from self.rows(
                f"SELECT 'auth_{kind}', user_id FROM auth_{kind} t"
                " WHERE user_id IS NOT NULL AND NOT EXISTS"
                " (SELECT FROM auth_user u WHERE u.id = t.user_id)")

    def check_families_have_sessions(self):
        """Every family that can be used has its session."""
        return self.rows(
            "SELECT id, session_id FROM auth_refresh_token f"
            " WHERE ends_at >= clock_timestamp()"
            " AND expires_at >= clock_timestamp()"
            " AND NOT EXISTS (SELECT FROM auth_ended e WHERE e.id = f.id)"
            " AND NOT EXISTS (SELECT FROM auth_session s"
            " WHERE s.id = f.session_id)")

    def check_ids(self):
        """Every id is a UUID of version 8, but for those of codes."""
        return self.rows(
            "SELECT id FROM (SELECT id FROM auth_session"
            " UNION ALL SELECT id FROM auth_refresh_token"
            " UNION ALL SELECT id FROM auth_token WHERE code_hash IS NULL) i"
            " WHERE id::text !~ '^.{14}8.{4}[89ab]'")

    def check_setup(self):
        """The tables are as auth_setup() made them."""
        self.connection.execute("SELECT auth_setup()")
        return []

    # -- what was acknowledged

    def check_users(self):
        """Users that were made are there, deleted ones are not."""
        there = {name for (name,) in
                 self.rows("SELECT id FROM auth_user WHERE disabled_at IS NULL")}
        for user in self.ledger.users:
            if user.stays() and user.id not in there:
                yield f"{user.id} is lost"
            if user.made.done and user.removed() and user.id in there:
                yield f"{user.id} was removed"

    def check_passwords(self):
        """The last password of each user is good, and no earlier one."""
        for user in self.ledger.users:
            hashes = self.rows(
                "SELECT hashed_password FROM auth_key k JOIN auth_user u"
                " ON u.id = user_id WHERE user_id = %s AND provider_id = 'email'",
                user.id)
            last, replaced = user.possible_passwords()
            if user.stays() and not any(self.fits(hashes, text)
                                        for text in last):
                yield f"{user.id}: the password is lost"
            if any(self.fits(hashes, text) for text in replaced[-2:]):
                yield f"{user.id}: a replaced password is good"

    def fits(self, hashes, password):
        return any(self.value("SELECT auth_verify_password_hash(%s, %s)",
                              hashed, password) for (hashed,) in hashes)

    def check_sign_in(self):
        """Who was deleted or disabled signs in no more."""
        for user in self.ledger.users:
            if user.removed() and user.made.done:
                status = self.value(
                    "SELECT status FROM auth_sign_in('email', %s, %s)",
                    user.address(), user.password())
                if status in ("ok", "second_factor"):
                    yield f"{user.id} signs in"

    def check_sessions(self):
        """Sessions that were begun validate, those that were ended do not."""
        end = self.settings.end
        for token in list(self.ledger.session_tokens()):
            lives = self.lives(token.text)
            if lives and token.ended(end):
                yield (f"a session of {token.login.user.id} validates after"
                       f" {token.ended(end)}")
            if lives and token.login.outdated():
                yield (f"a session of {token.login.user.id} outlives the"
                       " password that it was begun with")
            if not lives and token.stays():
                yield f"a session of {token.login.user.id} is lost"

    def check_families(self):
        """Families that were begun go on, those that were ended do not."""
        end = self.settings.end
        for login in list(self.ledger.logins()):
            newest = [token for token in login.refresh if not token.children()]
            for token in newest[-1:]:
                stays = login.stays() and token.untouched()
                ended = login.ended(end)
                if not stays and not ended:
                    continue
                status = self.value(
                    "SELECT status FROM auth_rotate_refresh_token(%s)",
                    token.text)
                if ended and status == "ok":
                    yield f"a family of {login.user.id} goes on after {ended}"
                if stays and status != "ok":
                    yield f"a family of {login.user.id} is lost: {status}"

    def check_one_time(self):
        """One-time tokens and codes are good once, and as often as allowed."""
        for kind in ("token", "code"):
            for one in getattr(self.ledger, f"{kind}s"):
                yield from self.uses_of(kind, one)
        for message in self.ledger.mail:
            if sum(use.done for use in message.uses) > 1:
                yield f"a {message.purpose} was used twice"

    def uses_of(self, kind, one):
        """What is wrong with the use of a token or a code."""
        who = [one.user.id] if kind == "code" else []
        used = bool(self.rows(
            f"SELECT FROM auth_use_{kind}(%s, %s{', %s' * len(who)})",
            one.purpose, one.text, *who))
        uses = sum(use.done for use in one.uses)
        spent = kind == "code" and one.guesses >= self.settings.code_attempts
        untouched = kind == "token" or one.tries < self.settings.code_attempts
        if uses + used > 1:
            yield f"a {kind} of {one.user.id} was used twice"
        if used and spent:
            yield f"a code of {one.user.id} is good after {one.guesses} guesses"
        if not used and one.made.done and one.user.stays() and untouched \
                and all(use.undone for use in one.uses):
            yield f"a {kind} of {one.user.id} is lost"

    def check_keys(self):
        """All that is encrypted opens with the newest key alone."""
        late = threading.Event()
        timer = threading.Timer(PATIENCE, late.set)
        timer.start()
        Keeper(self.ledger, self.settings, late).rotate()
        timer.cancel()
        if late.is_set():
            yield "there is no end of what is encrypted with old keys"
        self.rows("UPDATE auth_outbox SET next_attempt_at = now()"
                  " WHERE failed_at IS NULL RETURNING id")
        warnings = []
        self.connection.add_notice_handler(
            lambda warning: warnings.append(warning.message_primary))
        self.rows("SELECT id FROM auth_take_outbox(1000000)")
        yield from warnings

    def check_factors(self):
        """What stands of second factors is asked for, and good once."""
        for user in self.ledger.users:
            for held in [*user.apps, *user.code_sets, *user.challenges,
                         *user.devices]:
                if held.used_twice():
                    yield f"{type(held).__name__} of {user.id} was used twice"
            if user.stays() and self.is_certain(user) and \
                    any(app.stands(self.settings.end) for app in user.apps):
                yield from self.factors_of(user)

    @staticmethod
    def is_certain(user):
        """Whether it is known how the user signs in."""
        return all(deed.done or deed.undone
                   for deed, _ in user.passwords + user.addresses)

    def factors_of(self, user):
        """What is wrong when the user signs in, on a device that is remembered
        no more, with codes that were used, and with a new one, and again."""
        end = self.settings.end
        device = next((device.text for device in reversed(user.devices)
                       if device.gone(end) or device.used_before(end)), None)
        [(status, challenge)] = self.rows(
            "SELECT status, challenge FROM auth_sign_in('email', %s, %s,"
            " device_token => %s)", user.address(), user.password(), device)
        if status == "ok":
            yield f"{user.id} signs in without its factor"
        if status != "second_factor":
            return
        for spent in [proof for held in [*user.apps, *user.code_sets]
                      for proof in Proof.spent(held, end)][-2:]:
            if self.complete(challenge, spent) == "ok":
                yield f"a code of {user.id} ({spent.thing.made.step}) again"
        steps = [(app, app.new_step()) for app in user.apps if app.stands(end)]
        for proof in [Proof(app, step, end) for app, step in steps if step][:1]:
            if self.complete(challenge, proof) == "refused" and proof.is_good():
                yield f"an app of {user.id} is lost"
            if self.complete(challenge, proof) == "ok":
                yield f"a challenge of {user.id} is good twice"

    def complete(self, challenge, proof):
        [(name, value)] = proof.argument().items()
        return self.value("SELECT status FROM auth_complete_sign_in("
                          f"%s, {name} => %s)", challenge, value)

    def check_outbox(self):
        """No message was handed out when it had been sent."""
        for number, taken in self.ledger.taken:
            if any(sent.before(taken) for sent in self.ledger.sent.get(number, [])):
                yield f"message {number}"

    def check_notices(self):
        """Of each change there is one notice, or it was sent."""
        waiting = self.rows("SELECT user_id, purpose FROM auth_outbox"
                            " WHERE token_id IS NULL")
        for user in self.ledger.users:
            for kind in {kind for kind, _ in user.told} if user.stays() else ():
                changes = bounds([deed] for told, deed in user.told
                                 if told == kind)
                sent = bounds(self.ledger.sent.get(number, [])
                              for number, notice in self.ledger.notices.items()
                              if notice.user is user and notice.kind == kind)
                there = waiting.count((user.id, kind))
                if sent[0] + there > changes[1] or sent[1] + there < changes[0]:
                    yield (f"{kind} of {user.id}: {changes} changes, {sent}"
                           f" notices sent, {there} not")

    def check_throttle(self):
        """Guesses that were answered are counted."""
        for victim in self.ledger.victims:
            failures = self.value(
                "SELECT failures FROM auth_get_key_throttle('email', %s)",
                victim.address)
            if failures < victim.failures:
                yield (f"{victim.address}: {failures} of"
                       f" {victim.failures} guesses")
