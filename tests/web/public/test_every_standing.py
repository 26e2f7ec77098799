"""The public page in every combination of what can become of a record: it opens, and says what holds."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
from flask import Flask, g, render_template

from quiz.engine.text import Text
from quiz.services.completing import VerifiedSummary
from quiz.services.organisation import DEFAULT
from tests.pages import HERE

STATES = ("valid", "expired", "replaced", "revoked")
YES_NO = (False, True)
REASON = Text({"ar": "صدرت بخطأ في النظام", "en": "Issued by a mistake of the service"})
WORDS = {
    "ar": {"valid": "سارية", "expired": "انتهت", "replaced": "حلّت محل", "revoked": "أُلغيت"},
    "en": {
        "valid": "is valid",
        "expired": "has expired",
        "replaced": "replaced by a renewal",
        "revoked": "was revoked",
    },
}


def standing(state: str, has_expiry: bool, is_erased: bool, is_renewed: bool, is_corrected: bool) -> VerifiedSummary:
    return VerifiedSummary(
        state=state,
        code="0" * 13,
        holder_name=None if is_erased else "منى سالم",
        latin_name=None if is_erased else "Mona Salem",
        organisation=Text({"ar": "الجهة", "en": "Organisation"}),
        module_title=Text({"ar": "برنامج", "en": "Module"}),
        editions=((Text({"ar": "مدونة", "en": "Code"}), "in_force"),),
        completed_on=date(2024, 2, 29),
        valid_until=date(2078, 2, 28) if has_expiry else None,
        revoked_at=datetime(2026, 1, 1, tzinfo=UTC) if state == "revoked" else None,
        revocation_reason=REASON if state == "revoked" else None,
        hijri="1445-08-19",
        valid_until_hijri=None,
        renewed_on=date(2026, 2, 28) if is_renewed or state == "replaced" else None,
        corrected_on=date(2025, 12, 31) if is_corrected else None,
        is_erased=is_erased,
    )


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_opens_in_every_combination(app: Flask, language: str) -> None:
    cookie = f"language={language}"
    for state, *others in product(STATES, YES_NO, YES_NO, YES_NO, YES_NO):
        has_expiry, is_erased, *_ = others
        if state == "expired" and not has_expiry:
            continue
        record = standing(state, *others)
        with app.test_request_context("/verify/x", base_url=HERE, headers={"Cookie": cookie}):
            g.choices = DEFAULT
            page = render_template("public/verify.html", record=record, code_words="0000-0000-00000")
            shared = render_template("public/shared.html", shared=None)
        assert shared
        told = (state, others)
        assert ("منى سالم" in page) != is_erased, told
        assert (REASON.by_language[language] in page) == (state == "revoked"), told
        assert page.count("<h1") == 1, told
        assert ("١٤٤٥" if language == "ar" else "1445") in page, told
        assert WORDS[language][state] in page.partition("<h1")[2].partition("</h1>")[0], told
