"""What the tests of the modules share that run terraform against moto."""

import json
import re
from pathlib import Path

from workbench import aws
from workbench.terraform import Workspace

from tests.modules.proofs import unproved

ARCHIVE = "222222222222"
CLOUDTRAIL = "cloudtrail.amazonaws.com"
ROOTS = Path(__file__).with_name("roots")

_PROTECTED = re.compile(r"^ *prevent_destroy = true\n", re.MULTILINE)


def existing_organization() -> str:
    """Make an organization with trusted access for CloudTrail, as another stack would have; its id."""
    organizations = aws.client("organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]
    organizations.enable_aws_service_access(ServicePrincipal=CLOUDTRAIL)
    return organization["Id"]


def root(name: str, scratch: Path, aliases: dict[str, str] | None = None, **more) -> Workspace:
    """One of the root modules of `roots/`, ready to be planned."""
    return Workspace(ROOTS / name, scratch, aliases=aliases or {}, **more)


def unprotect(workspace: Workspace) -> None:
    """Take prevent_destroy out of the modules: the way out for those who have a copy of them."""
    for file in workspace.folder.parents[1].glob("modules/*/*.tf"):
        file.write_text(_PROTECTED.sub("", file.read_text()))


def actions(plan: dict) -> dict[str, list[str]]:
    """Address -> what the plan does to it, of every resource that it does something to."""
    changes = {change["address"]: change["change"]["actions"] for change in plan["resource_changes"]}
    return {address: done for address, done in changes.items() if done not in (["no-op"], ["read"])}


def assert_no_changes(workspace: Workspace, *arguments: str) -> None:
    """A second plan has nothing to do."""
    said = workspace.run("plan", "-detailed-exitcode", *arguments)
    assert "No changes." in said, said


def assert_proved(workspace: Workspace, shown: dict, *arguments: str) -> None:
    """The checker leaves nothing open of a plan or a state."""
    file = workspace.folder / "shown.json"
    file.write_text(json.dumps(shown))
    assert unproved(file, *arguments) == {}


def services() -> set[str]:
    """The services that have trusted access."""
    listed = aws.client("organizations").list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    return {service["ServicePrincipal"] for service in listed}


def trails() -> list[str]:
    return [trail["Name"] for trail in aws.client("cloudtrail").list_trails()["Trails"]]


def buckets(account: str = "") -> list[str]:
    return [bucket["Name"] for bucket in aws.client("s3", account).list_buckets()["Buckets"]]


def said(workspace: Workspace, *arguments: str, environment: dict[str, str] | None = None) -> str:
    """What a command that fails says, on one line."""
    text = workspace.run(*arguments, check=False, environment=environment)
    return " ".join(text.replace("│", " ").split())
