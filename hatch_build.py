"""The README as PyPI shows it: links that are relative here lead to the repository, to the files of this version."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class ReadmeHook(MetadataHookInterface):
    """Gives the package's `readme`, which pyproject.toml calls dynamic."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Put the README into the package's metadata."""
        root = Path(self.root)
        version = re.findall(r'__version__ = "(.+)"', (root / "checker/orgtrail/__init__.py").read_text("utf-8"))[0]
        base = f"{metadata['urls']['Source']}/blob/v{version}/"
        text = re.sub(r"\]\((?!https?://|#)([^)]+)\)", rf"]({base}\1)", (root / "README.md").read_text("utf-8"))
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
