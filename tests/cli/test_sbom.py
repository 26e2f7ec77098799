"""The bill of materials: everything that is locked stands in it, under a licence that lets a government use it."""

import json
import re
from importlib.metadata import distribution

import pytest
from click.testing import CliRunner
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from quiz.cli import main
from quiz.cli.sbom import bill
from quiz.settings.operator import ROOT

# Licences that ask for no more than that their text goes along; of the LGPL and MPL, whose works are used unchanged and
# can be replaced by whoever runs the product.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "MIT", "MIT-0", "MPL-2.0", "OFL-1.1",
    "PSF-2.0",
}  # fmt: skip
# What names its licence in words: the document licence of the W3C, for the contexts of credentials.
LOOKED_AT = {"@digitalbazaar/credentials-context": "SEE LICENSE IN LICENSE.md"}
# Locked for releases of Python that are older than the one it runs on.
OLDER = {"async-timeout"}
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def test_it_is_what_the_standard_says() -> None:
    printed = CliRunner().invoke(main, ["sbom"])
    assert printed.exit_code == 0
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(printed.output) is None
    assert json.loads(printed.output) == bill()


def test_everything_locked_stands_in_it() -> None:
    locked = dict(LOCKED.findall((ROOT / "requirements" / "run.txt").read_text()))
    found = {one["name"]: one["version"] for one in bill()["components"] if one["purl"].startswith("pkg:pypi/")}
    assert found == {name: version for name, version in locked.items() if name in found or name not in OLDER}


def test_a_licence_that_is_not_named_is_the_one_that_was_read() -> None:
    (text,) = [one for one in distribution("huey").files or () if one.name == "LICENSE"]
    # https://spdx.org/licenses/MIT.html
    assert "Permission is hereby granted, free of charge, to any person" in " ".join(text.read_text().split())


@pytest.mark.parametrize("component", bill()["components"], ids=lambda one: one["name"])
def test_every_licence_was_looked_at(component: dict[str, object]) -> None:
    (licence,) = component["licenses"]  # type: ignore[misc]
    said = licence.get("expression") or licence["license"]["name"]
    if LOOKED_AT.get(str(component["name"])) != said:
        assert set(re.split(r" (?:AND|OR) ", said)) <= ALLOWED
