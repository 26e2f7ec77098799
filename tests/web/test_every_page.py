"""Every page that a link leads to, in both languages, by everybody: each is linted, and none leads nowhere."""

import re
from collections import deque
from urllib.parse import urldefrag, urljoin

import pytest
from flask import Flask

from quiz.access.actor import Role
from tests.pages import HERE, Page, RoleClient
from tests.web.world import NOBODY, OWNER, World

MOST = 90


def crawl(client: RoleClient, starts: list[str]) -> dict[str, Page]:
    """Follow every link of ours from some addresses; return the pages by their path."""
    waiting, found = deque(starts), {}
    while waiting and len(found) < MOST:
        address = urldefrag(waiting.popleft())[0]
        if address in found:
            continue
        response = client.client.get(address, base_url=HERE)
        assert response.status_code in {200, 303}, f"{address}: {response.status_code}"
        page = client._page(response, response.status_code)
        found[address] = page
        if response.status_code == 303:
            waiting.append(page.location)
        elif response.mimetype == "text/html":
            waiting.extend(urljoin(address, link) for link in page.links("^[/?]") if not link.startswith("//"))
        fragments = [urldefrag(link) for link in page.links("^/.*#")]
        for there, fragment in fragments:
            if there in found and found[there].soup.html and found[there].status == 200:
                assert found[there].soup.find(id=fragment), f"{address} leads to #{fragment} of {there}"
    return found


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("who", [NOBODY, OWNER, Role.MANAGER, Role.EDITOR, Role.ADVISER, Role.HR, Role.ADMIN])
def test_every_link_leads_to_a_sound_page(world: World, who: str, language: str) -> None:
    client = world.clients[who]
    client.post("/language", {"csrf_token": client.token(), "language": language, "next": "/"})
    client.language = language
    starts = ["/", "/privacy", "/verify/", f"/verify/{world.code}", "/forgot", "/components"]
    pages = crawl(client, starts)
    html = [page for page in pages.values() if page.status == 200 and page.response.mimetype == "text/html"]
    assert len(html) >= (6 if who == NOBODY else 8)
    # The screen may be shared: the way out is never further than the page itself, in the middle of an attempt neither.
    assert who == NOBODY or not [page.response.request.path for page in html if not page.forms("^/sign-out$")]
    if who == OWNER:
        assert [path for path in pages if re.search("^/learn/attempts/[^/]+/[0-9]+$", path)]
    titles = {(page.soup.title.get_text(), path.partition("?")[0]) for path, page in pages.items() if page.soup.title}
    assert len({title for title, _ in titles}) > len(html) / 3


def test_every_file_a_page_asks_for_is_there_and_may_be_kept(world: World, app: Flask) -> None:
    client = world.clients[NOBODY]
    page = client.get("/components")
    files = {str(one.get("href") or one.get("src")) for one in page.soup.find_all(["link", "script"])}
    css = client.client.get(next(one for one in files if one.endswith(".css")), base_url=HERE).get_data(as_text=True)
    files |= set(re.findall(r"url\([\"']?(/[^\"')]+)", css))
    assert any(one.endswith(".woff2") for one in files)
    for address in sorted(files):
        response = client.client.get(address, base_url=HERE)
        assert response.status_code == 200, address
        assert "immutable" in response.headers["Cache-Control"]
        response.close()
