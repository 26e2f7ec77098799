"""QR codes as inline SVG, for pages and for certificates."""

from collections.abc import Iterator
from html import escape

import segno

# The blank edge that ISO/IEC 18004 asks for, in modules.
QUIET_ZONE = 4


def svg(url: str, title: str, edge: int = QUIET_ZONE) -> str:
    """Return an inline SVG without a fixed size that a screen reader announces by its title.

    Error correction M survives a fold or a stamp over 15 % of the code, L over 7 %. The edge is drawn in white, so that
    the code is read on dark pages too; only on paper that is blank round it may it be less.
    """
    rows = [bytes(row) for row in _drawn(url).matrix]
    size = len(rows) + 2 * edge
    path = "".join(_runs(rows, edge))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img" viewBox="0 0 {size} {size}"'
        f' shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    )


def modules(url: str) -> int:
    """Return how many modules wide the code of an address is, without its edge."""
    return len(_drawn(url).matrix)


def _drawn(url: str) -> segno.QRCode:
    """Return the code of an address; many digits behind a `#` are packed closely, and corrected less (L, 7 %)."""
    head, sign, line = url.partition("#")
    if not line.isdecimal():
        return segno.make(url, error="m", micro=False)
    # Its types know only one part; its documentation tells of several.
    return segno.make([head + sign, line], error="l", micro=False)  # type: ignore[arg-type]


def _runs(rows: list[bytes], edge: int) -> Iterator[str]:
    """Return one rectangle for each row of dark modules that touch."""
    for y, row in enumerate(rows):
        x = 0
        while (start := row.find(1, x)) >= 0:
            end = row.find(0, start)
            x = end if end >= 0 else len(row)
            yield f"M{start + edge} {y + edge}h{x - start}v1h-{x - start}z"
