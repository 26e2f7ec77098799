"""What a browser sends of a form: every control that is filled in, as it stands or with other values."""

from typing import Any

from bs4 import Tag
from werkzeug.datastructures import MultiDict

from tests.pages import Page


def filled(page: Page, action: str, place: int = 0) -> MultiDict[str, str]:
    """Return what a form would send if it were sent as it stands, without any button."""
    sent: MultiDict[str, str] = MultiDict()
    for control in page.forms(action)[place].find_all(["input", "select", "textarea"]):
        name, value = str(control.get("name") or ""), _value(control)
        if name and value is not None:
            sent.add(name, value)
    return sent


def _value(control: Tag) -> str | None:
    kind = control.get("type", "text")
    if control.name == "textarea":
        # A browser leaves the first line break out, and ends lines with two signs.
        return control.get_text().removeprefix("\n").replace("\n", "\r\n")
    if control.name == "select":
        options = control.find_all("option")
        chosen = next((option for option in options if option.has_attr("selected")), options[0] if options else None)
        return None if chosen is None else str(chosen.get("value", chosen.get_text()))
    if kind in {"submit", "button", "reset", "image", "file"} or (
        kind in {"checkbox", "radio"} and not control.has_attr("checked")
    ):
        return None
    return str(control.get("value", "on" if kind in {"checkbox", "radio"} else ""))


def changed(sent: MultiDict[str, str], **values: Any) -> MultiDict[str, str]:
    """Return what is sent with other values; a double underline in a name stands for a dot."""
    made = MultiDict(sent)
    for name, value in values.items():
        made.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
    return made
