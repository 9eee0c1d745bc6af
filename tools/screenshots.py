"""Remakes the pictures of the HTML report: cases as Chromium shows them on a desk, on a phone, in the dark, on paper.

They are kept in docs/pages, with docs/report-bad.png and docs/report-good.png, the first screens that docs/reports.md
shows. Whoever changes the page looks at them.
"""

import contextlib
import tempfile
from pathlib import Path

import msgspec
from workbench import browser

from orgtrail import Settings, check, write
from orgtrail.results import Report, Run

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "docs" / "pages"

_FACTS = {
    "organization_id": "o-abcd123456",
    "management_account": "123456789012",
    "archive_account": "123456789012",
}

#: Case -> the folder of its root module, and the facts that it is checked with.
CASES: dict[str, tuple[str, dict[str, str]]] = {
    "members-read": ("examples/organization-wide-read", _FACTS),
    "no-order": ("examples/no-ordering", {}),
    "principal-removed": ("examples/trusted-access-removed", {}),
    "good": ("examples/recommended-policy", _FACTS),
    "modules": ("examples/one-module-each", {}),
    "not-known": ("tests/configurations/trail-alone", {}),
    "several": ("examples", {}),
}
#: What each case is, for who looks at its pictures.
_ABOUT = {
    "members-read": "one statement too many lets every member account read the logs",
    "no-order": "nothing makes the trail wait for trusted access",
    "principal-removed": "the plan takes CloudTrail's principal away while the trail stays",
    "good": "a plan that holds",
    "modules": "a root of modules, with a key, an account that may read and an edit that goes into a module",
    "not-known": "a trail alone: what isn't in the input isn't known",
    "several": "three plans in one page",
}
#: Where a case is more than the one plan of its folder.
_INPUTS = {"several": ("no-ordering/plan.json", "organization-wide-read/plan.json", "recommended-policy/plan.json")}
#: How a case is looked at: the width, so much of the height, whether in the dark.
_LOOKS = {"desk": (1280, 5000, False), "phone": (390, 2600, False), "dark": (1280, 1400, True)}
FIRST_SCREENS = {"report-bad": "members-read", "report-good": "good"}
_FIRST_SCREEN = 900


def report_of(case: str) -> Report:
    """The report of one case, as on a day that stays."""
    folder, facts = CASES[case]
    inputs = _INPUTS.get(case, ("plan.json",))
    settings = Settings(**facts) if case in _INPUTS else Settings(source=".", **facts)
    with contextlib.chdir(REPOSITORY / folder):
        report = check(inputs, settings, views=True)
    told = [word for name, value in facts.items() for word in (f"--{name.replace('_', '-')}", value)]
    source = () if case in _INPUTS else ("--source", ".")
    words = ("orgtrail", "check", *inputs, *source, *told, "--format", "html=report.html")
    return msgspec.structs.replace(report, run=Run("2026-11-28T12:00:00Z", words))


def main() -> None:
    if browser.missing():
        raise SystemExit(browser.missing())
    FOLDER.mkdir(exist_ok=True)
    _write_index()
    with browser.browser() as page, tempfile.TemporaryDirectory() as scratch:
        for case in CASES:
            file = Path(scratch, "report.html")
            file.write_text(write(report_of(case), "html"), encoding="utf-8")
            for name, (width, height, dark) in _LOOKS.items():
                page.open(file, width=width, dark=dark)
                page.picture(FOLDER / f"{case}-{name}.webp", height=height, quality=30)
            page.open(file)
            (FOLDER / f"{case}-print.pdf").write_bytes(page.pdf())
            for picture in (one for one, of in FIRST_SCREENS.items() if of == case):
                page.picture(REPOSITORY / "docs" / f"{picture}.png", height=_FIRST_SCREEN)


def _write_index() -> None:
    """The page that leads to the pictures."""
    kinds = {"on a desk": "desk.webp", "on a phone": "phone.webp", "in the dark": "dark.webp", "on paper": "print.pdf"}
    head = ("# The page as it looks", "", "`python -m tools.screenshots` remakes these.", "")
    table = (f"| case | {' | '.join(kinds)} |", "| --- " * (len(kinds) + 1) + "|")
    rows = (
        f"| {about} | {' | '.join(f'[{kind}]({case}-{file})' for kind, file in kinds.items())} |"
        for case, about in _ABOUT.items()
    )
    (FOLDER / "README.md").write_text("\n".join((*head, *table, *rows)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
