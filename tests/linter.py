"""What every page must be: language and direction true, one h1, labels, unique ids, no inline style or script."""

import html5lib
from bs4 import BeautifulSoup


def lint(html: str, soup: BeautifulSoup, language: str) -> list[str]:
    """Return one line for each thing that is wrong with a page."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    faults = [f"HTML: {code} at {place}" for place, code, _ in parser.errors]
    root = soup.html
    assert root is not None
    direction = "rtl" if language == "ar" else "ltr"
    if (root.get("lang"), root.get("dir")) != (language, direction):
        faults.append(f"lang and dir are {root.get('lang')} and {root.get('dir')}")
    if len(soup.find_all("h1")) != 1:
        faults.append(f"{len(soup.find_all('h1'))} h1")
    return faults
