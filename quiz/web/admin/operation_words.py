"""What the page of operation says of each thing that is watched: how it stands, what was seen, what is to be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from quiz.presentation.i18n import _, _p, number_words
from quiz.presentation.rendering import code, moment
from quiz.services.operating import State

_UNSEEN, _STUCK, _UNSEALED = timedelta(minutes=15), timedelta(hours=1), timedelta(minutes=15)
_UNCHECKED, _OLD, _SOON, _AHEAD = timedelta(days=2), timedelta(hours=26), timedelta(days=30), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is watched: `good`, `care`, `bad`, or `plain` where nobody expects anything of it."""

    what: str
    tone: str
    seen: str
    do: str = ""


def rows(state: State, engine: str, is_replica_read: bool | None, slow: int | None) -> list[Row]:
    """Return a row for each thing, in the order in which an operator looks."""
    return [
        _database(state, engine),
        _worker(state),
        _messages(state),
        *_attempts(state),
        _trail(state),
        _clock(state),
        _backup(state),
        *_papers(state),
        _replica(is_replica_read),
        _statements(slow),
        Row(_p("operation", "Version"), "plain", code(version("amana"))),
    ]


def _database(state: State, engine: str) -> Row:
    seen = _(
        "%(engine)s answers; its schema stands at %(revision)s.", engine=code(engine), revision=code(state.revision)
    )
    if state.is_newer:
        do = _("The schema is newer than this version, which knows %(revision)s: the update is to be ended on every server.", revision=code(state.known_revision))  # fmt: skip # noqa: E501 # one sentence
        return Row(_("Database"), "care", seen, do)
    return Row(_("Database"), "good", seen)


def _worker(state: State) -> Row:
    if state.worker_seen is None or state.now - state.worker_seen > _UNSEEN:
        seen = _("Never seen.") if state.worker_seen is None else _seen_last(state.worker_seen)
        do = _("Nothing is sent, reminded or sealed until one runs: %(command)s is to be started on a server.", command=code("quiz work"))  # fmt: skip # noqa: E501 # one sentence
        return Row(_("Worker"), "bad", seen, do)
    return Row(_("Worker"), "good", _seen_last(state.worker_seen))


def _seen_last(at: datetime) -> str:
    return _("Last seen: %(moment)s.", moment=moment(at))


def _messages(state: State) -> Row:
    counts = {"due": state.due, "failing": state.failing, "given_up": state.given_up, "held": state.held}
    seen = _(
        "Due now: %(due)s; to be tried again: %(failing)s; given up since yesterday: %(given_up)s; kept back: %(held)s.",  # noqa: E501 # one sentence
        **{name: number_words(count) for name, count in counts.items()},
    )
    what = _("Mails and other messages")
    if _is_past(state, state.failing_since, _STUCK):
        do = _("The mail server does not take them: its state and its address in %(setting)s are to be looked at.", setting=code("MAIL_URL"))  # fmt: skip # noqa: E501 # one sentence
        return Row(what, "bad", seen, do)
    if _is_past(state, state.due_since, _STUCK):
        return Row(what, "bad", seen, _("The worker does not get to them: it is to be looked at, or another started."))
    if state.held:
        do = _("A backup was restored; %(command)s lets those go that were not sent before.", command=code("quiz mails release"))  # fmt: skip # noqa: E501 # one sentence
        return Row(what, "care", seen, do)
    if state.given_up:
        return Row(what, "care", seen, _("The log of mails says whom they were for; most often an address is wrong."))
    return Row(what, "good", seen)


def _attempts(state: State) -> Iterator[Row]:
    seen = _(
        "Under way: %(open)s; out of time and not yet ended: %(overdue)s.",
        open=number_words(state.attempts),
        overdue=number_words(state.overdue),
    )
    do = _("The worker ends them within seconds: it is to be looked at.") if state.overdue else ""
    yield Row(_p("operation", "Attempts"), "care" if do else "good", seen, do)
    if state.tables:
        seen = _("Waiting or being made: %(count)s.", count=number_words(state.tables))
        yield Row(_("Large tables"), "plain", seen)


def _trail(state: State) -> Row:
    checked = moment(state.checked_at) if state.checked_at else _("never")
    seen = _(
        "Waiting to be sealed: %(count)s; last checked: %(checked)s.",
        count=number_words(state.unsealed),
        checked=checked,
    )
    what = _("Audit trail")
    if state.faults:
        do = _("The check found faults. Nothing is to be changed or restored before %(command)s has said where.", command=code("quiz audit verify"))  # fmt: skip # noqa: E501 # one sentence
        return Row(what, "bad", seen, do)
    if _is_past(state, state.unsealed_since, _UNSEALED) or _is_past(state, state.checked_at, _UNCHECKED):
        return Row(what, "care", seen, _("The worker seals and checks it by itself: it is to be looked at."))
    return Row(what, "good", seen)


def _clock(state: State) -> Row:
    seen = _("It is %(moment)s here.", moment=moment(state.now))
    if state.ahead > _AHEAD:
        do = _("Something was written at a later time than now: the clock is wrong, or was. The servers are to take their time from one source.")  # fmt: skip # noqa: E501 # one sentence
        return Row(_("Clock"), "bad", seen, do)
    return Row(_("Clock"), "good", seen)


def _backup(state: State) -> Row:
    if state.backed_up is None:
        seen = _("None was taken with this product.")
    else:
        seen = _("Taken last: %(moment)s.", moment=moment(state.backed_up))
    if state.backed_up is None or state.now - state.backed_up > _OLD:
        do = _("%(command)s is to run every night, unless the database is backed up otherwise.", command=code("quiz backup"))  # fmt: skip # noqa: E501 # one sentence
        return Row(_("Backup"), "care", seen, do)
    return Row(_("Backup"), "good", seen)


def _papers(state: State) -> Iterator[Row]:
    what, ends = _("Signed papers"), state.certificate_ends
    if ends is None:
        yield Row(what, "plain", _("Papers are not signed here, and say so."))
        return
    seen = _(
        "The certificate ends: %(moment)s; papers waiting to be signed: %(count)s.",
        moment=moment(ends),
        count=number_words(state.unsigned or 0),
    )
    if ends - state.now < _SOON:
        do = _("Another certificate is to be put into %(setting)s; papers of this one stay good.", setting=code("SIGNING_CERTIFICATE_FILE"))  # fmt: skip # noqa: E501 # one sentence
        yield Row(what, "bad" if ends <= state.now else "care", seen, do)
    elif state.unsigned:
        yield Row(what, "care", seen, _("The log of the worker says why they are not signed yet."))
    else:
        yield Row(what, "good", seen)


def _replica(is_read: bool | None) -> Row:
    what = _("Replica")
    if is_read is None:
        return Row(what, "plain", _("There is none: reports read the database itself."))
    if is_read:
        return Row(what, "good", _("Reports read it."))
    do = _("Reports read the database itself meanwhile. The replica is to be looked at.")
    return Row(what, "care", _("It is passed over: it lags, is gone, or is another."), do)


def _statements(slow: int | None) -> Row:
    what = _("Slow statements")
    if slow is None:
        seen = _("Counted where %(token)s and %(setting)s are set.", token=code("METRICS_TOKEN"), setting=code("SLOW_STATEMENT_MS"))  # fmt: skip # noqa: E501 # one sentence
        return Row(what, "plain", seen)
    return Row(what, "plain", _("Since the service was started: %(count)s.", count=number_words(slow)))


def _is_past(state: State, since: datetime | None, longest: timedelta) -> bool:
    return since is not None and state.now - since > longest
