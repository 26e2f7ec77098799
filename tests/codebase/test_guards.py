"""Closed by default: a view that does not say for whom it is stops the app; exemptions are listed here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from quiz.access.actor import Role
from quiz.factory import create_app
from quiz.presentation import guard
from quiz.presentation.forms import csrf
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings

ROOT = Path(__file__).resolve().parents[2]
BARE = {"api.openapi", "assets.favicon", "assets.file", "public.healthz", "public.metrics", "public.readyz"}
FOR_EVERYBODY = {
    "account.ask_entry",
    "account.begin_passkey",
    "account.entry",
    "account.entry_code",
    "account.forgot",
    "account.link",
    "account.second",
    "account.set_language",
    "account.sign_in",
    "account.sign_out",
    "oidc.begin",
    "oidc.callback",
    "oidc.end_by_provider",
    "oidc.offer_sign_out",
    "oidc.signed_out",
    "oidc.stopped",
    "public.accessibility",
    "public.components",
    "public.disclaimer",
    "public.identifier",
    "public.key_set",
    "public.privacy",
    "public.profile",
    "public.status",
    "public.shared",
    "public.check_file",
    "public.file_form",
    "public.signing_keys",
    "public.verify",
    "public.verify_form",
    "saml.begin",
    "saml.come_back",
    "saml.metadata",
    "saml.receive",
    "saml.stopped",
}
ROGUE = """
from quiz.factory import create_app
from quiz.web.public.views import blueprint
blueprint.add_url_rule("/rogue", "rogue", lambda: "open to all")
create_app()
"""


@pytest.fixture(scope="module")
def built() -> Flask:
    return create_app(Settings(database_url="sqlite://", secret_key="a key for tests only, 0123456789abcdef"))


def test_a_view_that_is_silent_about_its_readers_stops_the_app() -> None:
    environment = {**os.environ, "DATABASE_URL": "sqlite://", "SECRET_KEY": "a key for tests only, 0123456789abcdef"}
    done = subprocess.run(
        [sys.executable, "-c", ROGUE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "UnguardedView" in done.stderr
    assert "public.rogue" in done.stderr


def test_what_is_open_to_the_world_is_listed_here(built: Flask) -> None:
    opened = {name: getattr(view, "for_roles", None) for name, view in built.view_functions.items()}
    assert {name for name, roles in opened.items() if roles == "bare"} == BARE
    assert {name for name, roles in opened.items() if roles == "everybody"} == FOR_EVERYBODY
    for name, roles in opened.items():
        if roles == "systems":
            assert built.view_functions[name].for_scopes, name
        elif name not in BARE | FOR_EVERYBODY:
            assert isinstance(roles, frozenset), name
            assert roles, name
            assert roles <= set(Role), name


def test_only_machines_are_excused_from_the_token_against_forgery(built: Flask) -> None:
    for_systems = {name for name, view in built.view_functions.items() if view.for_roles == "systems"}
    # A provider says that somebody signed out there: it has no cookie of ours, and its token is signed. A page of a
    # provider sends its answer, without our cookies: what holds is verified, and goes on only with one of them.
    assert {"oidc.end_by_provider", "saml.receive"} == guard.CSRF_EXEMPT
    excused = for_systems | guard.CSRF_EXEMPT
    views = {f"{view.__module__}.{view.__name__}" for name, view in built.view_functions.items() if name in excused}
    assert csrf._exempt_views == views
    assert csrf._exempt_blueprints == set()
    assert built.config["WTF_CSRF_ENABLED"]
    assert built.config["WTF_CSRF_METHODS"] == {"POST", "PUT", "PATCH", "DELETE"}


def test_a_get_is_the_only_method_beside_post(built: Flask) -> None:
    pages, machines = {"GET", "HEAD", "OPTIONS", "POST"}, {"PUT", "PATCH", "DELETE"}
    for rule in built.url_map.iter_rules():
        # No form sends more than these two; other systems have the words of their standards.
        is_for_systems = built.view_functions[rule.endpoint].for_roles == "systems"
        assert (rule.methods or set()) <= (pages | machines if is_for_systems else pages), rule


@pytest.mark.parametrize("secret", ["", "secret", "x" * 64, "short but not that weak", "changeme" * 8])
def test_without_a_good_secret_it_does_not_start(secret: str) -> None:
    with pytest.raises(Misconfigured, match="SECRET_KEY"):
        Settings.from_environ({"SECRET_KEY": secret})


def test_a_demonstration_does_not_start_on_another_address() -> None:
    with pytest.raises(Misconfigured, match="DEMO"):
        Settings.from_environ({"DEMO": "1", "SECRET_KEY": "k" * 40, "BASE_URL": "https://training.example"})


def test_templates_fail_on_a_name_that_is_not_there(built: Flask) -> None:
    assert built.jinja_env.undefined.__name__ == "StrictUndefined"
    assert built.jinja_env.is_async is False
    assert built.select_jinja_autoescape("page.html") is True


@pytest.mark.parametrize(
    "address", ["http://training.example", "http://10.0.0.7:8000", "http://127.0.0.1.evil.example"]
)
def test_beyond_this_machine_it_does_not_start_without_encryption(address: str) -> None:
    with pytest.raises(Misconfigured, match="https"):
        Settings.from_environ({"SECRET_KEY": "k3y-Of_the+tests: 0123456789abcdefghij", "BASE_URL": address})
