"""Forty hostile strings as names, Sids, tags and reasons: none is live in any report."""

import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from lxml import etree
from workbench import browser
from workbench.ci_log import commands
from workbench.run import orgtrail

from orgtrail.config import Settings
from orgtrail.engine import run as engine
from orgtrail.links import SITE
from orgtrail.redaction import mapped
from orgtrail.report import FORMATS, writer
from orgtrail.report.drawing import DRAWINGS, drawer
from orgtrail.report.style import PLAIN, TextStyle
from orgtrail.results import Report
from tests.report.fixture import DIAGRAM, REPORT
from tests.report.page_fixture import PAGE

HOSTILE = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "</style><script>window.pwned=1</script>",
    "</title><img src=x onerror=window.pwned=1>",
    "<img src=x onerror=window.pwned=1>",
    '"><svg onload=window.pwned=1>',
    "' onmouseover='window.pwned=1",
    '" autofocus onfocus="window.pwned=1',
    "<svg><animate onbegin=window.pwned=1 attributeName=x>",
    "<details open ontoggle=window.pwned=1>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'>",
    "<a href=javascript:window.pwned=1>x</a>",
    "[x](javascript:window.pwned=1)",
    "![x](https://evil.example/x.png)",
    "[x]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example/www.evil.example",
    "@everyone @acme/security #1 GH-1",
    "]]>",
    "]]><x/>",
    "<!--",
    "--> <script>window.pwned=1</script>",
    "<![CDATA[",
    "&lt;script&gt;&#x3c;",
    "{{ 7*7 }}{% raw %}${7*7}#{7*7}",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "\x1b[2J\x1b[H\x9b2J",
    "a\u202egnp.exe",
    "\u2066\u2067\u200fx\u2069",
    "a\u200bb\ufeffc\u00ad",
    "\x00\x07\x08\x7f",
    "a | b | c\\| d",
    "`code` ``` ~~~",
    "line one\nline two\r\n::error file=x::owned",
    "\n::set-output name=x::y\n::stop-commands::z",
    "%0A::error::owned%0D",
    "a\u2028b\u2029c\u0085d",
    "\n\n# heading\n\n- [ ] task\n\n```\n",
    "lone \ud800 surrogate \udfff",
    "[bold red]markup[/] [link=https://evil.example]x[/link]",
    "\t=cmd|' /C calc'!A0",
    "##[add-mask]x",
    "\n##[set-env name=x]y",
    "##vso[task.setvariable variable=x]y",
    "##teamcity[message text='x']",
    "\n \t::add-mask::x",
    "\u3000\n\u00a0::stop-commands::x",
    "p\u0430ypal \u0430ws_s3_bucket.logs",
    "aws_s3_bucket.\u043b\u043e\u0433\u0438",
    "\uff41\uff57\uff53",
    "a@example.com @org/team #12 GH-12 owner/repo#3",
    "https://evil.example www.evil.example",
    '${file("/etc/passwd")} %{ if true }x%{ endif }',
    "::error::x",
    "::group::x\n::endgroup::",
    "::debug::x",
    "::notice file=app.js,line=1::x",
    "::save-state name=x::y",
    "::echo::on",
    "::add-path::/tmp",
    "::set-env name=PATH::/tmp",
    "##[command]x",
    "##[section]x",
    "##[group]x ##[endgroup]",
    "##vso[build.addbuildtag]x",
    "##vso[task.logissue type=error]x",
    "##teamcity[buildStatus status='SUCCESS']",
    "\x1b]8;;https://evil.example\x07x\x1b]8;;\x07",
    "\x1b[2J\x1b[H",
    "\x9b31m",
    "\x1b]0;title\x07",
    "\x07\x08\x0c",
    "a\rb",
    "\u202ecod.exe",
    "\u2066x\u2069",
    "\u200bzero\u200bwidth",
    "\ufeffbom",
    "\u00adsoft",
    "<iframe srcdoc='x'>",
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>*{display:none}</style>",
    "<!-- x --> <!--",
    "</code></summary></details>",
    "&lt;b&gt; &#60;",
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x][y]\n\n[y]: https://evil.example",
    "<https://evil.example>",
    "<mailto:a@example.com>",
    "@here @channel <!channel>",
    "fixes #1 closes org/repo#2",
    "~~~\nx\n~~~",
    "    code\n\n> quote\n\n1. list",
    "$$x$$ $`x`$",
    "| a | b |\n| - | - |",
    "{{ 7 * 7 }} {% raw %}",
    "]]> <![CDATA[",
    "<?xml version='1.0'?>",
    "\ud83d\ude00 \U000e0041",
    "\u0430\u0440\u0440\u0435",
    "\u03bfrg-tr\u03b1il",
    "\U0001d41a\U0001d42c",
    "\r\n::stop-commands::x\r\n",
)
#: What may never reach a terminal or a page as it is.
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def poisoned(text: str, report: Report = REPORT) -> Report:
    """The shared report with `text` added to every string in it that an input could hold."""
    kept = {"error", "warning", "note", "yes", "no", "unknown", "depends", "missing", "possible", "allowed", "denied"}
    kept |= {"bucket", "key", "nothing allows it"}

    def change(value: str) -> str:
        return value if value in kept or not value else value + text

    results = tuple(
        msgspec.structs.replace(
            mapped(result, change), rule=result.rule, verdict=result.verdict, severity=result.severity
        )
        for result in report.results
    )
    views = tuple(
        msgspec.structs.replace(
            mapped(view, change),
            diagram=msgspec.structs.replace(
                mapped(view.diagram, change),
                nodes=tuple(
                    msgspec.structs.replace(mapped(node, change), role=node.role) for node in view.diagram.nodes
                ),
            )
            if view.diagram
            else None,
        )
        for view in report.views
    )
    return msgspec.structs.replace(
        report,
        results=results,
        views=views,
        inputs=mapped(report.inputs, change),
        notices=mapped(report.notices, change),
        baseline=change(report.baseline),
        run=msgspec.structs.replace(report.run, command=mapped(report.run.command, change)),
        mended=tuple(msgspec.structs.replace(mapped(one, change), rule=one.rule) for one in report.mended),
    )


def test_there_are_a_hundred() -> None:
    assert len(set(HOSTILE)) >= 100


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", FORMATS)
def test_nothing_raw_reaches_a_reader(name: str, text: str) -> None:
    shown = writer(name)(poisoned(text), PLAIN)
    assert not RAW.search(shown)
    shown.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_terminal_sees_only_our_own_escapes(text: str) -> None:
    shown = writer("text")(poisoned(text), TextStyle(color=True, width=120))
    ours = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert not RAW.search(ours)
    # The input brings no colours of its own.
    assert "\x1b]8" not in shown
    assert "\x1b[31mred" not in shown


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(text)
    parser.close()
    return parser.found


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_html_holds_the_tags_of_a_harmless_report_and_no_others(text: str) -> None:
    # Backquotes mark code, a line of code is a span, and a long name may break: these may differ in number.
    may_differ = {"code", "span", "wbr"}
    calm, poisonous = (
        [one for one in tags(writer("html")(report, PLAIN)) if one[0] not in may_differ]
        for report in (REPORT, poisoned(text))
    )
    assert [tag for tag, _ in poisonous] == [tag for tag, _ in calm]
    spans = [found for tag, found in tags(writer("html")(poisoned(text), PLAIN)) if tag in may_differ]
    assert all(set(found) <= {"class", "aria-hidden", "title"} for found in spans)
    for (_, before), (_, after) in zip(calm, poisonous, strict=True):
        assert list(after) == list(before)
        assert not any(name.startswith("on") for name in after)
        assert not (after.get("href") or "#").startswith("javascript")


@pytest.mark.parametrize("text", HOSTILE[::4], ids=range(0, len(HOSTILE), 4))
def test_what_only_the_page_shows_is_quoted_too(text: str) -> None:
    # The record, the lines of the source, the difference: a line of that is a span.
    shown = writer("html")(poisoned(text, PAGE), PLAIN)
    assert not RAW.search(shown)
    allowed = {tag for tag, _ in tags(writer("html")(PAGE, PLAIN))} | {"wbr", "code"}
    assert {tag for tag, _ in tags(shown)} <= allowed
    for tag, attributes in tags(shown):
        assert not any(name.startswith("on") or name in ("style", "src", "srcdoc") for name in attributes), tag
        assert re.match(r"#|https://", attributes.get("href") or "#")
    assert shown.count("<script") == 1


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_markdown_holds_no_live_tag_link_or_mention(text: str) -> None:
    # Our own links lead to the pages of our own rules.
    shown = re.sub(rf"\]\({SITE}/rules/[a-z-]+/\)", "]", writer("markdown")(poisoned(text), PLAIN))
    unfenced = _without_fences(shown)
    prose = re.sub(r"`[^`\n]+`|<code>.*?</code>", "", unfenced)
    allowed = {"details", "summary", "br", "b", "code"}
    assert {tag for tag, _ in tags(prose)} <= allowed
    assert not re.search(r"(?<!\\)\]\(", prose)
    assert not re.search(r"https?://|(?<!\\)@\w|<https|www\.", prose)
    # Nothing begins a heading, a list or a table, or gets out of its fold.
    calm = _without_fences(writer("markdown")(REPORT, PLAIN))
    for start in ("- ", "#", "|", ">", "<details>", "</details>", "!["):
        assert _beginning(unfenced, start) == _beginning(calm, start), start


def _without_fences(text: str) -> str:
    return re.sub(r"(`{3,})\w*\n.*?\n\1\n", "", text, flags=re.DOTALL)


def _beginning(text: str, start: str) -> int:
    return sum(line.startswith(start) for line in text.splitlines())


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_annotations_hold_our_commands_only(text: str) -> None:
    calm = writer("github")(REPORT, PLAIN).splitlines()
    shown = writer("github")(poisoned(text), PLAIN).splitlines()
    assert [line.partition(" ")[0] for line in shown] == [line.partition(" ")[0] for line in calm]
    for line in (line for line in shown if line.startswith("::")):
        properties = line.split("::")[1].partition(" ")[2]
        assert set(re.findall(r"(?:^|,)(\w+)=", properties)) <= {"title", "file", "line", "col"}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_line_of_a_log_is_a_command_of_the_inputs(text: str) -> None:
    ours = commands(writer("github")(REPORT, PLAIN))
    for name in FORMATS:
        found = commands(writer(name)(poisoned(text), PLAIN))
        assert len(found) == (len(ours) if name == "github" else 0), name


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_machine_formats_stay_whole(text: str) -> None:
    report = poisoned(text)
    for name in ("json", "sarif", "gitlab"):
        json.loads(writer(name)(report, PLAIN))
    assert len(etree.fromstring(writer("junit")(report, PLAIN).encode())) == 2
    log = json.loads(writer("sarif")(report, PLAIN))["runs"][0]
    for result in log["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri)
        assert not re.search(r"(?<!\\)\](?=\()", result["message"]["text"])


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_drawings(name: str, text: str) -> None:
    diagram = poisoned(text).views[0].diagram
    assert diagram is not None
    drawn, calm = drawer(name)(diagram), drawer(name)(DIAGRAM)
    assert not RAW.search(drawn)
    # Only a box of the SVG may have a line more.
    assert drawn.count("\n") - calm.count("\n") in (range(len(diagram.nodes) + 1) if name == "svg" else (0,))
    if name == "svg":
        elements = [element.tag for element in etree.fromstring(drawn.encode()).iter()]
        assert set(elements) == {element.tag for element in etree.fromstring(calm.encode()).iter()}
    if name == "mermaid":
        assert re.findall(r'["<>]', drawn) == re.findall(r'["<>]', calm)


# The whole way, from a plan


def hostile_plan(texts: tuple[str, ...]) -> bytes:
    """A plan with a log bucket for each text: as instance key, as Sid and as tag."""
    changes = []
    for number, text in enumerate(texts):
        text = text.encode(errors="replace").decode()
        statement = {
            "Sid": text,
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::logs-{number}/*",
        }
        reader = {"Sid": text, "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement, reader]})
        address = f"aws_s3_bucket_policy.logs[{json.dumps(text)}]"
        after = {"bucket": f"logs-{number}", "policy": policy, "tags": {text: text}}
        changes.append(
            {
                "address": address,
                "mode": "managed",
                "type": "aws_s3_bucket_policy",
                "name": "logs",
                "index": text,
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {"actions": ["create"], "before": None, "after": after, "after_unknown": {"id": True}},
            }
        )
    return json.dumps({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes}).encode()


@pytest.fixture(scope="module")
def whole() -> Iterator[Report]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, "plan.json")
        plan.write_bytes(hostile_plan(HOSTILE[:8]))
        settings = Settings(organization_id="o-abcd123456", management_account="123456789012")
        yield engine.check([str(plan)], settings, views=True)


@pytest.mark.parametrize("name", FORMATS)
def test_a_hostile_plan_all_the_way(whole: Report, name: str) -> None:
    assert any(result.verdict == "violated" and "<script>" in result.address for result in whole.results)
    shown = writer(name)(whole, PLAIN)
    assert not RAW.search(shown)
    if name in {"html", "markdown"}:
        assert "<script>window" not in shown


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_the_access_matrix(tmp_path: Path, form: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(hostile_plan(tuple(text for text in HOSTILE if RAW.search(text))[:6]))
    ran = orgtrail("access", str(plan), "--format", form)
    assert ran.code == 0, ran.err
    assert "aws_s3_bucket_policy" in ran.out.replace("\\", "")
    assert not RAW.search(ran.out)


@pytest.mark.browser
def test_nothing_runs_in_a_browser(tmp_path: Path, whole: Report) -> None:
    if browser.missing():
        if os.environ.get("CI"):
            pytest.fail(f"CI runs every test, and {browser.missing()}")
        pytest.skip(f"needs a browser: {browser.missing()}")
    with browser.browser() as page:
        for number, report in enumerate((poisoned("".join(HOSTILE)), poisoned("A" * 300), whole)):
            file = tmp_path / f"{number}.html"
            file.write_text(writer("html")(report, PLAIN), encoding="utf-8")
            page.open(file)
            complaints, asked = page.logs()
            assert page.run("return window.pwned === undefined")
            assert (complaints, asked) == ([], [file.as_uri()])
            page.open(file, width=390)
            assert page.run("return document.documentElement.scrollWidth") == 390
