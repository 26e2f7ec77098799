"""Rate each of three to five responses; the credit falls with the distance from the key."""

from fractions import Fraction

from quiz.engine.errors import NotOffered
from quiz.engine.question_types.protocol import AtOnce, OptionOutcome, Soundness, count_fault, nothing_else, offered
from quiz.engine.reading import Fault
from quiz.engine.response import Response
from quiz.engine.scenario import RATINGS, Scenario

# Distance from the key, in steps of the scale → credit of one rated option.
CREDIT_BY_DISTANCE = (Fraction(1), Fraction(1, 2), Fraction(0), Fraction(0))


def credit_of(rating: str, key_rating: str) -> Fraction:
    """Return 1, 1/2, 0 or 0 at distance 0, 1, 2 or 3 from the key."""
    return CREDIT_BY_DISTANCE[abs(RATINGS.index(rating) - RATINGS.index(key_rating))]


class Judgement(AtOnce):
    """Every option is rated; the credit is the mean over the options."""

    name = "judgement"

    def check(self, scenario: Scenario) -> list[Fault]:
        """Return options without a key rating, ratings without an option, and words outside the scale."""
        faults = count_fault(scenario, 3, 5)
        keys = {option.key for option in scenario.options}
        for key in sorted(keys ^ set(scenario.key_ratings)):
            faults.append(Fault(("key_ratings", key), "rating-without-option", {"value": key}))
        for key, rating in scenario.key_ratings.items():
            if rating not in RATINGS:
                faults.append(
                    Fault(("key_ratings", key), "not-one-of", {"value": rating, "allowed": ", ".join(RATINGS)})
                )
        return faults

    def accept(self, scenario: Scenario, response: Response, standing: Response | None = None) -> Response:
        """Return a response that rates every option with a word of the scale."""
        keys = [key for key, _ in response.ratings]
        nothing_else(response, "ratings")
        offered(scenario, keys)
        if len(keys) != len(scenario.options):
            raise NotOffered("not-all-rated")
        if any(rating not in RATINGS for _, rating in response.ratings):
            raise NotOffered("not-offered")
        return response

    def mark(self, scenario: Scenario, response: Response) -> Fraction:
        """Return the mean credit of the ratings."""
        credits = [credit_of(rating, scenario.key_ratings[key]) for key, rating in response.ratings]
        return sum(credits, Fraction(0)) / len(credits)

    def summarise(self, scenario: Scenario, response: Response) -> tuple[OptionOutcome, ...]:
        """Return each option with the rating given and the key's."""
        given = dict(response.ratings)
        return tuple(
            OptionOutcome(
                key=option.key,
                is_chosen=False,
                is_best=False,
                soundness=Soundness.of(credit_of(given[option.key], scenario.key_ratings[option.key])),
                rating=given[option.key],
                key_rating=scenario.key_ratings[option.key],
            )
            for option in scenario.options
        )
