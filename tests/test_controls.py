"""The table of controls: whole, honest about what it leaves out, and shown by everything that shows rules."""

import pytest
from tools import control_page
from workbench.run import check, orgtrail

from orgtrail import controls, rules

PLAN = "examples/organization-wide-read/plan.json"


def test_every_rule_answers_a_part_of_some_control_or_says_why_none() -> None:
    answered = {rule for one in controls.CONTROLS for rule in one.rules}
    assert answered | controls.NO_CONTROL.keys() == set(rules.ids())
    assert answered & controls.NO_CONTROL.keys() == set()
    assert all(controls.NO_CONTROL.values())


@pytest.mark.parametrize("one", controls.CONTROLS, ids=lambda one: one.name)
def test_every_control_has_a_title_and_says_which_part_of_it_is_answered(one: controls.FrameworkControl) -> None:
    assert one.title
    assert one.part
    assert one.rules
    assert len(set(one.rules)) == len(one.rules)
    assert controls.FRAMEWORKS[one.framework].source.startswith("https://")
    assert one.id not in controls.NOT_ASKED.get(one.framework, {})


def test_names_are_of_one_control_each() -> None:
    names = [one.name for one in controls.CONTROLS]
    assert len(set(names)) == len(names)
    assert set(controls.NOT_ASKED) <= set(controls.FRAMEWORKS)


#: What the specification of orgtrail asks for, in the numbering of each catalogue.
WANTED = {
    "nist-800-53-r5": {"AU-2", "AU-9", "AU-9(4)", "AU-12"},
    "pci-dss-4.0.1": {"10.2", "10.3.1", "10.3.2"},
    "iso-27001-2022": {"A.8.15"},
    "cis-aws-3.0": {"3.1", "3.2", "3.5"},
    "cis-aws-5.0": {"3.1", "3.2", "3.5"},
    "cis-aws-7.0": {"4.1", "4.2", "4.5"},
    "security-hub": {"CloudTrail.1", "CloudTrail.2", "CloudTrail.4", "CloudTrail.5", "CloudTrail.6"},
}


@pytest.mark.parametrize("framework", WANTED)
def test_the_controls_that_are_about_trails_are_there(framework: str) -> None:
    assert {one.id for one in controls.CONTROLS if one.framework == framework} >= WANTED[framework]


def test_log_file_validation_is_what_aws_maps_it_to() -> None:
    # Security Hub's page says of CloudTrail.4: CIS 3.0.0 and 5.0.0 3.2, NIST AU-9.
    assert {"cis-aws-3.0/3.2", "cis-aws-5.0/3.2", "nist-800-53-r5/au-9", "security-hub/cloudtrail.4"} <= set(
        controls.names_of("trail-validates-log-files")
    )


def test_the_catalogue_and_the_page_of_a_rule_show_them() -> None:
    listed = {one["rule"]: one["controls"] for one in orgtrail("rules", "--format", "json").json()}
    assert [one["name"] for one in listed["members-cannot-read-logs"]] == controls.names_of("members-cannot-read-logs")
    assert {"framework", "version", "id", "title", "part"} <= set(listed["members-cannot-read-logs"][0])
    assert listed["trusted-access-single-owner"] == []
    assert "  PCI DSS 4.0.1: 10.3.1\n" in orgtrail("explain", "members-cannot-read-logs").out
    page = orgtrail("explain", "members-cannot-read-logs", "--format", "markdown").out
    assert "| PCI DSS 4.0.1 10.3.1 |" in page


def test_reports_show_them() -> None:
    result = next(one for one in check(PLAN).json()["results"] if one["rule"] == "members-cannot-read-logs")
    assert result["controls"] == controls.names_of("members-cannot-read-logs")
    said = "members-cannot-read-logs answers a part of NIST SP 800-53 rev. 5: AU-9; PCI DSS 4.0.1: 10.3.1"
    assert said in orgtrail("check", PLAN, "--verbose").out
    assert "answers a part of" not in orgtrail("check", PLAN).out
    assert "answers a part of NIST" in orgtrail("check", PLAN, "--format", "junit").out


def test_code_scanning_knows_them_as_taxonomies() -> None:
    run = orgtrail("check", PLAN, "--format", "sarif").json()["runs"][0]
    by_name = {one["name"]: one for one in run["taxonomies"]}
    rule = next(one for one in run["tool"]["driver"]["rules"] if one["id"] == "members-cannot-read-logs")
    named = {f"{one['target']['toolComponent']['name']}/{one['target']['id'].lower()}" for one in rule["relationships"]}
    assert named == set(controls.names_of("members-cannot-read-logs"))
    for one in rule["relationships"]:
        component = one["target"]["toolComponent"]
        assert run["taxonomies"][component["index"]]["name"] == component["name"]
        assert one["target"]["id"] in {taxon["id"] for taxon in by_name[component["name"]]["taxa"]}


def test_the_page_says_what_the_table_says() -> None:
    assert control_page.PAGE.read_text() == control_page.page(), "run `python -m tools.control_page`"
