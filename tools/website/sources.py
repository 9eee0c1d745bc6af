"""What the site is built from: docs/ as it lies, the rules' pages from their docstrings, and the schemas.

Pages read well on GitHub, too, so their links are relative. One that leaves docs/ leads to the repository's own page.
"""

import json
import os
import re
import shutil
import tomllib
from pathlib import Path

from orgtrail import links
from tools import rule_pages, schemas

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
CONFIG = Path(__file__).with_name("zensical.toml")
_LINK = re.compile(r"(\]\()([^)\s#]+)([^)\s]*\))")


def assemble(folder: Path, version: str) -> Path:
    """Write the site's sources and its configuration into a folder, and return the configuration's path."""
    shutil.rmtree(folder, ignore_errors=True)
    docs = folder / "docs"
    shutil.copytree(DOCS, docs, ignore=lambda where, _: ["rules"] if Path(where) == DOCS else [])
    shutil.copytree(CONFIG.with_name("assets"), docs / "assets")
    (docs / "rules").mkdir()
    for name, text in rule_pages.pages().items():
        (docs / "rules" / name).write_text(text, encoding="utf-8")
    shutil.copy(REPOSITORY / "CHANGELOG.md", docs / "changelog.md")
    (docs / "schemas").mkdir(exist_ok=True)
    for name, text in schemas.texts().items():
        (docs / "schemas" / name).write_text(text, encoding="utf-8")
    ref = f"v{version}" if version else "main"
    for page in docs.rglob("*.md"):
        relative = page.relative_to(docs)
        origin = DOCS / relative if relative.name != "changelog.md" else REPOSITORY / "CHANGELOG.md"
        page.write_text(_with_outer_links(page.read_text(encoding="utf-8"), origin, ref), encoding="utf-8")
    config = folder / "zensical.toml"
    config.write_text(_config(version), encoding="utf-8")
    return config


def _with_outer_links(text: str, page: Path, ref: str) -> str:
    """A page's text, in which links to files outside of docs/ lead to the repository."""

    def outer(found: re.Match[str]) -> str:
        head, target, tail = found.groups()
        if "://" in target or target.startswith("mailto:"):
            return found[0]
        file = Path(os.path.normpath(page.parent / target))
        if not file.exists():
            raise SystemExit(f"{page.relative_to(REPOSITORY)}: {target} isn't there")
        if DOCS in (file, *file.parents):
            # From the page's place in the sources: only the changelog lies elsewhere.
            return found[0] if page.parent != REPOSITORY else f"{head}{file.relative_to(DOCS).as_posix()}{tail}"
        kind = "tree" if file.is_dir() else "blob"
        return f"{head}{links.REPOSITORY}/{kind}/{ref}/{file.relative_to(REPOSITORY).as_posix()}{tail}"

    # What stands in fenced blocks is code.
    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if part.startswith("```") else _LINK.sub(outer, part) for part in parts)


def _config(version: str) -> str:
    """The configuration with what only this version knows: its address, and each rule in the navigation."""
    text = CONFIG.read_text(encoding="utf-8")
    rules = ", ".join(json.dumps(f"rules/{name}") for name in sorted(rule_pages.pages()) if name != "README.md")
    text = text.replace('"rules/*"', rules)
    text = text.replace("@SITE@", f"{links.SITE}/{version}/" if version else f"{links.SITE}/")
    text = text.replace("@REPOSITORY@", links.REPOSITORY)
    tomllib.loads(text)
    return text
