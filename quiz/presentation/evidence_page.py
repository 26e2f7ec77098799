"""What the pages of evidence share: the form of a period, the answers in words, the pack as an answer."""

from collections.abc import Callable, Mapping
from io import BytesIO

from flask import Response, send_file
from wtforms import DateField
from wtforms.validators import Optional

from quiz.presentation.evidence_pack import make_pack, paper_of
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _, _l
from quiz.presentation.work import reading
from quiz.records.evidence import Evidence
from quiz.records.evidence_pdf import Paper
from quiz.records.signing import Signer
from quiz.services import distrusting
from quiz.services.errors import QuizError
from quiz.services.sealing import find_newest_tip

_REFUSED: Mapping[str, Callable[[], str]] = {
    "period-to-come": lambda: _("This day is still to come."),
    "period-backwards": lambda: _("The last day is before the first."),
    "period-too-early": lambda: _("This day is too long ago."),
}


class PeriodForm(BaseForm):
    """The first and the last day of a period; left empty, this year until today."""

    first = DateField(_l("First day"), validators=[Optional()])
    last = DateField(_l("Last day"), validators=[Optional()])

    def blame(self, fault: QuizError) -> None:
        """Say beside its field what is wrong with the period."""
        field = self.last if fault.values.get("field") == "last" else self.first
        field.errors = [*field.errors, _REFUSED[fault.code]()]

    def shown(self, evidence: Evidence) -> "PeriodForm":
        """Return the form with the days that the evidence is of."""
        return PeriodForm(first=evidence.span.first, last=evidence.span.last)


def paper(evidence: Evidence) -> Paper:
    """Return the answers in words, as the pages and the PDF alike have them."""
    return paper_of(evidence, _signer())


def packed(evidence: Evidence) -> tuple[Response, str]:
    """Return the pack as a file to be kept, and the digest of its manifest."""
    with reading() as work:
        tip = find_newest_tip(work)
    content, digest = make_pack(evidence, _signer(), tip)
    kind = "units" if evidence.units else "organisation"
    name = f"amana-evidence-{kind}-{evidence.span.first}-{evidence.span.last}.zip"
    sent = send_file(BytesIO(content), mimetype="application/zip", as_attachment=True, download_name=name, max_age=0)
    return sent, digest


def _signer() -> Signer:
    with reading() as work:
        return distrusting.find_signer(work)
