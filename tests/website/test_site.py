"""The built site: every address leads somewhere, every rule has its page, versions stand side by side."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from lxml import html
from tools import proof_picture
from tools.website import publish, sources
from tools.website.__main__ import strictly
from workbench.terraform import REPOSITORY

from orgtrail import links, rules
from tests.website.conftest import VERSION


def pages(top: Path) -> list[Path]:
    return sorted(top.rglob("index.html"))


def test_every_link_picture_and_anchor_is_there(built: Path) -> None:
    trees = {page: html.parse(page) for page in pages(built)}
    anchors = {page: set(tree.xpath("//@id")) | set(tree.xpath("//a/@name")) for page, tree in trees.items()}
    dead = []
    for page, tree in trees.items():
        for address in tree.xpath("//a/@href | //link/@href | //img/@src | //script/@src"):
            place, _, anchor = address.partition("#")
            if re.match(r"[a-z]+:", place):
                continue
            target = (page.parent / place).resolve() if place else page
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (anchor and target in anchors and anchor not in anchors[target]):
                dead.append(f"{page.relative_to(built)}: {address}")
    assert len(trees) > len(rules.ids()) + 25
    assert dead == []


def test_every_page_of_docs_is_in_the_navigation(built: Path) -> None:
    """Whoever writes a page has to say where it stands."""
    named = set(re.findall(r'"([\w/-]+\.md)"', sources.CONFIG.read_text()))
    there = {page.relative_to(sources.DOCS).as_posix() for page in sources.DOCS.rglob("*.md")}
    assert {one for one in there if not one.startswith("rules/")} <= named


def test_every_rule_has_the_page_that_reports_link_to(host: Path) -> None:
    root = links.SITE.rpartition("/")[0]
    for rule in rules.ids():
        address = links.rule_page(rule)
        page = host / address.removeprefix(f"{root}/") / "index.html"
        to = re.findall(r'canonical" href="([^"]+)"', page.read_text())[0]
        assert f'<h1 id="{rule}">{rule}' in (page.parent / to / "index.html").read_text().replace("\n", ""), rule


def test_schemas_lie_where_their_ids_say(host: Path) -> None:
    root = links.SITE.rpartition("/")[0]
    published = list((host / "orgtrail" / "schemas").glob("*.schema.json"))
    assert len(published) == 3
    for file in published:
        address = json.loads(file.read_text())["$id"]
        assert host / address.removeprefix(f"{root}/") == file


def test_versions_are_listed_newest_first_and_the_newest_is_the_one_without_a_version(host: Path) -> None:
    listed = json.loads((host / "orgtrail" / "versions.json").read_text())
    assert [one["version"] for one in listed] == [VERSION, "1.9.0"]
    assert [one["aliases"] for one in listed] == [["latest"], []]
    assert f'"./{VERSION}/"' in (host / "orgtrail" / "index.html").read_text()


def test_an_older_version_changes_nothing_of_what_addresses_without_one_mean(built: Path, tmp_path: Path) -> None:
    for version in ("2.0.0", "1.9.1", "2.0.0rc1"):
        publish.publish(built, version, tmp_path)
    assert '"./2.0.0/"' in (tmp_path / "index.html").read_text()
    listed = json.loads((tmp_path / "versions.json").read_text())
    assert [one["version"] for one in listed] == ["2.0.0", "2.0.0rc1", "1.9.1"]


@pytest.mark.parametrize("broken", ["[x](nowhere.md)", "[x](reports.md#nowhere)"])
def test_a_broken_link_or_anchor_ends_the_build(built: Path, tmp_path: Path, broken: str) -> None:
    config = sources.assemble(tmp_path, VERSION)
    page = tmp_path / "docs" / "python.md"
    page.write_text(f"{page.read_text()}\n{broken}\n")
    with pytest.raises(SystemExit, match="nowhere"):
        strictly(config)


@pytest.mark.parametrize("target", ["../nowhere.py", "images/nowhere.svg"])
def test_a_file_that_a_page_leads_to_has_to_be_there(target: str) -> None:
    with pytest.raises(SystemExit, match=r"docs/python\.md: .*nowhere.* isn't there"):
        sources._with_outer_links(f"[x]({target})", sources.DOCS / "python.md", "main")


def test_links_out_of_docs_lead_to_the_files_of_the_same_version() -> None:
    page = sources.DOCS / "how-to" / "github.md"
    text = "[a](../../action.yml) [b](../../modules) [c](gitlab.md#x)\n```\n[d](../../action.yml)\n```\n"
    assert sources._with_outer_links(text, page, "v1.0.0") == (
        f"[a]({links.REPOSITORY}/blob/v1.0.0/action.yml) [b]({links.REPOSITORY}/tree/v1.0.0/modules) [c](gitlab.md#x)\n"
        "```\n[d](../../action.yml)\n```\n"
    )


@pytest.mark.parametrize("name", proof_picture.pictures())
def test_the_picture_of_the_proof_is_fresh(name: str) -> None:
    assert (proof_picture.FOLDER / name).read_text() == proof_picture.pictures()[name]


def test_what_the_comparison_says_of_the_exam_is_in_its_counts() -> None:
    counts = json.loads((REPOSITORY / "docs" / "exam.json").read_text())
    text = (REPOSITORY / "docs" / "comparison.md").read_text()
    assert "`order` and `route` are asked of orgtrail alone" in text
    for tool, kept in counts.items():
        for kind in ("order", "route"):
            asked = set(kept["counts"].get(kind, {})) - {"not asked"}
            assert bool(asked) is (tool == "orgtrail"), (tool, kind)


def test_the_project_names_the_site_that_links_lead_to() -> None:
    urls = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["urls"]
    assert urls["Documentation"] == urls["Homepage"] == links.SITE
    assert urls["Source"] == links.REPOSITORY
