"""What an organisation costs by its size: a manager's first screen, a night of the rules, a file of staff."""

from collections.abc import Callable
from pathlib import Path

from bench import assigning, managing, staff

SIZES = (1_000, 10_000, 100_000)
# The aims of a hundred thousand people; smaller organisations are held to them as well.
SCREEN_MS, NIGHT_SECONDS, FILE_SECONDS = 150, 60, 60


def add_figures(add: Callable[..., None], say: Callable[[str], None], where: Path, sizes: tuple[int, ...]) -> None:
    """Measure organisations of some sizes and add their figures."""
    for size in sizes:
        people = f"{size:,} people"
        say(f"a manager's first screen: {people}, {managing.MODULES} modules, {managing.OLD_CYCLES} old cycles each")
        times, counting = managing.first_screen_times(where, size, paths=("/manage/",))
        for one in times:
            add("manager", f"{people}: first screen of {one.who}", one.median, "ms", at_most=SCREEN_MS)
            add("manager", "  the first time in a process", one.first, "ms")
        add("manager", "  the worker counts large units, every five minutes", counting, "s")
        say(f"a night of the rules: {people}")
        night = assigning.assigning_seconds(where, size)
        add("rules", f"{people}: the night on which all is given", night["first night"], "s", at_most=NIGHT_SECONDS)
        add("rules", "  a night on which nothing is", night["idle night"], "s", at_most=NIGHT_SECONDS)
        add("rules", "  turning the day", night["first turning"], "s")
    rows = sizes[-1]
    say(f"a file of {rows:,} people")
    seconds = staff.staff_seconds(f"sqlite:///{where / 'staff.db'}", rows)
    add("staff", f"a file of {rows:,} new people: checked and taken in", seconds, "s", at_most=FILE_SECONDS)
