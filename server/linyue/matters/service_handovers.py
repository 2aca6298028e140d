"""Who has had a matter, from when to when, whether they took it on and why it left them: for everybody to read."""

from dataclasses import dataclass
from datetime import datetime

from linyue.base.i18n import t
from linyue.base.pages import daytime_text
from linyue.centres.model import ServiceCentre
from linyue.matters.model import Matter, MatterEvent
from linyue.matters.rules import FINAL, SECOND_RETURN_OWNER, MatterState, Step

ARBITER = ("arbiter", None)
"""The sub-district's officer from a second return until the matter is sent (decision 21)."""

ENDS = {
    Step.RETURN: "returned",
    Step.FORWARD: "forwarded",
    Step.RECALL: "recalled",
    Step.REASSIGN: "reassigned",
    Step.MOVE: "moved",
    Step.TRIAGE: "triaged",
    Step.SUPPORT: "triaged",
    Step.PROMISE: "promised",
    Step.COMPLETE: "completed",
    Step.KEEP_PROMISE: "completed",
}


@dataclass(frozen=True, slots=True)
class HandoverView:
    """One desk's time with a matter, in words."""

    who: str
    since: str
    taken: str
    until: str
    why: str


@dataclass(slots=True)
class _Stay:
    who: tuple[str, int | None]
    since: datetime
    taken: datetime | None = None
    until: datetime | None = None
    why: str = ""


async def handovers_of(lang: str, matter: Matter) -> list[HandoverView]:
    """The stays, oldest first. Names no person: a desk answers for what its people do."""
    events = await MatterEvent.filter(matter_id=matter.id).order_by("seq")
    rows = await ServiceCentre.all()
    names = {row.id: row.name_zh if lang == "zh-CN" else row.name_en for row in rows}
    return [_view(lang, names, stay) for stay in _stays(lang, matter, events)]


def _stays(lang: str, matter: Matter, events: list[MatterEvent]) -> list[_Stay]:
    found: list[_Stay] = []
    centre: int | None = None
    elsewhere = 0
    for event in events:
        if event.kind in (Step.TRIAGE.value, Step.FORWARD.value, Step.REASSIGN.value, Step.MOVE.value):
            told = event.data.get("centre")
            centre = int(told) if told else (_only_centre(matter, event) if event.kind == Step.TRIAGE.value else centre)
        elsewhere += event.kind == Step.MOVE.value and bool(event.data.get("elsewhere"))
        who = (event.owner_role_after, centre if event.owner_role_after == "centre_clerk" else None)
        if who[0] == "social_worker" and elsewhere:
            who = (who[0], -elsewhere)  # another community's desk, under the same name
        if who[0] == SECOND_RETURN_OWNER and (event.kind == Step.RETURN.value or (found and found[-1].who == ARBITER)):
            who = ARBITER
        is_over = event.state_after in FINAL
        if not found or (who != found[-1].who and event.owner_role_after) or is_over:
            if found and found[-1].until is None:
                found[-1].until, found[-1].why = event.at, _why(lang, event)
            if not is_over:
                found.append(_Stay(who, event.at))
        if event.state_after == MatterState.ACCEPTED.value and found[-1].taken is None:
            found[-1].taken = event.at
    return found


def _only_centre(matter: Matter, event: MatterEvent) -> int | None:
    """Entries of before they named the centre: the matter's own, where it still has one."""
    return matter.centre_id if event.owner_role_after == "centre_clerk" else None


def _why(lang: str, event: MatterEvent) -> str:
    end = ENDS.get(Step(event.kind), "other")
    reason = t(lang, f"matters-return-{event.data.get('reason')}") if end == "returned" else ""
    return t(lang, "matters-hand-returned", reason=reason) if end == "returned" else t(lang, f"matters-hand-{end}")


def _view(lang: str, names: dict[int, str], stay: _Stay) -> HandoverView:
    role, centre = stay.who
    who = t(lang, f"matters-role-{role.replace('_', '-')}")
    if centre in names:
        who = t(lang, "matters-hand-centre", name=names[centre])
    return HandoverView(
        who=who,
        since=daytime_text(lang, stay.since),
        taken=daytime_text(lang, stay.taken) if stay.taken else t(lang, "matters-hand-not-taken"),
        until=daytime_text(lang, stay.until) if stay.until else t(lang, "matters-hand-now"),
        why=stay.why,
    )
