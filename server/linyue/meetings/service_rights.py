"""Who somebody is in a meeting, and whether the table of rights lets them act now. Reads only."""

from collections.abc import Mapping

from linyue.base import policy
from linyue.base.policy import Actor, Role, Scope, Who
from linyue.meetings.model import AgendaItem, Meeting
from linyue.meetings.rules import ItemState
from linyue.meetings.rules_rights import Act, Part, Phase, may, phase_of, refuse_act, refuse_part
from linyue.meetings.service import scope_of, stop
from linyue.meetings.service_roll import is_called

WAYS: Mapping[Part, Who] = {
    Part.CHAIR: policy.office("chair"),
    Part.RECORDER: policy.office("recorder"),
    Part.TELLER: policy.office("teller"),
    Part.WITNESS: policy.office("witness"),
    Part.COUNCIL: policy.COUNCIL,
    Part.WORKER: policy.WORKER,
    Part.GRID: policy.role(Role.GRID_WORKER),
    Part.OVERSEER: policy.OVERSEER,
    Part.VOTER: policy.SIGNED_IN,
    Part.GUEST: policy.SIGNED_IN,
    Part.READER: policy.ANYONE,
}
"""How the policy knows each part. It knows no roll: who is signed in is voter or guest by the meeting's own."""
_HELD = tuple(part for part in Part if part not in (Part.VOTER, Part.GUEST, Part.READER))


def parts_of(actor: Actor, scope: Scope, is_on_roll: bool) -> frozenset[Part]:
    """As what somebody comes to a meeting, `scope` being what the policy knows of it: offices, roles, and the roll."""
    if not actor.is_signed_in:
        return frozenset({Part.READER})
    held = {part for part in _HELD if WAYS[part].covers(actor, scope)}
    return frozenset(held | {Part.VOTER if is_on_roll else Part.GUEST})


async def parts_in(actor: Actor, meeting: Meeting) -> frozenset[Part]:
    """As what somebody comes to this meeting now."""
    on_roll = actor.person_id is not None and await is_called(actor.person_id, meeting)
    return parts_of(actor, await scope_of(meeting), on_roll)


async def phase_in(meeting: Meeting) -> Phase:
    """Where the meeting stands now."""
    item = await AgendaItem.get_or_none(meeting_id=meeting.id, state=ItemState.NOW)
    return phase_of(meeting.state, item.link if item else None)


async def stop_act(actor: Actor, act: Act, meeting: Meeting) -> None:
    """Refuse an act that the table gives to somebody else, or to another step. Raises Refused(RightRefusal)."""
    stop(refuse_part(act, await parts_in(actor, meeting)))
    item = await AgendaItem.get_or_none(meeting_id=meeting.id, state=ItemState.NOW)
    stop(refuse_act(act, meeting.state, item.link if item else None))


async def may_act(actor: Actor, act: Act, meeting: Meeting) -> bool:
    """The same as a yes or no, for pages: whether to show the control."""
    return may(act, await phase_in(meeting), await parts_in(actor, meeting))
