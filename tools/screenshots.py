"""Remakes docs/report-bad.png and docs/report-good.png: HTML reports of two examples, as Chromium shows them."""

import contextlib
import tempfile
from pathlib import Path

from workbench import browser

from orgtrail import Settings, check, write

REPOSITORY = Path(__file__).resolve().parents[1]
FACTS = {
    "organization_id": "o-abcd123456",
    "management_account": "123456789012",
    "archive_account": "123456789012",
    "source": ".",
}
PICTURES = {"report-bad": "organization-wide-read", "report-good": "recommended-policy"}


def main() -> None:
    if browser.missing():
        raise SystemExit(browser.missing())
    with browser.browser() as page, tempfile.TemporaryDirectory() as scratch:
        for picture, example in PICTURES.items():
            with contextlib.chdir(REPOSITORY / "examples" / example):
                report = check(["plan.json"], Settings(**FACTS), views=True)
            file = Path(scratch, "report.html")
            file.write_text(write(report, "html"), encoding="utf-8")
            page.open(file, width=1100)
            page.screenshot(REPOSITORY / "docs" / f"{picture}.png")


if __name__ == "__main__":
    main()
