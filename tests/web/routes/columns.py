"""Who asks, and the words the table is written in: for whom a route is, whose things it opens, what they get."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from quiz.access.actor import Role
from tests.web.world import NOBODY, OWNER

# Somebody whose password was right and whose second factor is still to come.
HALFWAY = "halfway"
# A connected system that shows its token, with every scope, to pages that are for people.
TOKEN = "token"
# Who manages another unit than that of the owner, whose things most rows are tried with.
ELSEWHERE = "manager of another unit"
# Somebody of that other unit, who has things of their own.
TWIN = "twin"

PEOPLE = frozenset({OWNER, TWIN, ELSEWHERE, *map(str, Role)})
STRANGERS = frozenset({NOBODY, HALFWAY, TOKEN})
COLUMNS = PEOPLE | STRANGERS


@dataclass(frozen=True)
class Row:
    """What one method of one route answers.

    `to` are the columns let in, and `status` what they get for the owner's things. `others` is what those let in get
    for the same thing of somebody else or of another unit, `unknown` for one that does not exist; None where the
    address names nothing. `sent` goes with it as the form; the form's token is added.
    """

    to: frozenset[str]
    status: int
    others: int | None = None
    unknown: int | None = 404
    sent: dict[str, str] = field(default_factory=dict)
    exceptions: dict[str, int] = field(default_factory=dict)

    def but(self, status: int, *who: str) -> "Row":
        """Let some columns get something else."""
        return replace(self, exceptions={**self.exceptions, **dict.fromkeys(who, status)})

    def of_others(self, status: int | None) -> "Row":
        """Let those who are let in get something else for the twin's thing, which stands differently."""
        return replace(self, others=status)

    def of_nothing(self, status: int | None) -> "Row":
        """Let what does not exist be answered otherwise; None where any value is as good."""
        return replace(self, unknown=status)

    def expected(self, method: str, who: str) -> int:
        """Return what a column gets for the owner's things."""
        if who in self.exceptions:
            return self.exceptions[who]
        if who in self.to:
            return self.status
        if who in STRANGERS:
            # Asked to sign in; a form is offered again instead, so that nothing that was typed is lost.
            return 303 if method == "GET" else 403
        # What one may not know of does not exist.
        return 404


Rows = dict[str, Row]


def everybody(status: int, **sent: str) -> Row:
    """Open to the whole world; where the address carries a token, whoever holds it."""
    return Row(COLUMNS, status, status, 404, sent)


def signed_in(status: int, **sent: str) -> Row:
    """Open to every person who is signed in, each for what is their own: the address names nothing of anybody's."""
    return Row(PEOPLE, status, None, 404, sent)


def own(status: int, **sent: str) -> Row:
    """Open to the person whose thing the address names, whatever their roles, and to nobody else."""
    return Row(frozenset({OWNER}), status, 404, 404, sent)


def having(status: int, **sent: str) -> Row:
    """Open to those who have what is spoken of, as the owner and the twin each do; to others it is not there."""
    return Row(frozenset({OWNER, TWIN}), status, 404, 404, sent)


def team(status: int, **sent: str) -> Row:
    """Open to whoever manages the unit of the person the address names; managers of other units know nothing of it."""
    return Row(frozenset({str(Role.MANAGER)}), status, 404, 404, sent)


def mine(role: Role, status: int, **sent: str) -> Row:
    """Open to one holder of a role: the one who made what the address names."""
    return Row(frozenset({str(role)}), status, 404, 404, sent)


def desk(*roles: Role, gives: int, **sent: str) -> Row:
    """Open to roles that answer for the whole organisation, whosever the thing is."""
    held: Iterable[str] = map(str, roles)
    also = {ELSEWHERE} if Role.MANAGER in roles else set()
    return Row(frozenset(held) | also, gives, gives, 404, sent)
