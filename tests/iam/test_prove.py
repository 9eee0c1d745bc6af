"""Proofs, judged by the evaluator of single requests, and by what is known of some policies."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbench.asking import everybody_is_denied, everything_is_allowed, newly_allowed, nobody_may
from workbench.judges import generated
from workbench.judges.generated import ACTIONS, BUCKET, MANAGEMENT, ORGANIZATION, TARGET, TRAIL, TRUSTED, WORLD

from orgtrail.iam.document import parse
from orgtrail.iam.evaluate import decide
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.principals import ClassName
from orgtrail.iam.prove import Target
from orgtrail.iam.world import World
from orgtrail.values import Cause, Symbol, Unknown, text

READ = ("s3:GetObject", "s3:ListBucket")


def allow(**parts: Any) -> dict[str, Any]:
    return {
        "Sid": "Allow",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"{BUCKET}/*",
        **parts,
    }


def deny(**parts: Any) -> dict[str, Any]:
    return {
        "Sid": "Deny",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [BUCKET, f"{BUCKET}/*"],
        **parts,
    }


def policy(*statements: Any, version: str = "2012-10-17") -> Any:
    return parse({"Version": version, "Statement": list(statements)})


def members(*statements: Any) -> Outcome:
    return nobody_may(policy(*statements), WORLD, ["member"], READ, TARGET)


IN_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
OTHERS = {"StringNotEquals": {"aws:PrincipalAccount": [MANAGEMENT, generated.OWNER, TRUSTED]}}


@given(st.integers(0, 10**9), st.integers(0, 10**9))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nothing_proved_is_ever_allowed(policy_seed: int, request_seed: int) -> None:
    parsed = parse(generated.policy(policy_seed))
    asked = generated.request(request_seed)
    if nobody_may(parsed, WORLD, ["member"], [asked.action], TARGET).verdict == "proved":
        assert decide(parsed, asked).allowed is False
    if everybody_is_denied(parsed, WORLD, ["member"], [asked.action], TARGET).verdict == "proved":
        assert decide(parsed, asked).denied is True


@pytest.mark.parametrize("seed", range(400))
def test_no_witness_fails_the_second_evaluation(seed: int) -> None:
    """`prove.py` shows a witness only after `evaluate.py` agreed, so a disagreement surfaces as a call for a report."""
    parsed = parse(generated.policy(seed))
    for outcome in (
        nobody_may(parsed, WORLD, ["member"], ACTIONS, TARGET),
        everybody_is_denied(parsed, WORLD, ["member"], ACTIONS, TARGET),
        everything_is_allowed(parsed, WORLD, ["cloudtrail"], ["s3:PutObject"], TARGET),
    ):
        assert not any("report" in cause.settle for cause in outcome.unknowns), outcome
        assert (outcome.witness is not None) == (outcome.verdict == "violated")
        assert bool(outcome.unknowns) == (outcome.verdict == "undecided")


def test_a_change_is_compared_by_meaning() -> None:
    one = policy(allow(Principal={"AWS": "222222222222"}))
    same = policy(
        allow(Principal={"AWS": "arn:aws:iam::222222222222:root"}), allow(Action="s3:GetObject*", Principal="*"), deny()
    )
    assert newly_allowed(one, one, WORLD, ["member"], READ, TARGET).verdict == "proved"
    assert newly_allowed(one, same, WORLD, ["member"], READ, TARGET).verdict == "proved"
    narrowed = newly_allowed(policy(deny(), allow()), one, WORLD, ["member"], READ, TARGET)
    assert narrowed.verdict == "violated"
    assert narrowed.witness is not None
    assert narrowed.witness.account == "222222222222"


def test_organization_wide_read_shows_a_log_key_and_only_the_context_that_matters() -> None:
    found = members(allow(Condition=IN_ORGANIZATION))
    assert found.verdict == "violated"
    assert found.witness is not None
    assert found.witness.context == {"aws:PrincipalOrgID": ORGANIZATION}
    assert found.witness.resource.startswith(f"{BUCKET}/AWSLogs/{ORGANIZATION}/")
    assert found.witness.resource.endswith(".json.gz")
    assert found.witness.allowed_by == ("Allow",)


def test_a_guard_cuts_it_off_and_the_proof_names_it() -> None:
    found = members(allow(Condition=IN_ORGANIZATION), deny(Condition=OTHERS))
    assert found.verdict == "proved"
    assert any("`Deny`" in ground and "`Allow`" in ground for ground in found.because)


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/audit"}}, "violated"),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{TRUSTED}:role/*"}}, "proved"),
        ({"StringEquals": {"aws:PrincipalAccount": TRUSTED}}, "proved"),
        ({"StringEquals": {"aws:PrincipalAccount": "777777777777"}}, "violated"),
        ({"StringEquals": {"aws:SourceArn": TRAIL}}, "proved"),
        ({"StringEqualsIfExists": {"aws:SourceArn": TRAIL}}, "violated"),
        ({"ForAllValues:StringEquals": {"aws:PrincipalServiceName": "x"}}, "violated"),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, "proved"),
        ({"Null": {"aws:PrincipalOrgID": "true"}}, "proved"),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "StringLike": {"aws:SourceVpce": "*"}}, "proved"),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}, "proved"),
        ({"StringEquals": {"s3:ExistingObjectTag/public": "yes"}}, "undecided"),
        ({"StringEquals": {"example:Unheard": "yes"}}, "undecided"),
        ({"StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/*"}}, "undecided"),
    ],
)
def test_what_the_keys_of_a_member_may_be(condition: dict[str, Any], verdict: str) -> None:
    assert members(allow(Condition=condition)).verdict == verdict


def test_an_object_action_isnt_tried_on_the_bucket() -> None:
    assert members(allow(Resource=BUCKET)).verdict == "proved"
    assert members(allow(Resource=BUCKET, Action="s3:ListBucket")).verdict == "violated"


def test_a_policy_that_aws_refuses_is_never_proved() -> None:
    statement = '{"Effect":"Deny","Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}'
    twice = f'{{"Version":"2012-10-17","Statement":[{statement}]}}'
    found = nobody_may(parse(twice), WORLD, ["member"], READ, TARGET)
    assert found.verdict == "undecided"
    assert "stands twice" in found.unknowns[0].what
    long = policy(allow(Principal={"AWS": TRUSTED}))
    assert nobody_may(long, WORLD, ["member"], READ, TARGET).verdict == "proved"
    too_long = parse('{"Version":"2012-10-17","Statement":[],"Id":"' + "x" * 21_000 + '"}')
    assert nobody_may(too_long, WORLD, ["member"], READ, TARGET).verdict == "undecided"


def test_unknown_parts_matter_only_where_they_can_change_the_answer() -> None:
    unseen = Unknown(Cause("`local.readers` stands in the source"))
    assert members(unseen).verdict == "undecided"
    assert members(unseen).unknowns == (unseen.cause,)
    assert members(unseen, deny(Condition=OTHERS)).verdict == "proved"
    assert members(allow(Action=unseen), deny(Condition=OTHERS)).verdict == "proved"
    assert members(allow(), unseen).verdict == "undecided"
    assert members(allow(), allow(Action=unseen, Effect="Allow")).verdict == "violated"
    assert members(allow(Resource=text(BUCKET, "/", unseen))).verdict == "undecided"
    for operator in ("StringEquals", "StringNotEquals"):
        value = {operator: {"aws:PrincipalOrgID": [text("o-", unseen)]}}
        assert members(allow(Condition=value)).verdict == "undecided"


def test_a_symbol_is_itself_and_may_be_what_its_kind_allows() -> None:
    bucket = Symbol("aws_s3_bucket.logs.bucket", "bucket")
    arn = text("arn:aws:s3:::", bucket)
    target = Target.bucket(arn, text(arn, "/AWSLogs/*"))  # type: ignore[arg-type]

    def ask(*statements: Any) -> Outcome:
        return nobody_may(policy(*statements), WORLD, ["member"], READ, target)

    assert ask(allow(Resource=text(arn, "/*"))).verdict == "violated"
    assert ask(allow(Resource="arn:aws:s3:::other/*")).verdict == "undecided"
    assert ask(allow(Resource="arn:aws:s3:::*")).verdict == "violated"
    guarded = ask(allow(Resource="arn:aws:s3:::other/*"), deny(Resource=[arn, text(arn, "/*")]))
    assert guarded.verdict == "proved"
    world = WORLD.__class__(organization_id=ORGANIZATION, owner_account=generated.OWNER)
    unknown_management = nobody_may(policy(allow(Principal={"AWS": "222222222222"})), world, ["member"], READ, TARGET)
    assert unknown_management.verdict == "undecided"
    assert unknown_management.unknowns[0].settle == "give --management-account"


def test_services_need_a_way_out_of_every_deny() -> None:
    write = allow(Sid="Write", Principal={"Service": "cloudtrail.amazonaws.com"}, Action="s3:PutObject")

    def ask(*statements: Any) -> str:
        return everything_is_allowed(policy(*statements), WORLD, ["cloudtrail"], ["s3:PutObject"], TARGET).verdict

    assert ask(write) == "proved"
    assert ask(write, deny(Condition=OTHERS)) == "violated"
    assert ask(write, deny(Condition={"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}})) == "violated"
    assert ask(write, deny(Condition={**OTHERS, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})) == "proved"
    assert ask(write, deny(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})) == "undecided"
    assert ask(write, deny(Condition={"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}})) == "violated"
    assert ask(write, deny(Condition={"Bool": {"aws:SecureTransport": "false"}})) == "proved"
    # S3 takes no TLS older than 1.2, whether the key is there for a service or not; which one CloudTrail uses is open.
    assert ask(write, deny(Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}})) == "proved"
    assert ask(write, deny(Condition={"NumericLessThanIfExists": {"s3:TlsVersion": "1.2"}})) == "undecided"
    assert ask(write, deny(Condition={"NumericLessThan": {"s3:TlsVersion": "1.3"}})) == "undecided"


def test_hostile_policies_end() -> None:
    stars = "*".join("abcdefghijklmnop")
    statements = [
        deny(Sid=f"D{index}", Condition={"StringLike": {f"aws:PrincipalTag/{index % 3}": f"*{stars[index:]}*{index}*"}})
        for index in range(60)
    ]
    assert members(allow(), *statements).verdict in ("violated", "undecided")
    resources = [f"{BUCKET}/*{'*'.join(str(index * 7 + offset) for offset in range(8))}*" for index in range(60)]
    covered = [deny(Sid=f"R{index}", NotResource=resource, Resource=None) for index, resource in enumerate(resources)]
    for one in covered:
        del one["Resource"]
    assert members(allow(), *covered).verdict in ("proved", "violated", "undecided")


def test_many_open_keys_are_looked_into_only_where_they_decide() -> None:
    write = allow(Principal={"Service": "cloudtrail.amazonaws.com"}, Action="s3:PutObject")

    def ask(count: int, secure: str) -> Outcome:
        condition = {"StringNotEquals": {f"aws:RequestTag/k{index}": "x" for index in range(count)}}
        asked = policy(write, deny(Condition={**condition, "Bool": {"aws:SecureTransport": secure}}))
        return everything_is_allowed(asked, WORLD, ["cloudtrail"], ["s3:PutObject"], TARGET)

    assert [ask(count, "false").verdict for count in (5, 6, 20)] == ["proved"] * 3
    # CloudTrail speaks TLS, so here each of them decides.
    asked = ask(7, "true")
    assert asked.verdict == "undecided"
    assert {cause.what for cause in asked.unknowns} == {
        f"AWS doesn't say whether `aws:requesttag/k{index}` is there when a service calls" for index in range(7)
    }


def test_what_is_refused_whatever_is_sent_is_violated_however_many_keys_are_open() -> None:
    keys = {f"aws:RequestTag/k{index}": "x" for index in range(9)}
    write = allow(Principal={"Service": "cloudtrail.amazonaws.com"}, Action="s3:PutObject")
    denies = (deny(Condition={"StringNotEquals": keys}), deny(Sid="All", Action="s3:PutObject"))
    asked = everything_is_allowed(policy(write, *denies), WORLD, ["cloudtrail"], ["s3:PutObject"], TARGET)
    assert asked.verdict == "violated"


@pytest.mark.parametrize(("count", "verdict"), [(2, "proved"), (5, "undecided")])
def test_more_open_names_than_are_tried_leave_it_undecided(count: int, verdict: str) -> None:
    """Each trusted account may be any of the accounts that the policy names: what isn't tried isn't proved."""
    symbols = tuple(Symbol(f"aws_organizations_account.a{index}.id", "account-id") for index in range(count))
    world = WORLD.__class__(
        organization_id=ORGANIZATION,
        management_account=MANAGEMENT,
        owner_account=generated.OWNER,
        trusted_accounts=symbols,
    )
    named = deny(Condition={"StringEquals": {"aws:PrincipalAccount": list(generated.MEMBERS)}})
    found = nobody_may(policy(allow(Condition=OTHERS), named, deny()), world, ["member"], READ, TARGET)
    assert found.verdict == verdict
    assert all("--source" in cause.settle for cause in found.unknowns)


def test_an_account_that_is_still_to_be_made_is_nobodys_yet() -> None:
    """Its id is none that somebody wrote, and it isn't the management account's; the owner's it may be."""
    new = Symbol("aws_organizations_account.security.id", "account-id")
    reads = allow(Principal={"AWS": text("arn:aws:iam::", new, ":root")})
    guard = deny(Condition={"StringNotEquals": {"aws:PrincipalAccount": [generated.OWNER, MANAGEMENT]}})

    def ask(world: World, *statements: Any) -> str:
        return nobody_may(policy(*statements), world, ["member"], READ, TARGET).verdict

    assert ask(WORLD, reads) == "undecided"
    made = msgspec.structs.replace(WORLD, member_accounts=(new,))
    assert ask(made, reads) == "violated"
    assert ask(made, reads, guard) == "proved"
    owner = Symbol("the account of provider aws.archive", "account-id")
    assert ask(msgspec.structs.replace(made, owner_account=owner), reads) == "undecided"
    # Those that no policy mentions cost nothing, however many they are.
    others = tuple(Symbol(f"aws_organizations_account.a{index}.id", "account-id") for index in range(300))
    assert ask(msgspec.structs.replace(made, member_accounts=(new, *others), owner_account=owner), guard) == "proved"


def test_the_id_of_an_organization_that_is_still_to_be_made_is_none_that_is_written() -> None:
    """A guard that spells an id doesn't guard it: whatever AWS makes up for ours, it is another one."""
    ours = Symbol("aws_organizations_organization.this.id", "organization-id")
    reads = allow(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-written123"}})

    def ask(world: World) -> str:
        return nobody_may(policy(reads), world, ["member"], READ, TARGET).verdict

    there = msgspec.structs.replace(WORLD, organization_id=ours)
    assert ask(there) == "undecided"
    assert ask(msgspec.structs.replace(there, to_be_made=(ours,))) == "proved"


def test_every_path_of_the_organization_ends_with_a_slash() -> None:
    """A Deny for everybody below the root of the organization leaves no member out."""
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abcd123456/*/"}},
    }
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    policy = parse({"Version": "2012-10-17", "Statement": [allow, deny]})
    world = World(organization_id="o-abcd123456", management_account="123456789012", owner_account="123456789012")
    target = Target.bucket("arn:aws:s3:::logs", "arn:aws:s3:::logs/AWSLogs/*")
    assert nobody_may(policy, world, ["member"], ["s3:GetObject"], target).verdict == "proved"


def like(key: str, *values: str) -> dict[str, Any]:
    return {"StringLike": {key: list(values)}}


#: Members whose account nothing names: one is asked for each way in which the policy treats them, not one for all.
TOLD_APART: list[tuple[tuple[dict[str, Any], ...], str]] = [
    (
        (allow(Condition=like("aws:PrincipalAccount", "2*")), deny(Condition=like("aws:PrincipalAccount", "27*"))),
        "violated",
    ),
    (
        (allow(Condition=like("aws:PrincipalAccount", "2*")), deny(Condition=like("aws:PrincipalAccount", "2*"))),
        "proved",
    ),
    (
        (
            allow(Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::2*:role/x"}}),
            deny(Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::27*:role/*"}}),
        ),
        "violated",
    ),
    (
        (
            allow(Condition={"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*9:role/x"}}),
            deny(Condition={"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*8*:role/*"}}),
        ),
        "violated",
    ),
    (
        (
            allow(Condition={"StringEquals": {"aws:PrincipalTag/a": "${aws:PrincipalAccount}"}}),
            deny(Condition=like("aws:PrincipalTag/a", "5*")),
        ),
        "violated",
    ),
    (
        (
            allow(Resource=BUCKET + "/AWSLogs/${aws:PrincipalAccount}/*"),
            deny(Resource=[f"{BUCKET}/AWSLogs/{digit}*" for digit in "0123456789"]),
        ),
        "proved",
    ),
    ((allow(Condition={"NumericLessThan": {"aws:PrincipalAccount": "300000000000"}}),), "undecided"),
]


@pytest.mark.parametrize(("statements", "verdict"), TOLD_APART)
def test_accounts_that_the_policy_tells_apart(statements: tuple[dict[str, Any], ...], verdict: str) -> None:
    found = members(*statements)
    assert found.verdict == verdict
    assert not any("report" in cause.settle for cause in found.unknowns)


def test_a_stranger_whose_account_or_organization_fits_the_pattern_is_a_confused_deputy() -> None:
    def ask(condition: dict[str, Any]) -> str:
        write = allow(Principal={"Service": "cloudtrail.amazonaws.com"}, Action="s3:PutObject", Condition=condition)
        return nobody_may(policy(write), WORLD, ["deputy"], ["s3:PutObject"], TARGET).verdict

    assert ask(like("aws:SourceAccount", "1*")) == "violated"
    assert ask(like("aws:SourceAccount", MANAGEMENT)) == "proved"
    assert ask(like("aws:SourceOrgID", "o-a*")) == "violated"
    assert ask(like("aws:SourceOrgID", ORGANIZATION)) == "proved"
    assert ask(like("aws:SourceArn", "arn:aws:cloudtrail:us-east-1:1*:trail/*")) == "violated"
    assert ask({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*"}}) == "proved"
    assert ask({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:eu-west-1:*:trail/*"}}) == "violated"


def test_a_tag_that_is_read_as_a_number_need_not_be_one() -> None:
    below, above = ({f"Numeric{order}": {"aws:PrincipalTag/level": "5"}} for order in ("LessThan", "GreaterThanEquals"))
    missing = {"Null": {"aws:PrincipalTag/level": "true"}}
    found = members(allow(), deny(Condition=below), deny(Condition=above), deny(Condition=missing))
    assert found.verdict == "undecided"
    assert "numeric" in found.unknowns[0].what
    assert members(allow(Condition=below)).verdict == "violated"


def test_one_moment_asked_for_in_two_ways_isnt_two_moments() -> None:
    both = {"DateLessThan": {"aws:CurrentTime": "2026-06-01"}, "DateGreaterThan": {"aws:EpochTime": "1900000000"}}
    assert members(allow(Condition=both)).verdict == "undecided"
    assert members(allow(Condition={"DateGreaterThan": {"aws:EpochTime": "1900000000"}})).verdict == "violated"


def test_strangers_stand_in_other_organizations() -> None:
    def ask(*statements: Any) -> str:
        return nobody_may(policy(*statements), WORLD, ["outside"], READ, TARGET).verdict

    ours = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/*"}}
    theirs = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-zzzz999999/*"}}
    assert ask(allow(Condition=ours)) == "proved"
    assert ask(allow(Condition=theirs)) == "violated"
    assert ask(allow(Condition={**theirs, "StringEquals": {"aws:PrincipalOrgID": "o-yyyy999999"}})) == "undecided"
    assert ask(allow(Condition=like("aws:PrincipalOrgID", "o-*"))) == "violated"
    # Not even where a variable ties their organization to the one whose logs these are.
    assert ask(allow(Condition={"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}})) != "violated"
    assert ask(allow(Resource=f"{BUCKET}/AWSLogs/${{aws:PrincipalOrgID}}/*")) == "violated"


def test_a_role_with_the_id_that_a_policy_names_may_be_a_members() -> None:
    assert members(allow(Condition=like("aws:userid", "AROAEXAMPLEID01234567:*"))).verdict == "undecided"


def test_no_policy_keeps_the_root_of_the_owners_account_from_mending_it() -> None:
    def ask(action: str) -> Outcome:
        return nobody_may(policy(deny()), WORLD, ["owner"], [action], TARGET)

    assert ask("s3:PutBucketPolicy").witness is not None
    assert ask("s3:PutBucketAcl").verdict == "proved"
    assert (
        nobody_may(policy(deny(), allow(Action="*")), WORLD, ["member"], ["s3:PutBucketPolicy"], TARGET).verdict
        == "proved"
    )


def test_a_hole_leaves_what_is_known_of_a_string() -> None:
    """The second evaluator says no where the known part already says so."""
    unseen = Unknown(Cause("a part that nobody knows"))
    roles = ["arn:aws:iam::333333333333:*", text("arn:aws:iam::333333333333:role/", unseen)]
    found = members(allow(Condition={"ArnNotEqualsIfExists": {"aws:PrincipalArn": roles}}))
    assert found.verdict == "violated"
    elsewhere = members(allow(), deny(Resource=text("arn:aws:s3:::other/", unseen, "/x")))
    assert elsewhere.verdict == "violated"


def test_a_symbol_is_asked_for_each_way_in_which_wildcards_treat_it() -> None:
    bucket = Symbol("aws_s3_bucket.logs.bucket", "bucket")
    arn = text("arn:aws:s3:::", bucket)
    target = Target.bucket(arn, text(arn, "/AWSLogs/*"))  # type: ignore[arg-type]

    def ask(*statements: Any) -> str:
        return nobody_may(policy(*statements), WORLD, ["member"], READ, target).verdict

    assert ask(allow(Resource="arn:aws:s3:::a*"), deny(Resource="arn:aws:s3:::ax*")) == "undecided"
    assert ask(allow(Resource="arn:aws:s3:::a*"), deny(Resource="arn:aws:s3:::a*")) == "proved"
    # However it is spelled for a start, it may be something else.
    for start in ("s*", "symbol-?-*", "*0*"):
        assert ask(allow(Resource=text(arn, "/*")), deny(Resource=f"arn:aws:s3:::{start}")) == "undecided"
    assert ask(allow(Resource=text(arn, "/*")), deny(Resource="arn:aws:s3:::*")) == "proved"

    unknown = World(organization_id=ORGANIZATION, owner_account=generated.OWNER, trusted_accounts=(TRUSTED,))
    for accounts in ("9*", "*0000"):
        guard = deny(Condition={"StringNotLike": {"aws:PrincipalAccount": [accounts, generated.OWNER, TRUSTED]}})
        found = everybody_is_denied(policy(allow(), guard), unknown, ["management"], READ, TARGET)
        assert found.verdict == "undecided"


def test_what_the_services_never_do_for_another_account() -> None:
    """Get/Put/DeleteBucketPolicy are refused to other accounts, and so is all of KMS but a few operations."""
    everything = policy(allow(Action="*", Resource="*"))

    def ask(action: str, target: Target) -> str:
        return nobody_may(everything, WORLD, ["member"], [action], target).verdict

    assert ask("s3:PutBucketPolicy", TARGET) == "proved"
    assert ask("s3:PutBucketAcl", TARGET) == "violated"
    assert ask("kms:ScheduleKeyDeletion", generated.KEY_TARGET) == "proved"
    assert ask("kms:Decrypt", generated.KEY_TARGET) == "violated"


def test_cloudtrail_carries_no_organization_and_members_no_source() -> None:
    def ask(condition: dict[str, Any]) -> str:
        write = allow(Principal={"Service": "cloudtrail.amazonaws.com"}, Action="s3:PutObject", Condition=condition)
        return everything_is_allowed(policy(write), WORLD, ["cloudtrail"], ["s3:PutObject"], TARGET).verdict

    assert ask({"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}) == "violated"
    assert ask({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-zzzz999999"}}) == "proved"
    assert ask({"StringEquals": {"aws:SourceOrgID": ORGANIZATION, "aws:SourceAccount": MANAGEMENT}}) == "proved"
    assert ask({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}) == "proved"
    assert (
        members(allow(Condition={"Null": {"aws:SourceArn": "true", "aws:SourceAccount": "true"}})).verdict == "violated"
    )
    anonymous = policy(allow(Condition={"Null": {"aws:PrincipalOrgID": "true"}}))
    assert nobody_may(anonymous, WORLD, ["anonymous"], READ, TARGET).verdict == "violated"


def test_a_request_comes_from_an_address_or_through_an_endpoint() -> None:
    outside = {"NotIpAddress": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}}
    assert members(allow(Condition={**outside, "Null": {"aws:SourceVpce": "true"}})).verdict == "proved"
    assert members(allow(Condition=outside)).verdict == "violated"
    assert members(allow(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})).verdict == "violated"


def test_segments_and_variables_of_an_arn() -> None:
    def trail(pattern: str) -> str:
        write = allow(Principal={"Service": "cloudtrail.amazonaws.com"}, Action="s3:PutObject",
                      Condition={"ArnLike": {"aws:SourceArn": pattern}})  # fmt: skip
        return everything_is_allowed(policy(write), WORLD, ["cloudtrail"], ["s3:PutObject"], TARGET).verdict

    assert trail("arn:aws:cloudtrail:*:*:trail/*") == "proved"
    assert trail("arn:aws:*:*:*:trail/*") == "proved"
    assert trail("arn:aws:*:*:*:*:trail/*") == "violated"
    gated = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:role/*"}}
    assert members(allow(Condition=gated)).verdict == "proved"
    assert members(allow(Condition={"StringLike": gated["ArnLike"]})).verdict == "violated"
    # The fifth colon ends the account: what follows is one segment, with colons or without.
    tagged = {"StringEquals": {"aws:PrincipalTag/arn": "arn:aws:iam::1:2:role/x"}}
    for pattern, verdict in (("arn:aws:iam:*:*:role/x", "proved"), ("arn:aws:iam:*:*:*role/x", "violated")):
        narrowed = {**tagged, "ArnLike": {"aws:PrincipalTag/arn": pattern}}
        assert members(allow(Condition=narrowed)).verdict == verdict


def test_the_values_of_a_key_are_looked_at_one_by_one() -> None:
    any_a = {"ForAnyValue:StringEquals": {"aws:CalledVia": "a"}}
    all_a = {"ForAllValues:StringEquals": {"aws:CalledVia": "a"}}
    assert members(allow(Condition=any_a), deny(Condition=any_a)).verdict == "proved"
    both = members(allow(Condition=any_a), deny(Condition=all_a))
    assert both.witness is not None
    assert len(both.witness.context["aws:CalledVia"]) == 2


def test_a_number_that_nobody_knows_is_to_blame() -> None:
    unseen = Unknown(Cause("a number that nobody knows"))
    below = {"NumericLessThan": {"s3:max-keys": ["10", unseen]}}
    guard = {"NumericLessThan": {"s3:max-keys": "10"}}
    found = members(allow(Action="s3:ListBucket", Resource=BUCKET, Condition=below), deny(Condition=guard))
    assert found.unknowns == (unseen.cause,)


def test_anonymous_callers_have_no_id() -> None:
    def ask(condition: dict[str, Any]) -> str:
        return nobody_may(policy(allow(Condition=condition)), WORLD, ["anonymous"], READ, TARGET).verdict

    assert ask({"Null": {"aws:userid": "false"}}) == "proved"
    assert ask({"Null": {"aws:userid": "true"}}) == "violated"


def test_an_account_that_a_variable_carries_isnt_the_only_one() -> None:
    """Whatever accounts are tried: a Deny of just these is no proof for all."""
    tried = [f"{BUCKET}/AWSLogs/{digit}5*" for digit in "0123456789"]
    found = members(allow(Resource=BUCKET + "/AWSLogs/${aws:PrincipalAccount}/*"), deny(Resource=tried))
    assert found.verdict == "undecided"
    assert "ties" in found.unknowns[0].what


def test_thousands_of_members_are_not_asked_one_by_one() -> None:
    accounts = tuple(f"{number:012d}" for number in range(700_000_000_000, 700_000_005_000))
    world = msgspec.structs.replace(WORLD, member_accounts=accounts)

    def ask(who: ClassName, *statements: Any) -> Outcome:
        return nobody_may(policy(*statements), world, [who], READ, TARGET)

    assert ask("member", allow(Principal={"Service": "cloudtrail.amazonaws.com"})).verdict == "proved"
    last = ask("member", allow(Condition=like("aws:PrincipalAccount", accounts[-1])))
    assert last.witness is not None
    assert last.witness.account == accounts[-1]


def test_a_stranger_is_never_a_member() -> None:
    """Ten accounts fit the pattern. Nine of them are members, so the tenth is the stranger; or all ten are members."""
    ten = tuple(f"{number:012d}" for number in range(700_000_000_000, 700_000_000_010))
    some = tuple(f"{number:012d}" for number in range(600_000_000_000, 600_000_000_010))
    reads = policy(allow(Condition=like("aws:PrincipalAccount", "70000000000?")))
    for members_, verdict in (((*some, *ten[:9]), "violated"), ((*some, *ten), "proved")):
        world = msgspec.structs.replace(WORLD, member_accounts=members_)
        found = nobody_may(reads, world, ["outside"], READ, TARGET)
        assert found.verdict == verdict
        assert found.witness is None or found.witness.account == ten[9]
        assert nobody_may(reads, world, ["member"], READ, TARGET).verdict == "violated"


def test_symbols_are_of_their_partition() -> None:
    """A role that nobody has made yet has an ARN of the partition that its policy is in."""
    gov = msgspec.structs.replace(WORLD, partition="aws-us-gov")
    role = Symbol("aws_iam_role.reader.arn", "arn")
    bucket = BUCKET.replace(":aws:", ":aws-us-gov:")
    target = Target.bucket(bucket, f"{bucket}/AWSLogs/*")
    named = policy(allow(Principal={"AWS": role}, Resource=f"{bucket}/*"))
    found = nobody_may(named, gov, ["member"], READ, target)
    # It may be of a member's account, or of one that reads.
    assert found.verdict == "undecided"
    partition = Symbol("data.aws_partition.current.partition", "partition")
    everywhere = policy(allow(Resource=text("arn:", partition, f":s3:::{BUCKET.rpartition(':')[2]}/*")))
    assert nobody_may(everywhere, gov, ["member"], READ, target).verdict == "violated"


def test_a_variable_with_an_account_in_it_stands_for_every_account() -> None:
    """Whoever is asked about only stands for others, whose ARNs hold other accounts."""
    condition = {"StringLike": {"aws:PrincipalTag/me": "${aws:PrincipalArn}"}}
    own = {"StringLike": {"aws:PrincipalTag/me": "arn:aws:iam::777777777777:role/*"}}
    found = members(allow(Condition={"StringLike": {**condition["StringLike"]}}), deny(Condition=own))
    assert found.verdict != "proved"
    # A role's id begins with letters that no folder of logs does.
    assert members(allow(Resource=BUCKET + "/${aws:userid}/*", Principal={"AWS": "222222222222"})).verdict == "proved"


def test_an_unknown_beside_a_known_condition_is_named() -> None:
    """Where the value of one key isn't known, the search needn't have looked at the other key."""
    unseen = Unknown(Cause("`var.trail_name` has no value"))
    arn = text("arn:aws:cloudtrail:us-east-1:", MANAGEMENT, ":trail/", unseen)
    statement = allow(
        Principal={"Service": "cloudtrail.amazonaws.com"},
        Action="s3:PutObject",
        Condition={"StringEquals": {"aws:SourceArn": arn, "s3:x-amz-acl": "bucket-owner-full-control"}},
    )
    found = everything_is_allowed(policy(statement), WORLD, ["cloudtrail"], ["s3:PutObject"], TARGET)
    assert (found.verdict, [cause.what for cause in found.unknowns]) == ("undecided", [unseen.cause.what])
