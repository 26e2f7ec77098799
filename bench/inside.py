"""What needs no server: statements of an answer, marking, certificates, statistics, content, trail, organisations."""

from collections.abc import Callable
from statistics import median

from bench import auditing, backing_up, credentials, in_process, loading, measuring, organisation, stage, writing
from bench.run import Run


def answer(run: Run) -> None:
    """What one answer asks of a database, and what marking it costs."""
    add = run.report.add
    for engine, server in run.engines.items():
        run.say(f"statements of an answer, {engine}")
        with (
            stage.database_url(run.where, server, f"inside-{engine.lower()}") as url,
            stage.stage(url, run.where, 1) as stood,
        ):
            asked = in_process.statements_of_an_answer(stood, stood.emails[-1])
            mark, act = in_process.marking_microseconds(stood, asked.attempt_id)
        add("SQL", f"statements of an answer, {engine}", asked.statements, "", at_most=4)
        add("SQL", f"commits of an answer, {engine}", asked.commits, "", at_most=1)
    run.report.notes.append("statements of one answer:")
    run.report.notes += [f"  {number}. {one[:110]}" for number, one in enumerate(asked.words, 1)]
    add("engine", "marking one answer", mark, "us", at_most=100)
    for kind, microseconds in in_process.marking_by_kind().items():
        add("engine", f"  of which {kind}, over the shipped banks", microseconds, "us", at_most=100)
    add("engine", "accepting, marking and chaining one answer", act, "us")


def certificates(run: Run) -> None:
    """Papers of records, plain and signed, and credentials."""
    run.say("certificates and credentials")
    add = run.report.add
    seconds = in_process.certificates_in_fresh_process(run.plan.certificates + 1)
    add("certificate", "first of a process", seconds[0] * 1000, "ms")
    add("certificate", "later ones, median", median(seconds[1:]) * 1000, "ms")
    add("certificate", "later ones a second", len(seconds[1:]) / sum(seconds[1:]), "")
    for what, milliseconds in credentials.credential_milliseconds().items():
        add("credential", what, milliseconds, "ms")
    signed = in_process.sign_certificates(run.plan.certificates)
    add("certificate", "made, signed and read again, median", median(signed) * 1000, "ms", at_most=150)


def statistics(run: Run) -> None:
    """Item and test statistics of a module."""
    run.say(f"statistics of {measuring.ATTEMPTS} attempts of {measuring.SCENARIOS} scenarios")
    cold, warm = measuring.statistics_seconds(run.where)
    what = f"{measuring.ATTEMPTS} first attempts of {measuring.SCENARIOS} scenarios"
    run.report.add("statistics", f"{what}, cold", cold, "s", at_most=5)
    run.report.add("statistics", f"{what}, kept", warm * 1000, "ms", at_most=300)


def content(run: Run) -> None:
    """A bank from files to a release, and the editors' desk."""
    add = run.report.add
    run.say(f"loading a bank of {loading.SCENARIOS} scenarios")
    seconds = loading.loading_seconds(run.where)
    add("loading", f"{loading.SCENARIOS} scenario files: check and publish", seconds, "s", at_most=10)
    run.say(f"the editors' desk with {writing.SCENARIOS} scenarios")
    desk = writing.desk_times(run.where)
    add("desk", f"writing page, {writing.OPTIONS} options", desk.page, "ms", at_most=150)
    add("desk", "live answer to typing", desk.live, "ms", at_most=150)
    add("desk", "page of a search for a scenario", desk.find_scenario, "ms", at_most=50)
    add("desk", "search for a provision", desk.find_provision, "ms", at_most=50)
    add("desk", f"{writing.ENTRIES} entries of a file: checked and compared", desk.file_seconds, "s", at_most=10)


def trail(run: Run) -> None:
    """Sealing the audit trail and going along it."""
    run.say(f"the audit trail: {auditing.ENTRIES} entries")
    seal, walk = auditing.chain_seconds(run.where)
    run.report.add("audit", "10000 entries sealed", seal, "s", at_most=5)
    run.report.add("audit", "100000 links gone along", walk, "s", at_most=15)


def backup(run: Run) -> None:
    """A backup and its restore, by the size of the organisation."""
    for engine, server in run.engines.items():
        for size in run.plan.organisations:
            run.say(f"a backup and a restore, {engine}: {size:,} people")
            found = backing_up.backup_times(run.where, size, server)
            what = f"{engine}, {size:,} people: database of {found.database_bytes / 2**20:.0f} MiB"
            run.report.add("backup", f"{what}, taken", found.taking, "s")
            run.report.add("backup", f"  {found.backup_bytes / 2**20:.0f} MiB, brought back", found.restoring, "s")
            (run.where / "organisation.backup").unlink()


SECTIONS: dict[str, Callable[[Run], None]] = {
    "answer": answer,
    "certificates": certificates,
    "statistics": statistics,
    "content": content,
    "trail": trail,
    "backup": backup,
    "organisations": organisation.measure,
}
