"""The site as a reader opens it, in a real Chromium: it loads nothing from elsewhere, finds, and fits a phone."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from workbench import browser
from workbench.browser import Page
from workbench.served import served

pytestmark = pytest.mark.browser
PHONE = 390


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if browser.missing():
        if os.environ.get("CI"):
            pytest.fail(f"CI runs every test, and {browser.missing()}")
        pytest.skip(f"needs a browser: {browser.missing()}")
    with browser.browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(host: Path) -> Iterator[str]:
    with served(host) as at:
        yield f"{at}/orgtrail"


def asked_elsewhere(page: Page, address: str) -> list[str]:
    ours = urlsplit(address).netloc
    return [one for one in page.logs()[1] if not one.startswith("data:") and urlsplit(one).netloc != ours]


_LINKS = """
return [...document.querySelectorAll('a[href], img[src]')].map(one => one.href || one.src)
"""
#: The search lives in a tree of its own, which has the focus while it is open.
_SEARCH = "document.activeElement.shadowRoot"
_MISSING = """
const [links, done] = [arguments[0], arguments[1]];
Promise.all(links.map(async one => {
  const found = await fetch(one);
  if (!found.ok) return one;
  const anchor = decodeURIComponent(new URL(one).hash.slice(1));
  if (!anchor || !found.headers.get('content-type').startsWith('text/html')) return '';
  const read = new DOMParser().parseFromString(await found.text(), 'text/html');
  return read.getElementById(anchor) ? '' : one;
})).then(found => done(found.filter(one => one)));
"""


def test_a_walk_from_the_first_page_finds_no_dead_end_and_no_page_wider_than_a_phone(page: Page, address: str) -> None:
    waiting, seen, links, wide = [f"{address}/"], set[str](), set[str](), []
    page.open(waiting[0], width=PHONE)
    first = page.run("return location.href")
    waiting = [first]
    while waiting:
        at = waiting.pop()
        seen.add(at)
        page.driver.get(at)
        if page.run("return document.documentElement.scrollWidth") > PHONE:
            wide.append(at)
        found = {one for one in page.run(_LINKS) if one.startswith(address)}
        links |= found
        for one in sorted({one.partition("#")[0] for one in found} - seen - set(waiting)):
            if one.endswith("/") and one.startswith(first):
                waiting.append(one)
    assert len(seen) > 85
    assert wide == []
    page.driver.get(first)
    assert page.driver.execute_async_script(_MISSING, sorted(links)) == []
    assert asked_elsewhere(page, address) == []


def test_an_address_without_a_version_leads_to_the_newest_and_keeps_the_anchor(page: Page, address: str) -> None:
    page.open(f"{address}/rules/members-cannot-read-logs/#how-to-fix-it")
    assert page.run("return location.href") == f"{address}/1.10.0/rules/members-cannot-read-logs/#how-to-fix-it"
    page.open(f"{address}/rules/members-cannot-read-logs/", script=False)
    assert page.run("return location.href") == f"{address}/1.10.0/rules/members-cannot-read-logs/"


@pytest.mark.parametrize(
    ("words", "leads_to"),
    [
        ("PrincipalOrgID", "/rules/members-cannot-read-logs/"),
        ("cdktf", "/how-to/cdktf/"),
        ("shiv", "/install/"),
        ("retention-days", "/configuration/"),
    ],
)
def test_search_finds(page: Page, address: str, words: str, leads_to: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.support.ui import WebDriverWait

    page.open(f"{address}/1.10.0/")
    wait = WebDriverWait(page.driver, 30, poll_frequency=0.5)
    # The button does nothing until the theme's script has run.
    press = "document.querySelector('.md-search__button').click()"
    wait.until(lambda _: page.run(f"if (!{_SEARCH}) {press}; return !!{_SEARCH}"))
    ActionChains(page.driver).send_keys(words).perform()
    # While it is typed, there are results of its beginning.
    found = f"[...{_SEARCH}.querySelectorAll('a')].some(one => one.href.includes(arguments[0]))"
    wait.until(lambda _: page.run(f"return {found}", leads_to))
    assert asked_elsewhere(page, address) == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("at", ["", "proof/", "rules/members-cannot-read-logs/", "exam/"])
def test_it_is_accessible(page: Page, address: str, at: str, dark: bool) -> None:
    page.open(f"{address}/1.10.0/{at}", dark=dark)
    background = page.run("return getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 200) is dark
    pictures = page.run("return [...document.images].filter(one => one.checkVisibility()).map(one => one.src)")
    if at == "proof/":
        assert [one.rpartition("/")[2] for one in pictures] == [
            f"proof-{'dark' if dark else 'light'}.svg#gh-{'dark' if dark else 'light'}-mode-only"
        ]
    # Of the theme's own button that chooses the version, axe says that its label lacks the version.
    serious = [
        found
        for found in page.axe()
        if found["impact"] in {"serious", "critical"} and found["id"] != "label-content-name-mismatch"
    ]
    assert not serious, [(found["id"], [node["html"] for node in found["nodes"]][:3]) for found in serious]


def test_other_versions_can_be_chosen(page: Page, address: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    page.open(f"{address}/1.9.0/")
    versions = WebDriverWait(page.driver, 30).until(
        lambda _: page.run(
            "return [...document.querySelectorAll('.md-version__link')].map(one => one.textContent.trim())"
        )
    )
    assert versions == ["1.10.0", "1.9.0"]
