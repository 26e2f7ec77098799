"""The tip of the chain: its last number and link at a moment, signed, so that a tail cannot be cut off unseen."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from quiz.records import signing
from quiz.records.audit_chain import KeyRing, written_moment
from quiz.records.facts import canonical
from quiz.records.signing import Signer, UnusableKey

FORMAT = 1
KIND = "amana-audit-tip"
BY_CHAIN_KEY = "HMAC-SHA-256"
_SIGNED_FOR = b"amana audit tip 1\n"


class UnreadableTip(ValueError):
    """A line is no tip of ours."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of the chain at a moment, with its signature: by the organisation's key, else by that of the chain."""

    number: int
    link: str
    made_at: str
    key_id: str
    algorithm: str
    signed_by: str
    signature: str

    def stated(self) -> dict[str, Any]:
        """Return what is signed."""
        return {
            "format": FORMAT, "kind": KIND, "number": self.number, "link": self.link, "at": self.made_at,
            "key": self.key_id, "algorithm": self.algorithm, "signed_by": self.signed_by,
        }  # fmt: skip

    def document(self) -> dict[str, Any]:
        """Return the tip as it leaves the house."""
        return {**self.stated(), "signature": self.signature}

    def line(self) -> str:
        """Return the tip as one line of a file."""
        return canonical(self.document()).decode() + "\n"

    @property
    def fingerprint(self) -> str:
        """Return what people note and compare by eye: the first 16 digits of the link, by fours."""
        return " ".join(self.link[place : place + 4] for place in range(0, 16, 4))


def make_tip(number: int, link: str, now: datetime, ring: KeyRing, signer: Signer) -> Tip:
    """Return a signed tip; `signer` is one whose key stays the same."""
    at = written_moment(now)
    public_key = signer.public_key
    if public_key is None:
        bare = Tip(number, link, at, ring.sealing, BY_CHAIN_KEY, ring.sealing, "")
        made = _by_chain(bare, ring.keys[ring.sealing])
    else:
        bare = Tip(number, link, at, ring.sealing, signing.ALGORITHM, signing.fingerprint(public_key), "")
        made = signer.sign(_signed(bare))
    return Tip(number, link, at, ring.sealing, bare.algorithm, bare.signed_by, base64.b64encode(made).decode())


def read_tip(line: str) -> Tip:
    """Return the tip of a line; raise UnreadableTip."""
    try:
        said: Mapping[str, Any] = json.loads(line)
        tip = Tip(
            said["number"], said["link"], said["at"], said["key"], said["algorithm"], said["signed_by"],
            said["signature"],
        )  # fmt: skip
        if tip.document() != said or type(tip.number) is not int or tip.number < 1:
            raise UnreadableTip("it says more or less than a tip")
        if not all(isinstance(one, str) for name, one in said.items() if name not in {"format", "number"}):
            raise UnreadableTip("a field is of another kind")
    except (ValueError, TypeError, KeyError, RecursionError) as fault:
        raise UnreadableTip(str(fault)) from fault
    return tip


def is_ours(tip: Tip, ring: KeyRing, public_keys: Iterable[bytes]) -> bool:
    """Tell whether a key of ours signed a tip: one of the chain's, or one of the organisation's, given as PEM."""
    try:
        signature = base64.b64decode(tip.signature, validate=True)
    except ValueError:
        return False
    if tip.algorithm == BY_CHAIN_KEY:
        key = ring.keys.get(tip.signed_by)
        return key is not None and hmac.compare_digest(_by_chain(tip, key), signature)
    if tip.algorithm != signing.ALGORITHM:
        return False
    for one in public_keys:
        try:
            if signing.fingerprint(one) == tip.signed_by and signing.is_signed(_signed(tip), signature, one):
                return True
        except UnusableKey:
            continue
    return False


def _signed(tip: Tip) -> bytes:
    return _SIGNED_FOR + canonical(tip.stated())


def _by_chain(tip: Tip, key: bytes) -> bytes:
    return hmac.new(key, _signed(tip), hashlib.sha256).digest()


def tip_file(folder: Path, tip: Tip) -> Path:
    """Return the file of the day of a tip: one a day, to which lines are only added."""
    return folder / f"audit-tip-{tip.made_at[:10]}.jsonl"


def keep_tip(folder: Path, tip: Tip) -> bool:
    """Add a tip to the file of its day, unless it stands there; tell whether it was added. Raise OSError."""
    path, line = tip_file(folder, tip), tip.line()
    if path.exists() and line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        return False
    with path.open("a", encoding="utf-8") as into:
        into.write(line)
        into.flush()
        os.fsync(into.fileno())
    return True


def read_tips(folder: Path) -> tuple[list[Tip], list[tuple[str, int]]]:
    """Return the tips of a folder, or of one file, and where a line is none: the file and the line. Raise OSError."""
    tips: list[Tip] = []
    unreadable: list[tuple[str, int]] = []
    for path in [folder] if folder.is_file() else sorted(folder.glob("*.jsonl")):
        for place, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if line.strip():
                try:
                    tips.append(read_tip(line))
                except UnreadableTip:
                    unreadable.append((path.name, place))
    return tips, unreadable
