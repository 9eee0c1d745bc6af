"""The bundled modules are proved by their own checker, on each example's recorded plan and on its folder."""

import pytest
from workbench.run import check
from workbench.terraform import REPOSITORY

from tests.modules.proofs import (
    EXAMPLES,
    UNDECIDED_WITHOUT_PLAN,
    UNDECIDED_WITHOUT_SOURCE,
    folder,
    options,
    unproved,
)

QUESTIONS = ("members-cannot-read-logs", "cloudtrail-can-write-logs", "members-cannot-decrypt-logs")


@pytest.mark.parametrize("example", EXAMPLES)
def test_plan_with_source_leaves_nothing_open(example):
    plan = folder(example) / "plan.json"
    assert unproved(plan, "--source", folder(example), *options(example)) == {}
    verdicts = check(plan, "--source", folder(example), *options(example)).verdicts()
    assert [verdicts[rule] for rule in QUESTIONS] == ["proved"] * 3
    # An existing trail that is taken over isn't made by the plan: there is no order to prove.
    made = "not-applicable" if example == "migrate-existing-trail" else "proved"
    assert verdicts["trusted-access-before-trail"] == made


@pytest.mark.parametrize("example", EXAMPLES)
def test_plan_alone_leaves_open_what_only_the_source_says(example):
    found = unproved(folder(example) / "plan.json", *options(example))
    assert set(found) == UNDECIDED_WITHOUT_SOURCE.get(example, set()), found
    assert all(said.startswith("undecided") for said in found.values())


@pytest.mark.parametrize("example", EXAMPLES)
def test_folder_leaves_open_what_only_aws_says(example):
    found = unproved(folder(example), *options(example))
    assert set(found) == UNDECIDED_WITHOUT_PLAN.get(example, set()), found
    assert all(said.startswith("undecided") for said in found.values())


def test_trusted_access_of_provider_6_comes_first():
    root = REPOSITORY / "tests" / "modules" / "roots" / "service-access"
    verdicts = check(root, "--management-account", "123456789012", "--archive-account", "123456789012").verdicts()
    assert verdicts["trusted-access-before-trail"] == "proved"


@pytest.mark.parametrize("example", EXAMPLES)
def test_saved_plan_alone_leaves_nothing_open(example):
    saved = REPOSITORY / "tests" / "recorded" / "saved" / f"examples.{example}.tfplan"
    assert unproved(saved, *options(example)) == {}
