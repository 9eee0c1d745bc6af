"""What CloudTrail writes, and where a policy lets it: names from the CloudTrail User Guide."""

from typing import Any

import msgspec
import pytest
from workbench.asking import nobody_may
from workbench.judges.generated import BUCKET, MANAGEMENT, MEMBERS, ORGANIZATION, WORLD
from workbench.judges.wide import LOGS

from orgtrail.iam.document import parse
from orgtrail.iam.log_objects import LOG, Whose, named_at
from orgtrail.iam.patterns import Automaton
from orgtrail.iam.prove import Target
from orgtrail.organization.protected import where_cloudtrail_may_write
from orgtrail.values import Symbol, show, text
from tests.iam.test_prove import allow, deny, policy

MEMBER = MEMBERS[0]
FILE = "CloudTrail/us-east-2/2015/08/01/{0}_CloudTrail_us-east-2_20150801T0210Z_Mu0KsOhtH1ar15ZZ.json.gz"
DIGEST = (
    "CloudTrail-Digest/us-gov-west-1/2015/08/17/"
    "{0}_CloudTrail-Digest_us-gov-west-1_my-trail_us-east-2_20150817T150131Z.json.gz"
)
INSIGHT = "CloudTrail-Insight/eusc-de-east-1/2026/01/31/{0}_CloudTrail-Insight_eusc-de-east-1_20260131T0000Z_x.json.gz"


def written(name: str, whose: Whose) -> bool:
    """Whether CloudTrail writes an object under `AWSLogs/`, for all that is known."""
    free = named_at(LOG, f"{BUCKET}/AWSLogs/*", whose)
    return Automaton((free.shape, *free.also)).accepts(f"{BUCKET}/AWSLogs/{name}")


@pytest.mark.parametrize("name", [FILE, DIGEST, INSIGHT])
def test_what_an_organization_trail_writes(name: str) -> None:
    ours = Whose(ORGANIZATION, MANAGEMENT)
    assert written(f"{MANAGEMENT}/{name.format(MANAGEMENT)}", ours)
    assert written(f"{ORGANIZATION}/{MEMBER}/{name.format(MEMBER)}", ours)
    # A member's files stand below the organization's id, and not those of another organization.
    assert not written(f"{MEMBER}/{name.format(MEMBER)}", ours)
    assert not written(f"o-zzzz999999/{MEMBER}/{name.format(MEMBER)}", ours)
    # Where nobody knows whose they are, they may be anybody's.
    assert written(f"{MEMBER}/{name.format(MEMBER)}", Whose())
    assert written(f"o-zzzz999999/{MEMBER}/{name.format(MEMBER)}", Whose())


@pytest.mark.parametrize(
    "name",
    [
        f"{MANAGEMENT}/Config/us-east-1/2026/1/31/ConfigHistory/{MANAGEMENT}_Config_us-east-1_x.json.gz",
        f"{MANAGEMENT}/elasticloadbalancing/us-east-1/2026/01/31/{MANAGEMENT}_elasticloadbalancing_us-east-1_x.log.gz",
        f"{MANAGEMENT}/vpcflowlogs/us-east-1/2026/01/31/{MANAGEMENT}_vpcflowlogs_us-east-1_fl-1_x.log.gz",
        f"{MANAGEMENT}/CloudTrail_Digest/us-east-1/2026/01/31/{MANAGEMENT}_CloudTrail_Digest_us-east-1_x.json.gz",
        f"{MANAGEMENT}/CloudTrail/us-east-1/2026/01/31/a/{MANAGEMENT}_CloudTrail_us-east-1_x.json.gz",
        f"{MANAGEMENT}/CloudTrail/us-east-1/2026/01/31/{MANAGEMENT}_CloudTrail_us-east-1_x.csv",
        f"{MANAGEMENT}/CloudTrail/us-east-1/2026/01/{MANAGEMENT}_CloudTrail_us-east-1_x.json.gz",
        "x",
        "",
    ],
)
def test_what_no_trail_writes(name: str) -> None:
    assert not written(name, Whose(ORGANIZATION, MANAGEMENT))


@pytest.mark.parametrize(
    ("resource", "verdict"),
    [
        ("AWSLogs/*/Config/*", "proved"),
        ("AWSLogs/*/CloudTrail/*", "violated"),
        ("AWSLogs/*/CloudTrail-Digest/*", "violated"),
        ("AWSLogs/*/vpcflowlogs/*", "proved"),
        (f"AWSLogs/{MEMBER}/*", "proved"),
        (f"AWSLogs/{MANAGEMENT}/*", "violated"),
        (f"AWSLogs/{ORGANIZATION}/{MEMBER}/*", "violated"),
        ("AWSLogs/o-zzzz999999/*", "proved"),
        ("*.csv", "proved"),
        ("*.json.gz", "violated"),
        ("AWSLogs/*/2026/*", "violated"),
        # A digest is named after its trail.
        ("AWSLogs/*_Config_*", "violated"),
        ("other/*", "proved"),
    ],
)
def test_a_pattern_meets_names_that_there_are(resource: str, verdict: str) -> None:
    opened = policy(allow(Resource=f"{BUCKET}/{resource}"))
    assert nobody_may(opened, WORLD, ["member"], ["s3:GetObject"], LOGS).verdict == verdict


def test_members_with_a_folder_of_their_own() -> None:
    """An organization trail writes nothing below a member's number, but for the management account's."""

    def opened(*resources: str) -> str:
        asked = policy(allow(Resource=[f"{BUCKET}/{one}" for one in resources]))
        return nobody_may(asked, WORLD, ["member"], ["s3:GetObject"], LOGS).verdict

    assert opened("AWSLogs/${aws:PrincipalAccount}/*") == "proved"
    assert opened(f"AWSLogs/{ORGANIZATION}/${{aws:PrincipalAccount}}/*") == "violated"
    assert opened("AWSLogs/${aws:PrincipalAccount}/*", f"AWSLogs/{MANAGEMENT}/*") == "violated"


def test_a_listing_tells_of_logs_where_its_prefix_may_be_theirs() -> None:
    def lists(prefix: str) -> str:
        condition = {"StringLike": {"s3:prefix": prefix}}
        opened = policy(allow(Action="s3:ListBucket", Resource=BUCKET, Condition=condition))
        return nobody_may(opened, WORLD, ["member"], ["s3:ListBucket"], LOGS).verdict

    assert lists("AWSLogs/*") == "violated"
    assert lists(f"AWSLogs/{ORGANIZATION}/{MEMBER}/CloudTrail/us-east-1/") == "violated"
    assert lists("AWS") == "violated"
    assert lists(f"AWSLogs/{MEMBER}/*") == "proved"
    assert lists(f"AWSLogs/{MANAGEMENT}/Config/*") == "proved"
    assert lists("public/*") == "proved"


def test_a_prefix_that_nobody_knows_is_any_one_without_a_folder_of_logs_in_it() -> None:
    anywhere = Target.logs(BUCKET, f"{BUCKET}/*AWSLogs/*")

    def opened(where: str) -> str:
        asked = policy(allow(Resource=f"{BUCKET}/{where}"))
        return nobody_may(asked, WORLD, ["member"], ["s3:GetObject"], anywhere).verdict

    assert opened("audit/*") == "violated"
    assert opened("AWSLogs/*") == "violated"
    assert opened(f"AWSLogs/{MEMBER}/elasticloadbalancing/*") == "proved"


def places(*statements: dict[str, Any]) -> list[str]:
    """The folders of logs in which CloudTrail may write, without the bucket."""
    found = where_cloudtrail_may_write(policy(*statements), BUCKET)
    return [show(one).removeprefix(f"{BUCKET}/") for one in found]


def writes(resource: Any, **parts: Any) -> dict[str, Any]:
    service = {"Service": "cloudtrail.amazonaws.com"}
    return allow(**{"Principal": service, "Action": "s3:PutObject", "Resource": resource, **parts})


def test_where_a_policy_lets_cloudtrail_write() -> None:
    assert places(writes(f"{BUCKET}/AWSLogs/{MANAGEMENT}/*")) == ["AWSLogs/*"]
    assert places(writes(f"{BUCKET}/audit/AWSLogs/*")) == ["audit/AWSLogs/*"]
    assert places(writes(f"{BUCKET}/*")) == places(writes("*")) == places(writes(f"{BUCKET}*")) == ["*AWSLogs/*"]
    assert places(writes(f"{BUCKET}/legacy/*")) == ["legacy/*AWSLogs/*"]
    assert places(writes([f"{BUCKET}/AWSLogs/*", f"{BUCKET}/b/AWSLogs/*"])) == ["AWSLogs/*", "b/AWSLogs/*"]
    assert places(writes(f"{BUCKET}/x", NotResource=f"{BUCKET}/x")) in (["*AWSLogs/*"], [])
    # What isn't a write, or isn't CloudTrail's.
    assert places(writes(f"{BUCKET}/public/*", Action="s3:GetObject")) == []
    assert places(writes(BUCKET)) == []
    assert places(allow(Action="s3:PutObject", Condition={"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}})) == []
    assert places(allow(Action="s3:*")) == ["*AWSLogs/*"]
    everywhere = writes(f"{BUCKET}/*")
    assert places(everywhere, {**deny(Action="s3:PutObject"), "Resource": f"{BUCKET}/*"}) == []
    kept = {"Sid": "In", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "NotResource": f"{BUCKET}/org/*"}
    assert places(everywhere, kept) == ["org/*AWSLogs/*"]


def test_a_bucket_whose_name_isnt_known_yet() -> None:
    arn = text("arn:aws:s3:::", Symbol("aws_s3_bucket.logs.bucket", "bucket"))
    written_to = {"Version": "2012-10-17", "Statement": [writes(text(arn, "/AWSLogs/*"))]}  # type: ignore[arg-type]
    found = where_cloudtrail_may_write(parse(written_to), arn)  # type: ignore[arg-type]
    assert [show(one) for one in found] == ["arn:aws:s3:::${aws_s3_bucket.logs.bucket}/AWSLogs/*"]


def test_one_accounts_trails_write_below_any_account() -> None:
    own = msgspec.structs.replace(WORLD, one_account=True)
    opened = policy(allow(Resource=f"{BUCKET}/AWSLogs/{MEMBER}/*"))
    assert nobody_may(opened, own, ["member"], ["s3:GetObject"], LOGS).verdict == "violated"
