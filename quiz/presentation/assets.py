"""Our styles and scripts: the style sheets joined into one, every address carrying the digest of its content."""

import hashlib
import re
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from quiz.presentation.guard import bare
from quiz.settings.operator import folder

blueprint = Blueprint("assets", __name__)
# Fonts are named by plain addresses in the style sheets; what is served carries their digest.
_FONT = re.compile(r"/static/(fonts/[a-z0-9-]+\.woff2)")
_ASSET = re.compile(r"/assets/[0-9a-f]{12}/([a-z0-9./-]+)")
_A_YEAR = "public, max-age=31536000, immutable"


@cache
def style_sheet() -> str:
    """Return all style sheets in their order: tokens, elements, frames, components, paper."""
    css = folder("static") / "css"
    files = [css / "tokens.css", css / "base.css", css / "layout.css"]
    files += sorted((css / "components").glob("*.css"))
    files.append(css / "print.css")
    joined = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return _FONT.sub(lambda found: asset(found[1]), joined)


@cache
def _digest(path: str) -> str:
    if path == "app.css":
        content = style_sheet().encode()
    elif path.startswith(("js/", "vendor/")):
        # Scripts import each other by plain names, so they share one digest: all new or all old.
        scripts = [file for place in ("js", "vendor") for file in sorted((folder("static") / place).rglob("*.js"))]
        content = b"".join(file.read_bytes() for file in scripts)
    else:
        content = (folder("static") / path).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def asset(path: str) -> str:
    """Return the address of a file of ours, one that may be kept for a year."""
    return f"/assets/{_digest(path)}/{path}"


def keep(pages: Mapping[str, str], into: Path) -> None:
    """Write pages, by file name, into a folder, and lay beside them what they ask for; no server is needed."""
    laid = into / "assets"
    for path in {"app.css", *_ASSET.findall("".join(pages.values())), *_ASSET.findall(style_sheet())}:
        target = laid / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path == "app.css":
            target.write_text(_ASSET.sub(r"\1", style_sheet()), encoding="utf-8")
        else:
            shutil.copyfile(folder("static") / path, target)
    for name, html in pages.items():
        (into / name).write_text(_ASSET.sub(r"assets/\1", html), encoding="utf-8")


@blueprint.get("/assets/<version>/<path:path>")
@bare
def file(version: str, path: str) -> Response:
    """Serve a file of ours; the version in its address changes with its content."""
    response = Response(style_sheet(), mimetype="text/css") if path == "app.css" else _from_folder(path)
    response.headers["Cache-Control"] = _A_YEAR
    return response


def _from_folder(path: str) -> Response:
    if Path(path).suffix not in {".js", ".css", ".svg", ".woff2", ".txt", ".png", ".ico"}:
        abort(404)
    return send_from_directory(folder("static"), path)


@blueprint.get("/favicon.ico")
@bare
def favicon() -> Response:
    """Serve the mark to browsers that do not read the page for it."""
    response = _from_folder("images/mark.svg")
    response.headers["Cache-Control"] = _A_YEAR
    return response
