"""Everything that may be asked for, as `scope:object:action`, in alphabetical order."""

from enum import StrEnum


class Permission(StrEnum):
    """One deed that somebody may or may not do."""

    ADVICE_QUESTION_READ = "advice:question:read"
    BANK_RELEASE_INSTALL = "bank:release:install"
    BANK_SCENARIO_READ = "bank:scenario:read"
    LEARNING_ATTEMPT_ANSWER = "learning:attempt:answer"
    LEARNING_ATTEMPT_BEGIN = "learning:attempt:begin"
    LEARNING_ATTEMPT_EXPIRE = "learning:attempt:expire"
    LEARNING_ATTEMPT_READ = "learning:attempt:read"
    LEARNING_MODULE_READ = "learning:module:read"
    LEARNING_PLEDGE_SIGN = "learning:pledge:sign"
    LEARNING_PROVISION_REREAD = "learning:provision:reread"
    LEARNING_QUESTION_ASK = "learning:question:ask"
    MAIL_MESSAGE_SEND = "mail:message:send"
    ORGANISATION_SETTINGS_CHANGE = "organisation:settings:change"
    ORGANISATION_SETTINGS_READ = "organisation:settings:read"
    PEOPLE_ACCOUNT_RECOVER = "people:account:recover"
    PEOPLE_ACCOUNT_USE = "people:account:use"
    PEOPLE_ASSIGNMENT_WRITE = "people:assignment:write"
    PEOPLE_PERSON_READ = "people:person:read"
    PEOPLE_PERSON_WRITE = "people:person:write"
    RECORDS_ATTEMPT_REGRADE = "records:attempt:regrade"
    RECORDS_COMPLETION_READ = "records:completion:read"
    RECORDS_COMPLETION_REVOKE = "records:completion:revoke"
    RECORDS_COMPLETION_VERIFY = "records:completion:verify"
    REFERENCE_PROVISION_READ = "reference:provision:read"
    REPORTING_TEAM_READ = "reporting:team:read"
    TRACE_AUDIT_READ = "trace:audit:read"
