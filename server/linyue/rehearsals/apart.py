"""What the process of a rehearsal does: an empty database in a folder of its own, one sitting, the account printed."""

import asyncio
import json
from dataclasses import replace

from linyue.base import clock, crypto, db, schema
from linyue.base.settings import Settings
from linyue.places.model import Place
from linyue.rehearsals.play import play_through
from linyue.rehearsals.rules import Line, Step, Trouble


def rehearse(settings: Settings, asked: str) -> str:
    """Play what is asked for (JSON: template, plan, troubles, agenda or null) and tell the account as JSON.

    Raises RuntimeError where there is a district already: a rehearsal writes only into a folder of its own.
    """
    wanted = json.loads(asked)
    own = replace(settings, keys="", sms="none")
    troubles = [Trouble(one) for one in wanted["troubles"]]
    lines, steps = asyncio.run(_apart(own, str(wanted["template"]), wanted["plan"], troubles, wanted.get("agenda")))
    return json.dumps([*(line.to_data() for line in lines), *(step.to_data() for step in steps)])


async def _apart(
    settings: Settings,
    template: str,
    plan: dict[str, object],
    troubles: list[Trouble],
    agenda: list[dict[str, object]] | None,
) -> tuple[list[Line], list[Step]]:
    crypto.load_keys(settings.keys_path)
    await db.connect(settings)
    try:
        await schema.migrate(settings)
        if await Place.exists():
            raise RuntimeError("there is a district already; a rehearsal needs an empty folder")
        return await play_through(template, plan, troubles, agenda)
    finally:
        clock.hold(None)
        await db.disconnect()
