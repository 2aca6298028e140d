"""The story of one matter from complaint to kept promise, with everybody in it at once, on a real port."""


from tests.browser import DESK
from tests.story import acts_matter as matter
from tests.story.walk import Stage


async def test_the_story_in_chinese(stage: Stage) -> None:
    """Both databases: one process on SQLite, two and a worker on PostgreSQL."""
    phones = stage.district.phones
    resident = await stage.enter("resident")
    worker = await stage.enter("worker", size=DESK)
    clerk = await stage.enter("clerk", size=DESK)
    passer_by = await stage.enter("passer-by")
    await resident.sign_in(phones["owner"])
    await resident.shot("home")
    number = await matter.report_roof(resident)
    slip = await matter.slip_link(resident)
    await matter.track(passer_by, number, phones["owner"][-4:], slip)
    await matter.sign_in_staff(worker, phones["worker"], "/triage")
    await matter.triage_to_council(worker, number)
    card = await matter.report_card(resident)
    await matter.triage_to_centre(worker, card)
    await matter.sign_in_staff(clerk, phones["clerk"], "/desk/centre")
    await matter.centre_works(clerk, resident, card)
