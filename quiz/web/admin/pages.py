"""The administration: one blueprint, a file for each thing that is done there."""

from quiz.web.admin import (
    asking_again,
    assigned,
    assigning,
    audit,
    connections,
    evidence,
    mails,
    operation,
    people,
    people_entry,
    people_imports,
    people_new,
    people_settling,
    people_units,
    records,
    regrading,
    views,
    weaknesses,
)
from quiz.web.admin.views import blueprint

__all__ = ["blueprint"]

# Each of these opens its pages when it is imported.
PAGES = (
    asking_again,
    assigned,
    assigning,
    audit,
    connections,
    evidence,
    mails,
    operation,
    people,
    people_entry,
    people_imports,
    people_new,
    people_settling,
    people_units,
    records,
    regrading,
    views,
    weaknesses,
)
