"""Services that act for whoever configured them, and strangers that a policy names: what AWS's pages say of each."""

from typing import Any

import msgspec
import pytest
from workbench.asking import nobody_may
from workbench.judges.generated import KEY_TARGET, MANAGEMENT, ORGANIZATION, OWNER, TARGET, TRUSTED, WORLD

from tests.iam.test_prove import allow, deny, policy

CLOUDFRONT = {"Service": "cloudfront.amazonaws.com"}
STRANGER = "999999999999"


def lent(*statements: dict[str, Any], actions: tuple[str, ...] = ("s3:GetObject",), world: Any = WORLD) -> str:
    """The answer for services that act for anybody but those that the logs belong to."""
    outcome = nobody_may(policy(*statements), world, ["service"], actions, TARGET)
    if outcome.witness is not None:
        assert outcome.witness.acting_for not in (MANAGEMENT, OWNER, TRUSTED, "")
        assert outcome.witness.principal.endswith(".amazonaws.com")
    return outcome.verdict


def served(**condition: Any) -> dict[str, Any]:
    return allow(Principal=CLOUDFRONT, Condition=condition)


def distribution(account: str) -> str:
    return f"arn:aws:cloudfront::{account}:distribution/E1ABCDEFGHIJKL"


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({}, "violated"),
        ({"StringEquals": {"aws:SourceArn": distribution(OWNER)}}, "proved"),
        ({"StringEquals": {"aws:SourceArn": distribution(MANAGEMENT)}}, "proved"),
        ({"StringEquals": {"aws:SourceArn": distribution(TRUSTED)}}, "proved"),
        ({"StringEquals": {"aws:SourceArn": distribution("333333333333")}}, "violated"),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::*:distribution/*"}}, "violated"),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{OWNER}:distribution/*"}}, "proved"),
        ({"StringEquals": {"aws:SourceAccount": OWNER}}, "proved"),
        ({"StringEquals": {"aws:SourceAccount": [OWNER, STRANGER]}}, "violated"),
        # A member is of the organization.
        ({"StringEquals": {"aws:SourceOrgID": ORGANIZATION}}, "violated"),
        ({"StringEquals": {"aws:SourceOrgID": ORGANIZATION, "aws:SourceAccount": OWNER}}, "proved"),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": f"{ORGANIZATION}/*"}}, "violated"),
        # Where a service doesn't send a key, `IfExists` lets it through.
        ({"StringEqualsIfExists": {"aws:SourceAccount": OWNER}}, "violated"),
        ({"StringNotEquals": {"aws:SourceAccount": STRANGER}}, "violated"),
        # No service is a principal of the organization.
        ({"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, "proved"),
    ],
)
def test_a_service_is_tied_by_account_or_arn(condition: dict[str, Any], verdict: str) -> None:
    """IAM User Guide, "The confused deputy problem"; CloudFront guide, origin access control."""
    assert lent(served(**condition)) == verdict


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, "violated"),
        ({"StringEquals": {"aws:PrincipalServiceName": "athena.amazonaws.com"}}, "violated"),
        ({"StringLike": {"aws:PrincipalServiceName": "*.amazonaws.com"}}, "violated"),
        ({"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": "cloudfront.amazonaws.com"}}, "violated"),
        ({"Null": {"aws:SourceAccount": "false"}}, "violated"),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}, "StringEquals": {"aws:SourceAccount": OWNER}}, "proved"),
        ({"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}}, "proved"),
        ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, "proved"),
        ({"StringEquals": {"aws:PrincipalAccount": OWNER}}, "proved"),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWNER}:role/*"}}, "proved"),
    ],
)
def test_everybody_with_what_only_services_carry(condition: dict[str, Any], verdict: str) -> None:
    assert lent(allow(Condition=condition)) == verdict


def test_what_keeps_a_service_out() -> None:
    guard = {"StringNotEqualsIfExists": {"aws:SourceAccount": [OWNER, MANAGEMENT, TRUSTED]}}
    service = {"Bool": {"aws:PrincipalIsAWSService": "true"}}
    assert lent(served(), deny(Condition={**guard, **service})) == "proved"
    others = {"StringNotEqualsIfExists": {"aws:SourceOrgID": ORGANIZATION}}
    assert lent(served(), deny(Condition={**others, **service})) == "violated"
    assert lent(served(), deny(Principal=CLOUDFRONT)) == "proved"
    assert lent(served(), deny(Principal={"Service": "config.amazonaws.com"})) == "violated"
    # What is for accounts stops services as well, where it doesn't let them out.
    accounts = {"StringNotEquals": {"aws:PrincipalAccount": [OWNER, MANAGEMENT]}}
    assert lent(served(), deny(Condition=accounts)) == "proved"


def test_cloudtrail_is_exempt_and_so_is_who_the_logs_belong_to() -> None:
    assert lent(allow(Principal={"Service": "cloudtrail.amazonaws.com"})) == "proved"
    read = policy(allow(Principal={"Service": "cloudtrail.amazonaws.com"}, Action="kms:Decrypt", Resource="*"))
    assert nobody_may(read, WORLD, ["service"], ["kms:Decrypt"], KEY_TARGET).verdict == "proved"
    opened = policy(allow(Principal={"Service": "sns.amazonaws.com"}, Action="kms:Decrypt", Resource="*"))
    assert nobody_may(opened, WORLD, ["service"], ["kms:Decrypt"], KEY_TARGET).verdict == "violated"


def test_through_some_services_the_caller_chooses_the_object() -> None:
    """CloudFront passes on PUT and DELETE; what Config writes has a form of its own."""

    def writes(service: str, name: str) -> str:
        write = policy(allow(Principal={"Service": service}, Action="s3:PutObject"))
        return nobody_may(write, WORLD, [name], ["s3:PutObject"], TARGET).verdict  # type: ignore[list-item]

    assert writes("cloudfront.amazonaws.com", "reaching-service") == "violated"
    assert writes("cloudfront.amazonaws.com", "delivering-service") == "proved"
    assert writes("config.amazonaws.com", "reaching-service") == "proved"
    assert writes("config.amazonaws.com", "delivering-service") == "violated"
    anybody = policy(allow(Action="s3:PutObject", Condition={"Bool": {"aws:PrincipalIsAWSService": "true"}}))
    for name in ("reaching-service", "delivering-service"):
        assert nobody_may(anybody, WORLD, [name], ["s3:PutObject"], TARGET).verdict == "violated"  # type: ignore[list-item]


def test_the_arn_of_a_bucket_doesnt_say_whose_it_is() -> None:
    tied = allow(
        Principal={"Service": "s3.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::inv"}}
    )
    outcome = nobody_may(policy(tied), WORLD, ["service"], ["s3:GetObject"], TARGET)
    assert outcome.verdict == "undecided"
    assert [cause.settle for cause in outcome.unknowns] == ["add aws:SourceAccount"]


def test_an_account_that_a_policy_names_is_a_member_or_a_stranger() -> None:
    named = policy(allow(Principal={"AWS": STRANGER}))
    for name in ("member", "outside"):
        assert nobody_may(named, WORLD, [name], ["s3:GetObject"], TARGET).verdict == "violated"  # type: ignore[list-item]
    # With the list of the organization's accounts, it is one of the two.
    known = msgspec.structs.replace(WORLD, member_accounts=("222222222222",), accounts_known=True)
    assert nobody_may(named, known, ["member"], ["s3:GetObject"], TARGET).verdict == "proved"
    assert nobody_may(named, known, ["outside"], ["s3:GetObject"], TARGET).verdict == "violated"
    member = policy(allow(Principal={"AWS": "222222222222"}))
    assert nobody_may(member, known, ["member"], ["s3:GetObject"], TARGET).verdict == "violated"
    assert nobody_may(member, known, ["outside"], ["s3:GetObject"], TARGET).verdict == "proved"
    # A condition says which of the two it has to be.
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
    only = policy(allow(Principal={"AWS": STRANGER}, Condition=outside))
    assert nobody_may(only, WORLD, ["member"], ["s3:GetObject"], TARGET).verdict == "proved"
    assert nobody_may(only, WORLD, ["outside"], ["s3:GetObject"], TARGET).verdict == "violated"


def test_the_accounts_of_awss_load_balancers_are_no_members() -> None:
    balancers = policy(allow(Principal={"AWS": "arn:aws:iam::127311923021:root"}, Action="s3:PutObject"))
    assert nobody_may(balancers, WORLD, ["member"], ["s3:PutObject"], TARGET).verdict == "proved"
    assert nobody_may(balancers, WORLD, ["outside"], ["s3:PutObject"], TARGET).verdict == "violated"
    exempt = msgspec.structs.replace(WORLD, exempt_accounts=("127311923021",))
    assert nobody_may(balancers, exempt, ["outside"], ["s3:PutObject"], TARGET).verdict == "proved"
