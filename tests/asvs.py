"""The page of ASVS 5.0: its facts, its data, and how it is drawn; `python -m tests.asvs` writes it anew."""

import ast
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
DATA, PAGE = ROOT / "docs" / "asvs.yaml", ROOT / "docs" / "asvs.md"
# The level of each requirement of a section, in their order (OWASP ASVS 5.0.0, the table of its release).
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223",
    "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
CHAPTERS = (
    "Encoding and sanitising", "Validation and business logic", "The browser", "APIs and web services", "Files",
    "Signing in", "Sign-ins", "Who may do what", "Tokens that speak for themselves", "OAuth and OpenID Connect",
    "Cryptography", "Encrypted ways", "Configuration", "Data", "Code and architecture", "Logs and errors", "WebRTC",
)  # fmt: skip
WORDS = {"met": "met", "operator": "by the operator", "not-applicable": "does not apply", "not-met": "not met"}
PENDING = "pending: "
HEAD = """# OWASP ASVS 5.0, levels 1 and 2

Every requirement of the [Application Security Verification Standard 5.0.0](https://github.com/OWASP/ASVS) (OWASP
Foundation, CC BY-SA 4.0) of levels 1 and 2, and those of level 3 that are met and named without much searching. The
words are a paraphrase of ours, shared under the same licence; the standard's own prevail. *Met* means that the code
or the document named does it, and that the test named is there to fail without it; *by the operator* that it is done
where the product is installed, as [security.md](security.md#operating) says. It was judged by those who wrote the
code, and by nobody else. Made of `docs/asvs.yaml` by `python -m tests.asvs`; a test compares them.
"""


@dataclass(frozen=True)
class Entry:
    """One requirement, and what is said of it."""

    id: str
    ask: str
    status: str
    where: tuple[str, ...]
    tests: tuple[str, ...]
    note: str

    @property
    def chapter(self) -> int:
        return int(self.id.partition(".")[0])

    @property
    def level(self) -> int:
        section, _, number = self.id.rpartition(".")
        return int(LEVELS[section][int(number) - 1])


def required(*levels: int) -> list[str]:
    """The ids of these levels, in their order."""
    return [
        f"{section}.{number}"
        for section, held in LEVELS.items()
        for number, one in enumerate(held, 1)
        if int(one) in levels
    ]


def entries() -> list[Entry]:
    """What the data says, in its order."""
    return [_entry(one) for one in yaml.safe_load(DATA.read_text(encoding="utf-8"))["requirements"]]


def _entry(one: dict[str, Any]) -> Entry:
    where, tests = tuple(one.pop("where", ())), tuple(one.pop("tests", ()))
    return Entry(str(one.pop("id")), one.pop("ask"), one.pop("status"), where, tests, one.pop("note", ""), **one)


def draw(found: list[Entry]) -> str:
    """The page."""
    lines = [HEAD, *_counts(found)]
    for number, title in enumerate(CHAPTERS, 1):
        lines += [
            "",
            f"## V{number} {title}",
            "",
            "| id | level | what is asked | status | where, and which test |",
            "|---|---|---|---|---|",
        ]
        lines += [_row(one) for one in found if one.chapter == number]
    return "\n".join(lines) + "\n"


def _counts(found: list[Entry]) -> list[str]:
    kinds = [*WORDS, *sorted({one.status for one in found if one.status.startswith(PENDING)})]
    lines = [
        f"| level | {' | '.join(WORDS.get(kind, kind) for kind in kinds)} | together |",
        "|---" * (len(kinds) + 2) + "|",
    ]
    for level in (1, 2, 3):
        counts = Counter(one.status for one in found if one.level == level)
        told = f"{level} (those that are met)" if level == 3 else str(level)
        lines.append(f"| {told} | {' | '.join(str(counts[kind]) for kind in kinds)} | {counts.total()} |")
    return lines


def _row(one: Entry) -> str:
    said = [", ".join(link(place) for place in one.where), "; ".join(f"`{test}`" for test in one.tests), one.note]
    cells = (one.id, str(one.level), one.ask, WORDS.get(one.status, one.status), "<br>".join(filter(None, said)))
    return f"| {' | '.join(cells)} |"


def link(place: str) -> str:
    """A place as the pages of `docs` name it."""
    return f"[{place}]({place.removeprefix('docs/')})" if place.startswith("docs/") else f"`{place}`"


@cache
def functions(path: Path) -> frozenset[str]:
    """The functions of a file, by name."""
    return frozenset(node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef))


def missing(where: Iterable[str], tests: Iterable[str]) -> list[str]:
    """The places and tests that a page names and that are not there."""
    found = []
    for place in where:
        path, _, anchor = place.partition("#")
        if not (ROOT / path).exists() or (anchor and anchor not in anchors(ROOT / path)):
            found.append(place)
    for test in tests:
        path, _, name = test.partition("::")
        is_file = path.startswith("tests/") and (ROOT / path).is_file()
        if not is_file or (name and name not in functions(ROOT / path)):
            found.append(test)
    return found


def anchors(path: Path) -> set[str]:
    """The headings of a page, as links name them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one).lower().replace(" ", "-") for one in found}


if __name__ == "__main__":
    PAGE.write_text(draw(entries()), encoding="utf-8")
