"""The inventory of what is kept: every holding, and every table of the schema under one; a test holds it complete."""

from collections.abc import Mapping

from quiz.access.keeping import Basis, End, Group, Holding, Reader, Says, Table, Until

_SELF, _HR, _ADMIN, _AUDITOR = Reader.SELF, Reader.HR, Reader.ADMIN, Reader.AUDITOR
_OFFICE = (_HR, _ADMIN)
_GONE, _KEPT = End.DELETED, End.KEPT
_REF, _WORDS, _SECRET = Says.REFERENCE, Says.WORDS, Says.SEALED

HOLDINGS: tuple[Holding, ...] = (
    Holding("person", Group.ACCOUNT, Basis.DUTY, Until.RECORD, _KEPT, (_SELF, Reader.MANAGER, *_OFFICE, Reader.SYSTEM)),
    Holding("postings", Group.ACCOUNT, Basis.EVIDENCE, Until.RECORD, _KEPT, (_AUDITOR, *_OFFICE)),
    Holding("absences", Group.ACCOUNT, Basis.DUTY, Until.STAFF, _GONE, (Reader.MANAGER, *_OFFICE)),
    Holding("password", Group.ACCOUNT, Basis.SECURITY, Until.REMOVED, _GONE, (Reader.NOBODY,)),
    Holding("factors", Group.ACCOUNT, Basis.SECURITY, Until.REMOVED, _GONE, (_SELF,)),
    Holding("sign_ins", Group.ACCOUNT, Basis.SECURITY, Until.SIGN_INS, _GONE, (_SELF,)),
    Holding("doors", Group.ACCOUNT, Basis.SECURITY, Until.MINUTES, _GONE, (Reader.NOBODY,)),
    Holding("failures", Group.ACCOUNT, Basis.SECURITY, Until.DAY, _GONE, (Reader.NOBODY,)),
    Holding("assignments", Group.TRAINING, Basis.DUTY, Until.RECORD, _KEPT, (_SELF, Reader.MANAGER, *_OFFICE)),
    Holding("disownings", Group.TRAINING, Basis.DUTY, Until.STAFF, _GONE, _OFFICE),
    Holding("answers", Group.TRAINING, Basis.EVIDENCE, Until.RECORD, _KEPT, (_SELF,)),
    Holding("corrections", Group.TRAINING, Basis.DUTY, Until.RECORD, _KEPT, (_SELF,)),
    Holding("records", Group.RECORDS, Basis.EVIDENCE, Until.RECORD, _KEPT, (_SELF, *_OFFICE, Reader.CHECKER)),
    Holding("names", Group.RECORDS, Basis.EVIDENCE, Until.ERASED, _GONE, (_SELF, *_OFFICE, Reader.CHECKER)),
    Holding("links", Group.RECORDS, Basis.ASKED, Until.LINKS, _GONE, (_SELF,)),
    Holding("questions", Group.QUESTIONS, Basis.ASKED, Until.QUESTIONS, End.DETACHED, (_SELF, Reader.ADVISER)),
    Holding("lessons", Group.QUESTIONS, Basis.DUTY, Until.RECORD, _KEPT, (Reader.ADVISER, Reader.EDITORS)),
    Holding("mails", Group.MAILS, Basis.DUTY, Until.MAILS, _GONE, (_AUDITOR, *_OFFICE)),
    Holding("deeds", Group.WORK, Basis.EVIDENCE, Until.RECORD, _KEPT, (Reader.EDITORS, _AUDITOR, *_OFFICE)),
    Holding("typing", Group.WORK, Basis.ASKED, Until.TYPING, _GONE, (_SELF,)),
    Holding("files", Group.WORK, Basis.DUTY, Until.FILES, _GONE, (Reader.EDITORS,)),
    Holding("staff_files", Group.WORK, Basis.DUTY, Until.STAFF, _GONE, _OFFICE),
    Holding("tables", Group.WORK, Basis.ASKED, Until.DAY, _GONE, (_SELF,)),
    Holding("trail", Group.TRAIL, Basis.EVIDENCE, Until.RECORD, _KEPT, (_AUDITOR, _ADMIN)),
    Holding("connections", Group.SYSTEMS, Basis.EVIDENCE, Until.RECORD, _KEPT, (_ADMIN,)),
    Holding("provisioned", Group.SYSTEMS, Basis.DUTY, Until.RECORD, _KEPT, (Reader.SYSTEM,)),
)

_VERSION = ("author_id", "approver_id")

_TABLES: tuple[Table, ...] = (
    # Account and sign-in.
    Table(
        "person",
        "person",
        of="id",
        says={
            "public_id": _REF,
            "hr_number": Says.NUMBER,
            "email": Says.CONTACT,
            "name": Says.NAME,
            "latin_name": Says.NAME,
            "folded": Says.NAME,
            "job_families": _REF,
        },
    ),
    Table("posting", "postings", of="person_id", by=("recorded_by",)),
    Table("role_grant", "postings", of="person_id", also=("delegated_by",)),
    Table("absence", "absences", of="person_id", by=("recorded_by",)),
    Table("account", "password", of="person_id", says={"password_hash": _SECRET}),
    Table("authenticator", "factors", of="person_id", says={"sealed": _SECRET}),
    Table("recovery_code", "factors", of="person_id", says={"digest": _SECRET}),
    Table(
        "passkey",
        "factors",
        of="person_id",
        says={"name": _WORDS, "credential_id": Says.DEVICE, "public_key": Says.DEVICE, "transports": Says.DEVICE},
    ),
    Table("identity", "factors", of="person_id", says={"subject": _REF}, plain=("issuer",)),
    Table("sign_in", "sign_ins", of="person_id", says={"browser": Says.DEVICE, "token_digest": _SECRET}),
    Table("identity_sign_in", "sign_ins", of="sign_in_id", also=("identity_id",), says={"sid": _REF}),
    Table("one_time_link", "sign_ins", of="person_id", says={"token_digest": _SECRET}, plain=("lands_on",)),
    Table(
        "entry_link",
        "sign_ins",
        of="person_id",
        says={"token_digest": _SECRET, "code_digest": _SECRET, "reason": _WORDS},
        plain=("lands_on",),
    ),
    Table(
        "second_step",
        "doors",
        of="person_id",
        also=("identity_id",),
        says={"sid": _REF, "token_digest": _SECRET},
        plain=("lands_on",),
    ),
    Table("passkey_ceremony", "doors", of="person_id", says={"challenge": _SECRET}),
    Table(
        "identity_way", "doors", of="person_id", says={"browser_digest": _SECRET, "kept": _SECRET}, plain=("lands_on",)
    ),
    Table("logout_notice", "doors", says={"digest": _SECRET}),
    Table("taken_assertion", "doors", says={"digest": _SECRET}),
    Table("sign_in_failure", "failures", says={"name_digest": Says.CONTACT, "address_digest": Says.NETWORK}),
    # Training and answers.
    Table("assignment", "assignments", of="person_id"),
    Table("assignment_change", "assignments", of="assignment_id", by=("made_by",), says={"reason": _WORDS}),
    Table(
        "disowning",
        "disownings",
        of="person_id",
        also=("said_by",),
        by=("settled_by",),
        says={"words": _WORDS},
    ),
    Table("attempt", "answers", of="person_id", also=("assignment_id",), plain=("draw",)),
    Table("attempt_step", "answers", of="attempt_id", says={"response": Says.ANSWERS}),
    Table("mark_sheet", "answers", of="attempt_id", says={"entries": Says.ANSWERS}),
    Table("remark", "answers", of="attempt_id", says={"before": Says.ANSWERS, "after": Says.ANSWERS}),
    Table("reread", "answers", of="attempt_id"),
    Table("correction_notice", "corrections", of="person_id"),
    # Records.
    Table(
        "completion",
        "records",
        of="person_id",
        also=("assignment_id", "attempt_id"),
        says={"facts": _REF, "pledge": _WORDS},
    ),
    Table("credential_place", "records", of="completion_id"),
    Table("renewal", "records", of="completion_id", also=("earlier_id",)),
    Table("revocation", "records", of="completion_id", by=("revoked_by",), says={"reason": _WORDS}),
    Table(
        "revocation_proposal",
        "records",
        of="completion_id",
        by=("proposed_by_id",),
        says={"reason": _WORDS, "inner_reason": _WORDS},
    ),
    Table("revocation_decision", "records", of="proposal_id", by=("decided_by_id",), says={"words": _WORDS}),
    Table(
        "name_correction",
        "records",
        of="completion_id",
        by=("corrected_by",),
        says={"source": _WORDS, "reason": _WORDS},
    ),
    Table("holder_erasure", "records", of="completion_id", by=("erased_by",), says={"reason": _WORDS}),
    Table("paper", "records", of="completion_id"),
    Table("paper_content", "names", of="completion_id", says={"content": Says.NAME}),
    Table(
        "completion_holder",
        "names",
        of="completion_id",
        says={"name": Says.NAME, "latin_name": Says.NAME, "salt": _SECRET},
    ),
    Table(
        "corrected_holder",
        "names",
        of="correction_id",
        says={"name": Says.NAME, "latin_name": Says.NAME, "salt": _SECRET},
    ),
    Table("share_link", "links", of="completion_id", says={"token_digest": _SECRET}),
    # Questions, and what became of them.
    Table("question", "questions", of="person_id", says={"words": _WORDS, "reply_digest": _SECRET}),
    Table("answer", "lessons", of="question_id", by=("answered_by",), says={"words": _WORDS, "reason": _WORDS}),
    # Reworded for everybody, and about nobody any more.
    Table(
        "teaching_note",
        "lessons",
        also=("answer_id",),
        by=("published_by", "withdrawn_by"),
        plain=("question", "answer"),
    ),
    Table("wish", "lessons", also=("answer_id",), by=("made_by",), plain=("note",)),
    Table("wish_decision", "lessons", also=("wish_id",), by=("decided_by",), plain=("reason",)),
    Table("incident", "lessons", by=("recorded_by",), plain=("words", "none_because")),
    Table("incident_scenario", "lessons", by=("linked_by",)),
    Table("incident_wish", "lessons", also=("wish_id",)),
    # Mails.
    Table("outbox_message", "mails", says={"payload": _REF}, plain=("last_error",)),
    Table("reminder_note", "mails", of="person_id", also=("assignment_id",)),
    Table("digest", "mails", of="person_id", plain=("figures",)),
    # The work of those who write, decide and run this.
    Table("instrument_version", "deeds", by=_VERSION, plain=("document",)),
    Table("scenario_version", "deeds", by=_VERSION, plain=("document",)),
    Table("module_version", "deeds", by=_VERSION, plain=("document", "pool")),
    Table("adoption", "deeds", by=("adopted_by",), plain=("evidence",)),
    Table("scenario_confirmation", "deeds", by=("confirmed_by",), plain=("reason",)),
    Table("delta_module", "deeds", by=("begun_by",)),
    Table("draft", "deeds", by=("created_by",)),
    Table("draft_revision", "deeds", by=("author_id",), plain=("document",)),
    Table("review", "deeds", by=("reviewer_id",), says={"words": _WORDS}, plain=("acknowledged",)),
    Table("comment", "deeds", by=("author_id", "settled_by"), says={"words": _WORDS}),
    Table("retirement", "deeds", by=("retired_by",), plain=("words",)),
    Table("correction", "deeds", by=("decided_by",), plain=("what_changed",)),
    Table("regrading", "deeds", by=("decided_by",), plain=("reason",)),
    # A rule for single people names them by reference.
    Table("assignment_rule", "deeds", by=("made_by",), says={"within": _REF, "reason": _WORDS}),
    Table("person_erasure", "deeds", of="person_id", by=("erased_by",), says={"reason": _WORDS}, plain=("counts",)),
    Table("distrust", "deeds", by=("recorded_by",), plain=("reason",)),
    Table("organisation_settings", "deeds", by=("changed_by",), plain=("document",)),
    Table("draft_typing", "typing", of="person_id", plain=("document",)),
    Table("upload", "files", of="sent_by", says={"file_name": _WORDS}, plain=("findings",)),
    Table("upload_entry", "files", of="upload_id", plain=("document", "findings")),
    Table(
        "staff_import",
        "staff_files",
        by=("sent_by",),
        says={"file_name": _WORDS, "leaders": Says.NUMBER, "faults": _WORDS},
    ),
    Table(
        "staff_import_entry",
        "staff_files",
        says={"key": Says.NUMBER, "name": Says.NAME, "document": Says.CONTACT, "changes": _REF, "faults": _WORDS},
    ),
    Table("team_export", "tables", of="person_id", plain=("asked",)),
    Table("team_export_part", "tables", of="export_id", says={"content": Says.NAME}),
    # The trail.
    Table("audit_entry", "trail", by=("actor",), says={"target_id": _REF, "details": _REF}),
    Table("audit_check", "trail", by=("checked_by",)),
    # Connected systems.
    Table("connection", "connections", by=("opened_by",), plain=("name", "scopes")),
    Table("connection_token", "connections", says={"token_digest": _SECRET}),
    Table("provisioned_person", "provisioned", of="person_id", says={"external_id": _REF}),
    # Nobody's.
    Table("audit_link"),
    Table("audit_tip", plain=("signed_by", "signature")),
    Table("audit_waiting"),
    Table("head_count", plain=("figures",)),
    Table("instrument"),
    Table("issuer_key"),
    Table("module"),
    Table("released_answers"),
    Table("reminder_run"),
    Table("scenario", plain=("searched",)),
    Table("signing_certificate", plain=("pem", "name")),
    Table("tally"),
    Table("turned_day"),
    Table("job_lease"),
    Table("unit", plain=("name",)),
    Table("waiting_answers"),
    Table("weakness"),
    Table("worker_sign"),
)

INVENTORY: Mapping[str, Table] = {table.name: table for table in _TABLES}
HOLDING: Mapping[str, Holding] = {holding.code: holding for holding in HOLDINGS}


def tables_of(holding: str) -> tuple[Table, ...]:
    """Return the tables under a holding."""
    return tuple(table for table in _TABLES if table.holding == holding)
