"""The organisation's own choices: its name, digits, calendar and zone, and when it reminds; one version a change."""

from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from quiz.access.keeping import Durations
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.people import OrganisationSettingsRow
from quiz.db.queries import people as queries
from quiz.engine.reminders import Ladder
from quiz.engine.text import Text
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Choices:
    """What an organisation chooses once for all its people."""

    name: Text
    digits: str = "arab"
    calendar: str = "both"
    zone: str = "Africa/Cairo"
    # Whether sensitive scenarios may be drawn; they never count.
    sensitive: bool = False
    # Whether holders are offered to add a record to a professional network; it takes them to another site.
    networks: bool = False
    ladder: Ladder = field(default_factory=Ladder)
    # The hours of a working day between which people are reminded, by the organisation's clock.
    hours: tuple[int, int] = (8, 18)
    # Whether managers are told once a week how the trainings of their units stand.
    digest: bool = True
    # After how many hours without a page a sign-in ends; its use is noted by the hour, so it may be one hour less.
    idle_hours: int = 4
    # The roles that need a second factor, and the day from which nothing opens to them without one.
    second_factor: frozenset[str] = frozenset()
    second_factor_from: date | None = None
    # Whether people without an account get in by links: asked for, in mails about their training, handed out by HR.
    entry_links: bool = False
    # How long what is no evidence is kept.
    keeping: Durations = field(default_factory=Durations)

    def civil_day(self, moment: datetime) -> date:
        """Return the civil date of a moment in the organisation's zone."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def beginning_of_day(self, moment: datetime) -> datetime:
        """Return the moment at which the civil day of a moment began."""
        return datetime.combine(self.civil_day(moment), time.min, ZoneInfo(self.zone))

    def may_send(self, moment: datetime) -> bool:
        """Tell whether people may be reminded at a moment: on a working day, within the hours."""
        here = moment.astimezone(ZoneInfo(self.zone))
        return self.ladder.is_working_day(here.date()) and self.hours[0] <= here.hour < self.hours[1]

    def document(self) -> dict[str, Any]:
        """Return the plain form that is stored."""
        return {
            "format": 1,
            "name": self.name.document(),
            "digits": self.digits,
            "calendar": self.calendar,
            "zone": self.zone,
            "sensitive": self.sensitive,
            "networks": self.networks,
            "reminders": {
                "before": list(self.ladder.before),
                "after": list(self.ladder.after),
                "levels": list(self.ladder.levels),
                "weekend": sorted(self.ladder.weekend),
                "hours": list(self.hours),
                "digest": self.digest,
            },
            "signing_in": {
                "idle_hours": self.idle_hours,
                "second_factor": sorted(self.second_factor),
                "second_factor_from": self.second_factor_from.isoformat() if self.second_factor_from else None,
                "entry_links": self.entry_links,
            },
            "keeping": asdict(self.keeping),
        }


DEFAULT = Choices(name=Text({"ar": "الجهة", "en": "The organisation"}))
_TARGET = Target("organisation-settings")


def get_choices(work: UnitOfWork) -> Choices:
    """Return the choices that hold now, at most five seconds old."""
    work.require(Permission.ORGANISATION_SETTINGS_READ, _TARGET)

    def read() -> Choices:
        row = queries.find_organisation_settings(work.session)
        if row is None:
            return DEFAULT
        return _choices(row.document)

    return work.tools.kept.choices(work.now, read)


def _choices(document: dict[str, Any]) -> Choices:
    found = Choices(
        Text(document["name"]),
        document["digits"],
        document["calendar"],
        document["zone"],
        document.get("sensitive", False),
        document.get("networks", False),
        keeping=Durations(**document.get("keeping", {})),
    )
    if "signing_in" in document:
        ways = document["signing_in"]
        since = ways["second_factor_from"]
        found = replace(
            found,
            idle_hours=ways["idle_hours"],
            second_factor=frozenset(ways["second_factor"]),
            second_factor_from=date.fromisoformat(since) if since else None,
            entry_links=ways.get("entry_links", False),
        )
    said = document.get("reminders")
    if said is None:
        return found
    # Who chose when to remind before superiors could be told did not choose that they are.
    days = {name: tuple(said.get(name, ())) for name in ("before", "after", "levels")}
    first, last = said["hours"]
    return replace(
        found,
        ladder=Ladder(**days, weekend=frozenset(said["weekend"])),
        hours=(first, last),
        digest=said.get("digest", False),
    )


def change_choices(work: UnitOfWork, choices: Choices) -> None:
    """Store a new version of the choices."""
    work.require(Permission.ORGANISATION_SETTINGS_CHANGE, _TARGET)
    latest = queries.find_organisation_settings(work.session)
    work.session.add(
        OrganisationSettingsRow(
            number=latest.number + 1 if latest else 1,
            document=replace(choices).document(),
            changed_by=work.actor.name,
            changed_at=work.now,
        )
    )
    work.audit(Permission.ORGANISATION_SETTINGS_CHANGE, _TARGET, document=choices.document())
    work.after_commit(work.tools.kept.forget_choices)
