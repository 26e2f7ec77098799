"""`quiz …`: the shell of the product."""

import click

from quiz.cli.access import access
from quiz.cli.assignments import assignments
from quiz.cli.audit import audit
from quiz.cli.backup import backup, restore_command
from quiz.cli.bank import bank
from quiz.cli.database import db
from quiz.cli.demo import demo
from quiz.cli.doctor import doctor
from quiz.cli.files import export, load
from quiz.cli.fonts import fonts
from quiz.cli.install import install
from quiz.cli.keys import distrust, list_keys
from quiz.cli.mails import mails
from quiz.cli.papers import export_papers, sign, verify_papers
from quiz.cli.people import people
from quiz.cli.privacy import privacy
from quiz.cli.records import records
from quiz.cli.sbom import sbom
from quiz.cli.serve import serve, work
from quiz.cli.statistics import statistics
from quiz.cli.translations import translations
from quiz.cli.weaknesses import weaknesses


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """أمانة: ethics training for public employees."""


for of_banks in (export, install, load):
    bank.add_command(of_banks)
for of_papers in (distrust, export_papers, list_keys, sign, verify_papers):
    records.add_command(of_papers)
for command in (
    access, assignments, audit, backup, bank, db, demo, doctor, fonts, mails, people, privacy, records,
    restore_command, sbom, serve, statistics, translations, weaknesses, work,
):  # fmt: skip
    main.add_command(command)
