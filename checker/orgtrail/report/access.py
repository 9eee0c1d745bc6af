"""The access matrix as text, Markdown and JSON: a grid for each policy, and below it what stands behind the answers."""

import json
from collections.abc import Iterator
from itertools import groupby

import msgspec

from orgtrail.redaction import mapped
from orgtrail.report.markdown_marks import code, escaped
from orgtrail.views.access import Cell
from orgtrail.visible import unseen_escaped, visible

#: What the sign before an action says, where it's about what a plan changes.
_CHANGES = {"+": "newly allowed", "-": "newly denied"}


def as_text(cells: list[Cell]) -> str:
    """The matrix for a terminal; empty without cells."""
    cells = mapped(cells, visible)
    return "\n\n".join("\n".join(_text(policy, of)) for policy, of in _by_policy(cells)) + "\n" * bool(cells)


def _text(policy: str, cells: list[Cell]) -> Iterator[str]:
    yield policy
    grid = list(_grid(cells))
    if grid:
        widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
        yield ""
        for row in grid:
            yield "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
    for principal, reasons in _reasons(cells):
        yield ""
        yield f"{principal}:"
        for answer, actions, why in reasons:
            yield f"  {answer}: {actions}"
            yield from (f"    {line}" for line in why)


def as_markdown(cells: list[Cell]) -> str:
    """The matrix as GitHub Flavored Markdown; nothing from the input comes alive in it. Empty without cells."""
    cells = mapped(cells, visible)
    return "\n".join(line for policy, of in _by_policy(cells) for line in _markdown(policy, of))


def _markdown(policy: str, cells: list[Cell]) -> Iterator[str]:
    yield from (f"## {code(policy)}", "")
    grid = list(_grid(cells))
    if grid:
        head, *rows = grid
        yield f"| {' | '.join(head)} |"
        yield "| --- " * len(head) + "|"
        yield from (f"| {' | '.join(map(escaped, row))} |" for row in rows)
        yield ""
    for principal, reasons in _reasons(cells):
        yield from (f"**{escaped(principal)}**", "")
        for answer, actions, why in reasons:
            yield f"- {answer}: {actions}"
            yield from (f"  - {escaped(line)}" for line in why)
        yield ""


def as_json(cells: list[Cell]) -> str:
    """The cells as `{"version": "orgtrail-access/1", "access": [...]}`."""
    document = {"version": "orgtrail-access/1", "access": [msgspec.to_builtins(cell) for cell in cells]}
    return unseen_escaped(json.dumps(document, indent=1, ensure_ascii=False)) + "\n"


FORMATS = {"text": as_text, "json": as_json, "markdown": as_markdown}


def _by_policy(cells: list[Cell]) -> Iterator[tuple[str, list[Cell]]]:
    for policy, of in groupby(cells, key=lambda cell: cell.subject):
        yield policy, list(of)


def _grid(cells: list[Cell]) -> Iterator[list[str]]:
    """Principals down, actions across, with a head; none of what a plan changes, which is a list by itself."""
    actions = list(dict.fromkeys(cell.action for cell in cells))
    if any(action.startswith(tuple(_CHANGES)) for action in actions):
        return
    yield ["", *actions]
    for principal, of in groupby(cells, key=lambda cell: cell.principal):
        yield [principal, *(cell.allowed for cell in of)]


def _reasons(cells: list[Cell]) -> Iterator[tuple[str, list[tuple[str, str, list[str]]]]]:
    """For each principal: answer, the actions that share it and its reasons, and the reasons."""
    for principal, of in groupby(cells, key=lambda cell: cell.principal):
        alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for cell in of:
            action = cell.action.lstrip("+-")
            alike.setdefault((_answer(cell), tuple(_why(cell))), []).append(action)
        yield principal, [(answer, ", ".join(actions), list(why)) for (answer, why), actions in alike.items()]


def _answer(cell: Cell) -> str:
    change = _CHANGES.get(cell.action[0])
    if change is None:
        return cell.allowed
    return change if cell.allowed == "yes" else f"{change}, or not: {cell.allowed}"


def _why(cell: Cell) -> Iterator[str]:
    if cell.witness is not None:
        seen = cell.witness
        yield f"`{seen.principal}` calls `{seen.action}` on `{seen.resource}` ({', '.join(seen.allowed_by)})"
        if seen.context:
            yield "with " + ", ".join(f"`{key}` = `{value}`" for key, value in seen.context.items())
        if seen.without:
            yield "without " + ", ".join(f"`{key}`" for key in seen.without)
    yield from dict.fromkeys(cell.stopped_by)
