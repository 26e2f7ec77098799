"""The pack that is taken away: the same answers as PDF, as a table and for machines, with how to verify them."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO

from quiz.language import dates
from quiz.language.catalogue import catalogue
from quiz.presentation.evidence_words import (
    BASIS_WORDS,
    COLUMN_WORDS,
    FIGURE_WORDS,
    NONE_WORDS,
    NOTES,
    TABLE_WORDS,
    value_words,
    why_words,
)
from quiz.presentation.i18n import _, _p, number_words, reader_locale
from quiz.presentation.sheets import Value as Cell
from quiz.presentation.sheets import write_workbook
from quiz.records import evidence_pdf, pack, signing
from quiz.records.audit_tip import Tip
from quiz.records.evidence import Answer, Evidence, Value
from quiz.records.evidence_pdf import Grid, Paper, Section
from quiz.records.facts import canonical
from quiz.records.questions import BY_CODE, Source
from quiz.records.signing import Signer

PDF, SHEET, DOCUMENT, README = "evidence.pdf", "evidence.xlsx", evidence_pdf.ATTACHED, "README.txt"
SIGNATURE_COMMAND = (
    f"openssl pkeyutl -verify -pubin -inkey {pack.PUBLIC_KEY} -rawin -in {pack.MANIFEST} -sigfile {pack.SIGNATURE}"
)
FINGERPRINT_COMMAND = f"openssl pkey -pubin -in {pack.PUBLIC_KEY} -outform DER | openssl dgst -sha256"
DIGEST_COMMAND = f"openssl dgst -sha256 {PDF} {SHEET} {DOCUMENT} {README}"
PROGRAM_COMMAND = "quiz records verify-pack"


def program_version() -> str:
    """Return the version of this program."""
    try:
        return version("amana")
    except PackageNotFoundError:
        return ""


def make_pack(evidence: Evidence, signer: Signer, tip: Tip | None = None) -> tuple[bytes, str]:
    """Return the pack as ZIP in the reader's language, and the digest of its manifest.

    The tip of the audit trail stands in the manifest: whoever keeps the pack keeps a witness of the trail.
    """
    document = canonical({**evidence.document(), "program": {"name": "amana", "version": program_version()}})
    files = {
        PDF: evidence_pdf.render(paper_of(evidence, signer), document),
        SHEET: _sheet(evidence),
        DOCUMENT: document,
        README: _readme(signer).encode(),
    }
    facts = {
        **evidence.facts(),
        "program": {"name": "amana", "version": program_version()},
        "language": reader_locale().language,
        **({"audit_tip": tip.document()} if tip is not None else {}),
    }
    return pack.seal(files, facts, signer, evidence.made_at)


def paper_of(evidence: Evidence, signer: Signer) -> Paper:
    """Return what stands on the pages, in the reader's language."""
    locale = reader_locale()
    title = _("Evidence of ethics training")
    scope, period = scope_words(evidence), period_words(evidence)
    return Paper(
        locale=locale,
        title=title,
        description=_("%(title)s: %(scope)s, %(period)s", title=title, scope=scope, period=period),
        organisation=evidence.organisation.in_language(locale.language)[0],
        about=(
            (_("Scope"), scope),
            (_("Period"), period),
            (_("People at work"), number_words(evidence.people)),
            (_("Made on"), dates.moment(evidence.made_at, evidence.zone, locale)),
            (_("Signature"), signature_words(signer)),
        ),
        notices=(
            _(
                "Each question is asked by the sources named beneath it. It is answered by figures, or by saying that"
                " there is none; nothing here says that what a source asks is met."
            ),
            _(
                "There are counts only: nobody is named, and figures about failing"
                " or answers are withheld where they would tell of fewer than ten people."
            ),
        ),
        contents=_("The questions"),
        sections=tuple(
            Section(
                heading=_("%(number)s. %(question)s", number=number_words(number), question=_question(one)),
                sources=tuple(map(source_words, BY_CODE[one.code].sources)) or (no_source_words(),),
                nothing=(NONE_WORDS["zero"](), why_words(one)) if one.is_none else None,
                grids=() if one.is_none else tuple(_grids(one)),
                note=NOTES[one.code]() if one.code in NOTES and not one.is_none else "",
            )
            for number, one in enumerate(evidence.answers, 1)
        ),
        page=_("Page"),
        made_at=evidence.made_at,
        attachment=_("The figures of this paper, for machines"),
    )


def _question(answer: Answer) -> str:
    return BY_CODE[answer.code].words.in_language(reader_locale().language)[0]


def source_words(source: Source) -> str:
    """Return the name of a source, and where it was not compared that it was not."""
    name = source.name.in_language(reader_locale().language)[0]
    if source.basis not in BASIS_WORDS:
        return name
    return _("%(source)s (%(basis)s)", source=name, basis=BASIS_WORDS[source.basis]())


def no_source_words() -> str:
    """Return that a question is asked by none of the sources."""
    return _("Asked by us; no source is named for it.")


def scope_words(evidence: Evidence) -> str:
    """Return whom the evidence is of."""
    if not evidence.units:
        return _("The whole organisation")
    names = [unit.in_language(reader_locale().language)[0] for unit in evidence.units]
    return _(
        "%(units)s, with all below", units="، ".join(names) if reader_locale().language == "ar" else ", ".join(names)
    )


def period_words(evidence: Evidence) -> str:
    """Return the period, by its first and its last day."""
    locale = reader_locale()
    first, last = (dates.gregorian_day(day, locale) for day in (evidence.span.first, evidence.span.last))
    return _("from %(first)s to %(last)s", first=first, last=last)


def signature_words(signer: Signer) -> str:
    """Return whether packs are signed, and by which key."""
    if signer.public_key is None:
        return _("Not signed: this installation has no key for it.")
    # In groups, because people compare it by eye.
    held = signing.fingerprint(signer.public_key)
    groups = " ".join(held[place : place + 8] for place in range(0, len(held), 8))
    return _("Signed with the key %(fingerprint)s", fingerprint=groups)


def _grids(answer: Answer) -> Iterator[Grid]:
    if answer.figures:
        rows = tuple((FIGURE_WORDS[one.code](), value_words(one.value)) for one in answer.figures)
        yield Grid(_("Figures"), (_("What is counted"), _("Figure")), rows)
    for table in answer.tables:
        headings = tuple(COLUMN_WORDS[code]() for code in table.columns)
        lines = tuple((value_words(row.about), *map(value_words, row.values)) for row in table.rows)
        yield Grid(TABLE_WORDS[table.code](), headings, lines)


def _sheet(evidence: Evidence) -> bytes:
    headings = [
        _("Number"), _("Question"), _("What is counted"), _("About"), _("Figure"),
        _p("evidence", "Count"), _p("evidence", "Of"),
    ]  # fmt: skip
    into = BytesIO()
    write_workbook(into, _("Evidence"), headings, _lines(evidence), reader_locale().language)
    return into.getvalue()


def _lines(evidence: Evidence) -> Iterator[list[Cell]]:
    for number, one in enumerate(evidence.answers, 1):
        start: list[Cell] = [number, _question(one)]
        if one.is_none:
            yield [*start, None, None, NONE_WORDS["zero"](), None, None]
            continue
        for figure in one.figures:
            yield [*start, FIGURE_WORDS[figure.code](), None, *_cells(figure.value)]
        for table in one.tables:
            for row in table.rows:
                for code, value in zip(table.columns[1:], row.values, strict=True):
                    words = _("%(table)s: %(column)s", table=TABLE_WORDS[table.code](), column=COLUMN_WORDS[code]())
                    yield [*start, words, value_words(row.about), *_cells(value)]


def _cells(value: Value) -> list[Cell]:
    has_number = value.kind in {"count", "share", "minutes", "percent"}
    whole = {"share": value.whole, "percent": 100}.get(value.kind)
    return [value_words(value), value.number if has_number else None, whole]


def _readme(signer: Signer) -> str:
    """Return how to verify the pack without us, in both languages."""
    return "\n\n".join(_verifying(language, signer) for language in ("ar", "en")) + "\n"


def _verifying(language: str, signer: Signer) -> str:
    gettext = catalogue(language).gettext
    lines = [
        gettext("Evidence of ethics training: how to verify this pack without us"),
        "",
        gettext("evidence.pdf: the answers, to be read."),
        gettext("evidence.xlsx: the same figures as a table."),
        gettext("evidence.json: the same figures for machines."),
        gettext("manifest.json: period, scope, moment, and the digest (SHA) of every file."),
        "",
        gettext("Unpack the files into a folder and open a terminal there; a current OpenSSL is needed."),
        "",
        gettext("The digests: each that this prints must stand in manifest.json beside the name of its file."),
        f"    {DIGEST_COMMAND}",
        "",
    ]
    if signer.public_key is None:
        lines.append(
            gettext(
                "This pack is not signed: digests show accidents, but nothing shows who made it or changed all of it."
            )
        )
    else:
        lines += [
            gettext("The signature: this must answer “Signature Verified Successfully”."),
            f"    {SIGNATURE_COMMAND}",
            "",
            gettext(
                "The key: this must print what the organisation names as the fingerprint of its key. Ask it itself."
            ),
            f"    {FINGERPRINT_COMMAND}",
            f"    {signing.fingerprint(signer.public_key)}",
        ]
    lines += ["", gettext("All of it at once, where this program is installed:"), f"    {PROGRAM_COMMAND} FILE.zip"]
    return "\n".join(lines)
