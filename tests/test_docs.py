"""The pages say what is: links lead somewhere, options are there and told of, and what a command prints is printed."""

import re
from pathlib import Path

import msgspec
import pytest
from tools import example_table
from workbench.run import orgtrail
from workbench.terraform import REPOSITORY

from orgtrail.cli import COMMANDS, parser_of
from orgtrail.cli.arguments import arguments_of
from orgtrail.report.json import as_data
from tests.report.fixture import REPORT

PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "modules/*.md", "modules/*/README.md", "examples/*/*.md")
    for path in REPOSITORY.glob(pattern)
)
_COMMAND = re.compile(r"orgtrail (" + "|".join(COMMANDS) + r")\b([^`\n|]*)")


def options_of(command: str) -> set[str]:
    return {option for one in arguments_of(parser_of(command)) for option in one.option_strings}


def name_of(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    linked = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    dead = [one for one in linked if not one.startswith("https://") and not (page.parent / one).exists()]
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_shows_a_template_that_nothing_filled(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(), flags=re.DOTALL)
    assert re.findall(r"(?<!\$)\{\w*\}", prose) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_have_the_options_that_a_page_gives_them(page: Path) -> None:
    for name, rest in _COMMAND.findall(page.read_text()):
        known = options_of(name)
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", rest)) <= known, (name, rest)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_addresses_of_this_repository_are_the_published_ones(page: Path) -> None:
    """No placeholder that somebody would run."""
    text = page.read_text()
    assert "OWNER" not in text
    assert {one.removesuffix(".git") for one in re.findall(r"github\.com/([\w-]+)/orgtrail", text)} <= {"orgtrail"}


def test_every_option_of_check_and_audit_is_told_of() -> None:
    told = "".join(page.read_text() for page in PAGES)
    options = options_of("check") | options_of("audit")
    assert {option for option in options if option.startswith("--") and option not in told} == set()


def test_every_name_of_the_json_report_is_told_of() -> None:
    told = set(re.findall(r"`(\w+)`", (REPOSITORY / "docs" / "reports.md").read_text()))
    report = as_data(msgspec.structs.replace(REPORT, unreadable=("x.json: is empty",)))
    names = {*report, *report["summary"]}
    for one in (*report["inputs"], *report["results"]):
        names |= set(one)
        for part in ("location", "witness", "suppression", "fix"):
            names |= set(one.get(part) or ())
        names |= {name for cause in one.get("unknowns", ()) for name in cause}
    assert names - told == set()


def test_the_page_of_the_examples_says_what_they_expect() -> None:
    assert example_table.PAGE.read_text() == example_table.page()


def test_what_the_readme_shows_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (REPOSITORY / "README.md").read_text()
    told = re.search(r"`orgtrail ([^`]*)` prints:\n\n```text\n(.*?)```", readme, re.DOTALL)
    assert told is not None
    shown = [line.partition("…")[0] for line in told[2].splitlines()]
    monkeypatch.chdir(REPOSITORY)
    # The plan lies by its source, which is read as a user's is.
    run = orgtrail(*told[1].split(), "--source", "examples/organization-wide-read")
    printed = run.out.splitlines()[: len(shown)]
    assert [line[: len(start)] if start else line for line, start in zip(printed, shown, strict=True)] == shown
