"""What mends every bad example of every rule: the printed difference, applied with `patch`, as a person would.

The finding is gone then, `--fix` has nothing left to do, python-hcl2 reads the file and terraform takes it.
"""

import shutil
import subprocess
from pathlib import Path

import hcl2
import pytest
from workbench.run import check, working_directory
from workbench.terraform import REPOSITORY, Workspace

from orgtrail import rules
from orgtrail.examples import Example, examples

#: git's own does the same where there is no `patch`.
PATCH = ("patch", "-p1", "--silent") if shutil.which("patch") else ("git", "apply", "-p1")
FACTS = ("--management-account", "123456789012", "--organization-id", "o-abcd123456")

#: Rules of which no bad example is mended by an edit, and why: somebody has to decide something.
DECIDED_BY_PEOPLE = {
    "delegated-administrator-is-trusted": "whether the account is trusted",
    "key-not-granted-to-members": "whether the grant is meant",
    "log-group-not-linked-to-members": "whether the monitoring account is meant",
    "log-group-policy-is-closed": "for whom the service writes",
    "logs-not-backed-up-to-members": "where the copies should go",
    "logs-not-granted-through-lake-formation": "whether the grant is meant",
    "logs-not-listed-for-members": "where the inventory should go",
    "logs-not-queried-for-members": "where the results should go",
    "logs-not-replicated-to-members": "where the copies should go",
    "logs-not-served-by-cloudfront": "whether the distribution should be",
    "logs-not-shared-through-access-points": "who the access point is for",
    "logs-not-streamed-to-members": "where the events should go",
    "logs-not-transferred-to-members": "where the copies should go",
    "members-cannot-assume-log-readers": "who the role is for",
    "service-linked-role-intact": "what the SCP is for",
    "trail-encrypts-with-kms": "whether to pay for a key",
    "trail-feeds-cloudwatch": "whether to pay for a log group",
    "trail-maker-is-allowed": "what the SCP is for",
    "trusted-access-single-owner": "which owner stays: the other one's destruction disables trusted access",
}
#: Bad examples of the other rules that no edit mends, and why.
ALSO = {
    "another account may list the logs": "whether the account should",
    "the bucket notifies a member's queue": "who should hear",
    "a member's queue is subscribed": "who should hear",
    "the topic is encrypted with AWS's own key": "which key to take",
    "the action needs objects, and the statement has the bucket": "whether the action or the resource is wrong",
    "a statement for another bucket": "which bucket is meant",
    "there is no such action": "which action is meant",
    "a wildcard in a principal, and an operator that doesn't exist": "who is meant",
    "the public access block refuses a public policy": "who should be let in",
    "the provider of a member account makes the trail": "which provider makes it",
    "Insights on call rates without writes": "whether to log writes or to do without",
}
BAD = [(rule_id, one) for rule_id in rules.ids() for one in examples(rule_id) if one.kind == "bad" and not one.before]


def told(example: Example) -> tuple[str, ...]:
    """An example's options, and the facts that it leaves out."""
    return (*example.options, *(one for one in FACTS if FACTS[0] not in example.options))


def differences(rule_id: str, example: Example) -> list[str]:
    """The differences that the report shows for the working directory, each once."""
    results = check(".", "--select", rule_id, *told(example)).json()["results"]
    shown = [one["fix"]["diff"] for one in results if one.get("fix")]
    return list(dict.fromkeys(one for one in shown if one))


def patched(rule_id: str, example: Example) -> int:
    """How often differences are put in by hand until none is shown any more: one may uncover the next."""
    for times in range(4):
        shown = differences(rule_id, example)
        if not shown:
            return times
        subprocess.run(PATCH, input=shown[0], text=True, check=True)
    raise AssertionError("there is always something left to put in")


def folder_of(rule_id: str, example: Example) -> str:
    return f"{rule_id}-{[one.title for one in examples(rule_id)].index(example.title)}"


@pytest.mark.parametrize(
    ("rule_id", "example"), BAD, ids=lambda given: given.title if isinstance(given, Example) else given
)
def test_what_is_shown_mends_it(rule_id: str, example: Example, tmp_path: Path) -> None:
    by_hand, by_fix = tmp_path / "by-hand", tmp_path / "by-fix"
    for folder in (by_hand, by_fix):
        folder.mkdir()
        (folder / "main.tf").write_text(example.hcl)
    asked = ("--select", rule_id, *told(example))
    with working_directory(by_hand):
        times = patched(rule_id, example)
        if rule_id in DECIDED_BY_PEOPLE or example.title in ALSO:
            assert (times, rule_id) in ((0, rule_id), (1, "service-linked-role-intact")), "take it off the list"
            return
        assert times, "nothing is shown that mends it"
        found = [one["verdict"] for one in check(".", *asked).json()["results"]]
        assert "proved" in found
        assert "violated" not in found
        with Path("main.tf").open() as file:
            hcl2.load(file)
    with working_directory(by_fix):
        fixed = check(".", *asked, "--fix", "--yes", "--allow-dirty")
        after = Path("main.tf").read_text()
        assert after == (by_hand / "main.tf").read_text(), fixed.err
        again = check(".", *asked, "--fix", "--yes", "--allow-dirty")
        assert (again.err, Path("main.tf").read_text()) == ("", after)


@pytest.mark.terraform
def test_terraform_takes_all_of_it(tmp_path: Path) -> None:
    """All mended examples as modules of one configuration, which costs one init and one validate."""
    everything = tmp_path / "everything"
    calls = []
    for rule_id, example in BAD:
        name = folder_of(rule_id, example)
        folder = everything / name
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(example.hcl)
        with working_directory(folder):
            times = patched(rule_id, example)
        if times:
            calls.append(f'module "{name}" {{\n  source = "./{name}"\n}}\n')
        else:
            shutil.rmtree(folder)
    assert len(calls) > 50
    (everything / "main.tf").write_text("\n".join(calls))
    workspace = Workspace.of(everything)
    assert "Success!" in workspace.run("validate")


ROOTS = sorted(
    path.parent
    for where in ("examples/*", "tests/configurations/*", "tests/exam/cases/*")
    for path in REPOSITORY.glob(f"{where}/main.tf")
)


@pytest.mark.long
@pytest.mark.parametrize("root", ROOTS, ids=lambda root: f"{root.parent.name}/{root.name}")
def test_no_root_is_worse_for_it(root: Path, tmp_path: Path) -> None:
    """`--fix --advice` on every root: what held holds, nothing more is violated, a second run changes nothing."""
    folder = tmp_path / "root"
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns("plan.json", "expect.json", ".terraform"))
    # Roots say of themselves who owns what: what contradicts them isn't given.
    told = ((*FACTS, "--archive-account", "123456789012"), FACTS, ())
    with working_directory(folder):
        facts, before = next((one, found) for one in told if (found := violated(one)) is not None)
        fix = (".", "--fix", "--advice", "--yes", "--allow-dirty", *facts)
        said = check(*fix).err
        after = violated(facts)
        assert after is not None, said
        # A rule may have the next thing to say of another subject, and advice is about what is there now.
        known = {rule for rule, _ in before} | {one.id for one in rules.catalogue() if one.severity != "error"}
        assert {rule for rule, _ in after} <= known, said
        # What is put back is tried again, and put back again.
        assert "\n@@" not in check(*fix).err or "put back" in said


def violated(facts: tuple[str, ...]) -> set[tuple[str, str]] | None:
    """What is violated in the working directory; None where it can't be read."""
    run = check(".", *facts)
    if run.code == 2:
        return None
    return {(one["rule"], one["address"]) for one in run.json()["results"] if one["verdict"] == "violated"}
