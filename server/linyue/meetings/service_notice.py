"""Telling the roll of a meeting: that it is called. Only inside the transaction that changes it."""

from linyue.base.i18n import t
from linyue.base.notify import tell
from linyue.base.pages import daytime_text
from linyue.base.policy import Role
from linyue.meetings.model import Meeting
from linyue.meetings.service_roll import called_ids
from linyue.people.service_roles import holders_of
from linyue.places.model import Place


async def tell_announced(meeting: Meeting) -> None:
    """Tell everybody on the roll that a meeting is called, the council's secretary, and the overseers.

    Urban Residents' Committee Law (2025 revision) arts 35-37: the oversight committee takes part, so it may sit in.
    One that is called without any days of notice is heard of by text message, with all that is needed to come: nobody
    reads an inbox in time for it.
    """
    link, title = f"/meetings/{meeting.public_id}", {"title_zh": meeting.title, "title_en": meeting.title_en}
    path = (await Place.get(id=meeting.place_id)).path
    people = {*await called_ids(meeting), *await holders_of(Role.SOCIAL_WORKER, path)}
    overseers = set(await holders_of(Role.OVERSIGHT_COMMITTEE, path)) - people
    await tell(overseers, "meetings-told-overseer", link=link, is_urgent=False, **title)
    if meeting.plan.notice.days:
        await tell(people, "meetings-told-announced", link=link, is_urgent=False, **title)
        return
    facts = {"code": meeting.join_code, **title, **when_and_where(meeting)}
    await tell(people, "meetings-told-at-once", link=link, is_urgent=True, **facts)


def when_and_where(meeting: Meeting) -> dict[str, str]:
    """Time and place in both languages, as the arguments of a sentence: { $at }, { $where }."""
    told: dict[str, str] = {}
    for name, lang in (("zh", "zh-CN"), ("en", "en")):
        told[f"at_{name}"] = daytime_text(lang, meeting.starts_at)
        told[f"where_{name}"] = meeting.venue or t(lang, f"meetings-mode-{meeting.mode.value}")
    return told
