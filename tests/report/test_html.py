"""The HTML report as a reviewer opens it: a file in a real Chromium."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from workbench import browser
from workbench.browser import Page

from orgtrail.config import Settings
from orgtrail.engine import run as engine
from orgtrail.report import writer
from orgtrail.report.style import PLAIN
from tests.report.fixture import GOOD, REPORT

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FACTS = Settings(
    organization_id="o-abcd123456", management_account="123456789012", archive_account="123456789012", source="."
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if browser.missing():
        if os.environ.get("CI"):
            pytest.fail(f"CI runs every test, and {browser.missing()}")
        pytest.skip(f"needs a browser: {browser.missing()}")
    with browser.browser() as opened:
        yield opened


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """The page of the shared set of results, which holds something of everything."""
    file = tmp_path / "report.html"
    file.write_text(writer("html")(REPORT, PLAIN), encoding="utf-8")
    return file


def visible(page: Page, selector: str) -> bool:
    """Whether the first element that fits can be seen."""
    return bool(
        page.run(
            "const found = document.querySelector(arguments[0]);"
            "return !!found && found.checkVisibility() && found.getBoundingClientRect().width > 0;",
            selector,
        )
    )


def test_it_opens_from_a_file_without_a_complaint_and_asks_for_nothing(page: Page, bad: Path) -> None:
    page.open(bad)
    complaints, asked = page.logs()
    assert not complaints
    assert asked == [bad.resolve().as_uri()]
    assert page.run("return document.querySelector('h1').textContent").startswith("2 rules fail")
    for part in (".answers", ".picture svg", ".og-missing .og-head", ".matrix", ".statements .allows", "#unknowns"):
        assert visible(page, part), part
    assert "versions are kept by the replica" in page.run("return document.body.innerText")


def test_the_missing_edge_is_red(page: Page, bad: Path) -> None:
    page.open(bad)
    color = page.run("return getComputedStyle(document.querySelector('.og-missing path')).stroke")
    red, green, blue = map(int, re.findall(r"\d+", color)[:3])
    assert red > 2 * max(green, blue)


@pytest.mark.parametrize("script", [True, False])
def test_a_witness_opens_by_click_and_by_keyboard(page: Page, bad: Path, script: bool) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    page.open(bad, script=script)
    yes = page.driver.find_element(By.CSS_SELECTOR, ".matrix td.yes.out button")
    why = page.driver.find_element(By.ID, yes.get_dom_attribute("popovertarget"))
    assert not why.is_displayed()
    yes.click()
    assert why.is_displayed()
    assert "arn:aws:iam::222222222222:role/any" in why.text
    why.find_element(By.CSS_SELECTOR, "button.close").click()
    assert not why.is_displayed()
    yes.send_keys(Keys.ENTER)
    assert why.is_displayed()
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not why.is_displayed()


def test_without_a_script_results_still_open(page: Page, bad: Path) -> None:
    from selenium.webdriver.common.by import By

    page.open(bad, script=False)
    closed = page.driver.find_element(By.CSS_SELECTOR, ".result.proved")
    assert not closed.find_element(By.CSS_SELECTOR, ".body").is_displayed()
    closed.find_element(By.CSS_SELECTOR, "summary").click()
    assert closed.find_element(By.CSS_SELECTOR, ".body").is_displayed()
    assert not page.driver.find_element(By.ID, "tools").is_displayed()


def test_with_a_script_verdicts_can_be_hidden(page: Page, bad: Path) -> None:
    from selenium.webdriver.common.by import By

    page.open(bad)
    toggle = page.driver.find_element(By.CSS_SELECTOR, "#tools button")
    assert toggle.text == "violated (3)"
    toggle.click()
    assert not visible(page, ".result.violated")
    assert visible(page, ".result.undecided")
    assert toggle.get_dom_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1200])
def test_it_is_accessible_and_never_scrolls_sideways(page: Page, bad: Path, dark: bool, width: int) -> None:
    page.open(bad, width=width, dark=dark)
    assert page.run("return document.documentElement.scrollWidth") <= width
    background = page.run("return getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 200) is dark
    serious = [found for found in page.axe() if found["impact"] in {"serious", "critical"}]
    assert not serious, [(found["id"], [node["html"] for node in found["nodes"]][:3]) for found in serious]


@pytest.mark.parametrize("width", [390, 1200])
def test_of_many_inputs_each_is_a_line_that_leads_to_its_part(page: Page, tmp_path: Path, width: int) -> None:
    from selenium.webdriver.common.by import By

    names = [f"{letter}.json" for letter in "abcde"]
    many = msgspec.structs.replace(
        REPORT,
        inputs=tuple(msgspec.structs.replace(REPORT.inputs[0], path=name) for name in names),
        results=tuple(msgspec.structs.replace(REPORT.results[0], input="e.json") for _ in range(2)),
        views=tuple(msgspec.structs.replace(REPORT.views[0], input=name) for name in names),
        unreadable=("f.json: is empty; expected a plan",),
        exit_code=2,
    )
    file = tmp_path / "report.html"
    file.write_text(writer("html")(many, PLAIN), encoding="utf-8")
    page.open(file, width=width)
    rows = page.driver.find_elements(By.CSS_SELECTOR, ".overview tbody tr")
    assert ["e.json" in row.text for row in rows] == [True, False, False, False, False]
    assert page.run("return document.querySelector('.unreadable').innerText") == "f.json: is empty; expected a plan"
    assert not visible(page, ".picture")
    rows[0].find_element(By.TAG_NAME, "a").click()
    folded = "return [...document.querySelectorAll('details.view')].map((one) => one.open)"
    assert page.run(folded) == [False, False, False, False, True]
    assert page.run("return document.documentElement.scrollWidth") <= width
    assert page.axe() == []


def test_it_prints_every_witness(page: Page, bad: Path) -> None:
    page.open(bad)
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert visible(page, ".why")
    assert visible(page, ".result.proved .body")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("example", ["organization-wide-read", "no-ordering", "recommended-policy"])
def test_examples_from_plan_to_page(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str) -> None:
    monkeypatch.chdir(EXAMPLES / example)
    report = engine.check(["plan.json"], FACTS, views=True)
    file = tmp_path / "report.html"
    file.write_text(writer("html")(report, PLAIN), encoding="utf-8")
    page.open(file, width=390)
    complaints, asked = page.logs()
    assert (complaints, asked) == ([], [file.as_uri()])
    assert page.run("return document.documentElement.scrollWidth") <= 390
    assert visible(page, ".picture svg")
    assert visible(page, ".matrix")
    assert visible(page, ".matrix td.yes.out button") is (example == "organization-wide-read")
    assert visible(page, ".og-missing .og-head") is (example == "no-ordering")


def test_a_good_run_is_a_page_too(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(writer("html")(GOOD, PLAIN), encoding="utf-8")
    page.open(file)
    assert page.logs()[0] == []
    assert page.run("return document.querySelector('h1').textContent") == "Everything that was asked for holds"
