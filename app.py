"""WSGI entry point: `app:app`."""

from quiz.factory import create_app

app = create_app()
