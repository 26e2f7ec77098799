"""What comes from a browser, as far as a database can hold it: no U+0000, and in addresses no endless numbers."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import IO, Any
from urllib.parse import urlsplit

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
    # Whether a file that is sent stays in memory: else Werkzeug writes a larger one to a folder of the system.
    in_memory = False

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.in_memory:
            return BytesIO()
        return super()._get_file_stream(total_content_length, content_type, filename, content_length)


class Counted(IntegerConverter):
    """A number in an address, of the size of those that are counted here."""

    regex = "[0-9]{1,9}"


def local_address(wanted: str | None) -> str:
    """Return an address of ours to go to, `/` for anything that leads elsewhere."""
    if not wanted or "\\" in wanted or any(ord(letter) < 32 for letter in wanted):
        return "/"
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    return wanted


def install(app: Flask) -> None:
    """Let the app meet every request so; before its addresses are known."""
    app.request_class = CleanRequest
    app.url_map.converters["int"] = Counted
