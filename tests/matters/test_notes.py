"""Remarks of staff: desk, officer and centre share them over both parts of a number; nobody else reads a word."""

from collections.abc import Callable

import pytest

from linyue.base.settings import Settings
from linyue.centres.rules import Way
from linyue.matters.model import Matter, MatterNote
from linyue.matters.service_report import slip_secret
from tests.client import Client
from tests.make.matters import Neighbourhood, accepted, make_matter, make_neighbourhood, send_to
from tests.matters.test_parts import both

NewClient = Callable[[], Client]
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]
OF_WORKER, OF_CLERK = "她不愿意让邻居知道", "材料已经看过一次"


@pytest.fixture
async def here(db: Settings) -> Neighbourhood:
    return await make_neighbourhood()


async def signed_in(new_client: NewClient, here: Neighbourhood, who: str) -> Client:
    client = new_client()
    await client.sign_in_as(here.people[who].id, is_staff=who in ("worker", "clerk", "far_clerk", "officer"))
    return client


async def test_the_staff_of_both_parts_share_their_notes_and_the_council_does_not(
    new_client: NewClient, here: Neighbourhood
) -> None:
    matter = await make_matter(here, form_id="of-the-notes-00000000")
    halves = await both(here, matter)
    first, second = halves.first.number, halves.second.number
    worker, clerk = [await signed_in(new_client, here, who) for who in ("worker", "clerk")]
    assert (await worker.send_form(f"/m/{first}/note", {"note": OF_WORKER})).status_code == 303
    assert (await clerk.send_form(f"/m/{second}/note", {"note": OF_CLERK})).status_code == 303
    for client, address in (
        (worker, f"/triage?queue=all&m={first}"),
        (worker, f"/triage?queue=all&m={second}"),
        (worker, f"/desk/m/{second}"),
        (clerk, f"/desk/m/{second}"),
        (await signed_in(new_client, here, "officer"), f"/desk/m/{first}"),
    ):
        shown = await client.get(address)
        assert shown.status_code == 200 and OF_WORKER in shown.text and OF_CLERK in shown.text, address
    await accepted(here, halves.first, "member")
    member, resident = [await signed_in(new_client, here, who) for who in ("member", "resident")]
    desk = await member.get(f"/desk/m/{first}")
    assert desk.status_code == 200 and f"/m/{first}/note" not in desk.text
    refused = await member.send_form(f"/m/{first}/note", {"note": "我也写一句"})
    assert refused.status_code in (403, 404) and await MatterNote.all().count() == 2
    stranger = new_client()
    slip = f"/t/{slip_secret('of-the-notes-00000000')}"
    open311 = f"/open311/v2/requests/{first}"
    for client, address in (
        (member, f"/desk/m/{first}"),
        (member, f"/m/{first}"),
        (resident, f"/m/{first}"),
        (stranger, f"/m/{first}"),
        (stranger, slip),
        (stranger, f"{open311}.json"),
        (stranger, f"{open311}.xml"),
    ):
        shown = await client.get(address)
        assert shown.status_code == 200 and OF_WORKER not in shown.text and OF_CLERK not in shown.text, address


async def test_a_clerk_who_has_it_and_the_desk_read_each_other(new_client: NewClient, here: Neighbourhood) -> None:
    matter = await send_to(here, await make_matter(here), Way.CENTRE)
    worker, clerk, far = [await signed_in(new_client, here, who) for who in ("worker", "clerk", "far_clerk")]
    await worker.send_form(f"/m/{matter.number}/note", {"note": OF_WORKER})
    await clerk.send_form(f"/m/{matter.number}/note", {"note": OF_CLERK})
    assert OF_WORKER in (await clerk.get(f"/desk/m/{matter.number}")).text
    assert OF_CLERK in (await worker.get(f"/triage?queue=all&m={matter.number}")).text
    assert (await far.send_form(f"/m/{matter.number}/note", {"note": "别的中心"})).status_code in (403, 404)
    assert await Matter.exists(id=matter.id) and await MatterNote.all().count() == 2
