"""Where a holder adds a record to a professional network, if the organisation offers it."""

from urllib.parse import urlencode

from flask import g

from quiz.presentation.i18n import reader_locale
from quiz.services.completing import RecordSummary


def network_address(found: RecordSummary, verify_url: str) -> str | None:
    """Return where a record is added to a professional network, or None where the organisation does not offer it.

    The parameters are LinkedIn's "Add to profile"; nothing is sent until the holder follows the link.
    """
    if not g.choices.networks or found.state != "valid":
        return None
    facts, language = found.facts, reader_locale().language
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": facts.module_title.in_language(language)[0],
        "organizationName": facts.organisation.in_language(language)[0],
        "issueYear": facts.completed_on.year,
        "issueMonth": facts.completed_on.month,
        "certUrl": verify_url,
        "certId": facts.serial,
    }
    if facts.valid_until:
        fields |= {"expirationYear": facts.valid_until.year, "expirationMonth": facts.valid_until.month}
    return f"https://www.linkedin.com/profile/add?{urlencode(fields)}"
