"""What every answer carries, whatever it is: headers that close doors, cookies that scripts cannot read."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import request
from werkzeug.test import TestResponse

from quiz.db.connection import Database
from quiz.factory import create_app
from quiz.presentation.security import POLICY
from quiz.services.tools import Tools
from quiz.settings.operator import Settings
from tests.fixtures.people import PASSWORD, Someone
from tests.pages import HERE, RoleClient
from tests.web.world import NOBODY, OWNER, World

Open = Callable[..., RoleClient]
# Written out once more: what is left out there by mistake would be left out of every answer.
EXPECTED = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
}


def answers(world: World) -> list[TestResponse]:
    """One answer of every sort: pages, redirects, files, papers, faults."""
    nobody, owner = world.clients[NOBODY], world.clients[OWNER]
    token = owner.token()
    found = [
        nobody.client.get("/sign-in", base_url=HERE),
        nobody.client.get("/learn/", base_url=HERE),
        nobody.client.get("/no/such/page", base_url=HERE),
        nobody.client.get("/sign-in", base_url="http://evil.example"),
        nobody.client.get(f"/verify/{world.code}", base_url=HERE),
        nobody.client.get("/favicon.ico", base_url=HERE),
        nobody.client.get("/assets/0/app.css", base_url=HERE),
        nobody.client.get("/assets/0/js/main.js", base_url=HERE),
        nobody.client.get("/healthz", base_url=HERE),
        nobody.client.post("/sign-in", data={"email": "x" * 300_000}, base_url=HERE),
        nobody.client.post("/sign-in", data={}, base_url=HERE),
        owner.client.get("/learn/", base_url=HERE),
        owner.client.get(f"/learn/attempts/{world.under_way}/1", base_url=HERE),
        owner.client.post(f"/learn/attempts/{world.under_way}/1", data={"csrf_token": token}, base_url=HERE),
        owner.client.get(f"/learn/records/{world.record}.pdf", base_url=HERE),
        owner.client.post("/language", data={"csrf_token": token, "language": "ar"}, base_url=HERE),
    ]
    for response in found:
        response.close()
    return found


def test_every_answer_carries_the_headers(world: World) -> None:
    for response in answers(world):
        told = f"{response.request.method} {response.request.path}: {response.status_code}"
        for name, value in EXPECTED.items():
            assert response.headers.get(name) == value, f"{told}: {name}"
        assert response.headers["Cache-Control"], told


def test_what_is_about_somebody_is_kept_by_no_cache(world: World) -> None:
    for response in answers(world):
        is_file = response.request.path.startswith(("/assets/", "/favicon"))
        assert ("immutable" in response.headers["Cache-Control"]) == is_file
        assert ("no-store" in response.headers["Cache-Control"]) == (not is_file)


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert (rules["require-trusted-types-for"], rules["trusted-types"]) == ("'script'", "pieces")
    assert rules["script-src"] == rules["style-src"] == rules["font-src"] == rules["form-action"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["object-src"] == "'none'"
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "*" not in POLICY


def test_no_script_reads_a_cookie_and_no_other_site_sends_one(world: World) -> None:
    seen = [*world.clients[OWNER].seen, *answers(world)]
    cookies = [cookie for response in seen for cookie in response.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} == {"amana", "amana-form", "amana-step", "language"}
    for cookie in cookies:
        assert "HttpOnly" in cookie, cookie
        assert "SameSite=Lax" in cookie, cookie
        assert "Path=/" in cookie, cookie
        assert "Domain" not in cookie, cookie


def test_over_https_cookies_are_secure_and_bound_to_the_host(
    settings: Settings, database: Database, tools: Tools, hire: Someone
) -> None:
    secure = replace(settings, base_url="https://amana.example", trusted_hosts=("amana.example",), demo=False)
    client = create_app(secure, database, tools).test_client()
    base = "https://amana.example"
    page = client.get("/sign-in", base_url=base)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    # Behind a proxy that does not say so the address is https all the same.
    plain = client.get("/assets/0/app.css", base_url="http://amana.example")
    assert plain.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    token = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "email": hire.email, "password": PASSWORD}
    assert client.post("/sign-in", data=sent, base_url=base).status_code == 400  # no referrer: not from our page
    signed_in = client.post("/sign-in", data=sent, base_url=base, headers={"Referer": f"{base}/sign-in"})
    assert signed_in.status_code == 303
    names = set()
    for response in (page, signed_in):
        for cookie in response.headers.getlist("Set-Cookie"):
            names.add(cookie.partition("=")[0])
            assert "Secure" in cookie, cookie
            assert "HttpOnly" in cookie, cookie
    assert {"__Host-amana", "__Host-amana-form"} <= names
    assert client.get("/learn/", base_url=base).status_code == 200


def test_plain_http_promises_nothing_about_https(browser: Open) -> None:
    assert "Strict-Transport-Security" not in browser().get("/privacy").response.headers


@pytest.mark.parametrize("path", ["../quiz/factory.py", "css/../../pyproject.toml", "%2e%2e/pyproject.toml", "main.py"])
def test_nothing_but_our_own_files_is_served(visitor: RoleClient, path: str) -> None:
    assert visitor.client.get(f"/assets/0/{path}", base_url=HERE).status_code == 404


def test_what_is_text_says_in_which_signs_it_is_written(world: World) -> None:
    for response in answers(world):
        told = f"{response.request.path}: {response.headers.get('Content-Type')}"
        assert response.mimetype, told
        if response.mimetype.startswith("text/") or response.mimetype.endswith("xml"):
            assert response.mimetype_params.get("charset") == "utf-8", told


@pytest.mark.parametrize("path", ["/", "/sign-in", "/healthz", "/assets/0/app.css", "/no/such/page"])
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "DEBUG"])
def test_no_answer_repeats_what_was_asked(visitor: RoleClient, method: str, path: str) -> None:
    response = visitor.client.open(path, method=method, base_url=HERE, headers={"X-Secret": "told back"})
    assert response.status_code in {404, 405}
    assert "told back" not in response.get_data(as_text=True)


def test_signing_out_clears_what_the_browser_kept(signed_in: Open) -> None:
    client = signed_in()
    gone = client.client.post("/sign-out", data={"csrf_token": client.token()}, base_url=HERE)
    assert gone.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.client.get("/sign-in", base_url=HERE).headers


def test_the_debugger_of_the_framework_is_never_on(
    settings: Settings, database: Database, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert create_app(settings, database, tools).debug is False


def test_a_header_of_a_proxy_counts_only_where_the_operator_has_one(
    settings: Settings, database: Database, tools: Tools
) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    for proxies, expected in ((0, "127.0.0.1"), (1, "203.0.113.9")):
        app = create_app(replace(settings, trusted_proxies=proxies, demo=False), database, tools)
        seen: list[tuple[str | None, str]] = []
        app.before_request_funcs.setdefault(None, []).insert(
            0, lambda at=seen: at.append((request.remote_addr, request.host))
        )
        app.test_client().get("/sign-in", base_url=HERE, headers=forged)
        assert seen == [(expected, "127.0.0.1")]
