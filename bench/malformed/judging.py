"""What no answer may be, and what neither an answer nor the server's log may hold."""

import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from bench.malformed.people import NOBODY
from bench.malformed.sending import Answer, Outcome
from bench.servers import ROOT

# SCIM says so of what it does not offer (RFC 7644, 3.4.3, 3.7 and 3.11).
# A stranger's file is read two at a time, and who comes third is told so.
_BY_DESIGN = {(501, "/scim/v2/Me"), (501, "/scim/v2/Bulk"), (501, "/scim/v2/.search"), (503, "/verify/file")}
# Who may read addresses of others on their pages; to systems `people:read` and `people:provision` tell them.
_READ_ADDRESSES = {"hr", "admin", "manager", "all", "people:read", "people:provision"}
_INSIDE = (
    ("traceback", re.compile(rb"Traceback \(most recent|File \"[^\"]{1,200}\", line \d|^ +raise \w", re.M)),
    ("exception", re.compile(rb"\b(?:sqlalchemy|psycopg|werkzeug|jinja2|sqlite3)\.\w+|\b\w+(?:Error|Exception):\s")),
    ("SQL", re.compile(rb"\bSELECT\s[\w\s.,*\"]+\sFROM\s|\bINSERT INTO\s|\bUPDATE \w+ SET |DELETE FROM |PRAGMA ")),
    ("path", re.compile(rb"/site-packages/|/lib/python3|\.py\b, line")),
)  # fmt: skip
_LOGGED = re.compile(
    rb"Traceback \(most recent|\"level\": \"(?:error|critical)\"|\[(?:ERROR|CRITICAL)\]|WORKER TIMEOUT|SIGKILL"
)


@dataclass
class Judge:
    """Judges every outcome and the log; keeps one example of each kind of fault."""

    secrets: frozenset[bytes]
    emails: frozenset[bytes]
    folder: Path
    own: dict[str, bytes] = field(default_factory=dict)
    judged: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    hows: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def __call__(self, outcome: Outcome) -> None:
        """Judge what came of one request."""
        asked = outcome.asked
        self.judged += 1
        self.hows[asked.how] += 1
        where = f"{asked.how}, {asked.who}, {asked.place}"
        self.slowest = sorted([*self.slowest, (outcome.seconds, f"{asked.number}: {where}")], reverse=True)[:5]
        if outcome.hung:
            self._fault("no end", outcome)
        if not outcome.answers:
            self.statuses[-1] += 1
        for answer in outcome.answers:
            self.statuses[answer.status] += 1
            for what in self._wrong(outcome, answer):
                self._fault(what, outcome, answer)

    def _wrong(self, outcome: Outcome, answer: Answer) -> list[str]:
        asked = outcome.asked
        found = []
        if answer.status >= 500 and (answer.status, re.sub("^/+", "/", asked.place)) not in _BY_DESIGN:
            found.append(f"status {answer.status}")
        if answer.status == 0:
            found.append("no HTTP")
        # What one sends oneself may come back, escaped, in the form that is told what is wrong with it.
        told = answer.body
        found += [what for what, sign in _INSIDE if sign.search(told) and not sign.search(asked.data)]
        paths = (str(ROOT).encode(), str(self.folder).encode(), sys.prefix.encode())
        found += ["path" for path in paths if path in told or path in answer.head]
        found += ["secret" for secret in self.secrets if secret in told and secret not in asked.data]
        found += ["secret in the head" for secret in self.secrets if secret in answer.head and secret not in asked.data]
        return found + self._addresses(outcome, answer)

    def _addresses(self, outcome: Outcome, answer: Answer) -> list[str]:
        asked = outcome.asked
        # Who asks the adviser with their name tells their address as well.
        if asked.who in _READ_ADDRESSES or (asked.who == "adviser" and asked.place.startswith("/advise/questions/")):
            return []
        own = self.own.get(asked.who, b"")
        told = [one for one in self.emails if one != own and one in answer.body and one not in asked.data]
        return ["address of another person"] if told else []

    def _fault(self, what: str, outcome: Outcome, answer: Answer | None = None) -> None:
        asked = outcome.asked
        kept = self.faults[f"{what} ({asked.how})"]
        told = (answer.head[:300] + b"\n" + answer.body[:700] if answer else b"").decode("utf-8", "replace")
        if not kept:
            print(f"new fault: {what}, {asked.how}, {asked.who}, {asked.place}\n{told[:1500]}", file=sys.stderr)
        kept.append(f"number {asked.number} by {asked.who} at {asked.place}\n{asked.data[:1500]!r}\n{told}")

    def read_log(self, log: bytes) -> None:
        """Judge what the server said meanwhile."""
        for line in log.splitlines():
            if _LOGGED.search(line):
                self.faults["log"].append(line.decode("utf-8", "replace")[:3000])
            if any(one in line for one in self.secrets | self.emails):
                self.faults["secret in the log"].append(line.decode("utf-8", "replace")[:500])

    def told(self, most: int = 3) -> str:
        """Return every kind of fault with its number and some examples."""
        lines = []
        for what, examples in sorted(self.faults.items()):
            lines.append(f"== {what}: {len(examples)}")
            lines += examples[:most]
        return "\n".join(lines)


def judge_of(secrets: frozenset[bytes], emails: dict[str, bytes], others: frozenset[bytes], folder: Path) -> Judge:
    """Return the judge of a run; `emails` says who has which address, `others` whose nobody may be told either."""
    return Judge(secrets, frozenset(emails.values()) | others, folder, {NOBODY: b"", **emails})
