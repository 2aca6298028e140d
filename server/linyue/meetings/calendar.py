"""A meeting as a calendar file. Translates; decides nothing. One that was called off is cancelled, with the reason."""

from datetime import timedelta

from icalendar import Calendar, Event

from linyue.base import clock
from linyue.meetings.model import Meeting


def calendar_file(meeting: Meeting, minutes: int, lang: str, address: str) -> bytes:
    """An iCalendar file with a stable UID, in Ningbo time, renumbered with every change."""
    event = Event()
    event.add("uid", f"{meeting.public_id}@linyue")
    event.add("sequence", meeting.version)
    event.add("dtstamp", clock.now())
    event.add("dtstart", clock.local(meeting.starts_at))
    event.add("dtend", clock.local(meeting.starts_at + timedelta(minutes=minutes)))
    event.add("summary", meeting.title_in(lang))
    event.add("location", meeting.venue)
    event.add("url", address)
    if meeting.called_off:
        event.add("status", "CANCELLED")
    event.add("description", f"{meeting.called_off or meeting.plan.summary.pick(lang)} {address}")
    book = Calendar()
    book.add("prodid", "-//Linyue//meetings//")
    book.add("version", "2.0")
    book.add_component(event)
    book.add_missing_timezones()
    text: bytes = book.to_ical()
    return text
