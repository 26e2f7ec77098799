"""The name of a place in a content document, as people call it: the choice, the field, the language."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from quiz.presentation.i18n import _, number_words

_ENTRIES: Mapping[str, Callable[[str], str]] = {
    "options": lambda number: _("Choice %(number)s", number=number),
    "choices": lambda number: _("Choice %(number)s", number=number),
    "passages": lambda number: _("Passage %(number)s", number=number),
    "nodes": lambda number: _("Turn %(number)s", number=number),
    "turns": lambda number: _("Message %(number)s", number=number),
    "compare": lambda number: _("Comparison %(number)s", number=number),
    "lesson": lambda number: _("Lesson card %(number)s", number=number),
    "blueprint": lambda number: _("Line %(number)s of the blueprint", number=number),
    "editions": lambda number: _("Edition %(number)s", number=number),
    "provisions": lambda number: _("Provision %(number)s", number=number),
    "parts": lambda number: _("Paragraph %(number)s", number=number),
    "figures": lambda number: _("Figure %(number)s", number=number),
    "and_every": lambda number: _("Demand %(number)s", number=number),
    "waits": lambda number: _("Wait %(number)s", number=number),
}
_FIELDS: Mapping[str, Callable[[], str]] = {
    "title": lambda: _("Title"),
    "situation": lambda: _("Situation"),
    "prompt": lambda: _("Question"),
    "hint": lambda: _("Hint"),
    "text": lambda: _("Words"),
    "ruling": lambda: _("Ruling"),
    "consequence": lambda: _("Consequence"),
    "note": lambda: _("Note"),
    "exhibit": lambda: _("What is looked at"),
    "medium": lambda: _("What the employee looks at"),
    "body": lambda: _("Words"),
    "author": lambda: _("Name on the account"),
    "profile": lambda: _("Profile line"),
    "handle": lambda: _("Account name in Latin letters"),
    "official": lambda: _("The account is an official one"),
    "when": lambda: _("When, in words"),
    "from": lambda: _("From"),
    "to": lambda: _("To"),
    "subject": lambda: _("Subject"),
    "body_name": lambda: _("Issued by"),
    "date": lambda: _("Date"),
    "signed": lambda: _("Signed"),
    "turns": lambda: _("Messages"),
    "credit": lambda: _("Credit"),
    "cites": lambda: _("Provisions"),
    "topics": lambda: _("Topics"),
    "values": lambda: _("Values"),
    "audience": lambda: _("For whom"),
    "difficulty": lambda: _("Difficulty"),
    "kind": lambda: _("Kind"),
    "bank": lambda: _("Bank"),
    "choices": lambda: _("Choices"),
    "next": lambda: _("Leads to"),
    "breach": lambda: _("It breaches the provision"),
    "edition": lambda: _("Edition"),
    "verdict": lambda: _("What it says there"),
    "key_ratings": lambda: _("Reference rating"),
    "key_choice": lambda: _("Reference"),
    "key_order": lambda: _("Right order"),
    "who": lambda: _("Who speaks"),
    "says": lambda: _("What is said"),
    "author_note": lambda: _("Note for other editors"),
    "sensitive": lambda: _("Sensitive"),
    "summary": lambda: _("Summary"),
    "paraphrase": lambda: _("Summary of the provision"),
    "verification": lambda: _("Verification"),
    "status": lambda: _("Status"),
    "label": lambda: _("Name of the edition"),
    "verified_against": lambda: _("Compared with"),
    "verified_on": lambda: _("Day of the comparison"),
    "review_due": lambda: _("To be looked at again"),
    "source": lambda: _("Source"),
    "reference": lambda: _("Number"),
    "number": lambda: _("Number"),
    "binds_conduct": lambda: _("Whether it binds conduct"),
    "issued_on": lambda: _("Issued on"),
    "effective_from": lambda: _("Took effect on"),
    "effective_to": lambda: _("Held until"),
    "replaced_by": lambda: _("Replaced by"),
    "jurisdiction": lambda: _("Country"),
    "key": lambda: _("Key"),
    "what": lambda: _("What it is"),
    "min": lambda: _("At least"),
    "max": lambda: _("At most"),
    "unit": lambda: _("Unit"),
    "currency": lambda: _("Currency"),
    "felony": lambda: _("Felony or misdemeanour"),
    "either_or": lambda: _("Either of the two penalties"),
    "parts": lambda: _("Paragraphs"),
    "figures": lambda: _("Figures"),
    "options": lambda: _("Choices"),
    "passages": lambda: _("Passages"),
    "nodes": lambda: _("Turns"),
    "compare": lambda: _("Comparisons"),
    "editions": lambda: _("Editions"),
    "provisions": lambda: _("Provisions"),
    "lesson": lambda: _("Lesson"),
    "blueprint": lambda: _("Blueprint"),
    "minutes": lambda: _("Length in minutes"),
    "jurisdictions": lambda: _("For people of"),
    "count": lambda: _("How many"),
    "kinds": lambda: _("Kind"),
    "scored": lambda: _("What it draws counts"),
    "behaviour": lambda: _("How it is taken"),
    "certainty": lambda: _("Whether certainty is asked"),
    "pass_rule": lambda: _("Pass rule"),
    "score": lambda: _("Least share"),
    "and_every": lambda: _("Demands"),
    "attempts": lambda: _("Attempts"),
    "limit": lambda: _("How many attempts"),
    "waits": lambda: _("Waits"),
    "remediation": lambda: _("Rereading"),
    "time_limit": lambda: _("Time limit of an attempt"),
    "validity": lambda: _("How long a completion is valid"),
    "pledge": lambda: _("Pledge"),
    "confirm": lambda: _("What is confirmed"),
    "undertake": lambda: _("What is undertaken"),
    "required": lambda: _("Whether it is required"),
    "minimum_verification": lambda: _("Least verification for a scenario to count"),
    "defaults": lambda: _("Assigning it"),
    "assigned_to": lambda: _("Proposed for"),
    "due": lambda: _("Due after"),
}
_LANGUAGES: Mapping[str, Callable[[], str]] = {"ar": lambda: _("Arabic"), "en": lambda: _("English")}


def place_name(path: str | Sequence[str | int]) -> str:
    """Return the name of a place, given as a path or as its dotted form; counted from 1 as people count."""
    steps: list[str | int] = (
        [int(step) if step.isdigit() else step for step in path.split(".")] if isinstance(path, str) else list(path)
    )
    return _(" › ").join(_named(steps)) or _("The whole")


def _named(steps: list[str | int]) -> Iterator[str]:
    place = 0
    while place < len(steps):
        step, following = str(steps[place]), steps[place + 1 : place + 2]
        if step in _ENTRIES and following and isinstance(following[0], int):
            yield _ENTRIES[step](number_words(following[0] + 1))
            place += 1
        elif step in _LANGUAGES and place == len(steps) - 1:
            yield _LANGUAGES[step]()
        elif step in _FIELDS:
            yield _FIELDS[step]()
        elif step.isdecimal():
            yield number_words(int(step) + 1)
        else:
            yield step
        place += 1


def dotted(path: Sequence[str | int]) -> str:
    """Return a path with dots between its steps, as forms name their fields."""
    return ".".join(map(str, path))
