"""Requests that somebody could send: what no request carries opens nothing, and what nobody can see is undecided.

Expectations are from AWS's pages, named beside each row; networks that nobody sends from are RFC 6890's.
"""

from typing import Any

import pytest
from workbench.asking import nobody_may
from workbench.judges.generated import BUCKET, KEY_TARGET, TARGET, WORLD

from orgtrail.iam.prove import Target
from tests.iam.test_prove import allow, deny, members, policy

AWS_ID = "AROAEXAMPLEEXAMPLE123"


def opened(**condition: Any) -> str:
    """The answer for members where everybody reads under a condition."""
    return members(allow(Condition=condition)).verdict


@pytest.mark.parametrize(
    ("network", "verdict"),
    [
        ("127.0.0.1/32", "proved"),
        ("10.0.0.0/8", "proved"),
        ("10.20.0.0/16", "proved"),
        ("172.16.0.0/12", "proved"),
        ("172.0.0.0/8", "violated"),
        ("192.168.1.7", "proved"),
        ("169.254.0.0/16", "proved"),
        ("fe80::/10", "proved"),
        ("fd00::/8", "proved"),
        ("::1/128", "proved"),
        # RFC 4291: of IPv6 only 2000::/3 is given out.
        ("::2/128", "proved"),
        ("8000::/1", "proved"),
        ("2000::/3", "violated"),
        ("198.18.0.0/15", "proved"),
        ("203.0.113.0/24", "violated"),
        ("0.0.0.0/0", "violated"),
        ("2001:db8::/32", "violated"),
    ],
)
def test_nobody_calls_a_public_endpoint_from_a_private_address(network: str, verdict: str) -> None:
    """IAM User Guide, `aws:SourceIp`; the S3 guide on block public access names the same ranges as private."""
    assert opened(IpAddress={"aws:SourceIp": network}) == verdict
    # Through a VPC endpoint the address is that of the VPC, whatever it is: `aws:VpcSourceIp`.
    assert opened(IpAddress={"aws:VpcSourceIp": network}) == "violated"


def test_a_deny_for_all_public_addresses_leaves_vpc_endpoints() -> None:
    private = {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}}
    # Where the key is missing, a negated operator matches, too.
    assert members(allow(), deny(Condition=private)).verdict == "proved"
    assert members(allow(), deny(Condition={**private, "Null": {"aws:SourceIp": "false"}})).verdict == "violated"


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"NumericGreaterThan": {"s3:TlsVersion": "1.3"}}, "proved"),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, "proved"),
        ({"NumericEquals": {"s3:TlsVersion": "1.1"}}, "proved"),
        ({"NumericGreaterThanEquals": {"s3:TlsVersion": "1.3"}}, "violated"),
        # Over plain HTTP there is no version of TLS.
        ({"Null": {"s3:TlsVersion": "true"}}, "violated"),
        ({"Null": {"s3:TlsVersion": "true"}, "Bool": {"aws:SecureTransport": "true"}}, "proved"),
        ({"NumericGreaterThan": {"s3:TlsVersion": "1"}, "Bool": {"aws:SecureTransport": "false"}}, "proved"),
        ({"NumericLessThanIfExists": {"s3:TlsVersion": "1.2"}}, "violated"),
    ],
)
def test_s3_speaks_two_versions_of_tls(condition: dict[str, Any], verdict: str) -> None:
    """S3 User Guide, "Data protection": TLS 1.2 is required, 1.3 recommended."""
    assert opened(**condition) == verdict


def test_old_tls_and_plain_http_kept_out_keep_nobody_out() -> None:
    old = deny(Sid="Old", Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}})
    plain = deny(Sid="Plain", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert members(allow(), old, plain).verdict == "violated"
    newer = deny(Sid="Newer", Condition={"NumericGreaterThanEquals": {"s3:TlsVersion": "1.2"}})
    assert members(allow(), newer, plain).verdict == "proved"


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"StringLike": {"aws:userid": f"{AWS_ID}:*"}}, "undecided"),
        ({"StringEquals": {"aws:userid": f"{AWS_ID}:me"}}, "undecided"),
        ({"StringLike": {"aws:userid": "AROAEX*"}}, "undecided"),
        ({"StringEquals": {"aws:userid": "AIDAEXAMPLEEXAMPLE123"}}, "undecided"),
        # What follows the id of a role is the session's name: the caller's choice.
        ({"StringLike": {"aws:userid": "AROA*:me"}}, "violated"),
        ({"StringLike": {"aws:userid": "*:me"}}, "violated"),
        ({"StringNotLike": {"aws:userid": f"{AWS_ID}:*"}}, "violated"),
        ({"StringLike": {"aws:userid": "XROA*"}}, "proved"),
        ({"StringEquals": {"aws:userid": "222222222222"}}, "violated"),
    ],
)
def test_nobody_chooses_the_id_of_a_role(condition: dict[str, Any], verdict: str) -> None:
    """IAM User Guide, "IAM identifiers", and `aws:userid`: IAM makes the id up."""
    asked = members(allow(Condition=condition))
    assert asked.verdict == verdict
    if verdict == "undecided":
        assert any("can't be seen" in cause.what and cause.settle for cause in asked.unknowns)


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": AWS_ID},
        {"AWS": "AIDAEXAMPLEEXAMPLE123"},
        {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABCDEFGHIJKL"},
        {"CanonicalUser": "a" * 64},
        {"Federated": "cognito-identity.amazonaws.com"},
        {"Federated": "arn:aws:iam::222222222222:saml-provider/acme"},
    ],
)
def test_principals_that_nobody_can_place_leave_every_question_open(principal: dict[str, Any]) -> None:
    """IAM User Guide, "AWS JSON policy elements: Principal"; CloudFront guide on origin access identities."""
    opening = policy(allow(Principal=principal, Action="s3:*", Resource=[BUCKET, f"{BUCKET}/*"]))
    for classes, actions in ((["member"], ["s3:GetObject"]), (["outside"], ["s3:DeleteObject"])):
        asked = nobody_may(opening, WORLD, classes, actions, TARGET)  # type: ignore[arg-type]
        assert asked.verdict == "undecided"
        assert all(cause.settle for cause in asked.unknowns)
    assert nobody_may(opening, WORLD, ["anonymous"], ["s3:GetObject"], TARGET).verdict == "proved"
    # A Deny for one role or user leaves the others.
    if str(principal.get("AWS", "")).startswith("A"):
        closing = policy(allow(), deny(Principal=principal))
        assert nobody_may(closing, WORLD, ["member"], ["s3:GetObject"], TARGET).verdict == "violated"


def test_the_key_policy_is_asked_likewise() -> None:
    opening = policy(allow(Principal={"AWS": AWS_ID}, Action="kms:*", Resource="*"))
    assert nobody_may(opening, WORLD, ["member"], ["kms:Decrypt"], KEY_TARGET).verdict == "undecided"


def test_an_object_has_a_name() -> None:
    everything = Target.bucket(BUCKET, f"{BUCKET}/*")
    named = policy(allow(Resource=f"{BUCKET}/"))
    assert nobody_may(named, WORLD, ["member"], ["s3:GetObject"], everything).verdict == "proved"
    assert nobody_may(policy(allow()), WORLD, ["member"], ["s3:GetObject"], everything).verdict == "violated"


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"NumericLessThan": {"aws:EpochTime": "1609459200"}}, "proved"),
        ({"NumericGreaterThan": {"aws:EpochTime": "1609459200"}}, "violated"),
        ({"DateLessThan": {"aws:EpochTime": "2020-12-31T00:00:00Z"}}, "proved"),
        ({"DateGreaterThan": {"aws:EpochTime": "1609459200"}, "NumericLessThan": {"aws:EpochTime": "1600000000"}},
         "proved"),
    ],
)  # fmt: skip
def test_the_moment_in_seconds_is_a_number_and_a_date(condition: dict[str, Any], verdict: str) -> None:
    """IAM User Guide, `aws:EpochTime`: date operators and numeric ones."""
    assert opened(**condition) == verdict


@pytest.mark.parametrize(
    ("organization", "verdict"), [("o-zzzz999999", "violated"), ("o-short", "proved"), (f"o-{'a' * 33}", "proved")]
)
def test_ids_of_organizations_have_a_shape(organization: str, verdict: str) -> None:
    """Organizations API reference: `^o-[a-z0-9]{10,32}$`."""
    asked = policy(allow(Condition={"StringEquals": {"aws:PrincipalOrgID": organization}}))
    assert nobody_may(asked, WORLD, ["outside"], ["s3:GetObject"], TARGET).verdict == verdict


def test_the_account_that_manages_the_callers_organization() -> None:
    """IAM User Guide, `aws:PrincipalOrgMasterAccountId`: missing where the caller is in no organization."""

    def asked(account: str, name: str) -> str:
        opened = policy(allow(Condition={"StringEquals": {"aws:PrincipalOrgMasterAccountId": account}}))
        return nobody_may(opened, WORLD, [name], ["s3:GetObject"], TARGET).verdict  # type: ignore[list-item]

    assert [asked("111111111111", name) for name in ("member", "outside")] == ["violated", "proved"]
    assert [asked("999999999999", name) for name in ("member", "outside")] == ["proved", "violated"]
    assert asked("111111111111", "anonymous") == asked("111111111111", "service") == "proved"


def test_what_tells_of_a_session_is_the_members_choice() -> None:
    """IAM User Guide, "Properties of the role session": keys of AWS's data perimeter examples."""
    for key in ("ec2:SourceInstanceARN", "lambda:SourceFunctionArn", "ssm:SourceInstanceArn", "aws:SourceVpcArn"):
        assert opened(ArnLike={key: "arn:aws:*:*:222222222222:*"}) == "violated"
    assert opened(StringEquals={"aws:VpceOrgID": "o-abcd123456"}) == "violated"


@pytest.mark.parametrize(
    ("conditions", "without"),
    [
        ({"Null": {"aws:SourceVpce": "true"}}, ("aws:SourceVpce",)),
        ({"Null": {"aws:SourceIp": "true"}}, ("aws:SourceIp",)),
        ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, ("aws:SourceVpce",)),
        ({"Null": {"aws:MultiFactorAuthAge": "true"}}, ("aws:MultiFactorAuthAge",)),
        # Nobody but a service carries it, so a member needn't be told to leave it out.
        ({"Null": {"aws:SourceArn": "true"}}, ()),
        ({"StringEquals": {"aws:PrincipalTag/team": "x"}}, ()),
    ],
)
def test_a_witness_says_which_keys_it_must_not_carry(conditions: dict[str, Any], without: tuple[str, ...]) -> None:
    seen = members(allow(Condition=conditions)).witness
    assert seen is not None
    assert seen.without == without
    # A Deny that spares those who don't carry it says the same of a key.
    denied = members(allow(), deny(Condition={"Null": {"aws:PrincipalTag/team": "false"}})).witness
    assert denied is not None
    assert denied.without == ("aws:PrincipalTag/team",)
