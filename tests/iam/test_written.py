"""The policies of `written.py` put to the command, as a user checks a bare policy."""

import json
import re
from pathlib import Path

import pytest

from tests.iam.written import MGMT, ORG, OWNER, TRUST, WRITTEN, Written
from tests.support.run import check

FACTS = ["--bucket", "logs", "--archive-account", OWNER, "--organization-id", ORG, "--management-account", MGMT]
FACTS += ["--trusted-account", TRUST]


@pytest.mark.parametrize("written", WRITTEN, ids=[re.sub(r"\W+", "-", one.name) for one in WRITTEN])
def test_what_aws_says_of_it(tmp_path: Path, written: Written) -> None:
    (tmp_path / "policy.json").write_text(json.dumps(written.document), encoding="utf-8")
    run = check(tmp_path / "policy.json", *FACTS)
    found = {result["rule"]: result for result in run.json()["results"]}
    expected = written.verdicts()
    assert {rule: found[rule]["verdict"] for rule in expected} == expected
    for rule in expected:
        seen = found[rule]["witness"]
        if seen is None:
            continue
        # A witness is a request that somebody could send: of an account that must not, on the trail's objects.
        assert seen["account"] not in (OWNER, MGMT, TRUST)
        assert re.fullmatch(r"[ -~]+", json.dumps(seen))
        assert seen["resource"].startswith("arn:aws:s3:::logs")
        keys = {key.lower() for key in seen["context"]}
        assert keys <= set(re.findall(r"[a-z0-9]+:[a-z0-9/_:-]+", json.dumps(written.document).lower()))
