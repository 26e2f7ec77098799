"""A file that was cut or changed, that does not fit or is of somebody else, is refused before anything is touched."""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn
from zipfile import ZipFile

import pytest
from argon2 import PasswordHasher

from quiz.db import schema
from quiz.db.connection import connect
from quiz.db.copies import SQLITE, CopyFailed, Place
from quiz.records.audit_tip import Tip, keep_tip, read_tip, read_tips
from quiz.records.facts import canonical
from quiz.services.backup_archive import MANIFEST, Archive, BackupKey, BrokenBackup
from quiz.services.restoring import Choices, check_fits, place_of, restore, set_tips_aside
from quiz.services.tools import MemoryMailer, Tools, system_clock
from tests.fixtures.people import SYSTEM
from tests.services.backups import KEY, SECRET, made


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup that is made once for all the ways to break one."""
    folder = tmp_path_factory.mktemp("sample")
    database = connect(f"sqlite:///{folder / 'own.db'}")
    schema.upgrade(database.engine)
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    path, _ = made(database, Tools(system_clock, os.urandom, hasher, MemoryMailer(), "http://x"), folder)
    database.engine.dispose()
    return path


@pytest.fixture
def broken(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample, tmp_path / "broken.backup"))


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Write the archive anew with other things in it, as somebody would who knows ZIP and has no key."""
    with ZipFile(path) as old:
        held = {name: old.read(name) for name in old.namelist()}
    change(held)
    with ZipFile(path, "w") as new:
        for name, content in held.items():
            new.writestr(name, content)


def manifest(**changes: object) -> Callable[[dict[str, bytes]], None]:
    def change(held: dict[str, bytes]) -> None:
        held[MANIFEST] = json.dumps({**json.loads(held[MANIFEST]), **changes}).encode()

    return change


def read_whole(path: Path) -> None:
    with closing(Archive(path)) as archive:
        archive.check()
        assert archive.is_ours(KEY)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_is_refused(broken: Path, share: float) -> None:
    content = broken.read_bytes()
    broken.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BrokenBackup, match="cut off"):
        read_whole(broken)


def test_one_byte_that_was_changed_is_told_or_changes_nothing_that_is_read(broken: Path) -> None:
    whole, told = broken.read_bytes(), 0
    with ZipFile(broken) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        broken.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            read_whole(broken)
        except BrokenBackup:
            told += 1
            continue
        # A moment or a version in the head of an entry, of which nothing is made.
        with ZipFile(broken) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == held
    assert told >= 50


def _other_part(held: dict[str, bytes]) -> None:
    held[SQLITE] = held[SQLITE][:-1] + bytes([held[SQLITE][-1] ^ 1])


def _one_more(held: dict[str, bytes]) -> None:
    held["more"] = b""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_other_part, "its digest is another"),
        (_one_more, "other files than its manifest names"),
        (lambda held: held.pop(MANIFEST), "no manifest"),
        (lambda held: held.update({MANIFEST: b"{"}), "changed or cut off"),
        (lambda held: held.update({MANIFEST: b"[" * 100_000}), "changed or cut off"),
        (lambda held: held.update({MANIFEST: b"[]"}), "no backup"),
        (manifest(kind="zip"), "no backup"),
        (manifest(format=2), "another form"),
        (manifest(more=1), "more or less"),
        (manifest(rows=None), "cannot be read"),
        (manifest(parts=[{"name": SQLITE}]), "cannot be read"),
    ],
)
def test_what_is_no_backup_of_ours_is_refused(
    broken: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    rewrite(broken, change)
    with pytest.raises(BrokenBackup, match=said):
        read_whole(broken)


def test_a_broken_part_is_told_before_a_place_is_touched(broken: Path, tools: Tools) -> None:
    class Untouched(Place):
        def taking_in(self, content: object, mark: str) -> NoReturn:
            raise AssertionError("it was touched")

    rewrite(broken, _other_part)
    with closing(Archive(broken)) as archive, pytest.raises(BrokenBackup, match="its digest is another"):
        restore(archive, Untouched(), tools, SYSTEM, Choices(), lambda _: None)


def test_a_manifest_that_fits_its_parts_is_still_not_ours_without_the_secret(broken: Path) -> None:
    rewrite(broken, manifest(taken_at="2026-01-01T00:00:00.000000Z"))
    with closing(Archive(broken)) as archive:
        archive.check()
        assert not archive.is_ours(KEY)


def test_after_a_change_of_the_secret_the_old_one_is_still_known(broken: Path) -> None:
    with closing(Archive(broken)) as archive:
        assert archive.is_ours(BackupKey.of("another secret", SECRET))
        assert not archive.is_ours(BackupKey.of("another secret"))


def test_what_does_not_fit_is_refused_before_anything_is_touched(sample: Path, tmp_path: Path) -> None:
    class Full(Place):
        def free_bytes(self) -> int:
            return 1

    with closing(Archive(sample)) as archive:
        stated, url = archive.stated, f"sqlite:///{tmp_path / 'new.db'}"
    with pytest.raises(BrokenBackup, match="of sqlite, and DATABASE_URL is of postgresql"):
        check_fits(stated, place_of(url), "postgresql://127.0.0.1/amana")
    newer = replace(stated, schema=f"{int(schema.head()) + 1:03}")
    with pytest.raises(BrokenBackup, match="newer"):
        check_fits(newer, place_of(url), url)
    with pytest.raises(CopyFailed, match="1 bytes left"):
        check_fits(stated, Full(), url)
    with pytest.raises(CopyFailed, match="in memory"):
        place_of("sqlite://")
    # Whatever the file at that address is, it is not written over.
    (tmp_path / "new.db").write_text("a letter")
    assert not place_of(url).is_empty()


def test_tips_that_prove_what_was_lost_are_set_aside_and_the_others_stay(sample: Path, tmp_path: Path) -> None:
    with closing(Archive(sample)) as archive:
        stated = archive.stated
    folder = tmp_path / "tips"
    folder.mkdir()
    kept_tip = read_tip(canonical(stated.tip or {}).decode())
    later = Tip(kept_tip.number + 7, "0" * 64, kept_tip.made_at, "k", "a", "s", "x")
    next_day = replace(later, made_at=(datetime.fromisoformat(kept_tip.made_at) + timedelta(days=1)).isoformat())
    for tip in (kept_tip, later, next_day):
        keep_tip(folder, tip)
    assert set_tips_aside(folder, stated, "mark") == 2
    assert read_tips(folder)[0] == [kept_tip]
    assert read_tips(folder / "before-restore-mark")[0] == [later, next_day]
    assert set_tips_aside(folder, stated, "mark") == 0
