"""How the wheel is made: what stands beside the package in the sources is laid into it, and the wheel is all there is.

Named in pyproject.toml; setuptools reads it from the sources, and it is no part of the product.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py
from setuptools.errors import SetupError

ROOT = Path(__file__).resolve().parents[1]
# What goes into `quiz/shipped/`, where quiz/settings/operator.py looks for it.
SHIPPED = {"content": ".yaml", "static": "", "translations": ".mo"}
LOCK = "package-lock.json"
# What the set-up makes and nobody commits: a wheel without one of these would serve pages without styles or Arabic.
MADE = (
    *(
        f"translations/{language}/LC_MESSAGES/{domain}.mo"
        for language in ("ar", "en")
        for domain in ("messages", "forms")
    ),
    *("static/vendor/htmx.js", "static/fonts/amana-sans.woff2", "static/fonts/amana-reading.woff2"),
    *("quiz/records/contexts/credentials-v2.json", "quiz/records/contexts/open-badges-3.0.3.json"),
)


class BuildPy(build_py):
    """Setuptools' own, and what stands beside the package."""

    def run(self) -> None:
        """Lay everything where the wheel is made of it."""
        if not self.editable_mode:
            # Asked here alone: what is only to be edited is installed before its set-up has made these.
            if lacking := [name for name in MADE if not (ROOT / name).is_file()]:
                raise SetupError(f"make the wheel by `make wheel`, which sets up what is missing: {', '.join(lacking)}")
            # What an earlier run laid there would go out again, though it may stand in the sources no more.
            shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
        for target, source in self._shipped():
            self.mkpath(str(Path(target).parent))
            self.copy_file(source, target)

    def get_output_mapping(self) -> dict[str, str]:
        """Return what is laid where, what is shipped included."""
        return {**super().get_output_mapping(), **dict(self._shipped())}

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Return what was laid."""
        return [*super().get_outputs(include_bytecode), *dict(self._shipped())]

    def get_source_files(self) -> list[str]:
        """Return what a source archive needs, so that a wheel can be made of that as well."""
        return [*super().get_source_files(), *dict(self._shipped()).values(), "deploy/wheel.py"]

    def _shipped(self) -> Iterator[tuple[str, str]]:
        if self.editable_mode:
            return
        for name in (LOCK, *_files()):
            yield str(Path(self.build_lib) / "quiz" / "shipped" / name), name


class BdistWheel(bdist_wheel):
    """Setuptools' own, with modes that do not depend on the machine: none of it is run by its name."""

    def write_wheelfile(self, *arguments: str, **named: str) -> None:
        """Write the last file before all are packed."""
        super().write_wheelfile(*arguments, **named)
        for path in Path(self.bdist_dir).rglob("*"):
            if path.is_file():
                path.chmod(0o644)


def _files() -> Iterator[str]:
    """Give the files of the folders that are shipped, in an order that does not depend on the machine."""
    for folder, ending in SHIPPED.items():
        found = (Path(place) / name for place, _, names in os.walk(ROOT / folder, followlinks=True) for name in names)
        yield from sorted(str(path.relative_to(ROOT)) for path in found if path.name.endswith(ending))
