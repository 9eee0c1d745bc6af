"""What one input looks like in the page: its order, who may do what, and its policies."""

from typing import Any

from orgtrail.results import (
    AccessCell,
    AccessChange,
    AccessRow,
    AccessTable,
    PolicyText,
    Report,
    RequestWitness,
    Result,
    View,
)

#: What is said of a cell where there is nothing to tell beside the word.
_NOTHING = "nothing allows it"


def is_drawn(view: View) -> bool:
    """Whether there is anything to see."""
    return bool((view.diagram is not None and view.diagram.nodes) or view.access or view.policies)


def view(view: View, number: int, report: Report) -> dict[str, Any]:
    """One input's part of the page; `number` tells its ids from those of others."""
    results = [result for result in report.results if result.input == view.input]
    return {
        "number": number,
        "input": view.input,
        "diagram": view.diagram if view.diagram is not None and view.diagram.nodes else None,
        "tables": [_table(table, f"cell-{number}-{place}") for place, table in enumerate(view.access)],
        "policies": [_policy(policy, results) for policy in view.policies],
        "changes": None if view.changes is None else _changes(view.changes),
    }


def _changes(changes: tuple[AccessChange, ...]) -> list[dict[str, Any]]:
    """What a plan changes, those together whom it changes alike."""
    alike: dict[tuple[object, ...], list[AccessChange]] = {}
    for one in changes:
        alike.setdefault((one.address, one.newly, one.answer, one.actions, one.why), []).append(one)
    return [
        {
            "who": ", ".join(one.principal for one in of),
            "newly": of[0].newly,
            "answer": of[0].answer,
            "actions": of[0].actions,
            "address": of[0].address,
            "why": of[0].why,
        }
        for of in alike.values()
    ]


def _table(table: AccessTable, identity: str) -> dict[str, Any]:
    rows = [
        {
            "of": row,
            "cells": [_cell(cell, row, f"{identity}-{down}-{across}") for across, cell in enumerate(row.cells)],
        }
        for down, row in enumerate(table.rows)
    ]
    return {"of": table, "rows": rows, "actions": [cell.action for cell in table.rows[0].cells] if table.rows else []}


def _cell(cell: AccessCell, row: AccessRow, identity: str) -> dict[str, Any]:
    """A cell says its answer as a sign and a word, and opens only where there is more to tell."""
    is_hole = cell.answer == "yes" and row.must_stay_out
    tells = cell.witness is not None or any(line != _NOTHING for line in cell.why)
    return {
        "of": cell,
        "id": identity,
        "look": "hole" if is_hole else cell.answer,
        "sign": "!" if is_hole else "",
        "word": {"yes": "yes", "no": "no", "unknown": "not known"}[cell.answer],
        "tells": tells,
    }


def _policy(policy: PolicyText, results: list[Result]) -> dict[str, Any]:
    marks: dict[str, dict[str, list[str]]] = {}
    for result in results:
        witness = result.witness
        if result.address != policy.address or not isinstance(witness, RequestWitness):
            continue
        for said, names in (
            ("lets the request in", witness.allowed_by),
            ("doesn't stop it", witness.not_denied_by),
            ("stops it", witness.denied_by),
        ):
            for name in names:
                rules = marks.setdefault(name, {}).setdefault(said, [])
                if result.rule not in rules:
                    rules.append(result.rule)
    statements = [{"of": one, "marks": marks.get(one.name, {})} for one in policy.statements]
    return {"of": policy, "statements": statements}
