"""`quiz doctor`: whether this installation is set up as it should be, and what is to be done where it is not."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

import click

from quiz.cli import doctor_database, doctor_places, doctor_settings
from quiz.cli.doctor_findings import Finding, State, secrets_of, without, wrong
from quiz.settings.environment import Misconfigured, with_files

Look = tuple[str, Callable[[], Iterable[Finding]]]
_MARKS = {State.OK: "ok     ", State.WARNING: "warning", State.WRONG: "WRONG  "}
_STATUS = {State.OK: 0, State.WARNING: 1, State.WRONG: 2}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="say it for programs")
def doctor(as_json: bool) -> None:
    """Look at settings, database, mail, queue, keys, folders and disks; nothing is changed, and no secret is told.

    Exit status 0 where all is well, 1 where something should be otherwise, 2 where something is wrong.
    """
    hidden = secrets_of(_with_secrets(os.environ))
    findings = [
        Finding(one.what, one.state, without(hidden, one.seen), without(hidden, one.do)) for one in _look(os.environ)
    ]
    status = max(_STATUS[one.state] for one in findings)
    if as_json:
        told = [{"what": one.what, "state": one.state, "seen": one.seen, "do": one.do} for one in findings]
        worst = next(state for state in State if _STATUS[state] == status)
        click.echo(json.dumps({"state": worst, "findings": told}, ensure_ascii=False, indent=2))
    else:
        for one in findings:
            click.echo(f"{_MARKS[one.state]} {one.what}: {one.seen}{f' -> {one.do}' if one.do else ''}")
    raise SystemExit(status)


def _with_secrets(environ: Mapping[str, str]) -> Mapping[str, str]:
    try:
        return with_files(environ)
    except Misconfigured:
        return environ


def _look(environ: Mapping[str, str]) -> Iterator[Finding]:
    settings, told = doctor_settings.read(environ)
    yield from told
    looks: list[Look] = [("settings: names", partial(doctor_settings.names, environ))]
    if settings is not None:
        looks += [
            ("settings: together", partial(doctor_settings.contradictions, settings)),
            ("secrets: strength", partial(doctor_settings.secrets, settings)),
            ("secrets: files", partial(doctor_settings.modes, settings, environ)),
            ("database", partial(doctor_database.database, settings)),
            ("queue", partial(doctor_places.queue, settings)),
            ("limits", partial(doctor_places.limits, settings)),
            ("mail server", partial(doctor_places.mail, settings)),
            ("signing", partial(doctor_places.signing, settings)),
            ("folders", partial(doctor_places.folders, settings)),
        ]
    looks.append(("translations", doctor_places.built))
    for what, look in looks:
        try:
            yield from look()
        except Exception as fault:
            # One thing that cannot be looked at hides no other.
            yield wrong(
                what, f"could not be looked at: {type(fault).__name__}", "quiz doctor of another version, or help"
            )
