"""The floor: one view that stores a row and one that reads it, as little as Flask and SQLAlchemy can do."""

import os

from flask import Flask, abort, redirect, request, url_for
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from werkzeug.wrappers import Response

from quiz.db.connection import Database, connect

DATABASE_URL = "BARE_DATABASE_URL"

ROWS = Table(
    "bare_row",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("learner", String(64), nullable=False),
    Column("choice", String(16), nullable=False),
)


def prepare(url: str) -> None:
    """Make the table, once, before any worker starts."""
    database = connect(url)
    ROWS.metadata.create_all(database.engine)
    database.engine.dispose()


def create_bare(database: Database) -> Flask:
    """Return an app of two views on the product's own connection: its pragmas, its turn of writers, its commits."""
    app = Flask(__name__)
    writes = database.engine.execution_options(writes=True)
    reads = database.engine.execution_options(writes=False)

    @app.get("/")
    def alive() -> str:
        return "ok\n"

    @app.post("/rows")
    def store() -> Response:
        with database.writing_turn(), writes.begin() as connection:
            row = {"learner": request.form["learner"], "choice": request.form["choice"]}
            number = connection.scalar(insert(ROWS).values(row).returning(ROWS.c.id))
        return redirect(url_for("row", number=number), 303)

    @app.get("/rows/<int:number>")
    def row(number: int) -> str:
        with reads.connect() as connection:
            found = connection.execute(select(ROWS).where(ROWS.c.id == number)).first()
        return f"{found.id} {found.learner} {found.choice}\n" if found else abort(404)

    return app


if DATABASE_URL in os.environ:
    app = create_bare(connect(os.environ[DATABASE_URL]))
