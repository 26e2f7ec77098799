"""What a browser would send of a form as it stands, field by field in the order of the page."""

from html.parser import HTMLParser

_UNSENT = {"submit", "button", "reset", "image", "file"}
_TICKED = {"checkbox", "radio"}


class _Form(HTMLParser):
    """Reads one form of a page: its fields with what stands in them, and its buttons."""

    def __init__(self, form_id: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: list[tuple[str, str]] = []
        self.buttons: list[tuple[str, str]] = []
        self._form_id = form_id
        self._is_inside = False
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._textarea: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = given.get("id") == self._form_id
        if not self._is_inside:
            return
        name = given.get("name", "")
        if tag == "button" and name:
            self.buttons.append((name, given.get("value", "")))
        if tag == "select":
            self._select = (name, [])
        if tag == "option" and self._select:
            self._select[1].append((given.get("value", ""), "selected" in given))
        if tag == "textarea":
            self._textarea = (name, [])
        if tag == "input" and name:
            self._input(name, given)

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in _UNSENT or "disabled" in given or (kind in _TICKED and "checked" not in given):
            return
        value = given.get("value", "on" if kind in _TICKED else "")
        # One line is all that such a field can hold.
        self.fields.append((name, value if kind == "hidden" else value.replace("\r", "").replace("\n", "")))

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._textarea:
            name, said = self._textarea
            # A first line break belongs to the markup, and every other is sent as CR LF.
            self.fields.append((name, "".join(said).removeprefix("\n").replace("\n", "\r\n")))
            self._textarea = None
        if tag == "select" and self._select:
            name, options = self._select
            chosen = [value for value, is_selected in options if is_selected] or [value for value, _ in options[:1]]
            self.fields += [(name, value) for value in chosen[-1:]]
            self._select = None
        if tag == "form":
            self._is_inside = False


def _read(page: str, form_id: str) -> _Form:
    form = _Form(form_id)
    form.feed(page)
    form.close()
    return form


def sent(page: str, form_id: str) -> list[tuple[str, str]]:
    """Return every field that a browser would send of the form with this id, but for the button that is pressed."""
    return _read(page, form_id).fields


def buttons(page: str, form_id: str) -> list[tuple[str, str]]:
    """Return name and value of every button of a form that has a name."""
    return _read(page, form_id).buttons
