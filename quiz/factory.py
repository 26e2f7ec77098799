"""Assembling the app: tools, database, guard, pages; it refuses to start where a view is unguarded."""

import os
from dataclasses import replace

from flask import Flask
from flask_compress import Compress
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from quiz.db.connection import Database, connect
from quiz.interop.api.pages import blueprint as api
from quiz.interop.oidc import views as oidc
from quiz.interop.saml import views as saml
from quiz.interop.scim.views import blueprint as scim
from quiz.jobs.queue import TaskQueue
from quiz.presentation import assets, errors, guard, i18n, observing, providers, rendering, replicas, requests, security
from quiz.presentation.framework import App
from quiz.services.tools import NullQueue, Tools
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings
from quiz.web.account.pages import blueprint as account
from quiz.web.admin.pages import blueprint as admin
from quiz.web.adviser.incidents import blueprint as adviser
from quiz.web.editor.pages import blueprint as editor
from quiz.web.learner.pages import blueprint as learner
from quiz.web.manager.pages import blueprint as manager
from quiz.web.public.files import blueprint as public
from quiz.web.reference.views import blueprint as reference

MOST_BYTES_SENT = 256 * 1024


def create_app(settings: Settings | None = None, database: Database | None = None, tools: Tools | None = None) -> Flask:
    """Return the app for the settings (by default the environment's); raise Misconfigured or UnguardedView."""
    settings = settings or Settings.from_environ(os.environ)
    app = App("quiz", static_folder=None, template_folder="presentation/templates")
    # Whatever FLASK_DEBUG says: in that mode a defect shows what is inside, and runs what is typed.
    app.debug = False
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.old_secret_keys),
        MAX_CONTENT_LENGTH=MOST_BYTES_SENT,
        SESSION_COOKIE_NAME=f"{settings.cookie_prefix}amana-form",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        # A form stays good as long as its session: an answer must not be lost to a long break.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.is_https,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_LEVEL=4,
        COMPRESS_MIN_SIZE=800,
    )
    app.jinja_env.undefined = StrictUndefined
    app.extensions["settings"] = settings
    tools = tools or replace(Tools.of(settings), queue=TaskQueue(settings) if settings.queue_url else NullQueue())
    metrics = app.extensions["metrics"] = observing.make_metrics(app)
    app.extensions["works"] = Works(
        database or connect(settings.database_url, settings.reach),
        replace(tools, observer=metrics) if metrics is not None else tools,
    )
    app.extensions["tracing"] = observing.make_tracing(app)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)  # type: ignore[method-assign]
    # First, so that it sees every request before anything else does, and every answer as it goes out.
    observing.install(app)
    requests.install(app)
    Compress(app)
    i18n.install(app)
    rendering.install(app)
    providers.install(app)
    guard.install(app)
    security.install(app)
    errors.install(app)
    pages = (account, admin, adviser, assets.blueprint, editor, learner, manager, public, reference)
    for blueprint in (*pages, api, scim):
        app.register_blueprint(blueprint)
    oidc.install(app)
    saml.install(app)
    replicas.install(app)
    guard.excuse(app)
    guard.check_views(app)
    return app
