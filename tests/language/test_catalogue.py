import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from quiz.language import catalogue


@pytest.fixture
def translations(tmp_path, monkeypatch):
    """A folder of translations of its own, and a cache that forgets it afterwards."""
    monkeypatch.setattr(catalogue, "folder", lambda name: tmp_path / name)
    catalogue.catalogue.cache_clear()
    yield tmp_path / "translations"
    catalogue.catalogue.cache_clear()


def test_without_a_compiled_catalogue_the_msgid_stands(translations):
    assert catalogue.catalogue("ar").gettext("Completion record") == "Completion record"


def test_a_compiled_catalogue_is_read(translations):

    words = Catalog("ar")
    words.add("Completion record", "شهادة إتمام")
    path = translations / "ar" / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as stream:
        write_mo(stream, words)
    assert catalogue.catalogue("ar").gettext("Completion record") == "شهادة إتمام"
    assert catalogue.catalogue("en").gettext("Completion record") == "Completion record"


def test_only_our_languages_have_catalogues():
    with pytest.raises(ValueError, match="fr"):
        catalogue.catalogue("fr")


def test_the_folder_is_the_shipped_one():
    assert catalogue.translations_folder().name == "translations"
