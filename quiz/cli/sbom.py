"""`quiz sbom`: what this installation is made of, as CycloneDX, for whoever looks for weaknesses or licences in it."""

import base64
import json
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from typing import Any

import click
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, canonicalize_version

from quiz.settings.operator import folder

OURS = "amana"
# How licences are named by those that name none in the terms of SPDX (https://spdx.org/licenses/).
_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD-0-Clause": "0BSD",
    "BSD 3-Clause license": "BSD-3-Clause",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
}
# What names none: read in the text that comes with it.
_READ = {"huey": "MIT"}


@click.command()
def sbom() -> None:
    """Print what this installation is made of: CycloneDX 1.6, as JSON."""
    click.echo(json.dumps(bill(), ensure_ascii=False, indent=2))


def bill() -> dict[str, Any]:
    """Return the bill of materials: every distribution that the product needs, and the scripts of others it serves.

    The format is that of https://cyclonedx.org/docs/1.6/json/; the same installation gives the same bytes.
    """
    ours = distribution(OURS)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**_component(ours, "application"), "bom-ref": OURS}},
        "components": [*map(_component, _needed(ours)), *_scripts()],
    }


def licence_of(found: Distribution) -> str:
    """Return the licence that a distribution names, by SPDX where that can be told, or nothing."""
    said = found.metadata
    if "License-Expression" in said:
        return str(said["License-Expression"])
    classes = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if one.startswith("License ::")]
    short = str(said["License"]).strip() if "License" in said else ""
    # Some write the whole text of a licence where its name is asked for.
    named = short if short and "\n" not in short and len(short) <= 40 else (classes[0] if classes else "")
    return _SPDX.get(named, named) or _READ.get(canonicalize_name(said["Name"]), "")


def _needed(ours: Distribution) -> list[Distribution]:
    """Return what a distribution needs, directly and through others, by name."""
    found: dict[str, Distribution] = {}
    waiting = [ours]
    while waiting:
        for line in waiting.pop().requires or ():
            requirement = Requirement(line)
            name = canonicalize_name(requirement.name)
            extras = requirement.extras or {""}
            if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
                continue
            found[name] = distribution(name)
            waiting.append(found[name])
            waiting += [distribution(one) for one in _of_extras(found[name], extras) if one not in found]
            found |= {one: distribution(one) for one in _of_extras(found[name], extras)}
    return [found[name] for name in sorted(found)]


def _of_extras(found: Distribution, extras: set[str]) -> Iterator[str]:
    for line in found.requires or ():
        requirement = Requirement(line)
        if requirement.marker and any(requirement.marker.evaluate({"extra": extra}) for extra in extras if extra):
            yield canonicalize_name(requirement.name)


def _component(found: Distribution, kind: str = "library") -> dict[str, Any]:
    name = canonicalize_name(found.metadata["Name"])
    version = canonicalize_version(found.version, strip_trailing_zero=False)
    address = f"pkg:pypi/{name}@{version}"
    return {
        "type": kind,
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "licenses": _licences(licence_of(found)),
    }


def _licences(said: str) -> list[dict[str, Any]]:
    if not said:
        return []
    # An expression of SPDX has no blank but around its operators.
    is_expression = not said.replace(" AND ", "").replace(" OR ", "").replace(" WITH ", "").count(" ")
    return [{"expression": said}] if is_expression else [{"license": {"name": said}}]


def _scripts() -> Iterator[dict[str, Any]]:
    """Give what npm's lock brings."""
    lock = folder("package-lock.json")
    for place, entry in sorted(json.loads(lock.read_text(encoding="utf-8"))["packages"].items()):
        if not place:
            continue
        name = place.removeprefix("node_modules/")
        address = f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"
        algorithm, _, digest = entry["integrity"].partition("-")
        yield {
            "type": "library",
            "bom-ref": address,
            "name": name,
            "version": entry["version"],
            "purl": address,
            "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
            "licenses": _licences(_SPDX.get(entry["license"], entry["license"])),
        }
