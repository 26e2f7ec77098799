"""What an organisation costs by its size: a manager's pages, their tables, a night of the rules, a file of staff."""

from bench import assigning, managing, staff, tables
from bench.run import Run

# The aims of a hundred thousand people; smaller organisations are held to them as well.
SCREEN_MS, REPORT_MS, NIGHT_SECONDS, FILE_SECONDS, MEMORY_MIB = 150, 300, 60, 60, 60
# The first screen, and the results of everybody: all of them, those of a name, those that are late.
SCREEN = "/manage/"
REPORTS = {
    "results of everybody": "/manage/people",
    "  those that are late": "/manage/people?late=1",
}
# By a number that one has, by a name that all have.
SEARCHES = {
    "/admin/people?q=X-1007": "of one by number",
    "/admin/people?q=%D9%85%D8%B1%D9%8A%D9%85": "of a name of all",
}


def measure(run: Run) -> None:
    """Measure organisations of some sizes on each database."""
    for engine, server in run.engines.items():
        for size in run.plan.organisations:
            _pages(run, engine, server, size)
    for size in run.plan.organisations:
        _night(run, size)
    _staff(run, run.plan.organisations[-1])


def _pages(run: Run, engine: str, server: str | None, size: int) -> None:
    add, people = run.report.add, f"{engine}, {size:,} people"
    run.say(f"pages and tables of managers: {people}, {managing.MODULES} modules each, {managing.OLD_CYCLES} of before")
    with managing.organisation(run.where, size, server) as made:
        counting = managing.counting_seconds(made)
        for one in managing.screen_times(made, (SCREEN,)):
            add("manager", f"{people}: first screen of {one.who}", one.median, "ms", at_most=SCREEN_MS)
            add("manager", "  the first time in a process", one.first, "ms")
        add("manager", "  the worker counts large units, every five minutes", counting, "s")
        names = {path: name for name, path in REPORTS.items()}
        for one in managing.screen_times(made, tuple(names)):
            if one.who == "everything":
                aim = REPORT_MS if names[one.path] == "results of everybody" else None
                add("manager", f"{people}: {names[one.path]}", one.median, "ms", at_most=aim)
        for one in managing.screen_times(made, SEARCHES, (managing.HR,)):
            add("search", f"{people}: {SEARCHES[one.path]}", one.median, "ms", at_most=REPORT_MS)
        for cost in tables.table_costs(made):
            add(
                "export", f"{people}: {cost.kind} of {cost.rows:,} rows, {cost.size / 2**20:.1f} MiB", cost.seconds, "s"
            )
            add("export", "  memory that it took", cost.most - cost.before, "MiB", at_most=MEMORY_MIB)


def _night(run: Run, size: int) -> None:
    run.say(f"a night of the rules: {size:,} people")
    add, night = run.report.add, assigning.assigning_seconds(run.where, size)
    add("rules", f"{size:,} people: the night on which all is given", night["first night"], "s", at_most=NIGHT_SECONDS)
    add("rules", "  a night on which nothing is", night["idle night"], "s", at_most=NIGHT_SECONDS)
    add("rules", "  turning the day", night["first turning"], "s")


def _staff(run: Run, rows: int) -> None:
    run.say(f"a file of {rows:,} people")
    seconds = staff.staff_seconds(f"sqlite:///{run.where / 'staff.db'}", rows)
    run.report.add("staff", f"a file of {rows:,} new people: checked and taken in", seconds, "s", at_most=FILE_SECONDS)
