"""The bound on the work for one input, counted in steps: what many hard policies take together."""

import json
from pathlib import Path
from typing import Any

from tools.crowded_plans import Crowd, refers

from orgtrail.config import Settings
from orgtrail.iam.steps import FLOOR_OF_POLICY, STEPS_AT_LEAST, STEPS_OF_INPUT
from orgtrail.inputs import recognise
from orgtrail.organization.domain import Domain
from orgtrail.rules import load

ROLES = 24


def _hard(number: int) -> str:
    """A trust policy whose patterns meet in very many ways."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
    denies = [
        {**deny, "Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::*{n}*{n % 7}*:role/*{number}*{n}*x*"}}}
        for n in range(60)
    ]
    allow = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow, *denies]})


def _crowd() -> Crowd:
    crowd = Crowd()
    for number in range(ROLES):
        values: dict[str, Any] = {"name": f"role-{number}", "assume_role_policy": _hard(number)}
        crowd.add(f"aws_iam_role.r{number}", values, {"name": {"constant_value": f"role-{number}"}})
        reads = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        values = {"role": f"role-{number}", "policy": json.dumps({"Statement": [reads]})}
        crowd.add(f"aws_iam_role_policy.r{number}", values, {"role": refers(f"aws_iam_role.r{number}.name")})
    return crowd


def test_many_hard_policies_stay_within_the_bound_of_an_input(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(_crowd().plan))
    settings = Settings()
    domain = Domain(recognise.read(str(file), settings), settings)
    found = list(load("members-cannot-assume-log-readers").findings(domain))
    assert len(found) == ROLES
    assert domain.steps.spent > STEPS_OF_INPUT / 2
    assert domain.steps.spent <= STEPS_OF_INPUT + ROLES * FLOOR_OF_POLICY
    # What the last question takes may be a little more than was left; then nothing goes on.
    assert domain.steps.left >= -STEPS_AT_LEAST
