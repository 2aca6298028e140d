"""As what somebody comes to a council, for its table of rights. Reads only."""

from collections.abc import Mapping

from linyue.base import policy
from linyue.base.errors import BaseRefusal, Refused
from linyue.base.policy import Actor, Scope, Who
from linyue.base.rights import RightsRow, RightsTable, show_rights
from linyue.councils.model import Council
from linyue.councils.rules_rights import ANY_TIME, RIGHTS, Act, Part, Phase, phase_of_place, refuse_act

WAYS: Mapping[Part, Who] = {
    Part.ADMINISTRATOR: policy.ADMIN,
    Part.MEMBER: policy.COUNCIL,
    Part.WORKER: policy.WORKER,
    Part.PERSON: policy.SIGNED_IN,
    Part.APPLICANT: policy.SIGNED_IN,
    Part.READER: policy.ANYONE,
}
"""How the policy knows each part. It knows no applications: whose one is, the service asks."""


def stop_part(act: Act, actor: Actor, scope: Scope | None) -> None:
    """Raises Refused for whoever comes as none of the act's parts; scope None asks for the role anywhere."""
    if not any(WAYS[part].covers(actor, scope) for part in RIGHTS[act].parts):
        raise Refused(BaseRefusal.FORBIDDEN)


def stop_act(act: Act, phase: Phase, field: str | None = None, **said: object) -> None:
    """Raises Refused where the act has not its place now; `field`: the input it is about, `said` fills the sentence."""
    refusal = refuse_act(act, phase)
    if refusal is not None:
        raise Refused(refusal, field=field, **said)


async def phase_here(place_code: str) -> Phase:
    """Whether a place has its council."""
    return phase_of_place(has_council=await Council.exists(place__code=place_code))


async def phase_anywhere() -> Phase:
    """Whether the district has a council at all."""
    return phase_of_place(has_council=await Council.all().exists())


show_rights(
    RightsTable(
        "councils",
        [RightsRow(act.value, right.phases, right.parts, right.given.value) for act, right in RIGHTS.items()],
        ANY_TIME,
    )
)
