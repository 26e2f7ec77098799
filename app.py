"""WSGI entry point: `app:app`."""

from quiz.factory import create_app
from quiz.presentation import logs, warming

logs.install()
app = create_app()
warming.warm(app)
