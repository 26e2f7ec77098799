"""The kinds of scenario there are, by name: a new kind is one line here."""

from quiz.engine.question_types.branching import Branching
from quiz.engine.question_types.judgement import Judgement
from quiz.engine.question_types.most_least import MostLeast
from quiz.engine.question_types.multiple_choice import MultipleChoice
from quiz.engine.question_types.ordering import Ordering
from quiz.engine.question_types.protocol import QuestionType
from quiz.engine.question_types.single_choice import SingleChoice
from quiz.engine.question_types.spot import Spot

_TYPES: dict[str, QuestionType] = {
    kind.name: kind
    for kind in (SingleChoice(), MultipleChoice(), Judgement(), MostLeast(), Ordering(), Spot(), Branching())
}


def get(name: str) -> QuestionType:
    """Return the kind of that name; raise KeyError where there is none."""
    return _TYPES[name]


def names() -> tuple[str, ...]:
    """Return the names of all kinds, in a stable order."""
    return tuple(_TYPES)
