"""As what somebody comes to a procedure, for its table of rights. Reads only."""

from collections.abc import Mapping

from linyue.base import policy
from linyue.base.policy import Actor, Role, Scope, Who
from linyue.base.rights import RightsRow, RightsTable, show_rights
from linyue.procedures.rules_rights import RIGHTS, STAGES, Part

WAYS: Mapping[Part, Who] = {
    Part.COUNCIL: policy.COUNCIL,
    Part.WORKER: policy.WORKER,
    Part.PARTY: policy.role(Role.PARTY_REVIEWER),
    Part.OVERSIGHT: policy.role(Role.OVERSIGHT_COMMITTEE),
    Part.OWNERS: policy.role(Role.OWNERS_COMMITTEE),
    Part.VOTER: policy.SIGNED_IN,
    Part.NOMINEE: policy.SIGNED_IN,
    Part.CANDIDATE: policy.SIGNED_IN,
    Part.READER: policy.ANYONE,
}
"""How the policy knows each part. It knows no roll and no candidates: those are asked by the services."""
_HELD = (Part.COUNCIL, Part.WORKER, Part.PARTY, Part.OVERSIGHT, Part.OWNERS)


def parts_of(actor: Actor, scope: Scope) -> frozenset[Part]:
    """The roles somebody comes with; who holds none is a reader here."""
    held = frozenset(part for part in _HELD if WAYS[part].covers(actor, scope))
    return held or frozenset({Part.READER})


show_rights(
    RightsTable(
        "procedures",
        [RightsRow(act.value, right.phases, right.parts, right.given.value) for act, right in RIGHTS.items()],
        STAGES,
    )
)
