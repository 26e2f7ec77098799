"""Words for what rules are made of: roles, fields of work, periods, and why somebody is given nothing."""

import re
from collections.abc import Callable, Mapping

from quiz.presentation.i18n import _, _n, _np, _p

_PERIOD = re.compile(r"P(\d+)([DMY])", re.ASCII)

ROLE_NAMES: Mapping[str, Callable[[], str]] = {
    "manager": lambda: _p("a role", "Manager"),
    "editor": lambda: _p("a role", "Content editor"),
    "reviewer": lambda: _p("a role", "Content approver"),
    "adviser": lambda: _p("a role", "Ethics adviser"),
    "hr": lambda: _p("a role", "Human resources"),
    "auditor": lambda: _p("a role", "Auditor"),
    "admin": lambda: _p("a role", "Administrator"),
}
AUDIENCE_NAMES: Mapping[str, Callable[[], str]] = {
    "everyone": lambda: _("Everybody"),
    "communications": lambda: _("Communications"),
    "it": lambda: _("IT"),
    "managers": lambda: _("Managers"),
    "front-desk": lambda: _("Front desk"),
    "procurement": lambda: _("Procurement"),
    "hr": lambda: _("Human resources"),
}
LEFT_OUT: Mapping[str, Callable[[], str]] = {
    "assigned": lambda: _("It is assigned to them already"),
    "valid": lambda: _("They hold a valid completion record"),
    "completed": lambda: _("They completed it, and it is not asked again yet"),
    "waived": lambda: _("It was waived for them"),
    "another-jurisdiction": lambda: _("The module is for another country"),
    "nothing-counts": lambda: _("Nothing in the module would count for them"),
}


def period_words(period: str) -> str:
    """Return a period of whole days, months or years in words."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        return period
    many = int(found[1])
    return {
        "D": lambda: _np("a length of time", "%(num)s day", "%(num)s days", many),
        "M": lambda: _np("a length of time", "%(num)s month", "%(num)s months", many),
        "Y": lambda: _np("a length of time", "%(num)s year", "%(num)s years", many),
    }[found[2]]()


def left_out_words(code: str, many: int) -> str:
    """Return why some people are given nothing, with their number."""
    return _("%(reason)s: %(people)s", reason=LEFT_OUT[code](), people=_n("%(num)s person", "%(num)s people", many))
