"""What led to a fault: the events of its user, and the deeds of the clients."""

import re
import time

LONGEST = 25  # of events and of deeds, the last


def user_of(ledger, lines):
    """The first user that the lines name."""
    for word in re.findall(r"[\w-]+", " ".join(map(str, lines))):
        user = ledger.find_user(word)
        if user:
            return user
    return None


def clock(seconds):
    return time.strftime("%M:%S", time.localtime(seconds)) + \
        f"{seconds % 1:.3f}"[1:]


def line(seconds, *words):
    return " ".join([clock(seconds), *(str(word) for word in words if word)])


def events_of(user, until, connection):
    return [line(*event) for event in connection.execute(
        "SELECT extract(epoch FROM created_at)::float8, kind, reason, count"
        " FROM auth_event WHERE user_id = %s"
        " AND created_at < to_timestamp(%s) ORDER BY created_at",
        [user.id, until]).fetchall()]


def deeds_of(user, codes, until):
    """When each was begun, and how it ended; of which session or code."""
    deeds = dict.fromkeys(
        [user.made, *user.removals,
         *(deed for deed, _ in user.ends + user.passwords + user.addresses)])
    for number, login in enumerate(user.logins):
        tokens = login.tokens + login.refresh
        deeds.update(dict.fromkeys(
            login.ends + login.doubts + login.rotations + [login.made] +
            [deed for token in login.tokens for deed in token.ends],
            f"of session {number}, {len(tokens)} tokens"))
    for code in codes:
        deeds.update(dict.fromkeys([code.made, *code.uses],
                                   f"of code {code.purpose}"))
    return list(dict.fromkeys(
        line(deed.time, deed.step, deed.answer, deed.outcome(), what)
        for deed, what in sorted(deeds.items(), key=lambda item: item[0].began)
        if deed.time < until))


def tell(ledger, lines, connection):
    """What is known of the first user that the lines name, until a moment after
    the first fault."""
    user = user_of(ledger, lines)
    if user is None:
        return []
    until = (ledger.troubled or time.time()) + 0.05
    codes = [code for code in ledger.codes if code.user is user]
    events = events_of(user, until, connection)[-LONGEST:]
    deeds = deeds_of(user, codes, until)[-LONGEST:]
    return [f"events of {user.id}: {', '.join(events)}",
            f"deeds of {user.id}: {', '.join(deeds)}"]
