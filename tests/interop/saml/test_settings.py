"""What an operator names, and what stands in the file: every fault is one line that says which setting."""

from dataclasses import replace
from pathlib import Path

import pytest

from quiz.factory import create_app
from quiz.interop.saml.metadata import read_provider, read_providers
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings
from quiz.settings.providers import SamlProvider
from tests.interop.saml.fake import metadata, pair

KEY = "a key for tests only, long enough: 0123456789"
ENTITY, ADDRESS = "https://adfs.example/saml", "https://adfs.example/sso"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "adfs.xml"
    path.write_text(metadata(ENTITY, ADDRESS, "first", "second"))
    return path


@pytest.fixture
def good(file: Path) -> dict[str, str]:
    return {
        "SECRET_KEY": KEY,
        "BASE_URL": "https://training.example",
        "SAML_PROVIDERS": "adfs",
        "SAML_ADFS_METADATA_FILE": str(file),
        "SAML_ADFS_NAME_AR": "جهة",
        "SAML_ADFS_NAME_EN": "A body",
    }


def test_a_provider_is_read_of_its_settings_and_its_file(good: dict[str, str]) -> None:
    email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
    more = {
        "SAML_ADFS_MATCH": f"hr_number:employeeID, email:{email}",
        "SAML_ADFS_NAME_ID": "emailAddress",
        "SAML_ADFS_CONTEXT": "urn:one urn:two",
        "SAML_ADFS_STRONG_CONTEXT": "urn:two",
        "PASSWORD_SIGN_IN": "0",
    }
    settings = Settings.from_environ({**good, **more})
    (provider,) = settings.saml_providers
    assert provider.match == (("hr_number", "employeeID"), ("email", email))
    assert (provider.name_id, provider.strong_acr) == ("emailAddress", ("urn:two",))
    assert settings.provider("adfs") is provider
    idp = read_provider(provider)
    assert (idp.entity_id, idp.sign_on_address) == (ENTITY, ADDRESS)
    assert list(idp.certificates) == [pair("first").certificate, pair("second").certificate]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SAML_PROVIDERS": "Adfs"}, "SAML_PROVIDERS"),
        ({"SAML_PROVIDERS": "adfs,adfs"}, "SAML_PROVIDERS"),
        ({"SAML_PROVIDERS": "entra"}, "SAML_ADFS_METADATA_FILE"),
        ({"SAML_ADFS_METADATA": "x"}, "SAML_ADFS_METADATA is no setting"),
        ({"SAML_ADFS_METADATA_FILE": ""}, "SAML_ADFS_METADATA_FILE is missing"),
        ({"SAML_ADFS_METADATA_FILE": "/nowhere"}, "SAML_ADFS_METADATA_FILE must be"),
        ({"SAML_ADFS_NAME_AR": " "}, "SAML_ADFS_NAME_AR"),
        ({"SAML_ADFS_NAME_EN": None}, "SAML_ADFS_NAME_EN"),
        ({"SAML_ADFS_NAME_ID": "transient"}, "SAML_ADFS_NAME_ID"),
        ({"SAML_ADFS_MATCH": "email"}, "SAML_ADFS_MATCH"),
        ({"SAML_ADFS_MATCH": "name:displayName"}, "SAML_ADFS_MATCH"),
        ({"PASSWORD_SIGN_IN": "0", "SAML_PROVIDERS": None, "SAML_ADFS_METADATA_FILE": None, "SAML_ADFS_NAME_AR": None,
          "SAML_ADFS_NAME_EN": None}, "OIDC_PROVIDERS or SAML_PROVIDERS"),
        ({"OIDC_PROVIDERS": "adfs", "OIDC_ADFS_ISSUER": "https://id.example", "OIDC_ADFS_CLIENT_ID": "a",
          "OIDC_ADFS_CLIENT_SECRET": "b", "OIDC_ADFS_NAME_AR": "c", "OIDC_ADFS_NAME_EN": "d"}, "SAML_PROVIDERS"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_that_names_the_setting(
    good: dict[str, str], changed: dict[str, str | None], named: str
) -> None:
    environ = {name: value for name, value in {**good, **changed}.items() if value is not None}
    with pytest.raises(Misconfigured, match=named) as fault:
        Settings.from_environ(environ)
    assert "\n" not in str(fault.value)


GOOD = metadata(ENTITY, ADDRESS, "first")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no XML", "no XML in UTF-8"),
        ("", "no XML in UTF-8"),
        (GOOD.encode("utf-16"), "no XML in UTF-8"),
        ("x" * 1_100_000, "too large"),
        (GOOD.replace("<!-- as providers write it -->", "<!DOCTYPE x [<!ENTITY e 'e'>]>"), "document type"),
        (GOOD.replace("EntityDescriptor", "EntitiesDescriptor"), "one EntityDescriptor"),
        (GOOD.replace(f'entityID="{ENTITY}"', ""), "no entityID"),
        (GOOD.replace(ENTITY, f"https://{'x' * 500}"), "no entityID"),
        (GOOD.replace("IDPSSODescriptor", "SPSSODescriptor"), "one IDPSSODescriptor"),
        (GOOD.replace("2.0:protocol", "1.1:protocol"), "one IDPSSODescriptor"),
        (GOOD.replace("HTTP-Redirect", "HTTP-Artifact"), "no https address"),
        (GOOD.replace("https://adfs.example/sso", "http://adfs.example/sso"), "no https address"),
        (GOOD.replace("https://adfs.example/sso", "javascript:alert(1)"), "no https address"),
        (GOOD.replace("https://adfs.example/sso", "https://a@adfs.example/sso"), "no https address"),
        (GOOD.replace("https://adfs.example/sso", "https://[/"), "no https address"),
        (metadata(ENTITY, ADDRESS), "no certificate"),
        (metadata(ENTITY, ADDRESS, "first", use=' use="encryption"'), "no certificate"),
        (
            metadata(ENTITY, ADDRESS, "first").replace("<ds:X509Certificate>M", "<ds:X509Certificate>N"),
            "cannot be read",
        ),
        (metadata(ENTITY, ADDRESS, "first", "short"), "too weak"),
        (metadata(ENTITY, ADDRESS, "p192"), "too weak"),
    ],
    ids=lambda value: str(value)[-30:],
)
def test_a_file_that_cannot_be_used_stops_the_start(file: Path, content: str | bytes, said: str) -> None:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    provider = SamlProvider("adfs", file, "جهة", "A body")
    with pytest.raises(Misconfigured, match=said) as fault:
        create_app(Settings(database_url="sqlite://", secret_key=KEY, saml_providers=(provider,)))
    assert str(fault.value).startswith("SAML_ADFS_METADATA_FILE: ")
    assert "\n" not in str(fault.value)


def test_a_key_without_a_use_signs_as_well(file: Path) -> None:
    file.write_text(metadata(ENTITY, ADDRESS, "first", use=""))
    assert len(read_provider(SamlProvider("adfs", file, "جهة", "A body")).certificates) == 1


def test_one_body_is_named_once(file: Path) -> None:
    provider = SamlProvider("adfs", file, "جهة", "A body")
    for providers, others in (([provider, replace(provider, key="again")], []), ([provider], [ENTITY])):
        with pytest.raises(Misconfigured, match="another provider"):
            read_providers(providers, others)
