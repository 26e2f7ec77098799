"""`quiz fonts`: cut the fonts to what pages need."""

import click

from quiz.presentation.fonts import build
from quiz.settings.operator import folder


@click.command()
def fonts() -> None:
    """Cut the fonts to what pages need, into static/fonts."""
    for path in build(folder("static") / "fonts"):
        click.echo(f"fonts: {path.name} {path.stat().st_size // 1024} KB")
