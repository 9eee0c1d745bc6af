"""The HTML report as a reviewer opens it, in a real Chromium: on a desk, on a phone, in the dark, on paper."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tools import screenshots
from workbench import browser
from workbench.browser import Page

from orgtrail.report import writer
from orgtrail.report.style import PLAIN
from orgtrail.results import Diagram, DiagramEdge, DiagramNode, Report
from tests.report.fixture import GOOD
from tests.report.page_fixture import PAGE, PAGE_OF_ONE

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
    return saved(PAGE_OF_ONE, tmp_path)


def saved(report: Report, folder: Path) -> Path:
    file = folder / "report.html"
    file.write_text(writer("html")(report, PLAIN), encoding="utf-8")
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


def wrong(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds wrong, with the first elements of each kind."""
    return [(found["id"], [node["html"] for node in found["nodes"]][:3]) for found in page.axe()]


def wide(page: Page) -> int:
    width: int = page.run("return document.documentElement.scrollWidth")
    return width


def test_it_opens_from_a_file_without_a_complaint_and_asks_for_nothing(page: Page, bad: Path) -> None:
    page.open(bad)
    complaints, asked = page.logs()
    assert not complaints
    assert asked == [bad.resolve().as_uri()]
    for part in (".answer", ".order .rail path", ".og-missing .og-head", ".matrix", ".excerpt", "#unknown", "#signing"):
        assert visible(page, part), part


@pytest.mark.parametrize("width", [390, 1280])
def test_the_answers_are_on_the_first_screen(page: Page, tmp_path: Path, width: int) -> None:
    page.open(saved(GOOD, tmp_path), width=width, height=844)
    bottom = page.run("return [...document.querySelectorAll('.answer')].at(-1).getBoundingClientRect().bottom")
    assert bottom < 844


def test_what_is_missing_is_red_and_dashed(page: Page, bad: Path) -> None:
    page.open(bad)
    look = "const look = getComputedStyle(document.querySelector('.og-missing .og-line'));"
    red, green, blue = map(int, re.findall(r"\d+", page.run(f"{look} return look.stroke"))[:3])
    assert red > 2 * max(green, blue)
    assert page.run(f"{look} return look.strokeDasharray") != "none"


@pytest.mark.parametrize("script", [True, False])
def test_a_witness_opens_by_click_and_by_keyboard(page: Page, bad: Path, script: bool) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    page.open(bad, script=script)
    yes = page.driver.find_element(By.CSS_SELECTOR, ".matrix td.hole button")
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


def test_without_a_script_details_still_open(page: Page, bad: Path) -> None:
    from selenium.webdriver.common.by import By

    page.open(bad, script=False)
    holds = page.driver.find_element(By.CSS_SELECTOR, "details.holds")
    assert not holds.find_element(By.CSS_SELECTOR, ".rows").is_displayed()
    holds.find_element(By.CSS_SELECTOR, "summary").click()
    assert holds.find_element(By.CSS_SELECTOR, ".rows").is_displayed()
    assert not visible(page, ".copy")


def test_the_keyboard_goes_through_it_in_the_order_of_reading(page: Page, bad: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    page.open(bad)
    where = "const at = document.activeElement; return [at.textContent.trim().slice(0, 20), at.getAttribute('href')]"
    places = []
    for _ in range(4):
        page.driver.switch_to.active_element.send_keys(Keys.TAB)
        places.append(page.run(where))
    assert places[0] == ["Skip to the results", "#fails"]
    assert places[1][1] == "#fails"
    assert page.run("return [...document.querySelectorAll('[tabindex]')].every((one) => one.tabIndex === 0)")
    assert page.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("report", [PAGE, PAGE_OF_ONE], ids=["several", "one"])
def test_it_is_accessible_and_never_scrolls_sideways(
    page: Page, tmp_path: Path, report: Report, dark: bool, width: int
) -> None:
    page.open(saved(report, tmp_path), width=width, dark=dark)
    page.run("for (const folded of document.querySelectorAll('details')) folded.open = true")
    assert wide(page) <= width
    background = page.run("return getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 200) is dark
    assert wrong(page) == []


def test_of_many_inputs_each_is_a_line_that_leads_to_its_part(page: Page, tmp_path: Path) -> None:
    from selenium.webdriver.common.by import By

    names = [f"{letter}.json" for letter in "abcde"]
    many = msgspec.structs.replace(
        PAGE,
        inputs=tuple(msgspec.structs.replace(PAGE.inputs[0], path=name) for name in names),
        results=tuple(msgspec.structs.replace(PAGE.results[0], input="e.json") for _ in range(2)),
        views=tuple(msgspec.structs.replace(PAGE.views[0], input=name) for name in names),
        unreadable=("f.json: is empty; expected a plan",),
        exit_code=2,
    )
    page.open(saved(many, tmp_path), width=390)
    rows = page.driver.find_elements(By.CSS_SELECTOR, ".inputs tbody tr")
    assert ["e.json" in row.text for row in rows] == [True, False, False, False, False]
    assert page.run("return document.querySelector('.unreadable').innerText") == "f.json: is empty; expected a plan"
    assert not visible(page, ".order")
    rows[0].find_element(By.TAG_NAME, "a").click()
    folded = "return [...document.querySelectorAll('details.view')].map((one) => one.open)"
    assert page.run(folded) == [False, False, False, False, True]
    assert wide(page) <= 390


@pytest.mark.parametrize("width", [390, 1280])
def test_sixty_things_in_order_are_readable(page: Page, tmp_path: Path, width: int) -> None:
    names = [
        f"module.m{number // 6}.aws_s3_bucket_server_side_encryption_configuration.n{number:02}" for number in range(60)
    ]
    edges = [DiagramEdge(names[number // 3], names[number], "depends") for number in range(1, 60)]
    large = Diagram(tuple(DiagramNode(name, "bucket") for name in names), tuple(edges))
    report = msgspec.structs.replace(PAGE_OF_ONE, views=(msgspec.structs.replace(PAGE_OF_ONE.views[0], diagram=large),))
    page.open(saved(report, tmp_path), width=width)
    assert wide(page) <= width
    sizes = (
        "return [...document.querySelectorAll('.order .name')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(page.run(sizes)) >= 13
    # Lines leave the words at least half of a phone.
    rail = page.run("return document.querySelector('.rail').getBoundingClientRect().width")
    assert rail < 200
    assert len(page.run("return [...document.querySelectorAll('.order .module')].map((one) => one.innerText)")) == 10
    assert printed_pages(page) <= 8


# On paper


def printed_pages(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf()))


def test_on_paper_the_gravest_stands_out_without_colour(page: Page, bad: Path) -> None:
    page.open(bad)
    page.as_printed()
    assert wrong(page) == []
    look = (
        "const look = getComputedStyle(document.querySelector(arguments[0]));"
        "return [look.color, parseFloat(look.borderTopWidth), Number(look.fontWeight)]"
    )
    color, border, weight = page.run(look, ".matrix .hole button")
    assert color == "rgb(0, 0, 0)"
    assert border >= 2
    assert weight >= 700
    _, border, weight = page.run(look, ".matrix .no .word")
    assert (border, weight) == (0, 400)
    # What is white on colour would vanish where backgrounds aren't printed.
    light = (
        "return [...document.querySelectorAll('body *')].filter((one) =>"
        " one.checkVisibility() && getComputedStyle(one).color === 'rgb(255, 255, 255)').length"
    )
    assert page.run(light) == 0
    for part in (".holds .rows", ".answer", ".excerpt", ".fields", ".matrix"):
        assert visible(page, part), part
    for part in ("nav", ".copy", ".popovers", ".skip"):
        assert not visible(page, part), part


@pytest.mark.parametrize("case", screenshots.CASES)
def test_a_case_is_accessible_and_prints_on_few_pages(page: Page, tmp_path: Path, case: str) -> None:
    report = screenshots.report_of(case)
    file = saved(report, tmp_path)
    for width, dark in ((1280, False), (390, False), (1280, True)):
        page.open(file, width=width, dark=dark)
        assert wide(page) <= width
        assert wrong(page) == []
    complaints, _ = page.logs()
    assert complaints == []
    page.as_printed()
    assert wrong(page) == []
    assert 1 < printed_pages(page) <= 6 * len(report.inputs)


@pytest.mark.parametrize("case", screenshots.CASES)
def test_the_pictures_of_a_case_are_kept_and_small(case: str) -> None:
    sizes = {file.name: file.stat().st_size for file in screenshots.FOLDER.glob(f"{case}-*")}
    assert set(sizes) == {f"{case}-{name}" for name in ("desk.webp", "phone.webp", "dark.webp", "print.pdf")}
    assert max(sizes.values()) < 400_000
    printed = (screenshots.FOLDER / f"{case}-print.pdf").read_bytes()
    inputs = 3 if case == "several" else 1
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 6 * inputs
