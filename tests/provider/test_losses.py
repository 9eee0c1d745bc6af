"""What dies with a resource that a plan replaces or destroys: every type that lives in another x what the plan does.

The rows are made from the provider's table. What AWS and Terraform do was seen on plans that the real terraform
applied: `test_replaced.py` keeps some.
"""

import json
from typing import Any

import pytest

from orgtrail.config import Settings
from orgtrail.estate import Estate, Instance
from orgtrail.inputs.recognise import read
from orgtrail.provider.resource_types import TYPES, Home, types_living_in
from orgtrail.values import Unknown

NAME = "arn:aws:sns:us-east-1:123456789012:one"
HOMES: dict[str, Home] = {kind: one.home for kind, one in TYPES.items() if one.home}
PAIRS = [(kind, home) for kind, one in HOMES.items() for home in one.types]

REPLACE, FIRST, DELETE, NOTHING = ["delete", "create"], ["create", "delete"], ["delete"], ["no-op"]
UPDATE, CREATE, FORGET = ["update"], ["create"], ["forget"]


def _change(kind: str, actions: list[str], before: Any, after: Any, unknown: Any = None) -> dict[str, Any]:
    change = {"actions": actions, "before": before, "after": after, "after_unknown": unknown or {}}
    return {"address": f"{kind}.one", "mode": "managed", "type": kind, "name": "one", "change": change}


def _estate(
    tmp_path: Any, kind: str, home: str, does: list[str], to_child: list[str], comes_out: str, *, refers: bool
) -> Estate:
    """A plan that does `does` to a home, and `to_child` to what lives in it, whose `setting` comes out as told."""
    attribute = HOMES[kind].attribute
    own = dict.fromkeys(HOMES[kind].names, NAME)
    there = None if does == CREATE else own
    then = None if does in (DELETE, FORGET) else own
    before = None if to_child == CREATE else {attribute: NAME, "setting": "old"}
    after: dict[str, Any] | None = {attribute: NAME, "setting": {"same": "old", "changed": "new"}.get(comes_out)}
    unknown = {"setting": True} if comes_out == "unknown" else {}
    if to_child in (DELETE, FORGET):
        after, unknown = None, {}
    reference = {"references": [f"{home}.one.id", f"{home}.one"]} if refers else {"constant_value": NAME}
    configured = [
        {"address": f"{home}.one", "mode": "managed", "type": home, "name": "one", "expressions": {}},
        {
            "address": f"{kind}.one",
            "mode": "managed",
            "type": kind,
            "name": "one",
            "expressions": {attribute: reference},
        },
    ]
    changes = [_change(home, does, there, then), _change(kind, to_child, before, after, unknown)]
    plan: dict[str, Any] = {"format_version": "1.2", "resource_changes": changes}
    plan["configuration"] = {"root_module": {"resources": configured}}
    if comes_out == "left out":
        # As with -target: only the state knows it.
        resource = {"address": f"{kind}.one", "mode": "managed", "type": kind, "name": "one", "values": before}
        plan["prior_state"] = {"format_version": "1.0", "values": {"root_module": {"resources": [resource]}}}
        del changes[1]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    return read(str(file), Settings())


def _only(estate: Estate, kind: str) -> Instance:
    (found,) = estate.of_type(kind)
    return found


#: What is done to the home, to what lives in it, how that comes out, whether it refers to its home: what becomes of it.
ROWS = [
    (REPLACE, NOTHING, "same", True, "lost"),
    (REPLACE, NOTHING, "same", False, "lost"),
    (REPLACE, NOTHING, "left out", False, "lost"),
    (REPLACE, UPDATE, "same", True, "lost"),
    (REPLACE, UPDATE, "unknown", True, "unclear"),
    (REPLACE, UPDATE, "changed", True, "stays"),
    (REPLACE, UPDATE, "changed", False, "unclear"),
    (REPLACE, CREATE, "changed", True, "stays"),
    (REPLACE, CREATE, "changed", False, "unclear"),
    (REPLACE, REPLACE, "same", True, "stays"),
    (REPLACE, REPLACE, "same", False, "unclear"),
    (REPLACE, FORGET, "same", False, "lost"),
    (REPLACE, DELETE, "same", True, "destroyed"),
    (FIRST, NOTHING, "same", True, "lost"),
    (FIRST, REPLACE, "same", True, "stays"),
    (DELETE, NOTHING, "same", False, "lost"),
    (NOTHING, NOTHING, "same", True, "stays"),
    (NOTHING, UPDATE, "same", True, "stays"),
    (NOTHING, UPDATE, "unknown", True, "stays"),
    (UPDATE, NOTHING, "same", True, "stays"),
    (CREATE, CREATE, "same", True, "stays"),
    (FORGET, NOTHING, "same", False, "stays"),
]


@pytest.mark.parametrize(("kind", "home"), PAIRS)
def test_what_becomes_of_it(kind: str, home: str, tmp_path: Any) -> None:
    wrong = []
    for does, to_child, comes_out, refers, becomes in ROWS:
        # What keeps to its old home is lost, however the update comes out.
        expected = "lost" if HOMES[kind].is_left_behind and (does, to_child) == (REPLACE, UPDATE) else becomes
        estate = _estate(tmp_path, kind, home, does, to_child, comes_out, refers=refers)
        child = _only(estate, kind)
        parent = estate.instance(f"{home}.one")
        assert parent is not None
        told = estate.lost_with(parent)
        if child.lost_with is not None:
            found = "lost"
            assert told == [child]
            assert child.lost_with.address == parent.address
            assert child.now == {}
            assert not child.stays
            assert parent.address in child.how_lost
        else:
            assert told == []
            found = "destroyed" if not child.stays else "unclear" if child.may_be_lost else "stays"
        if found == "unclear":
            assert isinstance(child.now["setting"], Unknown)
            assert child.now[HOMES[kind].attribute] == NAME
        if found != expected:
            wrong.append((does, to_child, comes_out, refers, expected, found))
    assert not wrong


def test_what_lives_elsewhere_stays(tmp_path: Any) -> None:
    estate = _estate(tmp_path, "aws_s3_bucket_policy", "aws_s3_bucket", REPLACE, NOTHING, "same", refers=True)
    file = tmp_path / "plan.json"
    plan = json.loads(file.read_text())
    for end in ("before", "after"):
        plan["resource_changes"][1]["change"][end]["bucket"] = "another"
    file.write_text(json.dumps(plan))
    assert _only(estate, "aws_s3_bucket_policy").lost_with is not None
    assert _only(read(str(file), Settings()), "aws_s3_bucket_policy").lost_with is None


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ('{"Action": ["a", "b"]}', '{"Action":["b","a"]}', True),
        ('{"Action": "a"}', '{"Action":["a"]}', True),
        ('{"Action": "a"}', '{"Action":"b"}', False),
        ("", None, True),
        (False, None, False),
        ([{"id": "1", "status": "Enabled"}], [{"id": "1", "status": "Enabled"}], True),
        ([{"id": "1", "status": "Enabled"}], [{"id": "1", "status": "Disabled"}], False),
    ],
)
def test_an_update_that_comes_out_the_same_is_not_sent(old: Any, new: Any, is_same: bool, tmp_path: Any) -> None:
    _estate(tmp_path, "aws_s3_bucket_policy", "aws_s3_bucket", REPLACE, UPDATE, "same", refers=True)
    file = tmp_path / "plan.json"
    plan = json.loads(file.read_text())
    for end, value in (("before", old), ("after", new)):
        plan["resource_changes"][1]["change"][end]["setting"] = value
    file.write_text(json.dumps(plan))
    assert (_only(read(str(file), Settings()), "aws_s3_bucket_policy").lost_with is not None) == is_same


def test_every_home_has_types_that_live_in_it() -> None:
    assert {kind for _, home in PAIRS for kind in types_living_in(home)} == set(HOMES)
