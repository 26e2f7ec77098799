"""`quiz translations …`: the catalogues of the interface."""

import re
import subprocess  # nosec B404 # started by lists of words, never through a shell
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from quiz.engine.text import LANGUAGES
from quiz.settings.operator import ROOT, folder

HEADER = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
KEYWORDS = ("_", "_n:1,2", "_p:1c,2", "_np:1c,2,3", "_l", "N_")
MAPPING = "[python: **.py]\n[jinja2: **/templates/**.html]\n[jinja2: **/templates/**.txt]\n"
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@click.group()
def translations() -> None:
    """The catalogues of the interface; they are written where the sources are."""
    if folder("translations").parent != ROOT:
        raise click.ClickException("the catalogues are written in the sources; here they are compiled already.")


def _babel(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "-q", *arguments], check=True, cwd=ROOT)  # nosec B603 # noqa: S603 - our own interpreter, no words from outside


def _catalogue(language: str, domain: str) -> Path:
    return folder("translations") / language / "LC_MESSAGES" / f"{domain}.po"


@translations.command()
def extract() -> None:
    """Read the messages of the code and bring both catalogues up to them."""
    mapping = ROOT / "instance" / "babel.cfg"
    mapping.parent.mkdir(exist_ok=True)
    mapping.write_text(MAPPING)
    pot = folder("translations") / "messages.pot"
    keywords = [f"--keywords={keyword}" for keyword in KEYWORDS]
    _babel(
        "extract", "--no-location", "--sort-output", "--add-comments=Translators:", "--strip-comments", *keywords,
        "--project=amana", "--version=1", f"--mapping={mapping}", f"--output-file={pot}", "quiz",
    )  # fmt: skip
    for language in LANGUAGES:
        po = _catalogue(language, "messages")
        po.parent.mkdir(parents=True, exist_ok=True)
        if not po.exists():
            _babel("init", f"--input-file={pot}", f"--output-file={po}", f"--locale={language}")
        _babel(
            "update", "--ignore-obsolete", "--no-fuzzy-matching", f"--input-file={pot}", f"--output-file={po}",
            f"--locale={language}",
        )  # fmt: skip
        if language == "ar":
            # Babel writes the last two Arabic forms the wrong way round.
            fixed = re.sub(r'"Plural-Forms:.*?\\n"\n', f'"Plural-Forms: {HEADER}\\\\n"\n', po.read_text(), flags=re.S)
            po.write_text(fixed)
        else:
            _fill_with_the_message(po)
        _without_boilerplate(po)
    _without_boilerplate(pot)


def _without_boilerplate(path: Path) -> None:
    """Drop the header lines that Babel fills with placeholders or with the moment of the run."""
    text = path.read_text(encoding="utf-8")
    text = text[text.index('msgid ""') :]
    for field in ("Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team"):
        text = re.sub(rf'"{field}: .*\\n"\n', "", text)
    path.write_text(text, encoding="utf-8")


def _fill_with_the_message(path: Path) -> None:
    """English is what the code says; a reviewer may still word it otherwise in the catalogue."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale="en")
    for message in catalogue:
        if message.id and not isinstance(message.id, str):
            if not all(message.string or ()):
                message.string = tuple(message.id)
        elif message.id and not message.string:
            message.string = message.id
    with path.open("wb") as file:
        write_po(file, catalogue, width=0)


@translations.command("compile")
def compile_catalogues() -> None:
    """Compile every catalogue into the form that runs."""
    for language in LANGUAGES:
        for domain in ("messages", "forms"):
            po = _catalogue(language, domain)
            if po.exists() and _is_older(po.with_suffix(".mo"), po):
                compile_one(po, language)


def compile_one(po: Path, language: str) -> None:
    """Write the form that runs; the same catalogue gives the same bytes."""
    with po.open("rb") as file:
        catalogue = read_po(file, locale=language)
    # Where the catalogue has no day, which ours have not, Babel would write the moment of the run.
    catalogue.creation_date = _ANY_DAY
    with po.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


def _is_older(compiled: Path, source: Path) -> bool:
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


@translations.command()
def check() -> None:
    """Find messages without Arabic or English, missing plural forms, fuzzy entries, placeholders that differ."""
    faults = find_faults()
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo("translations: complete")


def find_faults() -> list[str]:
    """Return one line for everything that is not right with a catalogue."""
    faults = []
    for domain in ("messages", "forms"):
        with (folder("translations") / f"{domain}.pot").open("rb") as file:
            wanted = {(message.id, message.context) for message in read_po(file) if message.id}
        for language in LANGUAGES:
            path = _catalogue(language, domain)
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language)
            if language == "ar" and HEADER not in path.read_text(encoding="utf-8").replace('"\n"', ""):
                faults.append(f"{path.name} ({language}): wrong plural header")
            found = {(message.id, message.context): message for message in catalogue if message.id}
            faults += [f"{domain} ({language}): missing {key[0]!r}" for key in sorted(wanted - set(found), key=str)]
            for key, message in found.items():
                faults += [
                    f"{domain} ({language}): {fault} in {key[0]!r}" for fault in _faults_of(message, language, domain)
                ]
    return faults


def _faults_of(message: object, language: str, domain: str) -> list[str]:
    singular = message.id if isinstance(message.id, str) else message.id[0]  # type: ignore[attr-defined]
    is_plural = not isinstance(message.id, str)  # type: ignore[attr-defined]
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)  # type: ignore[attr-defined]
    faults = []
    if message.fuzzy:  # type: ignore[attr-defined]
        faults.append("fuzzy")
    if is_plural and len(strings) != (6 if language == "ar" else 2):
        faults.append("missing plural forms")
    if not all(strings):
        faults.append("not translated")
    names = set(PLACEHOLDER.findall(singular)) | (set(PLACEHOLDER.findall(message.id[1])) if is_plural else set())  # type: ignore[attr-defined]
    for string in strings:
        used = set(PLACEHOLDER.findall(string or ""))
        # "One" and "two" may be said in a word; everything else must be there.
        # The form library's own words name fields and values in ways we leave out on purpose.
        left_out = set() if domain == "forms" else (names - {"num"}) - used
        if used - names or left_out:
            faults.append("placeholders differ")
    return faults
