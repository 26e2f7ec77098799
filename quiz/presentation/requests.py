"""What comes from a browser, as far as a database can hold it: no U+0000, and in addresses no endless numbers."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import IO, Any
from urllib.parse import urlsplit

from flask import Flask, Request, request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict
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
        super().__init__([(_cleaned(name), _cleaned(value)) for name, value in pairs if _is_named(name, value)])


def _is_named(name: Any, value: Any) -> bool:
    # A part that has no name is no field, nobody asks for it, and what it holds of a file is let go.
    if name is None and isinstance(value, FileStorage):
        value.close()
    return name is not None


class CleanRequest(Request):
    """A request whose address and form hold nothing that a database refuses."""

    parameter_storage_class = Sent
    # Whether a file that is sent stays in memory: else Werkzeug writes a larger one to a folder of the system.
    in_memory = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take a request; whoever asks for the head alone asks for the page all the same."""
        super().__init__(*args, **kwargs)
        # No view takes it for a form without its token; what goes out without a body is told by the environment.
        if self.method == "HEAD":
            self.method = "GET"

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
    try:
        parts = urlsplit(wanted)
    except ValueError:
        # No address at all, such as one with half a bracket.
        return "/"
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    return wanted


def sent(name: str) -> str:
    """Return a field of the form where one was sent, else of the address: never one that hides behind the other."""
    return str((request.form if request.method == "POST" else request.args).get(name, ""))


def install(app: Flask) -> None:
    """Let the app meet every request so; before its addresses are known."""
    app.request_class = CleanRequest
    app.url_map.converters["int"] = Counted
