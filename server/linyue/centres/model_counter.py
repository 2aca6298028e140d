"""Tickets of a centre's counters, who sits at which window, and what each clerk is trained in."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from linyue.base.db import UTCDatetimeField
from linyue.centres.model import ServiceCentre
from linyue.centres.rules_counter import TicketKind, TicketState
from linyue.people.model import Person


class Ticket(Model):
    """One visit: a number, or a booked time, for up to five items. Who it is is known only of those who signed in."""

    id = fields.IntField(primary_key=True)
    public_id = fields.CharField(max_length=24, unique=True)
    """Secret of the slip."""
    form_id = fields.CharField(max_length=40, unique=True)
    """Made with the form, so that a double tap takes one number."""
    centre: fields.ForeignKeyRelation[ServiceCentre] = fields.ForeignKeyField(
        "models.ServiceCentre", related_name="tickets"
    )
    centre_id: int
    day = fields.DateField()
    number = fields.IntField()
    kind = fields.CharEnumField(TicketKind, max_length=8)
    state = fields.CharEnumField(TicketState, max_length=12, default=TicketState.WAITING)
    slot_at = UTCDatetimeField(null=True)
    lane = fields.IntField(default=0)
    """Which of the windows that take the same time."""
    items: list[str] = fields.JSONField(default=list)
    """Codes of the catalogue."""
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="tickets", null=True
    )
    person_id: int | None
    window: int | None = fields.IntField(null=True)
    clerk_id: int | None = fields.IntField(null=True)
    taken_at = UTCDatetimeField()
    called_at = UTCDatetimeField(null=True)
    ended_at = UTCDatetimeField(null=True)

    class Meta:
        table = "tickets"
        unique_together = (("centre", "day", "number"),)


class TicketSeries(Model):
    """The last number given out at a centre on a day."""

    id = fields.IntField(primary_key=True)
    centre: fields.ForeignKeyRelation[ServiceCentre] = fields.ForeignKeyField(
        "models.ServiceCentre", related_name="ticket_series"
    )
    centre_id: int
    day = fields.DateField()
    last_number = fields.IntField(default=0)

    class Meta:
        table = "ticket_series"
        unique_together = (("centre", "day"),)


class CounterSeat(Model):
    """The clerk who sits at a window now; a window has one, a clerk sits at one."""

    id = fields.IntField(primary_key=True)
    centre: fields.ForeignKeyRelation[ServiceCentre] = fields.ForeignKeyField(
        "models.ServiceCentre", related_name="seats"
    )
    centre_id: int
    window = fields.IntField()
    person: fields.OneToOneRelation[Person] = fields.OneToOneField("models.Person", related_name="counter_seat")
    person_id: int
    since = UTCDatetimeField()

    class Meta:
        table = "counter_seats"
        unique_together = (("centre", "window"),)


class Training(Model):
    """A subject field of the catalogue that a clerk is trained in."""

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="trainings")
    person_id: int
    field = fields.CharField(max_length=40)
    since = UTCDatetimeField()

    class Meta:
        table = "trainings"
        unique_together = (("person", "field"),)


INDEXES: list[tuple[str, str]] = [
    (
        "tickets_slot_once",
        "CREATE UNIQUE INDEX tickets_slot_once ON tickets (centre_id, slot_at, lane) "
        "WHERE slot_at IS NOT NULL AND state <> 'cancelled'",
    ),
    (
        "tickets_one_each",
        "CREATE UNIQUE INDEX tickets_one_each ON tickets (centre_id, day, person_id) "
        "WHERE person_id IS NOT NULL AND state IN ('waiting', 'called')",
    ),
]
