"""`quiz bank install`: publish the shipped content, after the whole editorial law."""

from pathlib import Path

import click

from quiz.access.actor import Actor
from quiz.bank.checks import check
from quiz.bank.reader import read_folder
from quiz.cli.opening import told, works
from quiz.presentation.findings import sentence
from quiz.services.loading import Installed, Release, install_release
from quiz.services.unit_of_work import Works
from quiz.settings.operator import folder


def install_from(doors: Works, content: Path) -> Installed:
    """Publish a folder of content; raise ClickException, and change nothing, where it breaks the law."""
    reading = read_folder(content)
    report = check(reading)
    if report.has_errors:
        for finding in report.errors:
            click.echo(f"{finding.file}:{finding.line}: {sentence(finding, str)}", err=True)
        raise click.ClickException("the content has errors; nothing was published, and the standing banks stay")
    release = Release(
        *(
            tuple(source.document for source in sources)
            for sources in (reading.instruments, reading.scenarios, reading.modules)
        )
    )
    with doors.writing(Actor.system("install_release")) as work:
        return install_release(work, release)


@click.command()
@click.argument("content", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@told
def install(content: Path | None) -> None:
    """Publish the shipped banks; again, only what changed."""
    done = install_from(works(), content or folder("content"))
    click.echo(f"banks: {done.instruments} instruments, {done.scenarios} scenarios, {done.modules} modules published")
    for key in done.left_alone:
        click.echo(f"banks: {key} was edited here and is left as it is")
