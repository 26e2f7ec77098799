"""What a person takes away of what is kept of them, what is left out and why, and what erasing does; all as data."""

from collections.abc import Mapping
from enum import StrEnum


class Why(StrEnum):
    """Why something of a person is not in what they take away."""

    SECRET = "secret"  # nosec B105 # noqa: S105 - a code for a kind of data
    WITHIN = "within"
    OF_OTHERS = "of-others"
    CONTENT = "content"
    BY_TRAIL = "by-trail"
    NO_NAME = "no-name"
    UNTIL_ERASED = "until-erased"


class Treatment(StrEnum):
    """What erasing a person does to the rows of a table that are theirs, or about them."""

    DELETED = "deleted"
    PSEUDONYM = "pseudonym"
    DETACHED = "detached"
    REDACTED = "redacted"
    REFERENCE = "reference"
    PUBLISHED = "published"


# The table and the part of the document that holds it.
TAKEN: Mapping[str, str] = {
    "person": "profile",
    "posting": "postings",
    "role_grant": "roles",
    "absence": "absences",
    "account": "password",
    "authenticator": "authenticators",
    "recovery_code": "recovery_codes",
    "passkey": "passkeys",
    "identity": "identities",
    "sign_in": "sign_ins",
    "one_time_link": "one_time_links",
    "entry_link": "entry_links",
    "assignment": "assignments",
    "assignment_change": "assignment_changes",
    "disowning": "disownings",
    "attempt": "attempts",
    "attempt_step": "attempts",
    "remark": "attempts",
    "reread": "attempts",
    "correction_notice": "corrections",
    "completion": "records",
    "revocation": "records",
    "completion_holder": "records",
    "corrected_holder": "records",
    "name_correction": "records",
    "holder_erasure": "records",
    "renewal": "records",
    "paper": "papers",
    "paper_content": "papers",
    "share_link": "share_links",
    "question": "questions",
    "answer": "questions",
    "outbox_message": "mails",
    "reminder_note": "reminders",
    "digest": "weekly_summaries",
    "draft": "drafts",
    "draft_typing": "typing",
    "comment": "comments",
    "review": "reviews",
    "upload": "uploads",
    "team_export": "exports",
    "provisioned_person": "connected_systems",
    "audit_entry": "trail",
}
LEFT_OUT: Mapping[str, Why] = {
    "second_step": Why.SECRET,
    "passkey_ceremony": Why.SECRET,
    "identity_way": Why.SECRET,
    "logout_notice": Why.NO_NAME,
    "taken_assertion": Why.NO_NAME,
    "identity_sign_in": Why.SECRET,
    "sign_in_failure": Why.NO_NAME,
    "mark_sheet": Why.WITHIN,
    "credential_place": Why.WITHIN,
    "revocation_proposal": Why.OF_OTHERS,
    "revocation_decision": Why.OF_OTHERS,
    "teaching_note": Why.CONTENT,
    "wish": Why.CONTENT,
    "wish_decision": Why.CONTENT,
    "incident": Why.CONTENT,
    "incident_scenario": Why.CONTENT,
    "incident_wish": Why.CONTENT,
    "instrument_version": Why.CONTENT,
    "scenario_version": Why.CONTENT,
    "module_version": Why.CONTENT,
    "draft_revision": Why.CONTENT,
    "upload_entry": Why.CONTENT,
    "adoption": Why.BY_TRAIL,
    "scenario_confirmation": Why.BY_TRAIL,
    "delta_module": Why.BY_TRAIL,
    "retirement": Why.BY_TRAIL,
    "correction": Why.BY_TRAIL,
    "regrading": Why.BY_TRAIL,
    "assignment_rule": Why.BY_TRAIL,
    "distrust": Why.BY_TRAIL,
    "organisation_settings": Why.BY_TRAIL,
    "audit_check": Why.BY_TRAIL,
    "connection": Why.BY_TRAIL,
    "connection_token": Why.SECRET,
    "staff_import": Why.OF_OTHERS,
    "staff_import_entry": Why.WITHIN,
    "team_export_part": Why.OF_OTHERS,
    "person_erasure": Why.UNTIL_ERASED,
}
_D, _R, _N, _K = Treatment.DELETED, Treatment.REDACTED, Treatment.DETACHED, Treatment.REFERENCE
TREATED: Mapping[str, Treatment] = {
    "person": Treatment.PSEUDONYM,
    **dict.fromkeys(
        (
            "absence", "account", "authenticator", "recovery_code", "passkey", "identity", "identity_sign_in",
            "sign_in", "one_time_link", "entry_link", "second_step", "passkey_ceremony", "identity_way",
            "sign_in_failure",
            "paper_content", "completion_holder", "corrected_holder", "draft_typing", "provisioned_person",
            "team_export", "team_export_part", "staff_import_entry",
        ),
        _D,
    ),
    "question": _N,
    **dict.fromkeys(
        (
            "answer", "assignment_change", "disowning", "revocation", "revocation_proposal", "revocation_decision",
            "name_correction", "comment", "review", "wish", "wish_decision", "incident", "teaching_note",
            "draft_revision", "upload", "upload_entry", "staff_import", "outbox_message", "adoption", "distrust",
            "scenario_confirmation", "retirement", "correction", "regrading", "assignment_rule", "connection",
            "organisation_settings", "holder_erasure",
        ),
        _R,
    ),
    **dict.fromkeys(
        (
            "posting", "role_grant", "assignment", "attempt", "attempt_step", "mark_sheet", "remark", "reread",
            "correction_notice", "completion", "credential_place", "renewal", "paper", "share_link", "reminder_note",
            "digest", "incident_scenario", "incident_wish", "delta_module", "draft", "audit_entry", "audit_check",
            "connection_token", "logout_notice", "taken_assertion", "person_erasure",
        ),
        _K,
    ),
    **dict.fromkeys(("instrument_version", "scenario_version", "module_version"), Treatment.PUBLISHED),
}  # fmt: skip
