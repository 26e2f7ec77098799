"""What a person takes away as one ZIP: a page to be read and printed, the same for programs, and signed papers."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import render_template
from markupsafe import Markup

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.engine.text import Text
from quiz.presentation.account_words import WAYS
from quiz.presentation.data_words import BY_WORDS, COLUMNS, FIELD_WORDS, PART_WORDS
from quiz.presentation.deed_words import DEED_WORDS, ROLE_WORDS
from quiz.presentation.i18n import _, number_words, reader_locale
from quiz.presentation.rendering import day, isolate, moment, say
from quiz.presentation.wording import RATING_WORDS, SOUNDNESS_WORDS, STATE_WORDS
from quiz.services.own_data import OwnData

PAGE, DOCUMENT = "my-data.html", "my-data.json"
# A file of one's own has no style sheet to be linked to: it brings its few rules along.
_STYLE = Markup("""<style>
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 60rem; padding: 24px 16px; background: #FBF8F2; color: #1E2421;
  font: 17px/1.8 "Noto Sans Arabic", "Segoe UI", Tahoma, Arial, sans-serif; }
h1 { font-size: 28px; line-height: 1.45; } h2 { font-size: 22px; margin-block: 40px 8px; line-height: 1.5; }
h3 { font-size: 18px; margin-block: 24px 8px; } h4 { font-size: 17px; margin-block: 16px 4px; }
table { border-collapse: collapse; width: 100%; font-size: 15px; } .wide { overflow-x: auto; }
th, td { text-align: start; vertical-align: top; padding: 6px 8px; border-block-end: 1px solid #D9D2C3; }
dl { display: grid; grid-template-columns: minmax(8rem, 16rem) 1fr; gap: 4px 16px; } dt { color: #545C57; }
dd { margin: 0; } .given { font-weight: 600; } .muted { color: #545C57; }
blockquote { margin: 8px 0; padding-inline-start: 12px; border-inline-start: 3px solid #D9D2C3; white-space: pre-line; }
bdi, td { overflow-wrap: anywhere; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dd { margin-block-end: 8px; } }
@media (prefers-color-scheme: dark) { body { background: #141816; color: #ECE8DF; }
  dt, .muted { color: #AEB3AB; } th, td { border-color: #353D39; } }
@media print { body { background: #FFF; color: #000; font-size: 11pt; max-width: none; padding: 0; }
  h2, h3, h4 { break-after: avoid; } tr, li { break-inside: avoid; } }
</style>""")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# When the parts of a ZIP were made is no news: the same data gives the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def own_data_file(own: OwnData) -> bytes:
    """Return everything as ZIP, the page in the reader's language."""
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as bundle:
        bundle.writestr(ZipInfo(PAGE, _EPOCH), own_data_page(own.document), ZIP_DEFLATED)
        bundle.writestr(ZipInfo(DOCUMENT, _EPOCH), own.written(), ZIP_DEFLATED)
        for record, content in sorted(own.papers.items()):
            bundle.writestr(ZipInfo(f"papers/{record}.pdf", _EPOCH), content)
    return into.getvalue()


def own_data_page(document: Mapping[str, Any]) -> str:
    """Return the page that is read: whole in itself, in the reader's language."""
    return render_template(
        "account/own_data_file.html",
        data=document,
        style=_STYLE,
        locale=reader_locale(),
        parts=PART_WORDS,
        columns=COLUMNS,
        fields=FIELD_WORDS,
        value=value_words,
        text=text_words,
        rated=RATING_WORDS,
        sound=SOUNDNESS_WORDS,
    )


def text_words(document: Mapping[str, str] | None) -> str | Markup:
    """Return a text of a document in the reader's language."""
    return say(Text(document)) if document else ""


def value_words(field: str, value: Any) -> str | Markup:
    """Return a value of a field as it is read: days and moments in words, codes in words where there are any."""
    if value is None or value == [] or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int):
        return number_words(value)
    if isinstance(value, list):
        return isolate(", ".join(map(str, value)))
    if isinstance(value, dict):
        return text_words(value)
    said = str(value)
    if _MOMENT.fullmatch(said):
        return moment(datetime.fromisoformat(said.removesuffix("Z")).replace(tzinfo=UTC))
    if _DAY.fullmatch(said):
        return day(date.fromisoformat(said))
    return _code(field, said) or isolate(said)


def _code(field: str, said: str) -> str:
    """Return a code of ours in words, nothing where it has none."""
    if field == "deed" and said in set(Permission):
        return DEED_WORDS[Permission(said)]()
    if field == "role" and said in set(Role):
        return ROLE_WORDS[Role(said)]()
    words = {"state": STATE_WORDS, "way": WAYS, "by": BY_WORDS}.get(field, {})
    return words[said]() if said in words else ""
