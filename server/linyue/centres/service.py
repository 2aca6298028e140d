"""What other slices ask of the centres: the catalogue, the centre for a community, the working days, due times."""

from datetime import datetime

from linyue.centres import rules
from linyue.centres.rules import Due, ItemEntry
from linyue.centres.service_calendar import calendar, load_calendar, shown_calendar
from linyue.centres.service_centres import (
    AssignedCentre,
    NewCentre,
    add_centre,
    centre_for,
    communities_for_choice,
    community_chosen,
    set_centre_open,
)
from linyue.centres.service_handling import handling
from linyue.centres.service_index import CatalogueIndex, catalogue_index, index_of
from linyue.centres.service_store import load_catalogue, sample_catalogue_text

__all__ = [
    "AssignedCentre",
    "CatalogueIndex",
    "NewCentre",
    "add_centre",
    "calendar",
    "catalogue_index",
    "centre_for",
    "communities_for_choice",
    "community_chosen",
    "due_of",
    "handling",
    "index_of",
    "load_calendar",
    "load_catalogue",
    "sample_catalogue_text",
    "set_centre_open",
    "shown_calendar",
]


async def due_of(way: rules.Way, item: ItemEntry | None, start: datetime) -> Due:
    """When a matter sent this way at `start` is due."""
    rule = rules.due_rule(way, item.days if item else None, (await handling()).usual)
    return rules.due_of(rule, start, await calendar())
