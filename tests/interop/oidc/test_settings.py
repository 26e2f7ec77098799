"""What an operator names: every fault is one line that says which setting, and no secret is ever shown."""

from pathlib import Path

import pytest

from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings

GOOD = {
    "SECRET_KEY": "a key for tests only, long enough: 0123456789",
    "BASE_URL": "https://training.example",
    "OIDC_PROVIDERS": "uaepass, moj",
    **{
        f"OIDC_{key}_{name}": value
        for key, host in (("UAEPASS", "id.uaepass.example"), ("MOJ", "id.moj.example"))
        for name, value in {
            "ISSUER": f"https://{host}/realms/staff",
            "CLIENT_ID": "amana",
            "CLIENT_SECRET": "hidden-from-everybody",
            "NAME_AR": "جهة",
            "NAME_EN": "A body",
        }.items()
    },
}


def test_two_providers_are_read_in_their_order_and_show_no_secret() -> None:
    settings = Settings.from_environ(
        {
            **GOOD,
            "OIDC_MOJ_MATCH": "hr_number:employee_id, email",
            "OIDC_MOJ_ACR": "low high",
            "OIDC_MOJ_STRONG_ACR": "high",
            "OIDC_MOJ_MAX_AGE": "3600",
            "OIDC_MOJ_LOGOUT": "1",
            "OIDC_MOJ_SCOPES": "openid profile",
            "PASSWORD_SIGN_IN": "0",
        }
    )
    assert [one.key for one in settings.providers] == ["uaepass", "moj"]
    moj = settings.providers[1]
    assert moj.match == (("hr_number", "employee_id"), ("email", "email"))
    assert (moj.acr, moj.strong_acr, moj.max_age) == (("low", "high"), ("high",), 3600)
    assert (moj.scopes, moj.offers_sign_out, moj.is_internal) == (("openid", "profile"), True, False)
    assert settings.providers[0].scopes == ("openid", "email")
    assert not settings.password_sign_in
    assert "hidden" not in repr(settings)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("from-a-file\n")
    environ = {**GOOD, "OIDC_MOJ_CLIENT_SECRET": "", "OIDC_MOJ_CLIENT_SECRET_FILE": str(path)}
    assert Settings.from_environ(environ).providers[1].client_secret == "from-a-file"
    path.write_text(" ")
    with pytest.raises(Misconfigured, match="OIDC_MOJ_CLIENT_SECRET_FILE holds nothing"):
        Settings.from_environ(environ)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"OIDC_PROVIDERS": "Moj"}, "OIDC_PROVIDERS"),
        ({"OIDC_PROVIDERS": "moj,moj", "OIDC_UAEPASS_ISSUER": None}, "OIDC_"),
        ({"OIDC_PROVIDERS": "moj"}, "OIDC_UAEPASS_"),
        ({"OIDC_MOJ_SCOPE": "openid"}, "OIDC_MOJ_SCOPE"),
        ({"OIDC_MOJ_ISSUER": ""}, "OIDC_MOJ_ISSUER"),
        ({"OIDC_MOJ_ISSUER": "http://id.moj.example"}, "OIDC_MOJ_ISSUER"),
        ({"OIDC_MOJ_ISSUER": "https://id.moj.example/?a=b"}, "OIDC_MOJ_ISSUER"),
        ({"OIDC_MOJ_ISSUER": "https://id.moj.example/#a"}, "OIDC_MOJ_ISSUER"),
        ({"OIDC_MOJ_ISSUER": "https://a@id.moj.example/"}, "OIDC_MOJ_ISSUER"),
        ({"OIDC_MOJ_ISSUER": "id.moj.example"}, "OIDC_MOJ_ISSUER"),
        ({"OIDC_MOJ_ISSUER": GOOD["OIDC_UAEPASS_ISSUER"]}, "issuers"),
        ({"OIDC_MOJ_CLIENT_ID": ""}, "OIDC_MOJ_CLIENT_ID"),
        ({"OIDC_MOJ_CLIENT_SECRET": ""}, "OIDC_MOJ_CLIENT_SECRET"),
        ({"OIDC_MOJ_CLIENT_SECRET_FILE": "/nowhere"}, "OIDC_MOJ_CLIENT_SECRET_FILE"),
        ({"OIDC_MOJ_CLIENT_SECRET_FILE": __file__}, "not both"),
        ({"OIDC_MOJ_NAME_AR": " "}, "OIDC_MOJ_NAME_AR"),
        ({"OIDC_MOJ_SCOPES": "email"}, "openid"),
        ({"OIDC_MOJ_MATCH": "name:name"}, "OIDC_MOJ_MATCH"),
        ({"OIDC_MOJ_MATCH": "hr_number"}, "OIDC_MOJ_MATCH"),
        ({"OIDC_MOJ_MATCH": "email:mail"}, "OIDC_MOJ_MATCH"),
        ({"OIDC_MOJ_MAX_AGE": "an hour"}, "OIDC_MOJ_MAX_AGE"),
        ({"OIDC_MOJ_LOGOUT": "yes"}, "OIDC_MOJ_LOGOUT"),
        ({"OIDC_MOJ_INTERNAL": "true"}, "OIDC_MOJ_INTERNAL"),
        ({"PASSWORD_SIGN_IN": "no"}, "PASSWORD_SIGN_IN"),
    ],
)
def test_a_fault_is_one_line_that_names_the_setting(changed: dict[str, str | None], named: str) -> None:
    environ = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    with pytest.raises(Misconfigured, match=named) as fault:
        Settings.from_environ(environ)
    assert "\n" not in str(fault.value)
    assert "hidden" not in str(fault.value)


def test_passwords_are_not_closed_where_nothing_else_opens() -> None:
    with pytest.raises(Misconfigured, match="PASSWORD_SIGN_IN"):
        Settings.from_environ({"SECRET_KEY": GOOD["SECRET_KEY"], "PASSWORD_SIGN_IN": "0"})
