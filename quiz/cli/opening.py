"""What a command needs to work on the database: settings, works, and errors told in one line."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
from sqlalchemy.exc import OperationalError

from quiz.db.connection import connect
from quiz.services.errors import QuizError
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings

# What PostgreSQL calls it when a lock is not given in time.
_LOCK_NOT_AVAILABLE = "55P03"
_P = ParamSpec("_P")
_R = TypeVar("_R")


def settings() -> Settings:
    """Return the operator's settings; a fault in them is one line and exit status 2."""
    try:
        return Settings.from_environ(os.environ)
    except Misconfigured as fault:
        raise click.UsageError(str(fault)) from fault


def direct_settings() -> Settings:
    """Return the settings for what needs one session of the server from its beginning to its end."""
    found = settings()
    if found.reach.is_pooled:
        raise click.UsageError(
            "DATABASE_POOLER=1: a pooler changes the session meanwhile. "
            "Name the server itself in DATABASE_URL for this command, with DATABASE_POOLER=0."
        )
    return found


def works() -> Works:
    """Return the door to the database that the environment names."""
    found = settings()
    try:
        return Works(connect(found.database_url, found.reach), Tools.of(found))
    except Misconfigured as fault:
        raise click.UsageError(str(fault)) from fault


def told(command: Callable[_P, _R]) -> Callable[_P, _R]:
    """Tell what stands in the way of a command in one line, with exit status 1."""

    @wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return command(*args, **kwargs)
        except QuizError as fault:
            raise click.ClickException(f"{fault.code} {_values(fault.values)}".strip()) from fault
        except OperationalError as fault:
            if getattr(fault.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise click.ClickException(
                    "somebody holds a table (pg_dump, a long report); nothing was changed, run it again"
                ) from fault
            raise click.ClickException(f"the database does not answer: {fault.orig}") from fault

    return run


def _values(values: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())
