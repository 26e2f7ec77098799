import re
from xml.etree import ElementTree as ET

import pytest
import segno

from quiz.records import qr

URL = "https://amana.example/verify/3WW6P9D8KS862"
SVG = "{http://www.w3.org/2000/svg}"


def modules(image, edge):
    """The dark modules that an image draws, rectangle by rectangle."""
    found = set()
    for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", image):
        found |= {(int(y) - edge, int(x) - edge + step) for step in range(int(wide))}
    return found


@pytest.mark.parametrize("edge", [qr.QUIET_ZONE, 0])
@pytest.mark.parametrize("url", [URL, URL + "x" * 27])  # the longer one differs between error levels
def test_the_modules_are_those_of_the_code(url, edge):
    matrix = segno.make(url, error="m", micro=False).matrix
    expected = {(y, x) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert modules(qr.svg(url, "QR", edge), edge) == expected


def test_the_image_has_a_title_no_size_and_a_quiet_zone():
    root = ET.fromstring(qr.svg(URL, "QR code"))  # noqa: S314
    size = len(segno.make(URL, error="m", micro=False).matrix) + 8
    assert root.attrib["viewBox"] == f"0 0 {size} {size}"
    assert root.attrib["role"] == "img"
    assert not {"width", "height", "style"} & set(root.attrib)
    assert root.findtext(f"{SVG}title") == "QR code"
    assert root.find(f"{SVG}path").attrib == {"fill": "#fff", "d": f"M0 0h{size}v{size}H0z"}


def test_a_title_cannot_become_markup():
    assert "<b>" not in qr.svg(URL, "<b>x</b>")
    assert not qr.svg(URL, "x").startswith("<?xml")
