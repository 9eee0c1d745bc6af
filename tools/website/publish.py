"""Puts a built version of the site beside the others, in a checkout of the branch that is published (gh-pages).

/0.1.0/...               each version, as it was built
/versions.json           what the version selector lists, newest first
/rules/<id>/ and so on   each page of the newest version, at an address without a version: leads there
/schemas/...             the newest schemas themselves: a program that reads them follows no page
"""

import json
import shutil
from pathlib import Path

_STUB = """\
<!DOCTYPE html>
<meta charset="utf-8">
<title>orgtrail</title>
<link rel="canonical" href="{to}">
<script>location.replace("{to}" + location.search + location.hash)</script>
<noscript><meta http-equiv="refresh" content="0; url={to}"></noscript>
<a href="{to}">{to}</a>
"""


def publish(built: Path, version: str, branch: Path) -> None:
    """Put the site in `built` into `branch` as `version`; the newest version is what addresses without one mean."""
    listed = branch / "versions.json"
    others = json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else []
    versions = sorted({version, *(one["version"] for one in others)}, key=_order, reverse=True)
    shutil.rmtree(branch / version, ignore_errors=True)
    shutil.copytree(built, branch / version)
    newest = versions[0]
    entries = [{"version": one, "title": one, "aliases": ["latest"] if one == newest else []} for one in versions]
    listed.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    (branch / ".nojekyll").touch()
    if newest == version:
        _lead_to(branch, version)


def _lead_to(branch: Path, version: str) -> None:
    """Have each address without a version lead to the page of this one. What older versions had stays."""
    top = branch / version
    for page in sorted(top.rglob("index.html")):
        place = page.parent.relative_to(top)
        up = "../" * len(place.parts)
        stub = branch / place / "index.html"
        stub.parent.mkdir(parents=True, exist_ok=True)
        inside = "" if place == Path() else f"{place.as_posix()}/"
        stub.write_text(_STUB.format(to=f"{up or './'}{version}/{inside}"), encoding="utf-8")
    shutil.copy(top / "404.html", branch / "404.html")
    for schema in (top / "schemas").glob("*.json"):
        shutil.copy(schema, branch / "schemas" / schema.name)


def _order(version: str) -> tuple[tuple[int, ...], bool, str]:
    """1.10.0 comes after 1.9.0, and 1.0.0 after 1.0.0rc1."""
    digits = version.replace("rc", ".").replace("-", ".").split(".")
    numbers = tuple(int(one) for one in digits[:3] if one.isdigit())
    return numbers, len(digits) == 3, version
