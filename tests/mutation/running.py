"""Runs the tests of the engine against one mutant at a time, each in a process of its own.

Everything but the engine and its tests is imported once; a mutant is a fork that imports the engine with one module
changed, collects the tests and runs those that came through the changed function, the quickest first, until one fails.
Which tests come through a function is found by one run without a mutant.
"""

import gc
import importlib.abc
import importlib.machinery
import json
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
os.environ["PLANTED"] = "1"

# What a fork needs, so that it need not import it again.
import hypothesis.strategies
import pytest
import yaml

from tests.mutation.mutants import ENGINE, ROOT, Mutant

PRELOADED = (hypothesis.strategies, yaml)
TESTS = ROOT / "tests" / "engine"
# Seconds of the processor; what needs more goes in circles.
PATIENCE = 30
MEMORY = 3 * 2**30
# They take longer than all others together, and what they find is found by others too.
LEFT_OUT = "not test_junk_anywhere_is_read and not test_every_draw_fills_its_blueprint"
SURVIVED = int(pytest.ExitCode.OK)
# A mutant may have taken away the tests that were chosen.
NOTHING_TO_RUN = int(pytest.ExitCode.NO_TESTS_COLLECTED)
FOUND = {int(pytest.ExitCode.TESTS_FAILED), int(pytest.ExitCode.INTERRUPTED)}


@dataclass
class Reach:
    """Which tests come through which function of the engine, and how long each takes."""

    through: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[str, float] = field(default_factory=dict)

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Return the tests that may find a mutant, the quickest first; what runs on import may be found by any."""
        reached = self.through.get(f"{mutant.file}:{mutant.function}", set())
        of_file = {test for place, tests in self.through.items() if place.startswith(mutant.file) for test in tests}
        may = set(self.seconds) if ON_IMPORT in reached or is_outside_functions(mutant) else reached - {ON_IMPORT}
        return sorted(may, key=lambda test: (test not in reached, test not in of_file, self.seconds[test], test))


ON_IMPORT = "on import"


def is_outside_functions(mutant: Mutant) -> bool:
    """Tell whether a mutant is in a module or a class, and not in a function of it; classes are capitalised here."""
    return not mutant.function or mutant.function.rsplit(".")[-1].lstrip("_")[:1].isupper()


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module of the engine from a changed source."""

    def __init__(self, mutant: Mutant) -> None:
        self.path = ROOT / mutant.file
        self.name = mutant.file.removesuffix(".py").replace("/", ".")
        self.source = mutant.source

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=str(self.path))
        spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)  # noqa: S102 - this is what it is for


class Chosen:
    """Runs the chosen tests in their order; what was not there without the mutant runs as well."""

    def __init__(self, chosen: Sequence[str], known: Iterable[str]) -> None:
        self.rank = {test: place for place, test in enumerate(chosen)}
        self.others = set(known) - set(self.rank)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid not in self.others),
            key=lambda item: self.rank.get(item.nodeid, -1),
        )


class Watching:
    """Notes for each test how long it takes and through which functions of the engine it comes."""

    def __init__(self) -> None:
        self.reach = Reach()
        self.codes: dict[CodeType, str | None] = {}
        self.test = ON_IMPORT
        sys.setprofile(self.called)

    def called(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and (place := self.place(frame.f_code)):
            self.reach.through[place].add(self.test)

    def place(self, code: CodeType) -> str | None:
        if code not in self.codes:
            path = Path(code.co_filename)
            name = code.co_qualname.replace(".<locals>", "")
            self.codes[code] = f"{path.relative_to(ROOT)}:{name}" if path.is_relative_to(ENGINE) else None
        return self.codes[code]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.test, before = item.nodeid, time.process_time()
        # pytest and Hypothesis may have taken the profiler away.
        sys.setprofile(self.called)
        result = yield
        sys.setprofile(None)
        self.reach.seconds[item.nodeid] = time.process_time() - before
        return result


def run_tests(paths: Sequence[str], *plugins: object) -> int:
    """Return how pytest ended over these files, without its output."""
    options = ["-x", "-k", LEFT_OUT, "--assert=plain", "--noconftest", "-o", "addopts=", "-o", "xfail_strict=true"]
    return int(pytest.main([*paths, *options, "-p", "no:cacheprovider", "-p", "no:terminal"], plugins=list(plugins)))


def file_of(test: str) -> str:
    return test.partition("::")[0]


def forked(deed: Callable[[], int], patience: float = PATIENCE) -> int:
    """Return the exit code of a deed done in a fork, or minus the signal that ended it."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            silence = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(silence, stream)
            resource.setrlimit(resource.RLIMIT_CPU, (int(patience), int(patience)))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            code = deed()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def watched(answer: Path) -> Reach:
    """Run every test of the engine once, in a fork, and return what it came through."""

    def deed() -> int:
        watching = Watching()
        code = run_tests([str(TESTS)], watching)
        sys.setprofile(None)
        reach = watching.reach
        found = {"through": {key: sorted(tests) for key, tests in reach.through.items()}, "seconds": reach.seconds}
        answer.write_text(json.dumps(found))
        return code

    code = forked(deed, 900)
    if code != SURVIVED:
        raise SystemExit(f"the tests of the engine fail without a mutant ({code})")
    found = json.loads(answer.read_text())
    return Reach(defaultdict(set, {key: set(tests) for key, tests in found["through"].items()}), found["seconds"])


def survives(mutant: Mutant, reach: Reach) -> bool:
    """Tell whether no test finds a mutant."""
    chosen = reach.tests_of(mutant)
    if not chosen:
        return True

    (best, _), *_ = Counter(map(file_of, chosen)).most_common(1)
    first, rest = [[test for test in chosen if (file_of(test) == best) is wanted] for wanted in (True, False)]

    def deed() -> int:
        sys.meta_path.insert(0, Changed(mutant))
        # Few need more than one file of tests.
        for tests in filter(None, (first, rest)):
            code = run_tests(sorted(set(map(file_of, tests))), Chosen(tests, reach.seconds))
            if code not in {SURVIVED, NOTHING_TO_RUN}:
                return code
        return SURVIVED

    code = forked(deed)
    if code != SURVIVED and code not in FOUND and code > 0:
        raise RuntimeError(f"the run itself is broken ({code}): {mutant.key}")
    return code == SURVIVED


def write_verdicts(mutants: Sequence[Mutant], reach: Reach, result: Path, jobs: int) -> None:
    """Append a line for every mutant to a file, in as many processes as asked for."""
    gc.freeze()
    workers = [os.fork() or _work(mutants[worker::jobs], reach, result) for worker in range(jobs)]
    if any([os.waitpid(worker, 0)[1] for worker in workers]):
        raise SystemExit("a part of the run is broken: see above")


def _work(mutants: Sequence[Mutant], reach: Reach, result: Path) -> int:
    for mutant in mutants:
        line = json.dumps([*mutant.key, survives(mutant, reach)], ensure_ascii=False)
        with result.open("a") as lines:
            lines.write(line + "\n")
    os._exit(0)
