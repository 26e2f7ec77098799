"""Due days as a calendar file (RFC 5545): a whole day each, with an alarm some days before; nothing about anybody."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Alarm, Calendar, Event
from icalendar.enums import TRANSP

from quiz.presentation.i18n import _
from quiz.services.reminder_mails import DueModule

NAME, TYPE = "amana.ics", "text/calendar"
ALARM_BEFORE = timedelta(days=3)


def due_calendar(modules: Iterable[DueModule], language: str, base_url: str, now: datetime) -> bytes:
    """Return a calendar of those modules that have a due date, in the language that is forced or chosen.

    The UID of an assignment is always the same, and its SEQUENCE rises with every extension, so that a calendar moves
    the day that it has.
    """
    calendar = Calendar.new(
        prodid="-//Amana//Due days//AR", method="PUBLISH", language=language, name=_("Training and its due days")
    )
    host = urlsplit(base_url).hostname or "localhost"
    for one in modules:
        if one.due_on is None:
            continue
        title = one.title.in_language(language)[0]
        summary = _("To be completed by today: %(title)s", title=title)
        event = Event.new(
            uid=f"{one.assignment_id}@{host}",
            sequence=one.extensions,
            stamp=now,
            start=one.due_on,
            end=one.due_on + timedelta(days=1),
            summary=summary,
            url=f"{base_url}/learn/modules/{one.key}",
            transparency=TRANSP.TRANSPARENT,
        )
        alarm = Alarm.new(description=_("Soon to be completed: %(title)s", title=title))
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -ALARM_BEFORE)
        event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
