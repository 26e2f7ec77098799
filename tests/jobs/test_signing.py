"""The worker signs the paper of a record soon after it was earned."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import text

from quiz.jobs.chores import sweep
from quiz.services import completing
from quiz.services.unit_of_work import Works
from tests import learning
from tests.authorities import Authority
from tests.fixtures.people import Someone

MODULE = "onboarding-social-media"


def test_a_record_has_its_paper_after_the_next_sweep(app: Flask, works: Works, hire: Someone) -> None:
    signing = replace(works.tools, paper_signer=Authority().issue().signer)
    app.extensions["works"] = replace(works, tools=signing)
    learning.finish(works, hire, MODULE, best=True)
    with works.writing(hire.actor) as work:
        completing.sign_pledge(work, MODULE, completing.get_pledge(work, MODULE).digest, {})
    sweep(app)
    with works.database.reads() as session:
        assert session.scalar(text("SELECT count(*) FROM paper_content")) == 1
        assert session.scalar(text("SELECT count(*) FROM outbox_message WHERE last_error IS NOT NULL")) == 0
