"""WSGI entry point: `app:app`."""

from quiz.factory import create_app
from quiz.presentation import logs

logs.install()
app = create_app()
