"""Which faults are planted in the engine: one small change of one line at a time.

The changes are those of mutmut, and a few that it lacks. Its own runner cannot be used here: it changes nothing outside
of functions and nothing that is decorated, so that neither the tables of marks nor `Attempt.marks`, `Attempt.state` and
every other property would be tried. Cosmic-ray changes those too, but neither words nor arguments nor what is returned,
and writes each change into the working copy to start all tests anew: it would need hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper
from mutmut.mutation import mutators

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "quiz" / "engine"

# Without arguments they can only fail.
NEVER_WITHOUT_ARGUMENTS = m.Name("len") | m.Name("isinstance")
# What is said to type checkers and readers, what an error says to developers, and what is to fail on a slip of theirs.
NOT_BEHAVIOUR = (
    m.Arg(keyword=m.Name("strict"))
    | m.Annotation()
    | m.Decorator()
    | m.Import()
    | m.ImportFrom()
    | m.If(test=m.Name("TYPE_CHECKING"))
    | m.Call(func=m.Name("TypeVar") | m.Name("ValueError"))
)
DOCSTRING = m.SimpleStatementLine(body=[m.Expr(m.SimpleString())])
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed module: the file, the function or class (none at the top), what stood there and what stands now."""

    file: str
    function: str
    was: str
    now: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what names a mutant even after lines were added above it."""
        return self.file, self.function, self.was, self.now


def modules() -> list[Path]:
    """Return the files of the engine that hold code."""
    return sorted(path for path in ENGINE.rglob("*.py") if path.read_text().strip())


def mutants_of(path: Path) -> list[Mutant]:
    """Return every mutant of a file, in its order."""
    return mutants_in(path.read_text(), str(path.relative_to(ROOT)))


def mutants_in(source: str, file: str) -> list[Mutant]:
    """Return every mutant of a source, each once."""
    wrapper = MetadataWrapper(cst.parse_module(source))
    spans = wrapper.resolve(ByteSpanPositionProvider)
    found: dict[str, Mutant] = {}
    for node, changed, function in changes(wrapper.module):
        start, end = spans[node].start, spans[node].start + spans[node].length
        mutated = source.encode()[:start].decode() + code_in_place_of(node, changed) + source.encode()[end:].decode()
        was, now = lines_apart(source, mutated)
        if was != now:
            found.setdefault(mutated, Mutant(file, function, was, now, mutated))
    return list(found.values())


def code_in_place_of(node: cst.CSTNode, changed: cst.CSTNode) -> str:
    """Return the text that takes the place of a node; the parentheses around it stay where they are."""
    if getattr(node, "lpar", ()):
        changed = changed.with_changes(lpar=[], rpar=[])
    return cst.Module([]).code_for_node(changed)


def lines_apart(before: str, after: str) -> tuple[str, str]:
    """Return the lines that differ, from the first to the last of them, as one line each."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return " ".join(map(str.strip, old)), " ".join(map(str.strip, new))


def changes(node: cst.CSTNode, function: str = "") -> Iterator[tuple[cst.CSTNode, cst.CSTNode, str]]:
    """Yield every node at or below one with what may stand in its place, and the function or class it is in."""
    if m.matches(node, NOT_BEHAVIOUR) or m.matches(node, DOCSTRING):
        return
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        function = f"{function}.{node.name.value}" if function else node.name.value
    for changed in instead_of(node):
        yield node, changed, function
    for part, changed in constants_within(node):
        yield part, changed, function
    for child in node.children:
        yield from changes(child, function)


def constants_within(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """Yield the condition of a node with what it might always be, and what it returns with None."""
    if isinstance(node, cst.If | cst.CompIf | cst.While):
        yield node.test, cst.Name("False")
    if isinstance(node, cst.If | cst.CompIf):
        yield node.test, cst.Name("True")
    if isinstance(node, cst.Return) and node.value is not None and not m.matches(node.value, m.Name("None")):
        yield node.value, cst.Name("None")


def instead_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield what may stand in the place of a node."""
    for kind, operator in mutators.mutation_operators:
        if isinstance(node, kind) and operator not in INSTEAD:
            yield from operator(node)
    for kind, ours in OURS:
        if isinstance(node, kind):
            yield from ours(node)


def _other_word(node: cst.BaseString) -> Iterator[cst.CSTNode]:
    # Another word is enough; other letters in it find nothing more.
    yield from list(mutators.operator_string(node))[:1]


def _value_for_none(node: cst.AnnAssign) -> Iterator[cst.CSTNode]:
    # None for a value that is used is always found.
    if node.value is not None and m.matches(node.value, m.Name("None")):
        yield node.with_changes(value=cst.SimpleString('""'))


def _without_an_argument(node: cst.Call) -> Iterator[cst.CSTNode]:
    """Leave out what may have a default; one that others follow becomes None."""
    if m.matches(node.func, NEVER_WITHOUT_ARGUMENTS):
        return
    for place, arg in enumerate(node.args):
        after = node.args[place + 1 :]
        # `sum` has a start for the sake of its type.
        if arg.star or m.matches(arg, NOT_BEHAVIOUR) or (place and m.matches(node.func, m.Name("sum"))):
            continue
        if arg.keyword or (node.args[1:] and not any(other.keyword is None for other in after)):
            yield node.with_changes(args=[*node.args[:place], *after])
        elif not m.matches(arg.value, m.Name("None")):
            yield node.with_changes(args=[*node.args[:place], arg.with_changes(value=cst.Name("None")), *after])


def _one_side(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    yield node.left
    yield node.right


def _operator(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    # One side alone finds what `or` for `and` would find.
    if not isinstance(node, cst.BooleanOperation):
        yield from mutators.operator_swap_op(node)


def _nothing_done(_node: cst.Expr | cst.Raise) -> Iterator[cst.CSTNode]:
    yield cst.Pass()


def _other_function(node: cst.Call) -> Iterator[cst.CSTNode]:
    if isinstance(node.func, cst.Name) and node.func.value in SWAPPED:
        yield node.with_changes(func=cst.Name(SWAPPED[node.func.value]))
    if m.matches(node.func, m.Name("sorted")):
        yield node.with_changes(
            func=cst.Name("list"), args=[node.args[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
        )


# What mutmut does, and we do otherwise; most of it would only plant what every test finds.
INSTEAD = (
    mutators.operator_string,
    mutators.operator_assignment,
    mutators.operator_arg_removal,
    mutators.operator_swap_op,
)
OURS = (
    (cst.BaseString, _other_word),
    (cst.AnnAssign, _value_for_none),
    (cst.Call, _without_an_argument),
    (cst.CSTNode, _operator),
    (cst.BooleanOperation, _one_side),
    (cst.Expr | cst.Raise, _nothing_done),
    (cst.Call, _other_function),
)

# Two whose fate is known, so that a run that finds nothing, or everything, is not believed.
_SCORING = ENGINE / "scoring.py"
HARMLESS = Mutant("quiz/engine/scoring.py", "score", "", "a comment", _SCORING.read_text() + "\n# Harmless.\n")
FATAL = Mutant("quiz/engine/scoring.py", "score", "", "a fault", _SCORING.read_text().replace("points >=", "points <="))
