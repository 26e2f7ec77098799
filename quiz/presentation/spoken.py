"""What a screen reader would say of a page, line by line in its order: the name of a thing, then what it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from quiz.presentation.i18n import _, number_words

_SILENT = frozenset({"script", "style", "svg", "head", "template"})
_BLOCKS = frozenset(
    {"h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "th", "td", "a", "button", "label", "legend", "summary"}
    | {"figcaption"}
)
_EMPTY = frozenset({"input", "br", "img", "meta", "link", "hr", "use", "progress", "path", "circle"})
_ROLES: Mapping[str, Callable[[str], str]] = {
    "h1": lambda said: _("Heading of level %(level)s: %(words)s", level=number_words(1), words=said),
    "h2": lambda said: _("Heading of level %(level)s: %(words)s", level=number_words(2), words=said),
    "h3": lambda said: _("Heading of level %(level)s: %(words)s", level=number_words(3), words=said),
    "h4": lambda said: _("Heading of level %(level)s: %(words)s", level=number_words(4), words=said),
    "legend": lambda said: _("Group: %(words)s", words=said),
    "summary": lambda said: _("%(words)s, can be unfolded", words=said),
    "button": lambda said: _("%(words)s, button", words=said),
    "a": lambda said: _("%(words)s, link", words=said),
    "li": lambda said: _("List entry: %(words)s", words=said),
    "figcaption": lambda said: _("Figure: %(words)s", words=said),
}
_CONTROLS: Mapping[str, Callable[[str, bool], str]] = {
    "radio": lambda said, on: (
        _("%(words)s, radio button, chosen", words=said) if on else _("%(words)s, radio button, not chosen", words=said)
    ),
    "checkbox": lambda said, on: (
        _("%(words)s, tick box, ticked", words=said) if on else _("%(words)s, tick box, not ticked", words=said)
    ),
}


@dataclass(slots=True)
class _Open:
    """A block that is being read: its tag, its words so far, and the control inside it."""

    tag: str
    said: list[str] = field(default_factory=list)
    control: tuple[str, bool] | None = None


class _Reader(HTMLParser):
    """Reads the main part of a page as a voice would; what is hidden or only drawn is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._open: list[_Open] = []
        self._silent = 0
        self._in_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, note a control, or fall silent."""
        given = dict(attrs)
        if tag == "main":
            self._in_main = True
        if tag == "input" and self._open and given.get("type") in _CONTROLS:
            self._open[-1].control = (str(given["type"]), "checked" in given)
        if tag in _EMPTY:
            return
        if self._silent or tag in _SILENT or given.get("aria-hidden") == "true":
            self._silent += 1
        elif tag in _BLOCKS:
            self._say_open()
            self._open.append(_Open(tag))

    def handle_endtag(self, tag: str) -> None:
        """Say a block when it closes."""
        if tag == "main":
            self._in_main = False
        if tag in _EMPTY:
            return
        if self._silent:
            self._silent -= 1
        elif tag in _BLOCKS and any(one.tag == tag for one in self._open):
            while self._open[-1].tag != tag:
                self._open.pop()
            self._say_open()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take words."""
        if self._in_main and not self._silent and data.strip():
            if not self._open:
                self._open.append(_Open("p"))
            self._open[-1].said.append(data.strip())

    def _say_open(self) -> None:
        """Say what was read of the block under way, once."""
        if not self._open or not self._open[-1].said:
            return
        block = self._open[-1]
        words, block.said = " ".join(block.said), []
        if block.control:
            kind, is_on = block.control
            self.lines.append(_CONTROLS[kind](words, is_on))
        else:
            self.lines.append(_ROLES[block.tag](words) if block.tag in _ROLES else words)


def spoken(page: str) -> list[str]:
    """Return the lines of the main part of a page in the order in which a screen reader meets them."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.lines
