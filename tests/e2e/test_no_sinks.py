"""What is text stays text: the browser itself refuses that a page of ours makes markup or scripts out of strings."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Error

from tests.e2e.walking import Walker

SINKS = (
    "document.body.innerHTML = '<b>x</b>'",
    "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
    "document.createElement('script').textContent = 'alert(1)'; document.createElement('script').text = 'alert(1)'",
    "document.createElement('script').src = '/assets/0/js/main.js'",
    "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
    "trustedTypes.createPolicy('another', {createHTML: (text) => text})",
)


@pytest.mark.parametrize("sink", SINKS)
def test_a_string_becomes_neither_markup_nor_script(walk: Callable[..., Walker], sink: str) -> None:
    stranger = walk()
    stranger.go("/verify/")
    with pytest.raises(Error, match=r"Trusted|policy"):
        stranger.page.evaluate(f"() => {{ {sink} }}")
    assert stranger.refused
    stranger.refused.clear()
