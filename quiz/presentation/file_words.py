"""What is said of a file that somebody brought: what it is, what is wrong with it, and what to do now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from quiz.engine.text import Text
from quiz.presentation.i18n import _, _p
from quiz.records.file_fields import Field
from quiz.records.file_kinds import Kind
from quiz.services.completing import VerifiedSummary
from quiz.services.file_checking import CheckedFile, Difference, Verdict

_Words = dict[str, Callable[[], str]]

TITLES: _Words = {
    Verdict.WHOLE: lambda: _("The file is whole, and its record is valid"),
    Verdict.ALTERED: lambda: _("This file was altered"),
    Verdict.UNSIGNED: lambda: _("This file does not bear our signature"),
    Verdict.FOREIGN: lambda: _("This file was not issued by us"),
    Verdict.DOUBTFUL: lambda: _("This file cannot be confirmed"),
    Verdict.UNREADABLE: lambda: _("This file could not be read"),
}
FILE_WORDS: _Words = {
    Verdict.WHOLE: lambda: _("Whole and unaltered"),
    Verdict.ALTERED: lambda: _("Altered: what it says does not count"),
    Verdict.UNSIGNED: lambda: _("Not signed: it proves nothing by itself"),
    Verdict.FOREIGN: lambda: _("Not ours"),
    Verdict.DOUBTFUL: lambda: _("Not confirmed: it is not to be relied on"),
    Verdict.UNREADABLE: lambda: _("Not read"),
}
RECORD_TITLES: _Words = {
    "valid": lambda: _("This record is valid"),
    "expired": lambda: _("This record has expired"),
    "replaced": lambda: _("This record was replaced by a renewal"),
    "revoked": lambda: _("This record was revoked"),
    "altered": lambda: _("This record was altered"),
}
RECORD_WORDS: _Words = {
    "valid": lambda: _p("a record", "Valid"),
    "expired": lambda: _p("a record", "Expired"),
    "replaced": lambda: _p("a record", "Replaced by a renewal"),
    "revoked": lambda: _p("a record", "Revoked"),
    "altered": lambda: _p("a record", "Altered in the register"),
    "unknown": lambda: _p("a record", "Not known here"),
}
# What a PDF is found to be; the codes of PaperProblem, and those of checking it against the register.
PAPER_WORDS: _Words = {
    "too-large": lambda: _("The PDF is larger than any record of ours."),
    # The same is found where a busy machine was too slow, so nothing is blamed on the file alone.
    "too-much": lambda: _(
        "Reading the PDF took more time or work than a record of ours may take, so it was not read to its end. If the"
        " service is busy, another try in a moment helps."
    ),
    "no-pdf": lambda: _("Something stands before the beginning of the PDF. Our records have nothing there."),
    "unreadable": lambda: _("The PDF is damaged, or was not saved whole."),
    "encrypted": lambda: _("The PDF is locked with a password. Our records never are."),
    "unsigned": lambda: _("The PDF carries no electronic signature, so nothing shows who made it."),
    "signed-often": lambda: _("The PDF carries several signatures. Our records have exactly one."),
    "added-to": lambda: _("Something was added to the PDF after it had been signed."),
    "altered": lambda: _("The PDF was changed after it had been signed."),
    "signature-invalid": lambda: _("The signature in the PDF is not right: it was not made for this content."),
    "certificate-unknown": lambda: _("The PDF is signed with a certificate that is not ours."),
    "certificate-not-valid-then": lambda: _("The PDF claims to be signed at a time when its certificate did not hold."),
    "facts-missing": lambda: _("The PDF does not hold the data that every record of ours carries."),
    "facts-unreadable": lambda: _("The data that the PDF carries cannot be read as those of a record of ours."),
    "record-unknown": lambda: _("No record here has the verification code that stands in the file."),
    "facts-differ": lambda: _("The data that the PDF carries are not those of the register."),
    "key-distrusted": lambda: _(
        "The key it was signed with is not trusted any more, and we had not kept this file before that. The code on the"
        " paper leads to the page that says what is true of the record."
    ),
    "key-distrusted-later": lambda: _(
        "The key it was signed with is not trusted any more, but this very file was kept here before that: it holds."
    ),
    "name-corrected": lambda: _("The holder's name was corrected after this file had been made."),
    "not-the-kept-one": lambda: _("The PDF is another file than the one that was issued for this record."),
}
# What a credential is found to be: the codes of Findings, and those of one that cannot be read.
CREDENTIAL_WORDS: _Words = {
    "proof-unreadable": lambda: _("The digital credential carries no signature of the kind that we make."),
    "proof-wrong": lambda: _("The signature does not belong to what the digital credential says."),
    "key-unknown": lambda: _("The digital credential names us, but is signed with a key that was never ours."),
    "key-out-of-time": lambda: _(
        "The digital credential says that it was signed at a time when this key was not in use."
    ),
    "key-distrusted": lambda: _(
        "The key it was signed with is not trusted any more. Please ask the holder for a fresh credential: their"
        " account makes it with the new key."
    ),
    "other-issuer": lambda: _("The digital credential was issued by somebody else."),
    "record-unknown": lambda: _("No record here has the verification code that stands in the file."),
    "record-differs": lambda: _("What the digital credential says is not what the register holds."),
    "not-yet-valid": lambda: _("The digital credential is valid only from a later moment on."),
    "expired": lambda: _("The time for which the digital credential was valid is over."),
    "revoked": lambda: _("The record was revoked after the digital credential had been made."),
    "name-corrected": lambda: _("The holder's name was corrected after this file had been made."),
    "too-large": lambda: _("The text is larger than any digital credential of ours."),
    "not-text": lambda: _("The file is no text that can be read: digital credentials are written in UTF-8."),
    "not-json": lambda: _("The text is not well-formed JSON. Perhaps a part of it is missing."),
    "not-a-credential": lambda: _("The text is well formed, but it is no digital credential."),
    "no-proof": lambda: _("The text holds no signature. Every digital credential of ours carries one."),
    "field-twice": lambda: _("A field stands in it twice, so that readers could take it in different ways."),
    "number-not-whole": lambda: _("It holds numbers of a kind that no digital credential of ours has."),
    "too-deep": lambda: _("Its parts are nested deeper than in any digital credential of ours."),
    "too-many-parts": lambda: _("It has more parts than any digital credential of ours."),
    "other-contexts": lambda: _("It is written in another vocabulary than our digital credentials are."),
    "other-kind": lambda: _("It is a digital document of another kind than ours."),
}
# What is neither a PDF nor the text of a credential.
KIND_WORDS: _Words = {
    Kind.EMPTY: lambda: _("No file was chosen and nothing was pasted, or the file is empty."),
    Kind.PICTURE: lambda: _("This is a picture. A picture carries no signature, so it cannot be checked."),
    Kind.ARCHIVE: lambda: _("This is an archive or a document of an office program, not a record as we issue it."),
    Kind.BINARY: lambda: _("This is neither a PDF nor a text."),
    Kind.TEXT: lambda: _("This text is neither a digital credential nor a code nor the address of a record."),
}
FIELD_WORDS: _Words = {
    Field.NAME: lambda: _p("a field of a record", "Name"),
    Field.PROGRAMME: lambda: _p("a field of a record", "Programme"),
    Field.ORGANISATION: lambda: _p("a field of a record", "Issued by"),
    Field.COMPLETED: lambda: _p("a field of a record", "Date of completion"),
    Field.VALID_UNTIL: lambda: _p("a field of a record", "End of validity"),
    Field.EDITIONS: lambda: _p("a field of a record", "Editions applied"),
    Field.CONDITIONS: lambda: _p("a field of a record", "Conditions of completion"),
    Field.RESULT: lambda: _p("a field of a record", "Outcome"),
    Field.PLEDGE: lambda: _p("a field of a record", "Pledge"),
    Field.VERSION: lambda: _p("a field of a record", "Version of the programme"),
    Field.DESCRIPTION: lambda: _p("a field of a record", "Description"),
    Field.CODE: lambda: _p("a field of a record", "Verification code"),
    Field.SERIAL: lambda: _p("a field of a record", "Serial number"),
    Field.ADDRESS: lambda: _p("a field of a record", "Address of verification"),
    Field.STATES: lambda: _p("a field of a record", "Address of the list of revocations"),
    Field.KIND: lambda: _p("a field of a record", "Kind of document"),
    Field.OTHER: lambda: _p("a field of a record", "Something that our records do not have"),
}
NEXT_WORDS: _Words = {
    "valid": lambda: _("The state may change later. The page of the code always says how the record stands now."),
    "expired": lambda: _("Please ask the holder for a newer record."),
    "replaced": lambda: _("Please ask the holder for the newer record or its code."),
    "revoked": lambda: _("The file itself is unaltered, but the record no longer holds. Please do not rely on it."),
    "altered": lambda: _("Please do not rely on this record, and report it to the organisation."),
    Verdict.ALTERED: lambda: _(
        "Please do not rely on this file. Ask the holder for the verification code, or for the file as it was issued."
    ),
    Verdict.UNSIGNED: lambda: _("Please go by the register alone: ask the holder for the verification code."),
    Verdict.FOREIGN: lambda: _(
        "If it should be a record of ours, please ask the holder for the verification code. Otherwise whoever issued it"
        " can check it."
    ),
    Verdict.DOUBTFUL: lambda: _("Please ask the holder for the verification code, or for the file as it was issued."),
    Verdict.UNREADABLE: lambda: _("Please ask the holder for the file as it was issued, or for the verification code."),
    Kind.EMPTY: lambda: _("Please choose the file once more, or paste its text."),
    Kind.PICTURE: lambda: _(
        "Please enter the verification code that stands beside the QR code, or ask the holder for the PDF itself."
    ),
}
_TONES = {
    Verdict.WHOLE: "valid",
    Verdict.ALTERED: "altered",
    Verdict.UNSIGNED: "expired",
    Verdict.FOREIGN: "altered",
    Verdict.DOUBTFUL: "expired",
    Verdict.UNREADABLE: "unknown",
}
_GRAVE = frozenset({"revoked", "altered"})
_DIFFERING = frozenset({"record-differs", "facts-differ"})


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """A field that differs: its name, what the file says and what the register does, where both may be shown."""

    label: str
    found: str | date | None
    registered: str | Text | date | None


@dataclass(frozen=True, slots=True)
class ShownFile:
    """What the page says: `tone` is a state of the card, `file` and `state` are the two answers in a few words."""

    tone: str
    title: str
    file: str | None
    state: str | None
    problems: tuple[str, ...]
    differences: tuple[ShownDifference, ...]
    next: str
    record: VerifiedSummary | None
    is_whole: bool
    signer: str | None = None
    signed_at: datetime | None = None


def show(checked: CheckedFile) -> ShownFile:
    """Return what the page says of a file; a whole file of a record that does not hold is headed by that."""
    verdict, record = checked.verdict, checked.record
    is_whole = verdict is Verdict.WHOLE and record is not None
    state = record.state if record is not None else None
    title, tone, onward = TITLES[verdict](), _TONES[verdict], verdict.value
    if is_whole and state is not None:
        title = title if state == "valid" else RECORD_TITLES[state]()
        tone = onward = state
    elif state in _GRAVE:
        # Whatever the file is, that the record does not hold is not said in a milder tone.
        tone = "revoked"
    if verdict is Verdict.UNREADABLE and checked.kind in NEXT_WORDS:
        onward = checked.kind.value
    is_read = verdict is not Verdict.UNREADABLE
    # Where the fields that differ are named, that something differs is said already.
    said = [one for one in checked.problems if not (checked.differences and one in _DIFFERING)] or checked.problems
    return ShownFile(
        tone,
        title,
        FILE_WORDS[verdict]() if is_read else None,
        RECORD_WORDS[state or "unknown"]() if is_read else None,
        tuple(_problem(checked.kind, one) for one in said) or _kind(checked.kind),
        tuple(_difference(one, record) for one in checked.differences if record),
        NEXT_WORDS[onward](),
        record,
        is_whole,
        checked.signer,
        checked.signed_at,
    )


def busy() -> ShownFile:
    """Return what the page says where no file can be read at this moment."""
    return ShownFile(
        "unknown",
        _("Other files are being checked at this moment"),
        None,
        None,
        (_("This file was not looked at, and nothing of it was kept."),),
        (),
        _("Please try again in a moment. A verification code can be entered at any time."),
        None,
        False,
    )


def _problem(kind: Kind, code: str) -> str:
    return (PAPER_WORDS if kind is Kind.PAPER else CREDENTIAL_WORDS)[code]()


def _kind(kind: Kind) -> tuple[str, ...]:
    return (KIND_WORDS[kind](),) if kind in KIND_WORDS else ()


def _difference(one: Difference, record: VerifiedSummary) -> ShownDifference:
    registered: dict[Field, str | Text | date | None] = {
        Field.NAME: record.holder_name,
        Field.PROGRAMME: record.module_title,
        Field.ORGANISATION: record.organisation,
        Field.COMPLETED: record.completed_on,
        Field.VALID_UNTIL: record.valid_until,
    }
    is_same = one.found == registered.get(one.field)
    # A day that is the same differs in its hour or in how it is written, which the page of the code tells as little.
    if one.found is None or is_same:
        return ShownDifference(FIELD_WORDS[one.field](), None, None)
    return ShownDifference(FIELD_WORDS[one.field](), one.found, registered.get(one.field))
