"""Connected systems: a token is shown once and opens views for systems, which no browser opens and no cookie."""

from collections.abc import Callable, Iterator

import pytest
from flask import Blueprint, Flask, Response

from quiz.access.actor import Role, Scope
from quiz.presentation import connected, guard
from quiz.presentation.connected import answer_faults, as_json, json_body
from quiz.presentation.forms import csrf
from quiz.presentation.guard import for_systems
from quiz.presentation.work import actor
from quiz.services.connecting import PREFIX
from quiz.services.errors import Duplicate, NotFound, QuizError, Refused, Stale
from tests.pages import HERE, RoleClient
from tests.web.world import World

Open = Callable[..., RoleClient]
NEW = {"name": "نظام الموارد البشرية", "scopes": ["people:read", "records:read"], "days": "90"}
FAULTS: dict[str, Exception] = {
    "missing": NotFound("person"),
    "taken": Duplicate("taken", field="email"),
    "stale": Stale("changed"),
    "refused": Refused("bad-email", field="email"),
    "broken": RuntimeError("a defect"),
}


@pytest.fixture
def admin(signed_in: Open) -> RoleClient:
    return signed_in(Role.ADMIN)


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An app that takes a blueprint of the test."""
    return own_app


@pytest.fixture
def system(app: Flask) -> Iterator[Flask]:
    """The app with two addresses for systems."""
    app._got_first_request = False
    blueprint = Blueprint("machine", __name__, url_prefix="/machine")

    @blueprint.route("/people", methods=["GET", "POST"])
    @for_systems(Scope.PEOPLE_READ)
    def people() -> Response:
        return as_json({"who": actor().name, "sent": json_body() if _is_post() else None})

    @blueprint.get("/fault/<kind>")
    @for_systems(Scope.PEOPLE_READ)
    def fault(kind: str) -> Response:
        raise FAULTS[kind]

    def tell(status: int, code: str, words: str, error: QuizError | None) -> Response:
        return as_json({"code": error.code if error else code, "words": words}, status)

    answer_faults(blueprint, tell)
    app.register_blueprint(blueprint)
    exempt = set(csrf._exempt_views)
    guard.excuse(app)
    guard.check_views(app)
    yield app
    csrf._exempt_views.clear()
    csrf._exempt_views.update(exempt)


def _is_post() -> bool:
    from flask import request

    return request.method == "POST"


def connect(admin: RoleClient, **changed: object) -> str:
    page = admin.submit(admin.get("/admin/connections"), "/admin/connections$", {**NEW, **changed}, 200)
    assert "good" in page.tones
    return str(page.soup.select_one("#ready bdi").text).strip()


def ask(app: Flask, token: str, path: str = "/machine/people", **how: object) -> tuple[int, dict[str, object]]:
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = client.open(path, base_url=HERE, headers=headers, **how)  # type: ignore[arg-type]
    return response.status_code, response.get_json()


def test_a_token_is_shown_once_and_opens_what_it_may(admin: RoleClient, system: Flask) -> None:
    token = connect(admin)
    assert token.startswith(PREFIX)
    assert token not in admin.get("/admin/connections").response.text
    assert "لم يُستعمل بعد" in admin.get("/admin/connections").main
    status, said = ask(system, token)
    assert status == 200
    assert "لم يُستعمل بعد" not in admin.get("/admin/connections").main
    assert str(said["who"]).startswith("connection:")
    assert ask(system, token, method="POST", json={"name": "منى\x00"})[1]["sent"] == {"name": "منى"}


def test_without_a_token_or_with_a_cookie_alone_nothing_opens(admin: RoleClient, system: Flask) -> None:
    assert ask(system, "")[0] == 401
    assert ask(system, PREFIX + "0" * 64)[0] == 401
    by_browser = admin.client.get("/machine/people", base_url=HERE)
    assert by_browser.status_code == 401
    assert by_browser.headers["WWW-Authenticate"].startswith("Bearer")
    assert by_browser.mimetype == "application/json"


def test_who_guesses_tokens_or_runs_wild_is_held_back(
    admin: RoleClient, system: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = connect(admin)
    monkeypatch.setitem(system.config, "RATELIMIT_ENABLED", True)
    monkeypatch.setattr(connected, "MOST_WRONG", "3 per minute")
    monkeypatch.setattr(connected, "MOST_ASKED", "4 per minute")
    assert [ask(system, PREFIX + "0" * 64)[0] for _ in range(4)] == [401, 401, 401, 429]
    # Whoever has a token is not held back by those who guess from the same address.
    assert [ask(system, token)[0] for _ in range(5)] == [200, 200, 200, 200, 429]


def test_a_token_opens_no_page_of_people(admin: RoleClient, app: Flask) -> None:
    token = connect(admin)
    response = app.test_client().get("/admin/people", base_url=HERE, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 303


def test_another_scope_does_not_open_it(admin: RoleClient, system: Flask) -> None:
    assert ask(system, connect(admin, scopes=["records:read"]))[0] == 403


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("missing", 404, "person"),
        ("taken", 409, "taken"),
        ("stale", 412, "changed"),
        ("refused", 422, "bad-email"),
        ("broken", 500, "failed"),
    ],
)
def test_errors_are_told_so_that_programs_read_them(
    admin: RoleClient, system: Flask, kind: str, status: int, code: str
) -> None:
    found, said = ask(system, connect(admin), f"/machine/fault/{kind}")
    assert (found, said["code"]) == (status, code)
    assert "defect" not in str(said)


def test_what_is_no_json_is_told(admin: RoleClient, system: Flask) -> None:
    assert ask(system, connect(admin), method="POST", data="{")[0] == 400


def test_a_changed_and_an_ended_connection(admin: RoleClient, system: Flask, world: World) -> None:
    first = connect(admin)
    page = admin.get("/admin/connections")
    renewed = admin.submit(page, "/connections/", {f"renew-{_first(page)}-days": "30"}, 200)
    second = str(renewed.soup.select_one("#ready bdi").text).strip()
    assert ask(system, first)[0] == ask(system, second)[0] == 200
    page = admin.get("/admin/connections")
    assert admin.submit(page, "/connections/", {}, 422, place=1).soup.select(".field__fault")
    away = admin.submit(page, "/connections/", {f"end-{_first(page)}-sure": "y"}, place=1)
    assert "good" in admin.get(away.location).tones
    assert ask(system, first)[0] == ask(system, second)[0] == 401


def _first(page: object) -> str:
    return str(page.forms("/connections/")[0]["action"]).rpartition("/")[2]  # type: ignore[attr-defined]


def test_bad_input_stays_on_the_page(admin: RoleClient) -> None:
    page = admin.get("/admin/connections")
    refused = admin.submit(page, "/admin/connections$", {"name": "", "days": "9999", "scopes": ["all"]}, 422)
    assert len(refused.soup.select(".field__fault")) == 3
    admin.submit(page, "/admin/connections$", {"name": "x" * 101, "days": "30", "scopes": ["people:read"]}, 422)
