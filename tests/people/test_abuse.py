"""T23: codes asked for and guessed in bulk. The long form (`make faults ARGS=T23`) has the figures asked for."""

import secrets
import time
from collections import Counter
from collections.abc import Callable
from statistics import median

import pytest
from httpx2 import ASGITransport, Response

from linyue.people.model import SignInCode
from linyue.people.rules_sign_in import CODE_TRIES, LEAST_STRANGERS, PER_DAY, day_budget
from tests.client import Client
from tests.faults.figures import note
from tests.faults.size import IS_LONG, size
from tests.make.people import a_phone, make_person
from tests.make.places import make_tree
from tests.people.conftest import Phones, TrueTime

pytestmark = pytest.mark.sqlite_only
NewClient = Callable[[], Client]


async def sent_from_elsewhere(browser: Client, path: str, data: dict[str, str]) -> Response:
    """Send a form from another address each time, as the proxy would name it."""
    transport = browser._transport
    assert isinstance(transport, ASGITransport)
    transport.client = (f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(256)}", 50000)
    return await browser.send_form(path, data)


async def test_codes_asked_for_in_bulk_leave_within_the_caps(
    new_client: NewClient, phones: Phones, true_time: TrueTime
) -> None:
    asks, numbers = size(200, 10_000), [a_phone() for _ in range(size(25, 500))]
    statuses: Counter[int] = Counter()
    browser = new_client()
    for turn in range(asks):
        if turn % len(numbers) == 0:
            true_time.move(seconds=61)
        browser = new_client() if turn % 100 == 0 else browser
        number = numbers[turn % len(numbers)]
        statuses[(await sent_from_elsewhere(browser, "/sign-in", {"phone": number})).status_code] += 1
    assert set(statuses) <= {303, 422, 429}
    sent = Counter(to[-11:] for to, _ in phones.sent)
    assert len(phones.sent) <= min(day_budget(0), LEAST_STRANGERS)  # nobody here is on a roll
    assert max(sent.values(), default=0) <= PER_DAY
    note("T23", "codes asked for", asks)
    note("T23", "of them sent, to numbers on no roll", len(phones.sent), at_most=LEAST_STRANGERS)


async def test_guessing_a_code_ends_after_five(new_client: NewClient, phones: Phones, true_time: TrueTime) -> None:
    guesses, number, taken = size(500, 100_000), a_phone(), 0
    browser = new_client()
    await sent_from_elsewhere(browser, "/sign-in", {"phone": number})
    right = phones.code()
    for guess in range(guesses):
        if f"{guess:06d}" == right:
            continue
        answer = await sent_from_elsewhere(browser, "/sign-in/code", {"code": f"{guess:06d}"})
        assert answer.status_code in {422, 429} and "sid" not in answer.headers.get("set-cookie", "")
        taken += answer.status_code == 422
    assert max(row.tries for row in await SignInCode.all()) <= CODE_TRIES
    late = await sent_from_elsewhere(browser, "/sign-in/code", {"code": right})
    assert late.status_code in {422, 429}, "the right code is void after five wrong ones"
    note("T23", "guesses at one code, none let in", taken)


async def test_known_and_unknown_numbers_get_one_answer(
    new_client: NewClient, phones: Phones, true_time: TrueTime
) -> None:
    tree = await make_tree()
    rounds = size(10, 200)
    bodies: dict[bool, set[str]] = {True: set(), False: set()}
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(rounds):
        for is_known in (True, False) if turn % 2 else (False, True):
            number = a_phone()
            if is_known:
                await make_person(phone=number, home=tree.units[turn % len(tree.units)])
            browser = new_client()
            began = time.perf_counter()
            answer = await sent_from_elsewhere(browser, "/sign-in", {"phone": number})
            times[is_known].append((time.perf_counter() - began) * 1000)
            bodies[is_known].add(f"{answer.status_code} {answer.headers.get('location')} {answer.text}")
    assert bodies[True] == bodies[False] and len(bodies[True]) == 1
    apart = abs(median(times[True]) - median(times[False]))
    note("T23", "answers to known and unknown numbers, medians apart", apart, "ms", at_most=20)
    assert not IS_LONG or apart <= 20
