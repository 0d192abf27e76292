"""What is asked of every page can be missed."""

import pytest

from tests.browser import Launch, accessible, roomy

pytestmark = pytest.mark.browser

GOOD = "<html lang=en><title>T</title><main><h1>T</h1><button style='min-width:44px;min-height:44px'>Go</button></main>"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [(" lang=en", "", "html-has-lang"), (">Go<", "><", "button-name"), ("<h1>", "<img src='x'><h1>", "image-alt")],
)
def test_what_a_reader_would_miss_is_found(launch: Launch, old: str, new: str, why: str) -> None:
    page = launch().new_page()
    page.set_content(GOOD)
    accessible(page)
    page.set_content(GOOD.replace(old, new))
    with pytest.raises(AssertionError, match=why):
        accessible(page)


def test_a_small_button_is_found(launch: Launch) -> None:
    page = launch().new_page()
    page.set_content(GOOD.replace("min-height:44px", ""))
    with pytest.raises(AssertionError, match="Go"):
        roomy(page, "small")
