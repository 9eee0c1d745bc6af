"""What local commands do to trusted access: the AWS CLI and its relatives, as people spell them."""

from pathlib import Path

import pytest
from workbench.run import check

from orgtrail.organization.commands import commanded
from orgtrail.values import Cause, Unknown, text

CLOUDTRAIL = "cloudtrail.amazonaws.com"

#: Command -> what it surely does.
CERTAIN = {
    "aws organizations enable-aws-service-access --service-principal cloudtrail.amazonaws.com": {"enable"},
    "aws --profile root organizations enable-aws-service-access --service-principal=cloudtrail.amazonaws.com": {
        "enable"
    },
    "aws organizations --region us-east-1 enable-aws-service-access --service-principal 'cloudtrail.amazonaws.com'": {
        "enable"
    },
    "/usr/local/bin/aws organizations \\\n  enable-aws-service-access \\\n  --service-principal \\\n"
    "    cloudtrail.amazonaws.com": {"enable"},
    "set -e\naws sts get-caller-identity\naws organizations disable-aws-service-access"
    ' --service-principal "cloudtrail.amazonaws.com" || true': {"disable"},
    "docker run --rm amazon/aws-cli organizations enable-aws-service-access"
    " --service-principal cloudtrail.amazonaws.com": {"enable"},
    "AWS_PROFILE=x aws organizations enable-aws-service-access --output json"
    " --service-principal cloudtrail.amazonaws.com --no-cli-pager": {"enable"},
    "Enable-ORGAWSServiceAccess -ServicePrincipal cloudtrail.amazonaws.com": {"enable"},
    "Disable-ORGAWSServiceAccess `\n  -ServicePrincipal 'cloudtrail.amazonaws.com'": {"disable"},
    "python3 -c \"import boto3; boto3.client('organizations')"
    ".enable_aws_service_access(ServicePrincipal='cloudtrail.amazonaws.com')\"": {"enable"},
    "aws organizations disable-aws-service-access --service-principal cloudtrail.amazonaws.com; sleep 5;"
    " aws organizations enable-aws-service-access --service-principal cloudtrail.amazonaws.com": {"enable", "disable"},
    "aws organizations enable-aws-service-access --service-principal config.amazonaws.com": set(),
    "aws organizations enable-aws-service-access --service-principal cloudtrail.amazonaws.com.cn": set(),
    "# aws organizations enable-aws-service-access --service-principal cloudtrail.amazonaws.com": set(),
    "echo aws organizations enable-aws-service-access --service-principal cloudtrail.amazonaws.com": set(),
    "aws organizations list-aws-service-access-for-organization": set(),
    "aws organizations enable-aws-service-access --service-principal config.amazonaws.com"
    " && echo cloudtrail.amazonaws.com": set(),
}
#: Commands that do it for a service that isn't written there.
UNCERTAIN = {
    "aws organizations enable-aws-service-access --service-principal $SERVICE": "enable",
    "for s in cloudtrail config; do aws organizations enable-aws-service-access"
    " --service-principal ${s}.amazonaws.com; done": "enable",
    "aws organizations disable-aws-service-access --cli-input-json file://access.json": "disable",
    "aws organizations disable-aws-service-access --service-principal %SERVICE%": "disable",
}


@pytest.mark.parametrize(("command", "verbs"), CERTAIN.items())
def test_what_a_command_surely_does(command: str, verbs: set[str]) -> None:
    assert commanded(command) == dict.fromkeys(verbs, True)


@pytest.mark.parametrize("variable", ["$SERVICE", '"${SERVICE}"', "%SERVICE%", "$env:SERVICE"])
def test_a_service_in_the_environment(variable: str) -> None:
    command = f"aws organizations enable-aws-service-access --service-principal {variable}"
    assert commanded(command, {"SERVICE": CLOUDTRAIL}) == {"enable": True}
    assert commanded(command, {"SERVICE": "config.amazonaws.com"}) == {}
    for environment in ({"OTHER": CLOUDTRAIL}, {"SERVICE": Unknown(Cause("it isn't known"))}, None):
        assert isinstance(commanded(command, environment)["enable"], Unknown)  # type: ignore[arg-type]
    for anew in (f"SERVICE=config.amazonaws.com; {command}", f"for SERVICE in a b; do {command}; done"):
        assert isinstance(commanded(anew, {"SERVICE": CLOUDTRAIL})["enable"], Unknown)


def test_the_environment_of_a_provisioner(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
resource "terraform_data" "access" {
  provisioner "local-exec" {
    command     = "aws organizations enable-aws-service-access --service-principal $SERVICE"
    environment = { SERVICE = "${local.service}.amazonaws.com" }
  }
}

locals {
  service = "cloudtrail"
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
  depends_on            = [terraform_data.access]
}
""")
    run = check(tmp_path, "--select", "trusted-access-before-trail")
    assert run.verdicts() == {"trusted-access-before-trail": "proved"}


@pytest.mark.parametrize(("command", "verb"), UNCERTAIN.items())
def test_what_a_command_may_do(command: str, verb: str) -> None:
    found = commanded(command)
    assert list(found) == [verb]
    assert isinstance(found[verb], Unknown)


def test_a_hole_in_a_command_is_its_cause() -> None:
    hole = Unknown(Cause("`var.service` has no value"))
    found = commanded(text("aws organizations enable-aws-service-access --service-principal ", hole))
    assert found == {"enable": hole}


TRAIL = """
resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
  depends_on            = [RESOURCE.enable]
}

resource "RESOURCE" "enable" {
  provisioner "local-exec" {
    WHEN
    command = <<-EOT
      set -eu
      aws --profile "${var.profile}" organizations VERB-aws-service-access \\
        --service-principal=cloudtrail.amazonaws.com
    EOT
  }
}

variable "profile" {
  default = "management"
}
"""


@pytest.mark.parametrize("resource", ["terraform_data", "null_resource"])
@pytest.mark.parametrize(
    ("verb", "when", "rule", "verdict"),
    [
        ("enable", "", "trusted-access-before-trail", "proved"),
        ("enable", "when = destroy", "trusted-access-before-trail", "undecided"),
        ("disable", "", "trusted-access-kept", "violated"),
        ("disable", "when = destroy", "trusted-access-kept", "not-applicable"),
    ],
)
def test_a_folder_with_provisioners(
    tmp_path: Path, resource: str, verb: str, when: str, rule: str, verdict: str
) -> None:
    hcl = TRAIL.replace("RESOURCE", resource).replace("VERB", verb).replace("WHEN", when).replace("\\\\", "\\")
    (tmp_path / "main.tf").write_text(hcl)
    run = check(tmp_path, "--select", rule)
    assert run.verdicts() == {rule: verdict}
    if verdict == "proved":
        assert any(ground.startswith("a weaker ground: ") for ground in run.json()["results"][0]["because"])
