"""Amendments of the tests: provisions of a published instrument say something else, and two people stand behind it."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from quiz.bank import amending
from quiz.bank.amending import NewEdition, Proof
from quiz.services import instruments, reviewing
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.drafts import Document
from tests.fixtures.people import Someone
from tests.fixtures.settings import Clock

LAW, EDITION = "eg-cybercrime", "law-175-2018"
REASON = "نُظر فيه"


def at(provision: str, edition: str = EDITION) -> str:
    """Return the address of an article of the law."""
    return f"{LAW}/{edition}/{provision}"


def provision(document: Mapping[str, Any], key: str, edition: int = 0) -> dict[str, Any]:
    """Return one provision of a document."""
    found: dict[str, Any] = next(one for one in document["editions"][edition]["provisions"] if one["key"] == key)
    return found


@dataclass
class Desk:
    """An editor and a reviewer who amend the law, an hour later each time."""

    works: Works
    editor: Someone
    reviewer: Someone
    clock: Clock

    def standing(self) -> Document:
        """Return the law as it stands, free to be changed."""
        with self.works.reading(self.editor.actor) as work:
            return deepcopy(dict(instruments.find_standing(work, LAW) or {}))

    def amend(self, change: Callable[[Document], Any]) -> int:
        """Publish the law with a change; return the number of its version."""
        document = self.standing()
        changed = change(document)
        return self.publish(changed if isinstance(changed, dict) else document)

    def publish(self, document: Document, kind: str = "instrument") -> int:
        """Publish another version of something that stands; return its number."""
        self.clock.forward(hours=1)
        draft, revision = drafts.changed(self.works, self.editor, document, kind)
        return self.approve(draft, revision)

    def approve(self, draft: str, revision: int = 1) -> int:
        """Approve a draft, with a reason for every warning."""
        with self.works.reading(self.reviewer.actor) as work:
            warnings = reviewing.get_review(work, draft).warnings
        reasons = {reviewing.warning_key(found): REASON for found in warnings}
        with self.works.writing(self.reviewer.actor) as work:
            return reviewing.approve(work, draft, revision, reasons)

    def reword(self, *articles: str, arabic: str = "خلاصة أخرى") -> int:
        """Publish the law with other paraphrases of some articles."""

        def change(law: Document) -> None:
            for article in articles:
                provision(law, article)["paraphrase"] = {"ar": arabic, "en": "Another summary"}

        return self.amend(change)

    def replace(self, key: str, *articles: str) -> int:
        """Publish a new edition that repeals the standing one, with other paraphrases of some articles."""

        def change(law: Document) -> Document:
            begun = NewEdition(key, {"ar": "تعديل", "en": "An amendment"}, repeals=True)
            made, _ = amending.with_edition(law, 0, begun)
            proof = Proof("mirror_verified", {"ar": "قوبل بنسخة", "en": "Compared with a copy"}, on="2026-11-20")
            made = amending.proved(made, 1, proof)
            for article in articles:
                provision(made, article, 1)["paraphrase"] = {"ar": "خلاصة أخرى", "en": "Another summary"}
            return made

        return self.amend(change)
