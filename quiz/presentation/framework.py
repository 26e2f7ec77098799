"""Flask as this product uses it: what it would make anew for every request is made once."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.templating import Environment
from itsdangerous import URLSafeTimedSerializer


class FrozenGlobals(Environment):
    """Templates that know the globals there are when they are loaded, and none that come later."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template as a plain mapping.

        Jinja would chain two, and compares them key by key at every `import` of a page: a tenth of what one costs.
        """
        return {**self.globals, **(d or {})}


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, by a serializer that is made once for an app and its keys."""

    def __init__(self) -> None:
        self._made: tuple[object, URLSafeTimedSerializer | None] | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie."""
        keys = (app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"] or ()))
        if self._made is None or self._made[0] != keys:
            self._made = (keys, super().get_signing_serializer(app))
        return self._made[1]


class App(Flask):
    """The app of this product."""

    jinja_environment = FrozenGlobals

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make an app as Flask does."""
        super().__init__(*args, **kwargs)
        self.session_interface = Sessions()
