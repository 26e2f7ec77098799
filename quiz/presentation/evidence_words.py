"""Evidence in words: what each figure is of, and the figure itself, in the reader's language and digits."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from fractions import Fraction

from quiz.language import numbers
from quiz.presentation.i18n import _, _p, number_words, reader_locale
from quiz.presentation.reminder_words import REASONS
from quiz.presentation.wording import STATE_WORDS, duration_words
from quiz.records.evidence import Answer, Value

_Said = Callable[[], str]

BASIS_WORDS: Mapping[str, _Said] = {
    "summary": lambda: _("known from a summary, not compared with its text"),
    "recall": lambda: _("not compared"),
}
NONE_WORDS: Mapping[str, _Said] = {
    "zero": lambda: _p("a figure", "None"),
    "not-for-units": lambda: _p("a figure", "None"),
    "not-kept": lambda: _("None is kept here"),
    "too-few": lambda: _("Withheld: it would tell of few people"),
}
# What is said beneath an answer that there is none.
WHY_WORDS: Mapping[str, _Said] = {
    "zero": lambda: _("Nothing of the kind is recorded for this period."),
    "not-for-units": lambda: _("Managers do not see this. The pack of the whole organisation has it."),
}
NOTES: Mapping[str, _Said] = {
    "online": lambda: _("The reason is for the organisation to give."),
    "incidents": lambda: _("Incidents are those recorded in the period; nobody is named in them."),
    "asking": lambda: _("Without a name the day is kept and not the hour, and the wait is counted from its beginning."),
    "effectiveness": lambda: _(
        "Attempts are those that ended in the period. Later ones come after a wait and often after rereading; that"
        " more of them pass proves no cause."
    ),
    "failing": lambda: _("What stands at the moment the pack was made. Fewer than ten people are not counted out."),
    "supervisors": lambda: _("Managers are those who hold the role on the last day of the period."),
    "timing": lambda: _(
        "Of what was due in the period until yesterday. What was waived, or is asked no more, is left out; a record"
        " that was revoked counts for nothing."
    ),
    "documented": lambda: _("Issued and revoked in the period; valid and expired at the moment the pack was made."),
    "signed": lambda: _("A pledge on several editions is counted with each of them."),
    "currency": lambda: _("Each citation of a scenario in use is counted by how far its provision was compared."),
    "reminders": lambda: _("Each step that was due is counted, and what was not sent has its reason."),
}
FIGURE_WORDS: Mapping[str, _Said] = {
    "scenarios": lambda: _("Scenarios in use"),
    "in-both-languages": lambda: _("Of these in Arabic and in English"),
    "more-time": lambda: _("People who have more time in exams"),
    "accessible": lambda: _("Accessibility"),
    "taken-in-ar": lambda: _("First attempts taken in Arabic"),
    "taken-in-en": lambda: _("First attempts taken in English"),
    "reason": lambda: _("Reason for giving it online"),
    "modules": lambda: _("Modules offered"),
    "people": lambda: _("People at work whom it can reach"),
    "units": lambda: _("Units they work in"),
    "incidents": lambda: _("Incidents recorded"),
    "incidents-taught": lambda: _("Incidents that a scenario teaches from"),
    "scenarios-made": lambda: _("Scenarios that teach from them"),
    "incidents-wished": lambda: _("Incidents for which a scenario is still to be written"),
    "incidents-reasoned": lambda: _("Incidents without a scenario, with the reason recorded"),
    "questions": lambda: _("Questions to the adviser, and doubts about a ruling"),
    "without-name": lambda: _("Asked without a name"),
    "first-passed": lambda: _("First attempts that reached the pass mark"),
    "later-passed": lambda: _("Later attempts that reached the pass mark"),
    "measured-modules": lambda: _("Modules with enough first attempts for statistics"),
    "attempts-ended": lambda: _("Attempts that ended in the period"),
    "awaiting-next": lambda: _("Assignments that await another attempt"),
    "used-up": lambda: _("Assignments without an attempt left"),
    "given-more": lambda: _("Assignments given more attempts"),
    "asked-help": lambda: _("Assignments for which help was asked"),
    "reread": lambda: _("Provisions reread after an attempt"),
    "manager-modules": lambda: _("Modules about the duties of managers"),
    "managers": lambda: _("Managers at work"),
    "managers-asked": lambda: _("Managers who were assigned one"),
    "managers-completed": lambda: _("Of these, completed one"),
    "rules": lambda: _("Assignment rules in force"),
    "first-due": lambda: _("First times due in the period"),
    "first-in-time": lambda: _("First times completed in time"),
    "first-late": lambda: _("First times completed late"),
    "first-open": lambda: _("First times not completed yet"),
    "renewal-due": lambda: _("Renewals due in the period"),
    "renewal-in-time": lambda: _("Renewals completed in time"),
    "renewal-late": lambda: _("Renewals completed late"),
    "renewal-open": lambda: _("Renewals not completed yet"),
    "joined": lambda: _("People who joined in the period"),
    "joined-in-time": lambda: _("Of those whose time is over: a first record within three months of joining"),
    "issued": lambda: _("Completion records issued"),
    "valid": lambda: _("Completion records that are valid"),
    "expired": lambda: _("Completion records that have expired"),
    "revoked": lambda: _("Completion records revoked"),
    "editions": lambda: _("Editions of codes and laws that every employee can read here"),
    "pledges": lambda: _("Pledges signed"),
    "amendments": lambda: _("Amended codes and laws published"),
    "found-to-hold": lambda: _("Scenarios found to hold still after an amendment"),
    "asked-again": lambda: _("Assignments of what an amendment changed"),
    "completed-again": lambda: _("Of these, completed"),
    "citations": lambda: _("Citations of provisions in scenarios"),
    "corrections": lambda: _("Rulings corrected"),
    "told-of-corrections": lambda: _("Notices to people who were taught the earlier ruling"),
    "sent": lambda: _("Reminders sent"),
    "queued": lambda: _("Reminders on their way"),
    "unsent": lambda: _("Reminders not sent"),
}
TABLE_WORDS: Mapping[str, _Said] = {
    "by-kind": lambda: _("By kind of question"),
    "by-medium": lambda: _("By what the employee looks at"),
    "by-module": lambda: _("By module"),
    "rules": lambda: _("How each module is taken and passed"),
    "for-managers": lambda: _("Modules about the duties of managers"),
    "by-rule": lambda: _("Rules"),
    "by-field": lambda: _("By field of work"),
    "assigned": lambda: _("Assigned in the period"),
    "by-edition": lambda: _("Pledges by edition"),
    "by-verification": lambda: _("Citations by how far they were compared"),
    "why-unsent": lambda: _("Why reminders were not sent"),
    "answered": lambda: _("How soon the first answer came"),
}
COLUMN_WORDS: Mapping[str, _Said] = {
    "kind": lambda: _("Kind"),
    "medium": lambda: _("What is looked at"),
    "module": lambda: _("Module"),
    "minutes": lambda: _p("evidence", "Length"),
    "behaviour": lambda: _("How it is taken"),
    "pass-mark": lambda: _("Pass mark"),
    "attempts": lambda: _("Attempts"),
    "reread-first": lambda: _("Rereading before the next attempt"),
    "whom": lambda: _("For whom"),
    "by-when": lambda: _("By when"),
    "again": lambda: _("Asked again"),
    "field": lambda: _("Field of work"),
    "scenarios": lambda: _("Scenarios"),
    "people": lambda: _("People"),
    "modules": lambda: _("Modules"),
    "assigned": lambda: _("Assigned"),
    "done": lambda: _("Completed since"),
    "edition": lambda: _("Edition"),
    "pledges": lambda: _("Pledges"),
    "verification": lambda: _("Verification"),
    "citations": lambda: _("Citations"),
    "reason": lambda: _("Reason"),
    "reminders": lambda: _("Reminders"),
    "asked": lambda: _("What was asked"),
    "number": lambda: _("How many"),
    "within-three-days": lambda: _("Answered within three days"),
    "within-seven-days": lambda: _("Within seven days"),
    "after-seven-days": lambda: _("After seven days"),
}
_WORDS: Mapping[str, Mapping[str, _Said]] = {
    "accessible": {
        "accessible": lambda: _(
            "Every page works by keyboard alone and without a script; this paper is tagged for screen readers"
        )
    },
    "yes-no": {"yes": lambda: _("Yes"), "no": lambda: _("No")},
    "kind": {
        "single_choice": lambda: _("One choice"),
        "multiple_choice": lambda: _("Several choices"),
        "judgement": lambda: _("Rating each response"),
        "most_least": lambda: _("The most and the least"),
        "ordering": lambda: _("Putting in order"),
        "spot": lambda: _("Spotting the breach"),
        "branching": lambda: _("Turn by turn"),
    },
    "medium": {
        "post": lambda: _("Post"),
        "message": lambda: _("Messages"),
        "email": lambda: _("E-mail"),
        "memo": lambda: _("Memo"),
        "dialogue": lambda: _("Conversation"),
        "none": lambda: _("Without an exhibit"),
    },
    "behaviour": {
        "immediate_feedback": lambda: _("Training: the ruling after each answer"),
        "exam": lambda: _("Exam: rulings only at the end"),
        "try_again": lambda: _("Training with a second try"),
        "practice": lambda: _("Practice without an end"),
    },
    "audience": {
        "everyone": lambda: _("Everybody"),
        "communications": lambda: _("Communications"),
        "it": lambda: _("IT"),
        "managers": lambda: _("Managers"),
        "front-desk": lambda: _("Front desk"),
        "procurement": lambda: _("Procurement"),
        "hr": lambda: _("Human resources"),
    },
    "scope": {
        "everybody": lambda: _("Everybody"),
        "joiners": lambda: _("Whoever joins"),
        "unit": lambda: _("A unit with all below it"),
        "role": lambda: _("Those who hold a role"),
        "audience": lambda: _("A field of work"),
        "people": lambda: _("People by name"),
    },
    "due": {
        "module": lambda: _("The time that the module proposes"),
        "none": lambda: _("No day"),
        "fixed": lambda: _("A fixed day"),
        "after_joining": lambda: _("A time after joining"),
        "after_assignment": lambda: _("A time after the assignment"),
    },
    "renewal": {
        "none": lambda: _("Never"),
        "calendar_year": lambda: _("Every calendar year"),
        "before_expiry": lambda: _("Before the record runs out"),
    },
    "verification": {
        "official_verified": lambda: _("Verified against the official text"),
        "mirror_verified": lambda: _("Full unofficial copy"),
        "secondary": lambda: _("Secondary source"),
        "recall": lambda: _("From memory, compared with nothing"),
        "disputed": lambda: _("Disputed"),
    },
    "asked": {
        "question": lambda: _("Questions"),
        "doubt": lambda: _("Doubts about a ruling"),
        "help": lambda: _("Requests for help"),
    },
    "unsent": {**STATE_WORDS, **REASONS},
}


def value_words(value: Value) -> str:
    """Return a figure in words."""
    locale = reader_locale()
    match value.kind:
        case "none":
            return NONE_WORDS[value.code]()
        case "share":
            part = numbers.percent(Fraction(value.number, value.whole), locale)
            words = {"part": number_words(value.number), "whole": number_words(value.whole), "share": part}
            return _("%(part)s of %(whole)s (%(share)s)", **words)
        case "percent":
            return numbers.percent(Fraction(value.number, 100), locale)
        case "minutes":
            return duration_words(timedelta(minutes=value.number))
        case "word":
            said = _WORDS[value.group].get(value.code)
            return said() if said is not None else value.code
        case "text" if value.text is not None:
            return value.text.in_language(locale.language)[0]
    return number_words(value.number)


def why_words(answer: Answer) -> str:
    """Return why there is none."""
    return WHY_WORDS[answer.why]()
