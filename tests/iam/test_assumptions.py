"""Each assumption has an id, a line in docs/assumptions.md with its source, and a mutant that turns it round."""

import re
from pathlib import Path

from tools.mutants import MUTANTS
from workbench.run import check, orgtrail
from workbench.terraform import REPOSITORY

from orgtrail.iam.assumptions import ASSUMPTIONS, used

PAGE = (REPOSITORY / "docs" / "assumptions.md").read_text(encoding="utf-8")


def test_the_page_tells_of_each_with_its_source() -> None:
    rows = {
        found[0]: found[2] for found in re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (.+?) \|$", PAGE, flags=re.MULTILINE)
    }
    assert rows.keys() == ASSUMPTIONS.keys()
    for name, source in rows.items():
        assert "https://docs.aws.amazon.com/" in source or "AWS doesn't say" in source, name


def test_a_mutant_turns_each_round() -> None:
    turned = {
        mutant.name.partition(":")[0].removeprefix("axiom ") for mutant in MUTANTS if mutant.name.startswith("axiom ")
    }
    assert ASSUMPTIONS.keys() - turned == {"service-linked-roles"}, (
        "tests/test_guards.py turns those of SCPs and RCPs round"
    )


def test_every_id_that_is_used_is_told_of() -> None:
    classes = ("member", "outside", "owner", "cloudtrail", "deputy", "service", "delivering-service")
    keys = ("aws:userid", "aws:sourceip", "s3:tlsversion", "aws:currenttime", "aws:epochtime", "aws:username")
    given = {
        *used(classes, keys, logs=True, unsaid=True, to_be_made=True, key_policy=True),
        *used((), (), logs=False, unsaid=False, to_be_made=False, key_policy=False),
    }
    assert given | {"service-linked-roles"} == ASSUMPTIONS.keys()


def test_a_result_names_those_that_it_used(tmp_path: Path) -> None:
    case = REPOSITORY / "examples" / "recommended-policy"
    given = (case / "plan.json", "--source", case, "--management-account", "123456789012")
    results = {one["rule"]: one for one in check(*given).json()["results"]}
    read = results["members-cannot-read-logs"]["assumptions"]
    assert {"members-allow-themselves", "named-accounts", "log-names"} <= set(read)
    assert "cloudtrail-requests" in results["cloudtrail-can-write-logs"]["assumptions"]
    assert "public-addresses" not in read
    assert results["trusted-access-before-trail"]["assumptions"] == []
    assert "assumes: " in orgtrail("check", *map(str, given), "--verbose").out
