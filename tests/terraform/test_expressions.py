"""The evaluator, judged by what the real terraform planned and applied (recorded by `python -m tools.expressions`)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from workbench.re2 import has_re2

from orgtrail.terraform.language.hcl import parse_expression
from orgtrail.terraform.language.operations import EvaluationError, plain
from orgtrail.terraform.source.evaluation import Evaluation, Given
from orgtrail.terraform.source.root_module import load_source
from orgtrail.values import Json, Rest, Symbol, Text, Unknown, Value, encode_json, is_known

FOLDER = Path(__file__).parent / "expressions"
RECORDS: list[dict[str, Any]] = json.loads((FOLDER / "recorded.json").read_text())
IDS: dict[str, str] = RECORDS[0]["applied"]


@cache
def evaluation() -> Evaluation:
    return Evaluation(load_source(FOLDER), Given())


def applied(value: Value) -> Value:
    """`value` with what the apply put in the place of each symbol; other holes stay."""
    match value:
        case Symbol(identity):
            return IDS[identity]
        case Text(parts):
            made = [applied(part) for part in parts]
            return "".join(map(str, made)) if all(isinstance(one, str) for one in made) else value
        case Json(inner):
            return encode_json(applied(inner))
        case list():
            return [applied(element) for element in value]
        case dict():
            return {name: applied(element) for name, element in value.items()}
    return value


def matches(ours: Value, theirs: Any) -> bool:
    """Whether what the apply gave is one of the values that ours allows."""
    if isinstance(ours, Unknown):
        return True
    if isinstance(ours, list) and isinstance(theirs, list):
        if not ours:
            return not theirs
        if isinstance(ours[0], Rest):
            return any(matches(ours[1:], theirs[start:]) for start in range(len(theirs) + 1))
        return bool(theirs) and matches(ours[0], theirs[0]) and matches(ours[1:], theirs[1:])
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return set(ours) == set(theirs) and all(matches(ours[name], theirs[name]) for name in ours)
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    return bool(ours == theirs)


@pytest.mark.parametrize("record", RECORDS[1:], ids=lambda record: record["expression"][:60])
def test_agrees_with_terraform(record: dict[str, Any]) -> None:
    if record.get("error"):
        with pytest.raises(EvaluationError):
            plain(evaluation().expression(parse_expression(record["expression"])))
        return
    ours = plain(evaluation().expression(parse_expression(record["expression"])))
    if isinstance(ours, Unknown) and "google-re2" in ours.cause.what and not has_re2():
        return
    if "planned" in record:
        assert is_known(ours), f"terraform knows it when planning: {record['planned']!r}"
    assert matches(applied(ours), record["applied"]), (ours, record["applied"])


def test_enough_of_them() -> None:
    assert len(RECORDS) > 150
    assert sum("planned" not in record and "error" not in record for record in RECORDS[1:]) > 20
