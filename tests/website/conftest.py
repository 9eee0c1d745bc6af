"""The site, built once and published beside an older version, as a host of static pages has it."""

import importlib.util
import os
from pathlib import Path

import pytest
from tools.website.__main__ import build
from tools.website.publish import publish

VERSION = "1.10.0"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    if importlib.util.find_spec("zensical") is None:
        if os.environ.get("CI"):
            pytest.fail("CI runs every test, and zensical isn't installed")
        pytest.skip("zensical isn't installed: pip install '.[docs]'")
    return build(tmp_path_factory.mktemp("site"), VERSION)


@pytest.fixture(scope="session")
def host(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is served at the host's root: the project lies in a folder of it."""
    root = tmp_path_factory.mktemp("host")
    (root / "orgtrail").mkdir()
    for version in ("1.9.0", VERSION):
        publish(built, version, root / "orgtrail")
    return root
