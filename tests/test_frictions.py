"""What got in newcomers' way, point by point, and the test or picture that shows it gone.

Three people tried orgtrail as they found it: one adds a check to pull requests, one applies the modules, one signs the
report. Each line is one thing that stopped them; behind it stands what holds it now. Whoever changes one of
these tests changes what a newcomer meets.

 1. a wrong target was green: test_found_source.py::test_a_folder_of_folders_names_its_roots,
    test_frictions.py::test_roots_below_a_folder_that_holds_none_are_named,
    test_found_source.py::test_a_run_may_ask_for_a_trail
 2. `orgtrail check` needed an input: test_found_source.py::test_without_input_the_plan_that_lies_here_is_checked
 3. README showed what its command didn't print: test_docs.py::test_what_the_readme_shows_is_printed,
    test_package.py::test_the_readme_on_pypi_has_no_link_that_leads_nowhere,
    test_package.py::test_the_extras_are_those_that_the_page_on_installing_names,
    test_newcomer.py::test_the_first_verdict_takes_five_commands
 4. `make demo` printed 260 lines: test_frictions.py::test_the_demo_is_short
 5. `make test` failed where no provider can be had: test_frictions.py::test_what_needs_a_provider_is_skipped_without
 6. 148 lines for four errors: test_brevity.py::test_one_wrong_statement_gives_at_most_sixty_lines
 7. no lines of the source, no statement: test_frictions.py::test_the_lines_are_those_of_the_statement
 8. an account that is nobody's: test_frictions.py::test_an_account_that_nobody_names_is_told_as_one_of_many,
    test_brevity.py::test_what_nobody_can_spell_stands_as_in_aws_pages
 9. "violated" for advice, "doesn't count": test_frictions.py::test_people_read_their_own_words
10. the headline hid the worse finding: test_frictions.py::test_the_gravest_comes_first
11. a near miss wasn't told: test_near_miss.py::test_what_was_nearly_right
12. one unknown five times: test_formats.py::test_one_cause_is_told_once_with_all_that_it_leaves_open,
    test_brevity.py::test_what_one_statement_lets_through_is_told_together
13. options that do nothing were silent: test_found_source.py::test_an_option_that_no_input_is_for_says_so,
    test_found_source.py::test_a_bucket_that_no_statement_names_is_an_error
14. "may be made", of a trail that is there: test_frictions.py::test_a_trail_that_is_there_stops
15. hints broke HCL when followed: test_every_fix.py::test_what_is_shown_mends_it,
    test_every_fix.py::test_terraform_takes_all_of_it
16. printed edits were poorer than written ones: test_every_fix.py::test_what_is_shown_mends_it,
    test_frictions.py::test_an_edit_goes_to_the_document_in_the_root
17. `--fix` wrote at once, and advice too: test_fixes.py::test_diff_shows_what_would_be_written_and_writes_nothing,
    test_fixes.py::test_advice_is_mended_only_where_it_is_asked_for,
    test_frictions.py::test_a_terminal_is_asked
18. no edit for keys, one for another gap of the bucket: test_every_fix.py::test_what_is_shown_mends_it
19. init, then red on our own modules: test_first_trail.py::test_every_printed_command_ends_green
20. the gravest cells were pale in print: test_page.py::test_on_paper_the_gravest_stands_out_without_colour,
    test_page.py::test_a_case_is_accessible_and_prints_on_few_pages
21. the picture claimed a missing edge: test_diagram.py::test_a_missing_principal_is_no_missing_edge,
    test_html.py::test_a_missing_principal_is_no_missing_edge, test_page.py::test_what_is_missing_is_red_and_dashed
22. a module's picture ran off its card, and showed what the plan doesn't make:
    test_page.py::test_it_is_accessible_and_never_scrolls_sideways,
    test_page.py::test_sixty_things_in_order_are_readable,
    test_diagram.py::test_what_the_plan_doesn_t_make_is_not_in_it,
    test_diagram.py::test_it_holds_the_very_way_that_the_proof_cites
23. no date, digest, version, command; cells that don't look like what they are: test_html.py::test_the_record,
    test_record.py::test_the_digests_are_what_sha256sum_prints,
    test_record.py::test_who_is_who_says_who_says_so,
    test_html.py::test_only_a_cell_with_something_to_tell_opens
24. the shop window said "4 violated" in red: docs/report-good.png
25. machines got no help texts, links or edits: test_formats.py::test_sarif_helps_with_every_rule_it_names,
    test_formats.py::test_sarif_meets_its_schema, test_formats.py::test_gitlab_meets_its_schema,
    test_without_re2.py
26. no control mapping: test_controls.py::test_every_rule_answers_a_part_of_some_control_or_says_why_none
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from workbench import terraform
from workbench.run import check, orgtrail, working_directory
from workbench.terraform import REPOSITORY

from orgtrail import rules
from orgtrail.examples import examples
from orgtrail.report import writer
from orgtrail.report.style import TextStyle
from tests.report.fixture import REPORT

EXAMPLES = REPOSITORY / "examples"
FACTS = ("--management-account", "123456789012", "--organization-id", "o-abcd123456")


def test_every_point_has_its_test_or_picture() -> None:
    assert __doc__ is not None
    points = re.split(r"^ ?(\d+)\. ", __doc__, flags=re.MULTILINE)[1:]
    assert [int(number) for number in points[::2]] == list(range(1, 27))
    for point in points[1::2]:
        named = re.findall(r"(\w+\.py)(?:::(\w+))?", point)
        pictures = re.findall(r"docs/\S+\.png", point)
        assert named or pictures, point
        for file, test in named:
            (path,) = (REPOSITORY / "tests").rglob(file)
            assert f"def {test}" in path.read_text(), f"{file}::{test}"
        assert all((REPOSITORY / one).is_file() for one in pictures)


def test_roots_below_a_folder_that_holds_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "providers.tf").write_text('provider "aws" {}\n')
    for name in ("one", "two"):
        shutil.copytree(EXAMPLES / "no-ordering", tmp_path / "roots" / name, ignore=shutil.ignore_patterns("*.json"))
    with working_directory(tmp_path):
        said = orgtrail("check", ".").out
        assert "`roots/one`, `roots/two` below `.` are root modules of their own and aren't checked" in said
        assert "give --recursive" in said
        assert "aren't checked" not in orgtrail("check", ".", "--recursive").out
        assert orgtrail("check", ".", "--recursive").code == 1


def test_the_demo_is_short() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.demo"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert len(done.stdout.splitlines()) <= 100


def test_what_needs_a_provider_is_skipped_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """`tests/conftest.py` skips what is marked `terraform`, with this reason."""
    monkeypatch.setattr(terraform, "provider_mirror", lambda: None)
    monkeypatch.setattr(terraform, "_can_be_downloaded", lambda: False)
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    assert "can't be downloaded" in terraform.missing.__wrapped__()


#: Rules that ask about accounts, and what a bad example of each says.
ASKING = [
    (rule, example)
    for rule in rules.ids()
    if any(word in rule for word in ("members", "outsiders", "public", "services", "service-writes", "readers"))
    for example in examples(rule)
    if example.kind == "bad" and not example.before
]


def test_an_account_that_nobody_names_is_told_as_one_of_many(tmp_path: Path) -> None:
    told = 0
    for number, (rule, example) in enumerate(ASKING):
        root = tmp_path / str(number)
        root.mkdir()
        (root / "main.tf").write_text(example.hcl)
        for result in check(root, "--select", rule, *example.options).json()["results"]:
            plain = re.sub(r"arn:\S+", "", result["message"])
            told += "(here 555555555555)" in plain
            assert "555555555555" not in plain.replace("(here 555555555555)", ""), result["message"]
    assert told > 10


@pytest.mark.parametrize("name", ["text", "markdown", "github"])
def test_people_read_their_own_words(name: str) -> None:
    shown = writer(name)(REPORT, TextStyle(verbose=True))
    assert "violated" not in shown
    assert "doesn't count" not in shown
    assert "undecided" not in shown


def test_the_gravest_comes_first(tmp_path: Path) -> None:
    """Who reads before who decrypts or alters; what is open to members before how the logs get there."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::logs/*"}
    (tmp_path / "policy.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    said = orgtrail("check", tmp_path / "policy.json", "--bucket", "logs", *FACTS).out
    failing = re.findall(r"^fails  ([\w-]+)", said, re.MULTILINE)
    assert failing[:2] == ["members-cannot-read-logs", "logs-not-public"]
    folder = REPOSITORY / "tests" / "configurations" / "ways-around"
    said = orgtrail("check", str(folder / "plan.json"), "--source", str(folder), *FACTS).out
    asked = [rules.load(rule).answers for rule in re.findall(r"^fails  ([\w-]+)", said, re.MULTILINE)]
    assert asked == sorted(asked, key=["trusted access first", "members kept out", "logs delivered", None].index)
    assert len(set(asked)) > 1


def test_the_lines_are_those_of_the_statement() -> None:
    folder = EXAMPLES / "organization-wide-read"
    run = check(folder / "plan.json", "--source", folder, "--select", "members-cannot-read-logs", *FACTS)
    (found,) = run.json()["results"]
    first = found["excerpt"]["first"]
    lines = (folder / "main.tf").read_text().splitlines()
    assert found["location"]["line"] == first
    assert found["excerpt"]["lines"] == lines[first - 1 : first - 1 + len(found["excerpt"]["lines"])]
    assert lines[first - 1].strip() == "statement {"
    assert lines[first].split() == ["sid", "=", '"OrganizationRead"']


def test_a_trail_that_is_there_stops() -> None:
    folder = EXAMPLES / "trusted-access-removed"
    said = orgtrail("check", str(folder / "plan.json"), "--source", str(folder)).out
    assert "NO         The organization trail stops working for member accounts" in said
    assert "may be made without trusted access" not in said


def test_an_edit_goes_to_the_document_in_the_root(tmp_path: Path) -> None:
    """The usual shape: a module makes bucket and policy, the root writes the statements."""
    (tmp_path / "bucket").mkdir()
    (tmp_path / "bucket" / "main.tf").write_text(
        'variable "policy" {}\n\nresource "aws_s3_bucket" "this" {\n  bucket = "acme-org-trail-logs"\n}\n\n'
        'resource "aws_s3_bucket_policy" "this" {\n  bucket = aws_s3_bucket.this.id\n  policy = var.policy\n}\n'
    )
    source = (EXAMPLES / "organization-wide-read" / "main.tf").read_text()
    root = re.sub(r'resource "aws_s3_bucket(_policy)?" "logs" \{.*?\n\}\n', "", source, flags=re.DOTALL)
    root = root.replace("aws_s3_bucket.logs.arn", '"arn:aws:s3:::acme-org-trail-logs"')
    root = root.replace('${"arn:aws:s3:::acme-org-trail-logs"}', "arn:aws:s3:::acme-org-trail-logs")
    root = root.replace("aws_s3_bucket.logs.id", '"acme-org-trail-logs"').replace(
        "aws_s3_bucket_policy.logs", "module.bucket"
    )
    call = 'module "bucket" {\n  source = "./bucket"\n  policy = data.aws_iam_policy_document.logs.json\n}\n'
    (tmp_path / "main.tf").write_text(root + "\n" + call)
    with working_directory(tmp_path):
        run = check(".", "--select", "members-cannot-read-logs", *FACTS, "--archive-account", "123456789012")
        (found,) = [one for one in run.json()["results"] if one["verdict"] == "violated"]
        assert found["address"] == "module.bucket.aws_s3_bucket_policy.this"
        assert "`data.aws_iam_policy_document.logs`" in found["fix"]["where"]
        assert found["fix"]["diff"].startswith("--- a/main.tf\n")
        assert found["location"]["file"] == "main.tf"


@pytest.mark.parametrize(("answer", "writes"), [(b"n\n", False), (b"\n", False), (b"y\n", True)])
def test_a_terminal_is_asked(answer: bytes, writes: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orgtrail.cli.check._asks", lambda: True)
    shutil.copy(EXAMPLES / "no-ordering" / "main.tf", tmp_path)
    before = (tmp_path / "main.tf").read_text()
    with working_directory(tmp_path):
        run = orgtrail("check", ".", "--select", "trusted-access-before-trail", "--fix", stdin=answer)
    assert "write these changes? [y/N]" in run.err
    assert ((tmp_path / "main.tf").read_text() != before) is writes
    assert run.code == (0 if writes else 1)
