"""What is kept, in words: drawn from the inventory, with the durations that the organisation chose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from quiz.access.inventory import HOLDINGS
from quiz.access.keeping import BOUNDS, Basis, Durations, End, Group, Holding, Reader, Until
from quiz.language.numbers import set_digits
from quiz.presentation.i18n import _, _np, _p, reader_locale

Words = Callable[[], str]

GROUP_WORDS: Mapping[Group, Words] = {
    Group.ACCOUNT: lambda: _("Account and sign-in"),
    Group.TRAINING: lambda: _("Training and answers"),
    Group.RECORDS: lambda: _("Completion records"),
    Group.QUESTIONS: lambda: _("Questions to the integrity adviser"),
    Group.MAILS: lambda: _("Mails"),
    Group.WORK: lambda: _("The work of those who write, decide and run this"),
    Group.TRAIL: lambda: _("Audit trail"),
    Group.SYSTEMS: lambda: _("Connected systems"),
}
# What it is, and why it is kept.
HOLDING_WORDS: Mapping[str, tuple[Words, Words]] = {
    "person": (
        lambda: _("Who you are at work"),
        lambda: _(
            "The name, the HR number, the work e-mail address and the unit, as the organisation gives them: to assign "
            "training and to issue records."
        ),
    ),
    "postings": (
        lambda: _("Units and roles over time"),
        lambda: _("Where somebody worked and which role they held, from which day: so that deeds can be explained."),
    ),
    "absences": (
        lambda: _("Days of absence"),
        lambda: _("The days alone, and never why: so that nobody is reminded while away."),
    ),
    "password": (
        lambda: _("Password"),
        lambda: _("Not the password itself but what it can be checked by."),
    ),
    "factors": (
        lambda: _("What was set up for signing in"),
        lambda: _(
            "Of an app its secret, sealed; of a passkey its public part and its name; of another service the number by "
            "which it knows the person, and nothing else. It goes when it is removed from the account."
        ),
    ),
    "sign_ins": (
        lambda: _("Sign-ins"),
        lambda: _(
            "Which browser was signed in from when to when, and links that were mailed to open the account: so that "
            "what is not one's own is noticed. A sign-in lasts twelve hours at most."
        ),
    ),
    "doors": (
        lambda: _("Sign-ins that are half done"),
        lambda: _("What a second step or a passkey waits for: it opens nothing by itself."),
    ),
    "failures": (
        lambda: _("Sign-ins that failed"),
        lambda: _("Without the name or the address in readable form: to hold back whoever guesses passwords."),
    ),
    "assignments": (
        lambda: _("Assigned training"),
        lambda: _("Each module with its dates, its state and what was decided about it: to see who still needs it."),
    ),
    "disownings": (
        lambda: _("People said to be of another unit"),
        lambda: _("What a manager said and how HR settled it: so that nobody is counted in the wrong unit."),
    ),
    "answers": (
        lambda: _("Attempts and answers"),
        lambda: _(
            "The answers of each attempt, with the moment and the words that were shown: so that a result can be "
            "explained and marked again, and a record be proved from the answers it rests on. That is why they stay "
            "as long as the record does."
        ),
    ),
    "corrections": (
        lambda: _("Corrections you were told of"),
        lambda: _("That somebody was told of a ruling that was corrected: so that everybody is told once."),
    ),
    "records": (
        lambda: _("Records and what became of them"),
        lambda: _(
            "What was completed and when, the pledge with its exact words, and whether it was renewed, corrected or "
            "revoked. No name stands in it."
        ),
    ),
    "names": (
        lambda: _("The name on a record"),
        lambda: _("Beside the record and in its signed PDF: so that whoever checks it can tell whose it is."),
    ),
    "links": (
        lambda: _("Links to a record"),
        lambda: _("Until when a link that you made holds, and the day on which it was last opened; never by whom."),
    ),
    "questions": (
        lambda: _("Questions and who asked"),
        lambda: _(
            "With the name where it was given: so that the answer can be sent. Of one sent without a name only the "
            "day, the words and what it is about are kept, and nothing that leads to its sender."
        ),
    ),
    "lessons": (
        lambda: _("Answers and what they teach"),
        lambda: _("Answers, notes beside a provision, wished scenarios and incidents told without names: to teach."),
    ),
    "mails": (
        lambda: _("What was sent"),
        lambda: _("Who was reminded of what and when, or why not; not the words: so that a missed mail is noticed."),
    ),
    "deeds": (
        lambda: _("Who wrote, approved and decided"),
        lambda: _(
            "Drafts and their versions, reviews, rules and settings, with the name of whoever is responsible: so that "
            "two people stand behind what is published."
        ),
    ),
    "typing": (
        lambda: _("What was typed and not saved"),
        lambda: _("So that nothing is lost when a page closes."),
    ),
    "files": (
        lambda: _("Files of content"),
        lambda: _("What an editor sent and what was found in it: until the drafts are made."),
    ),
    "staff_files": (
        lambda: _("Files of people and units"),
        lambda: _("What HR sent and what each line did: so that a mistake can be found."),
    ),
    "tables": (
        lambda: _("Tables to take away"),
        lambda: _("A table that a manager asked for, until it was fetched."),
    ),
    "trail": (
        lambda: _("Who did what"),
        lambda: _("A trace of deeds, in which people stand by reference and not by name."),
    ),
    "connections": (
        lambda: _("Which systems are connected"),
        lambda: _("Their names, what each may read, and who connected them: so that everything read can be explained."),
    ),
    "provisioned": (
        lambda: _("People whom another system manages"),
        lambda: _("The number by which the HR system knows somebody: so that the right person is changed."),
    ),
}
READER_WORDS: Mapping[Reader, Words] = {
    Reader.SELF: lambda: _("you yourself"),
    Reader.MANAGER: lambda: _("the direct manager"),
    Reader.HR: lambda: _("human resources"),
    Reader.ADVISER: lambda: _("the integrity adviser"),
    Reader.EDITORS: lambda: _("those who write and approve content"),
    Reader.AUDITOR: lambda: _("the auditors"),
    Reader.ADMIN: lambda: _("the administrators"),
    Reader.CHECKER: lambda: _("whoever has its verification code"),
    Reader.SYSTEM: lambda: _("a connected system that was allowed to"),
    Reader.NOBODY: lambda: _("nobody"),
}
BASIS_WORDS: Mapping[Basis, Words] = {
    Basis.DUTY: lambda: _("the task of the organisation to train its people"),
    Basis.EVIDENCE: lambda: _("the proof of what took place"),
    Basis.SECURITY: lambda: _("the security of the account"),
    Basis.ASKED: lambda: _("the wish of whoever uses it"),
}
_UNTIL_WORDS: Mapping[Until, Words] = {
    Until.RECORD: lambda: _("as long as the records of the organisation"),
    Until.REMOVED: lambda: _("until it is changed or removed"),
    Until.ERASED: lambda: _("until its removal is asked for"),
    Until.MINUTES: lambda: _("for minutes, until it is used or over"),
    Until.DAY: lambda: _("for one day"),
}
END_WORDS: Mapping[End, Words] = {
    End.DELETED: lambda: _("It is deleted."),
    End.DETACHED: lambda: _(
        "The words stay, as those of a question without a name; the asker finds them no more. The audit trail alone "
        "still says that a question was sent."
    ),
    End.KEPT: lambda: _("It stays as evidence, and is not deleted by time."),
}


@dataclass(frozen=True, slots=True)
class KeptThing:
    """Something that is kept, in words: what and why, how long, what ends it, who sees it, on what it rests."""

    code: str
    title: str
    why: str
    how_long: str
    end: str
    seen_by: str
    basis: str


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """A part of the list, under its heading."""

    code: str
    title: str
    things: tuple[KeptThing, ...]


def list_kept(durations: Durations) -> tuple[KeptGroup, ...]:
    """Return everything that is kept of people, in the words of the reader."""
    return tuple(
        KeptGroup(
            group.value,
            GROUP_WORDS[group](),
            tuple(_thing(holding, durations) for holding in HOLDINGS if holding.group is group),
        )
        for group in Group
    )


def _thing(holding: Holding, durations: Durations) -> KeptThing:
    title, why = HOLDING_WORDS[holding.code]
    between = "، " if reader_locale().language == "ar" else ", "
    return KeptThing(
        holding.code,
        title(),
        why(),
        until_words(holding.until, durations),
        END_WORDS[holding.end](),
        between.join(READER_WORDS[reader]() for reader in holding.seen_by),
        BASIS_WORDS[holding.basis](),
    )


def until_words(until: Until, durations: Durations) -> str:
    """Return how long something is kept."""
    if until in _UNTIL_WORDS:
        return _UNTIL_WORDS[until]()
    number = durations.of(until)
    if BOUNDS[until].is_years:
        years = _np("a length of time", "%(num)s year", "%(num)s years", number)
        return _("%(length)s after it was asked or last answered", length=years)
    days = _np("a length of time", "%(num)s day", "%(num)s days", number)
    return _("%(length)s once it is over", length=days)


def frame_words() -> str:
    """Return which laws we had in mind, as a reading of ours and no advice."""
    return _(
        "Laws on personal data, such as law %(egypt)s in Egypt and federal decree-law %(uae)s in the United Arab "
        "Emirates, are the frame in which we drew this list up. It is our reading and not legal advice: which law "
        "holds for the organisation, and what follows from it, is for its own lawyers to say.",
        egypt=_law("151", "2020"),
        uae=_law("45", "2021"),
    )


def _law(number: str, year: str) -> str:
    locale = reader_locale()
    number, year = set_digits(number, locale), set_digits(year, locale)
    return _p("a law", "%(number)s of %(year)s", number=number, year=year)
