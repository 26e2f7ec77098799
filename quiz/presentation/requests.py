"""What comes from a browser, as far as a database can hold it: no U+0000, and in addresses no endless numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter

_ZERO = "\x00"


def _cleaned(value: Any) -> Any:
    # What is sent as a file is no string.
    return value.replace(_ZERO, "") if isinstance(value, str) else value


class Sent(ImmutableMultiDict[str, Any]):
    """Names and values of an address or a form."""

    def __init__(self, mapping: Any = ()) -> None:
        """Take pairs, or what holds them."""
        pairs: Iterable[tuple[str, Any]] = mapping or ()
        if isinstance(mapping, MultiDict):
            pairs = mapping.items(multi=True)
        elif isinstance(mapping, Mapping):
            pairs = mapping.items()
        super().__init__([(_cleaned(name), _cleaned(value)) for name, value in pairs])


class CleanRequest(Request):
    """A request whose address and form hold nothing that a database refuses."""

    parameter_storage_class = Sent


class Counted(IntegerConverter):
    """A number in an address, of the size of those that are counted here."""

    regex = "[0-9]{1,9}"


def install(app: Flask) -> None:
    """Let the app meet every request so; before its addresses are known."""
    app.request_class = CleanRequest
    app.url_map.converters["int"] = Counted
