"""Ask for a rehearsal, have it played in a process of its own, read it, throw it away. The only writer here."""

import asyncio
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from linyue.base import clock
from linyue.base.db import unit_of_work
from linyue.base.errors import NotFound, Refused
from linyue.base.policy import Actor, Scope
from linyue.meetings import service_agenda
from linyue.meetings.model import Meeting
from linyue.rehearsals import rules
from linyue.rehearsals.model import Rehearsal
from linyue.rehearsals.rules import RehearsalState, Trouble

PATIENCE = 120.0
"""Seconds a rehearsal may take; one takes a few on a quiet machine."""
AGENDA = "agenda"
"""Beside the plan in `plan_data`: the items as composed."""
GIVEN_UP_AFTER = timedelta(minutes=10)
"""Long enough for some that are played one after the other."""


async def ask_for(actor: Actor, meeting: Meeting, troubles: Collection[Trouble]) -> Rehearsal:
    """A chair asks to rehearse the agenda of a draft; it is played at once, beside the district."""
    async with unit_of_work() as work:
        assert actor.person_id is not None
        mine = Rehearsal.filter(person_id=actor.person_id)
        refusal = rules.refuse_rehearsal(await mine.count(), await mine.filter(state=RehearsalState.WAITING).count())
        if refusal is not None:
            raise Refused(refusal, most=rules.MOST_KEPT)
        row = await Rehearsal.create(
            public_id=secrets.token_urlsafe(9),
            person_id=actor.person_id,
            meeting_public_id=meeting.public_id,
            template=meeting.template,
            plan_data={**meeting.plan_data, AGENDA: await service_agenda.agenda_data(meeting.id)},
            troubles=[one.value for one in Trouble if one in troubles],
            asked_at=clock.now(),
        )
        await work.enqueue("rehearsals.play", row.id)
        await work.enqueue("rehearsals.give_up", row.id, due_at=clock.now() + GIVEN_UP_AFTER)
    return row


async def play(rehearsal_id: int) -> None:
    """Have it played, and keep the account. Played once, however often this is called; gone ones are no fault."""
    row = await Rehearsal.get_or_none(id=rehearsal_id, state=RehearsalState.WAITING)
    if row is None:
        return
    await keep(rehearsal_id, await _in_its_own_process(row))


async def keep(rehearsal_id: int, account: list[dict[str, Any]] | None) -> None:
    """Keep what a rehearsal told; None: it did not come to an end."""
    state = RehearsalState.BROKEN if account is None else RehearsalState.DONE
    async with unit_of_work():
        waiting = Rehearsal.filter(id=rehearsal_id, state=RehearsalState.WAITING)
        await waiting.update(state=state, account=account, played_at=clock.now())


async def _in_its_own_process(row: Rehearsal) -> list[dict[str, Any]] | None:
    """What the process prints; None when it fails or takes too long. It knows neither our database nor our keys."""
    plan = dict(row.plan_data)
    agenda = plan.pop(AGENDA, None)  # rehearsals asked for before agendas were kept play the plan
    asked = json.dumps({"template": row.template, "plan": plan, "troubles": row.troubles, "agenda": agenda})
    with tempfile.TemporaryDirectory(prefix="linyue-rehearsal-") as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LINYUE_")}
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "linyue", "rehearse"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**kept, "LINYUE_DATA": folder},
        )
        try:
            told, _ = await asyncio.wait_for(child.communicate(asked.encode()), PATIENCE)
            account = json.loads(told)
            lines, steps = rules.lines_from(account), rules.steps_from(account)
        except (TimeoutError, ValueError, KeyError):
            return None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    return [*(line.to_data() for line in lines), *(step.to_data() for step in steps)] if lines else None


async def by_public_id(public_id: str) -> Rehearsal:
    """The rehearsal of an address. Raises NotFound."""
    row = await Rehearsal.get_or_none(public_id=public_id)
    if row is None:
        raise NotFound()
    return row


def scope_of(row: Rehearsal) -> Scope:
    """Nobody but who asked for it."""
    return Scope(offices={"asker": frozenset({row.person_id})})


async def mine(actor: Actor, meeting: Meeting) -> list[Rehearsal]:
    """Somebody's rehearsals of one agenda, the newest first."""
    return await Rehearsal.filter(person_id=actor.person_id, meeting_public_id=meeting.public_id).order_by("-id")


async def throw_away(actor: Actor, rehearsal_id: int) -> None:
    """Nothing of it is kept."""
    async with unit_of_work() as work:
        await Rehearsal.filter(id=rehearsal_id, person_id=actor.person_id).delete()
        await work.audit(actor, "rehearsal.delete", f"rehearsal:{rehearsal_id}")
