"""What can go wrong inside the engine, by code; sentences are chosen at the edge."""


class EngineError(Exception):
    """Base of the engine's errors: a code and the values a sentence needs."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class NotOffered(EngineError):
    """A response names something that the scenario does not offer, or leaves out what it must hold."""


class Faulty(EngineError):
    """A document cannot be read; `values['faults']` holds everything that is wrong with it."""


class Unreplayable(EngineError):
    """A stored log does not follow from its own documents; `values` name the step."""


class ImpossibleDraw(EngineError):
    """A blueprint asks for more than its pool holds; `values` name the line and what is missing."""
