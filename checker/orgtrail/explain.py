"""What a rule is for, read off its docstring and its examples: in the terminal, as Markdown and as JSON."""

from inspect import cleandoc
from typing import Any

import msgspec

from orgtrail import controls, rules
from orgtrail.examples import Example, examples
from orgtrail.rules import Rule

#: The sections of a rule's docstring, and how a page calls them.
SECTIONS = {
    "Why": "Why it matters",
    "Holds when": "When it holds",
    "Fix": "How to fix it",
    "Sources": "Where it is said",
}


class Citation(msgspec.Struct, frozen=True):
    """One page that says so."""

    title: str
    url: str


class Answered(msgspec.Struct, frozen=True):
    """One control that a rule answers a part of: which catalogue's, what it asks, and which part."""

    name: str
    framework: str
    version: str
    id: str
    title: str
    part: str


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, explained."""

    rule: str
    severity: str
    since: str
    summary: str
    why: str
    holds_when: str
    fix: str
    sources: tuple[Citation, ...]
    examples: tuple[Example, ...]
    controls: tuple[Answered, ...] = ()


def explain(rule_id: str) -> Explanation:
    """The explanation of one rule. Raises InputError where there is no such rule."""
    if rule_id not in rules.ids():
        raise rules.unknown("RULE", rule_id)
    return explained(rules.load(rule_id))


def explained(rule: Rule, *, with_examples: bool = True) -> Explanation:
    """The explanation of a rule, from its docstring and its examples."""
    sections = sections_of(rule.page)
    return Explanation(
        rule=rule.id,
        severity=rule.severity,
        since=rule.since,
        summary=rule.summary,
        why=sections.get("Why", ""),
        holds_when=sections.get("Holds when", ""),
        fix=sections.get("Fix", ""),
        sources=tuple(_sources(sections.get("Sources", ""))),
        examples=tuple(examples(rule.id)) if with_examples else (),
        controls=answered(rule.id),
    )


def answered(rule_id: str) -> tuple[Answered, ...]:
    """The controls that a rule answers a part of."""
    return tuple(
        Answered(one.name, framework.title, framework.version, one.id, one.title, one.part)
        for one in controls.of(rule_id)
        for framework in (controls.FRAMEWORKS[one.framework],)
    )


def sections_of(docstring: str) -> dict[str, str]:
    """The sections of a rule's docstring by their names, without indentation."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in cleandoc(docstring).splitlines():
        if line.endswith(":") and line[:-1] in SECTIONS:
            name = line[:-1]
            found[name] = []
        elif name:
            found[name].append(line)
    return {name: cleandoc("\n".join(lines)) for name, lines in found.items()}


def _sources(text: str) -> list[Citation]:
    """Titles, each followed by the line of its address."""
    found: list[Citation] = []
    title: list[str] = []
    for line in text.splitlines():
        if line.strip().startswith("https://"):
            found.append(Citation(" ".join(title), line.strip()))
            title = []
        else:
            title.append(line.strip())
    return found


def as_json(explanation: Explanation) -> str:
    """For scripts."""
    return msgspec.json.format(msgspec.json.encode(explanation), indent=2).decode() + "\n"


def as_text(explanation: Explanation) -> str:
    """For a terminal."""
    head = f"{explanation.rule} [{explanation.severity}, since {explanation.since}]"
    blocks = [head, explanation.summary]
    for section, text in _texts(explanation).items():
        blocks.append(f"{SECTIONS[section]}\n" + "\n".join(f"  {line}".rstrip() for line in text.splitlines()))
    if explanation.controls:
        blocks.append(f"{_CONTROLS}\n" + "\n".join(f"  {line}" for line in controls.lines_of(explanation.rule)))
    for example in explanation.examples:
        earlier = ["  # applied before:", *_indented(example.before), "  # then planned:"] if example.before else []
        blocks.append("\n".join([f"{example.kind}: {example.title}", *earlier, *_indented(example.hcl)]))
    return "\n\n".join(blocks) + "\n"


#: What stands above the controls of a rule: no rule answers one as a whole.
_CONTROLS = "Controls that it answers a part of"


def _indented(hcl: str) -> list[str]:
    return [f"  {line}".rstrip() for line in hcl.rstrip().splitlines()]


def _texts(explanation: Explanation) -> dict[str, str]:
    sources = "\n".join(f"{source.title}\n{source.url}" for source in explanation.sources)
    texts = {
        "Why": explanation.why,
        "Holds when": explanation.holds_when,
        "Fix": explanation.fix,
        "Sources": sources,
    }
    return {section: text for section, text in texts.items() if text}


def as_markdown(explanation: Explanation) -> str:
    """The page of the rule under `docs/rules/`."""
    lines = [
        f"# {explanation.rule}",
        "",
        f"<!-- Generated by `python -m tools.rule_pages` from checker/orgtrail/rules/{_file(explanation.rule)}. -->",
        "",
        explanation.summary,
        "",
        f"Severity: {explanation.severity}. Since {explanation.since}.",
        "",
    ]
    for section, text in _texts(explanation).items():
        if section == "Sources":
            continue
        lines += [f"## {SECTIONS[section]}", "", text, ""]
    if explanation.examples:
        lines += ["## Examples", ""]
    for example in explanation.examples:
        lines += [f"### {example.kind.capitalize()}: {example.title}", ""]
        if example.before is not None:
            lines += ["Applied before:", "", "```hcl", example.before.rstrip(), "```", "", "Then planned:", ""]
        lines += ["```hcl", example.hcl.rstrip(), "```", ""]
    if explanation.sources:
        lines += [f"## {SECTIONS['Sources']}", ""]
        lines += [f"- [{source.title}]({source.url})" for source in explanation.sources]
        lines += [""]
    if explanation.controls:
        lines += [f"## {_CONTROLS}", "", "| control | what it asks | what of it |", "| --- | --- | --- |"]
        lines += [
            f"| {one.framework} {one.version} {one.id} | {one.title} | {one.part} |" for one in explanation.controls
        ]
        lines += [""]
    return "\n".join(lines)


def _file(rule_id: str) -> str:
    return rule_id.replace("-", "_") + ".py"


FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}


def catalogue(form: str) -> str:
    """All rules with their severities, in one of the formats."""
    listed = list(rules.catalogue())
    if form == "json":
        data: list[dict[str, Any]] = [
            {
                "rule": one.id,
                "severity": one.severity,
                "since": one.since,
                "summary": one.summary,
                "controls": answered(one.id),
            }
            for one in listed
        ]
        return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"
    if form == "markdown":
        rows = [f"| [{one.id}]({one.id}.md) | {one.severity} | {one.summary} |" for one in listed]
        return "\n".join(["| rule | severity | holds when |", "| --- | --- | --- |", *rows]) + "\n"
    widest = max(len(one.id) for one in listed)
    return "".join(f"{one.id:<{widest}}  {one.severity:<7}  {one.summary}\n" for one in listed)
