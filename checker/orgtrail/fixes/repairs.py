"""Writes what a policy lacks where the policy is written, in the way in which it is written."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from orgtrail.address import block_address
from orgtrail.arn import segments as segments_of
from orgtrail.edits import RepairPolicy
from orgtrail.fixes.conditions import TextChange, has_condition, with_condition, with_condition_block
from orgtrail.fixes.policy_text import JsonArray, JsonObject, JsonValue, Shape, Spot, member, shape, spots
from orgtrail.fixes.spelling import Speller, UnspeakableError
from orgtrail.fixes.statements import after_last, argument, argument_node, indent_at, labelled
from orgtrail.fixes.syntax_nodes import find_block, nested_nodes, unfolded
from orgtrail.terraform.language.blocks import parser
from orgtrail.terraform.language.hcl_text import as_block, as_json, as_object
from orgtrail.terraform.source.evaluation import Evaluation
from orgtrail.terraform.source.root_module import RootModule
from orgtrail.values import Text, Value, text

_SOURCE_ARN = "aws:sourcearn"
_TEMPLATE = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def repaired(
    source: RootModule, evaluation: Evaluation, repair: RepairPolicy, texts: Callable[[Path], str]
) -> tuple[Path, str] | None:
    """The file that a repair changes, and its new text; None where it isn't mechanical.

    `texts` reads a file as it stands.
    """
    address = repair.address
    found = source.find(block_address(address))
    attribute = found[0].folder.resources[found[1]].attribute(repair.attribute) if found else None
    if found is None or attribute is None:
        return None
    places = list(spots(source, evaluation, address, found[0], attribute))
    home = source.directory.resolve()
    places = [one for one in places if is_own(one.path, home)]
    if repair.words:
        return next(filter(None, (_respelled(spot, repair.words, texts(spot.path)) for spot in places)), None)
    if repair.conditions:
        return _with_conditions(evaluation, address, places, repair, texts)
    if repair.trails:
        changed = next(
            filter(None, (_with_trails(evaluation, address, spot, repair, texts(spot.path)) for spot in places)), None
        )
        if changed is None or not repair.statements:
            return changed
        path, new = changed
        spot = next(one for one in places if one.path == path)
        return _with_statements(evaluation, address, spot, repair, new)
    for spot in places[:1]:
        return _with_statements(evaluation, address, spot, repair, texts(spot.path))
    return None


def _respelled(spot: Spot, words: tuple[tuple[str, str], ...], old: str) -> tuple[Path, str] | None:
    """The text with misspelled words set right; None where one of them isn't written here."""
    section = _section(spot, old)
    new = section
    for wrong, right in words:
        # A string, or the name of an argument of an object; a policy document's own arguments are spelled otherwise.
        bare = "" if spot.form == "document" else rf"|(?<![\w\"]){re.escape(wrong)}(?=\s*[=:])"
        pattern = rf"(?<=\"){re.escape(wrong)}(?=\"){bare}"
        new, times = re.subn(pattern, lambda _, right=right: right, new)  # type: ignore[misc]
        if not times:
            return None
    return (spot.path, old.replace(section, new, 1)) if section and new != section else None


def is_own(path: Path, home: Path) -> bool:
    """Whether a file is of the folder `home` (resolved) itself, not of a module that terraform installed."""
    real = path.resolve()
    return real.is_relative_to(home) and ".terraform" not in real.parts


# Statements


def _with_statements(
    evaluation: Evaluation, address: str, spot: Spot, repair: RepairPolicy, old: str
) -> tuple[Path, str] | None:
    nearby = _section(spot, old)
    speller = _speller(evaluation, address, spot, nearby)
    new = old
    for statement in repair.statements:
        named = {**statement, "Sid": _unused(str(statement["Sid"]), new)}
        try:
            added = _with_block(spot, new, named, speller) if spot.form == "document" else None
            if spot.form != "document":
                found = shape(spot, new)
                added = _with_item(spot, found, named, speller) if found else None
        except UnspeakableError:
            return None
        if added is None:
            return None
        new = added
    return spot.path, new


def _speller(evaluation: Evaluation, address: str, spot: Spot, nearby: str) -> Callable[[Value], str]:
    local = next((name for name, block in spot.module.folder.resources.items() if block is spot.block), "")
    speller = Speller(evaluation, spot.module, address, local, tuple(_TEMPLATE.findall(nearby)))
    if spot.form != "file":
        return speller

    def literal(value: Value) -> str:
        spelled = speller(value)
        if "${" in spelled:
            # A file's own text has no expressions, or others than the configuration around it.
            raise UnspeakableError
        return spelled

    return literal


def _section(spot: Spot, old: str) -> str:
    """The text of the policy itself, in which its strings are looked for."""
    if spot.form == "document" and spot.block is not None:
        node = find_block(parser().parse(old.encode()).root_node, spot.block)
        return node.text.decode() if node is not None else ""
    found = shape(spot, old)
    return old[found.root.start : found.root.end] if found else ""


def _unused(sid: str, old: str) -> str:
    number = 1
    name = sid
    while f'"{name}"' in old:
        number += 1
        name = f"{sid}{number}"
    return name


def _with_block(spot: Spot, old: str, statement: dict[str, Value], speller: Callable[[Value], str]) -> str | None:
    """One more `statement` block at the end of a policy document."""
    data = old.encode()
    node = find_block(parser().parse(data).root_node, spot.block) if spot.block is not None else None
    if node is None:
        return None
    closing = next(child for child in reversed(node.children) if child.type == "block_end").start_byte
    before, after = data[:closing].decode(), data[closing:].decode()
    indent = " " * node.start_point[1]
    if node.start_point[0] == node.end_point[0]:
        before = unfolded(before, len(data[: node.start_byte].decode()), indent)
    written = as_block(statement, speller, indent + "  ")
    kept = before.rstrip()
    gap = "\n" if kept.endswith("{") else "\n\n"
    return f"{kept}{gap}{written}\n{indent}{after}"


def _with_item(spot: Spot, found: Shape, statement: dict[str, Value], speller: Callable[[Value], str]) -> str | None:
    """One more object in the list of statements."""
    old = found.text
    listed = member(found.root, "Statement")
    spelled = as_object if spot.form in ("object", "list") else as_json
    if isinstance(listed, JsonObject):
        # One statement may stand without a list.
        indent = indent_at(old, listed.start)
        added = spelled(statement, speller, indent)
        return f"{old[: listed.start]}[{old[listed.start : listed.end]}, {added}]{old[listed.end :]}"
    if not isinstance(listed, JsonArray) or listed.end < 0:
        return None
    if not listed.items:
        indent = indent_at(old, listed.start)
        added = spelled(statement, speller, indent)
        return f"{old[: listed.start]}[{added}]{old[listed.end :]}"
    last = listed.items[-1]
    return after_last(old, last, listed.end - 1, lambda indent: spelled(statement, speller, indent), comma=True)


# Conditions


def _with_conditions(
    evaluation: Evaluation, address: str, places: list[Spot], repair: RepairPolicy, texts: Callable[[Path], str]
) -> tuple[Path, str] | None:
    """One condition more for each statement that is named, all in one file; None where one can't be found for sure."""
    made: tuple[Path, str] | None = None
    for one in repair.conditions:
        found = [
            (spot, statement, text)
            for spot in places
            for text in [made[1] if made and made[0] == spot.path else texts(spot.path)]
            for statement in labelled(spot, text, one.statement, is_alone=len(places) == 1)
        ]
        if len(found) != 1 or (made and made[0] != found[0][0].path):
            return None
        spot, statement, old = found[0]
        speller = _speller(evaluation, address, spot, "")
        values = list(one.values)
        try:
            if isinstance(statement, JsonObject):
                changed = with_condition(spot, statement, one.operator, one.key, values, old, speller)
            elif has_condition(statement, one.operator, one.key):
                changed = None
            else:
                changed = with_condition_block(statement, one.operator, one.key, values, old, speller)
        except UnspeakableError:
            return None
        if changed is None:
            return None
        made = (spot.path, _applied(old, [changed]))
    return made


# Trails


def _with_trails(
    evaluation: Evaluation, address: str, spot: Spot, repair: RepairPolicy, old: str
) -> tuple[Path, str] | None:
    speller = _speller(evaluation, address, spot, "")
    try:
        edits = list(
            _of_blocks(spot, repair, old, speller) if spot.form == "document" else _of_tree(spot, repair, old, speller)
        )
    except UnspeakableError:
        return None
    new = _applied(old, edits)
    return (spot.path, new) if new != old else None


def _applied(old: str, edits: Iterable[TextChange]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        old = old[:start] + new + old[end:]
    return old


def _of_blocks(spot: Spot, repair: RepairPolicy, old: str, speller: Callable[[Value], str]) -> Iterator[TextChange]:
    """Edits of the `condition` blocks of CloudTrail's statements in a policy document."""
    data = old.encode()
    node = find_block(parser().parse(data).root_node, spot.block) if spot.block is not None else None
    statements = list(nested_nodes(node, "statement", "content")) if node is not None else []
    for statement in _of_cloudtrail(statements, lambda one: one.text.decode()):
        conditions = list(nested_nodes(statement, "condition", "content"))
        named = [one for one in conditions if argument(one, "variable").lower().strip('"') == _SOURCE_ARN]
        for condition in named:
            values = argument_node(condition, "values")
            if values is not None:
                start, end = len(data[: values.start_byte].decode()), len(data[: values.end_byte].decode())
                yield start, end, _values(old[start:end], repair.trails, speller, as_list=True)


def _of_tree(spot: Spot, repair: RepairPolicy, old: str, speller: Callable[[Value], str]) -> Iterator[TextChange]:
    """Edits of the conditions of CloudTrail's statements in an object or JSON text."""
    found = shape(spot, old)
    listed = member(found.root, "Statement") if found else None
    items = listed.items if isinstance(listed, JsonArray) else [listed]
    statements = [one for one in items if isinstance(one, JsonObject)]
    for statement in _of_cloudtrail(statements, lambda one: old[one.start : one.end]):
        conditions = member(statement, "Condition")
        named = list(_source_arns(conditions)) if isinstance(conditions, JsonObject) else []
        for value in named:
            yield value.start, value.end, _values(old[value.start : value.end], repair.trails, speller, as_list=False)


def _source_arns(conditions: JsonObject) -> Iterator[JsonValue]:
    for _, operator in conditions.items:
        if isinstance(operator, JsonObject):
            yield from (value for key, value in operator.items if str(key.value).lower() == _SOURCE_ARN)


def _of_cloudtrail(statements: list[Any], written: Callable[[Any], str]) -> list[Any]:
    """The statements that name CloudTrail; all of those that allow where none does (a local may)."""
    named = [one for one in statements if "cloudtrail.amazonaws.com" in written(one)]
    return [one for one in named or statements if '"Deny"' not in written(one)]


def _patterns(trails: tuple[Value, ...]) -> list[Value]:
    return [_any_region(arn) for arn in trails]


def _any_region(arn: Value) -> Value:
    if not isinstance(arn, Text):
        return arn
    return text(*("*" if getattr(part, "kind", "") == "region" else part for part in arn.parts))


def _values(old: str, trails: tuple[Value, ...], speller: Callable[[Value], str], *, as_list: bool) -> str:
    """What takes the place of the trails in a condition: one is replaced, several are kept and added to."""
    written = _TEMPLATE.findall(old) if old.lstrip().startswith(("[", '"')) else []
    spelled = [f'"{_spelled(arn, written[0] if len(written) == 1 else "", speller)}"' for arn in trails]
    if len(written) > 1 and old.rstrip().endswith("]"):
        added = [one for one in spelled if one.strip('"') not in written]
        return "".join([old.rstrip()[:-1].rstrip().rstrip(","), *(f", {one}" for one in added), "]"])
    if len(written) == 1 and len(spelled) == 1:
        return old.replace(f'"{written[0]}"', spelled[0])
    return f"[{', '.join(spelled)}]" if as_list or old.startswith("[") or len(spelled) > 1 else spelled[0]


def _spelled(arn: Value, old: str, speller: Callable[[Value], str]) -> str:
    """A trail's ARN; a segment that nothing here spells stays as it was written."""
    segments, present = segments_of(arn), _split(old)
    if len(segments) != len(present):
        return speller(arn)
    made = []
    for wanted, there in zip(segments, present, strict=True):
        try:
            made.append(speller(wanted))
        except UnspeakableError:
            made.append(there)
    return ":".join(made)


def _split(template: str) -> list[str]:
    """The same of a template's text."""
    masked = re.sub(r"\$\{[^}]*\}", lambda found: "x" * len(found[0]), template)
    starts = [0, *(found.end() for found in re.finditer(":", masked))]
    ends = [*(start - 1 for start in starts[1:]), len(template)]
    return [template[start:end] for start, end in zip(starts, ends, strict=True)]
