"""Headless Chromium for the tests of pages: `page(path)` opens a file; what it asks the network for is written down."""

import base64
import functools
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
AXE = REPOSITORY / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)


@functools.cache
def missing() -> str:
    """What keeps the browser tests from running here; empty where nothing does."""
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return f"{program} isn't on PATH (tools/setup_tests.sh installs it)"
    return "" if AXE.exists() else "axe-core isn't installed (tools/setup_tests.sh installs it)"


class Page:
    """One window of Chromium."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(
        self, file: Path | str, *, width: int = 1200, height: int = 900, dark: bool = False, script: bool = True
    ) -> None:
        """Open a file from disk, or an address, as a window of this size."""
        self.driver.get("about:blank")
        self.logs()
        self._tell("Emulation.setScriptExecutionDisabled", {"value": not script})
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._tell("Emulation.setEmulatedMedia", {"media": "", "features": [feature]})
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self._tell("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.get(file if isinstance(file, str) else file.resolve().as_uri())

    def _tell(self, command: str, arguments: dict[str, Any]) -> Any:
        return self.driver.execute_cdp_cmd(command, arguments)

    def run(self, script: str, *arguments: Any) -> Any:
        """What a piece of JavaScript returns."""
        return self.driver.execute_script(script, *arguments)

    def logs(self) -> tuple[list[str], list[str]]:
        """What the console complained of, and what was asked for (addresses), since the last call."""
        complaints = [entry["message"] for entry in self.driver.get_log("browser")]
        asked = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        # The browser's own first page may still be loading its parts.
        asked = [address for address in asked if not address.startswith("chrome")]
        return complaints, asked

    def axe(self) -> list[dict[str, Any]]:
        """What axe-core finds wrong with the page."""
        self.run(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.driver.execute_async_script(
            "const done = arguments[0];"
            "axe.run().then(done, (error) => done({violations: [{id: String(error), impact: 'critical'}]}))"
        )
        violations: list[dict[str, Any]] = found["violations"]
        return violations

    def as_printed(self) -> None:
        """Show the page as paper does, until it is opened again."""
        self._tell("Emulation.setEmulatedMedia", {"media": "print"})

    def pdf(self) -> bytes:
        """The page printed: without backgrounds, as browsers do unless told otherwise, on the paper it asks for."""
        printed: str = self._tell("Page.printToPDF", {"printBackground": False, "preferCSSPageSize": True})["data"]
        return base64.b64decode(printed)

    def picture(self, file: Path, *, height: int | None = None, quality: int = 80) -> None:
        """The page down to a height (default: all of it) as a picture, of the kind that its name ends in."""
        whole: int = self.run("return document.documentElement.scrollHeight")
        clip = {
            "x": 0,
            "y": 0,
            "width": self.run("return innerWidth"),
            "height": min(height or whole, whole),
            "scale": 1,
        }
        kind = file.suffix.removeprefix(".")
        asked = {"format": kind, "clip": clip, "captureBeyondViewport": True}
        shot = self._tell("Page.captureScreenshot", asked | ({} if kind == "png" else {"quality": quality}))
        file.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def browser() -> Iterator[Page]:
    """A Chromium with an empty profile, closed at the end."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = str(shutil.which("chromium"))
        for flag in (*_FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))
        try:
            yield Page(driver)
        finally:
            driver.quit()
