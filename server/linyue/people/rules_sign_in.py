"""Codes sent to phones: how many may leave, how long they live, how often they may be tried. True time throughout."""

from datetime import datetime, timedelta

from linyue.people.rules import PeopleRefusal

CODE_LIFE = timedelta(minutes=5)
PROVED_LIFE = timedelta(minutes=15)
"""How long a proved code waits for the privacy notice to be read."""
CODE_TRIES = 5
COOLDOWN = timedelta(seconds=60)
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
PER_HOUR, PER_DAY = 5, 10
LEAST_BUDGET, LEAST_STRANGERS = 300, 60


def day_budget(people_on_rolls: int) -> int:
    """How many codes may leave in a day: three for each person on a roll, at least 300."""
    return max(LEAST_BUDGET, 3 * people_on_rolls)


def strangers_budget(budget: int) -> int:
    """The part of the day's budget that numbers on no roll may use: a fifth, at least 60."""
    return max(LEAST_STRANGERS, budget // 5)


def refuse_send(asked: list[datetime], sent_today: int, budget: int, now: datetime) -> PeopleRefusal | None:
    """Why no code may leave; `asked` are this number's requests of the last day, `sent_today` counts all numbers.

    Looks only at what is the same for known and unknown numbers, so that the answer tells nothing.
    """
    if any(now - moment < COOLDOWN for moment in asked):
        return PeopleRefusal.CODE_TOO_SOON
    if sum(now - moment < AN_HOUR for moment in asked) >= PER_HOUR or len(asked) >= PER_DAY:
        return PeopleRefusal.CODE_TOO_MANY
    return PeopleRefusal.CODE_DAY_FULL if sent_today >= budget else None


def leaves(is_known: bool, strangers_today: int, budget: int) -> bool:
    """Whether an admitted code really goes out: numbers on no roll have a smaller budget of their own."""
    return is_known or strangers_today < strangers_budget(budget)
