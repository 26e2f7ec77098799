"""Sealing: it opens with the same secret for the same owner, and in no other way."""

import base64
import os

import pytest

from quiz.services.vault import Unopenable, Vault

VAULT = Vault.of("a key for tests only, long enough: 0123456789")


def test_what_is_sealed_opens_for_its_owner_and_is_not_to_be_read() -> None:
    sealed = VAULT.seal(b"a secret of an app", "mona", os.urandom)
    assert VAULT.open(sealed, "mona") == b"a secret of an app"
    assert b"secret" not in base64.b64decode(sealed)
    assert sealed != VAULT.seal(b"a secret of an app", "mona", os.urandom)


def test_it_opens_neither_for_another_nor_with_another_secret_nor_changed() -> None:
    sealed = VAULT.seal(b"a secret of an app", "mona", os.urandom)
    changed = bytearray(base64.b64decode(sealed))
    changed[-1] ^= 1
    with pytest.raises(Unopenable):
        VAULT.open(sealed, "karim")
    with pytest.raises(Unopenable):
        Vault.of("another key for tests only: 0123456789abcdef").open(sealed, "mona")
    with pytest.raises(Unopenable):
        VAULT.open(base64.b64encode(changed).decode(), "mona")


def test_what_was_sealed_under_an_old_secret_opens_and_goes_over_to_the_new_one() -> None:
    sealed = VAULT.seal(b"a secret of an app", "mona", os.urandom)
    new = "another key for tests only: 0123456789abcdef"
    both = Vault.of(new, "a key for tests only, long enough: 0123456789")
    assert both.open(sealed, "mona") == b"a secret of an app"
    anew = both.seal_anew(sealed, "mona", os.urandom)
    assert Vault.of(new).open(anew, "mona") == b"a secret of an app"
    assert both.seal_anew(anew, "mona", os.urandom) == anew
    with pytest.raises(Unopenable):
        both.open(sealed, "karim")
    with pytest.raises(Unopenable):
        VAULT.open(anew, "mona")


def test_the_key_is_not_shown() -> None:
    assert repr(VAULT) == "Vault()"
