"""Which answers are believed, below the web: a list of those that are, and one of forgeries with what refuses each."""

from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest

from quiz.interop.saml.metadata import IdentityProvider, read_provider
from quiz.interop.saml.reading import MOST_LETTERS, read_message
from quiz.interop.saml.responses import Here, Said, answered_request, check_response
from quiz.services.provider_faults import WEAK, Fault
from tests.fixtures.settings import NOW, Clock
from tests.interop.saml.fake import FakeIdp, pair
from tests.interop.saml.forged_signatures import SIGNATURES, WRAPPINGS, XML
from tests.interop.saml.forged_words import WORDS
from tests.interop.saml.forging import STATE, Forgery


@pytest.fixture
def fake() -> FakeIdp:
    return FakeIdp("adfs", Clock(), attributes={"employee": ("T-1",)})


@pytest.fixture
def idp(fake: FakeIdp, tmp_path: Path) -> IdentityProvider:
    return read_provider(fake.provider(tmp_path))


def believed(fake: FakeIdp, idp: IdentityProvider, message: str | None = None) -> Said:
    root = read_message(fake.response(STATE) if message is None else message)
    return check_response(idp, Here(fake.here, fake.acs), root, answered_request(root), fake.clock.now)


def test_what_a_provider_says_in_good_order_is_believed(fake: FakeIdp, idp: IdentityProvider) -> None:
    said = believed(fake, idp)
    assert (said.vouched.issuer, said.vouched.subject) == (fake.entity, "subject-1")
    assert (said.vouched.found_by, said.vouched.sid) == (("hr_number", "T-1"), "session-1")
    assert (said.assertion_id, said.signed_in_at) == ("_assertion-1", NOW)
    assert said.holds_until == NOW + timedelta(minutes=6)


@pytest.mark.parametrize(
    ("keys", "algorithm", "digest"),
    [
        ("first", "rsa-sha256", "sha256"),
        ("first", "rsa-sha512", "sha512"),
        ("first", "sha256-rsa-MGF1", "sha256"),
        ("ec", "ecdsa-sha256", "sha384"),
        ("p521", "ecdsa-sha512", "sha512"),
    ],
)
def test_every_way_of_signing_that_is_taken_is(
    fake: FakeIdp, tmp_path: Path, keys: str, algorithm: str, digest: str
) -> None:
    fake.signer, fake.how = pair(keys), {"algorithm": algorithm, "digest": digest}
    fake.signs = "both"
    assert believed(fake, read_provider(fake.provider(tmp_path, keys))).vouched.subject == "subject-1"


def test_a_provider_that_changes_its_key_is_believed_by_either(fake: FakeIdp, tmp_path: Path) -> None:
    idp = read_provider(fake.provider(tmp_path, "over", "first", "second"))
    for name in ("first", "second"):
        fake.signer = pair(name)
        believed(fake, idp)


def test_lines_of_base64_may_be_broken_and_the_encoding_named(fake: FakeIdp, idp: IdentityProvider) -> None:
    text = f'<?xml version="1.0" encoding="utf-8" standalone="no"?>\n{fake.message(STATE)}\n'
    sent = b64encode(text.encode()).decode()
    believed(fake, idp, "\r\n".join(sent[start : start + 76] for start in range(0, len(sent), 76)))


def test_a_name_in_arabic_is_read_whole(fake: FakeIdp, idp: IdentityProvider) -> None:
    fake.values["subject"] = "سلمى &lt;فؤاد&gt; &amp; ١"
    assert believed(fake, idp).vouched.subject == "سلمى <فؤاد> & ١"


def test_of_several_values_none_is_chosen(fake: FakeIdp, idp: IdentityProvider) -> None:
    fake.attributes = {"employee": ("T-1", "T-2"), "email": ("hire@amana.example",)}
    assert believed(fake, idp).vouched.found_by == ("email", "hire@amana.example")


@pytest.mark.parametrize("forgery", [*SIGNATURES, *WRAPPINGS, *XML, *WORDS], ids=lambda one: one.name)
def test_a_forgery_is_refused_by_what_is_wrong_with_it(fake: FakeIdp, idp: IdentityProvider, forgery: Forgery) -> None:
    fake.values |= forgery.values
    fake.before, fake.after, fake.signs = forgery.before, forgery.after, forgery.signs
    fake.signer, fake.how = pair(forgery.signer), forgery.how
    with pytest.raises(Fault) as fault:
        believed(fake, idp)
    assert forgery.detail in fault.value.detail
    assert fault.value.why == forgery.why


def test_a_message_that_is_no_text_is_refused(fake: FakeIdp, idp: IdentityProvider) -> None:
    good = fake.response(STATE)
    for sent, detail in (
        ("", "there is no message"),
        ("A" * (MOST_LETTERS + 1), "too large"),
        (f"{good[:-4]}*{good[-4:]}", "not base64"),
        (f"{good} ", "not base64"),
        (good[:-1], "not base64"),
        (good.replace("A", "-", 1), "not base64"),
        ("PHg-\x00", "not base64"),
        ("المرسل", "not base64"),
        (b64encode("<x>\xff</x>".encode("latin-1")).decode(), "not UTF-8"),
        (b64encode("<x/>".encode("utf-16")).decode(), "not UTF-8"),
    ):
        with pytest.raises(Fault, match=detail):
            believed(fake, idp, sent)


@pytest.mark.parametrize(("context", "is_strong"), [("urn:low", False), ("urn:high", True)])
def test_strength_is_what_the_operator_named(fake: FakeIdp, tmp_path: Path, context: str, is_strong: bool) -> None:
    idp = read_provider(fake.provider(tmp_path, context=("urn:low", "urn:high"), strong_context=("urn:high",)))
    fake.values["context"] = context
    assert believed(fake, idp).vouched.is_strong is is_strong
    fake.values["context"] = "urn:other"
    with pytest.raises(Fault, match="in another way") as fault:
        believed(fake, idp)
    assert fault.value.why == WEAK


def test_a_certificate_that_is_over_by_the_clock_of_this_service_signs_nothing(fake: FakeIdp, tmp_path: Path) -> None:
    fake.signer, idp = pair("over"), read_provider(fake.provider(tmp_path, "over"))
    with pytest.raises(Fault, match="certificate of the provider is over"):
        believed(fake, idp)
    fake.clock.forward(days=-2)
    believed(fake, idp)
