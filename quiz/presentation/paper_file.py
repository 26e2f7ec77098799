"""A paper as an answer: a file whose name says what it is, and which nobody on the way keeps."""

import re
from io import BytesIO
from urllib.parse import quote

from flask import Response, send_file

from quiz.presentation.i18n import _, reader_locale
from quiz.services.papers import Paper


def paper_file(paper: Paper) -> Response:
    """Return a paper as a file to be kept."""
    response = send_file(BytesIO(paper.content), "application/pdf", conditional=True, etag=False)
    # It says a name: no machine on the way is to keep it.
    response.headers["Cache-Control"] = "no-store"
    # Old programs read the plain name; all others the one in UTF-8.
    day = paper.completed_on.isoformat()
    # Some systems take none of these in the name of a file.
    title = " ".join(re.sub(r'[\\/:*?"<>|]', " ", paper.module_title.in_language(reader_locale().language)[0]).split())
    plain = f"amana-{paper.module_key}-{day}.pdf"
    whole = quote(_("%(title)s, completion record, %(day)s", title=title, day=day) + ".pdf", safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"
    return response
