"""Guards beside the bucket policy: SCPs, RCPs, and S3's block of public access."""

from tools.exam_cases.case import ARCHIVE, MANAGEMENT, MEMBER, Case, allow, deny, service
from tools.exam_cases.stack import ALL_CLOSED, BUCKET_ARN, ORGANIZATION, Stack, attached, stack

READ, PUBLIC, ALTER = "members-cannot-read-logs", "logs-not-public", "members-cannot-alter-logs"
WRITE, ROLE = "cloudtrail-can-write-logs", "service-linked-role-intact"
LOGS = ["arn:aws:s3:::acme-org-logs", "arn:aws:s3:::acme-org-logs/*"]
ORG_READS = allow("OrgReads", "*", "s3:GetObject", f"{BUCKET_ARN}/*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
ALL_READ = allow("AllRead", "*", "s3:GetObject", f"{BUCKET_ARN}/*")
ORG_DELETES = allow(
    "OrgDeletes", "*", "s3:DeleteObject", f"{BUCKET_ARN}/*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}
)
OURS = {"aws:PrincipalAccount": [ARCHIVE, MANAGEMENT]}
NO_SERVICE = {"aws:PrincipalIsAWSService": "false"}
UNIT = """
    resource "aws_organizations_organizational_unit" "{name}" {{
      name      = "{name}"
      parent_id = aws_organizations_organization.this.roots[0].id
    }}
"""
HELD = {"rules": {READ: ["proved"]}}
OPEN = {"exit": [1], "rules": {READ: ["violated"]}}


def scp(statement: dict[str, object], target: str | None = None) -> str:
    return attached("SERVICE", [statement]) if target is None else attached("SERVICE", [statement], target)


def control(action: object, resource: object, **condition: dict[str, object]) -> dict[str, object]:
    """A statement of an SCP, which names no principal."""
    told = deny("Guard", None, action, resource, **condition)
    return {key: value for key, value in told.items() if value is not None}


def cases() -> list[Case]:
    return [*_scps(), *_more_scps(), *_role(), *_rcps(), *_blocks()]


def _scps() -> list[Case]:
    def on(name: str, more: str, why: str, right: dict[str, object], page: str = "scp", **changed: object) -> Case:
        return stack(f"guard-scp-{name}", why, page, Stack(statements=[ORG_READS], more=more, **changed), **right)

    whole = control("s3:*", LOGS)
    unattached = attached("SERVICE", [whole]).split('resource "aws_organizations_policy_attachment"')[0]
    unit = UNIT.format(name="workloads")
    return [
        on("on-the-root", scp(whole), "members may not call S3 on the bucket", HELD),
        on("not-attached", unattached, "what isn't attached stops nobody", OPEN),
        on(
            "on-one-unit",
            unit + scp(whole, "aws_organizations_organizational_unit.workloads.id"),
            "accounts outside of the unit read",
            OPEN,
        ),
        on("on-one-account", scp(whole, f'"{MEMBER}"'), "the other accounts read", OPEN),
        on(
            "on-the-management-account",
            scp(whole, f'"{MANAGEMENT}"'),
            "an SCP doesn't bind the management account, nor anybody else from there",
            OPEN,
        ),
        on(
            "type-switched-off",
            scp(whole),
            "the organization doesn't have SCPs switched on",
            {"exit_not": 0},
            "policy-types",
            organization={"enabled_policy_types": ["TAG_POLICY"]},
        ),
        on(
            "type-not-said",
            scp(whole),
            "what the argument doesn't say may be there",
            {"rules": {READ: ["proved", "undecided"]}},
            "policy-types",
            organization={"enabled_policy_types": None},
        ),
        on(
            "another-bucket",
            scp(control("s3:*", ["arn:aws:s3:::acme-other", "arn:aws:s3:::acme-other/*"])),
            "the SCP speaks of another bucket",
            OPEN,
        ),
        on("other-actions", scp(control(["s3:Delete*", "s3:Put*"], "*")), "reading isn't denied", OPEN),
        on("reads-only", scp(control("s3:GetObject", LOGS[1])), "what is allowed is denied", HELD),
        on("all-s3", scp(control("s3:*", "*")), "no member uses S3 at all", HELD),
        on(
            "but-one-role",
            scp(control("s3:*", LOGS, ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/admin"})),
            "a member's role of that name is spared",
            OPEN,
        ),
        on(
            "but-the-owners-role",
            scp(control("s3:*", LOGS, ArnNotLike={"aws:PrincipalArn": f"arn:aws:iam::{ARCHIVE}:role/admin"})),
            "only a role of the owner is spared",
            HELD,
        ),
        on(
            "but-owner-account",
            scp(control("s3:*", LOGS, StringNotEquals={"aws:PrincipalAccount": ARCHIVE})),
            "only the owner is spared",
            HELD,
        ),
        on(
            "in-some-regions",
            scp(control("*", "*", StringNotEquals={"aws:RequestedRegion": ["us-east-1", "eu-west-1"]})),
            "the bucket's region isn't denied",
            OPEN,
            "scp-examples",
        ),
        on(
            "root-users-only",
            scp(control("*", "*", StringLike={"aws:PrincipalArn": "arn:aws:iam::*:root"})),
            "roles and users read",
            OPEN,
            "scp-examples",
        ),
    ]


def _more_scps() -> list[Case]:
    whole = control("s3:*", LOGS)
    named = allow("Named", {"AWS": f"arn:aws:iam::{MEMBER}:root"}, "s3:GetObject", f"{BUCKET_ARN}/*")
    allowed = {"Sid": "Some", "Effect": "Allow", "Action": ["ec2:*", "iam:*"], "Resource": "*"}
    return [
        stack(
            "guard-scp-strangers-read-on",
            "an SCP binds members, not strangers",
            "scp",
            Stack(statements=[ALL_READ], more=scp(whole), block=None),
            exit=[1],
            rules={READ: ["proved"], PUBLIC: ["violated"]},
        ),
        stack(
            "guard-scp-delete",
            "members may not delete",
            "scp",
            Stack(statements=[ORG_DELETES], more=scp(control("s3:DeleteObject*", "*"))),
            rules={ALTER: ["proved"]},
        ),
        stack(
            "guard-scp-delete-not-versions",
            "the SCP denies the deletion of versions only",
            "scp",
            Stack(statements=[ORG_DELETES], more=scp(control("s3:DeleteObjectVersion", "*"))),
            exit=[1],
            rules={ALTER: ["violated"]},
        ),
        stack(
            "guard-scp-notaction",
            "everything but IAM is denied",
            "notaction",
            Stack(
                statements=[ORG_READS],
                more=scp({"Sid": "G", "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}),
            ),
            **HELD,
        ),
        stack(
            "guard-scp-notaction-spares-s3",
            "everything but S3 is denied",
            "notaction",
            Stack(
                statements=[ORG_READS],
                more=scp({"Sid": "G", "Effect": "Deny", "NotAction": ["s3:*"], "Resource": "*"}),
            ),
            **OPEN,
        ),
        stack(
            "guard-scp-named-member",
            "as a member it is stopped; as a stranger it isn't, and which it is isn't shown",
            "scp",
            Stack(statements=[named], more=scp(whole)),
            exit_not=0,
            rules={READ: ["proved"]},
        ),
        stack(
            "guard-scp-allow-list-beside-full-access",
            "an Allow beside AWS's FullAWSAccess takes nothing away",
            "scp",
            Stack(statements=[ORG_READS], more=attached("SERVICE", [allowed])),
            **OPEN,
        ),
        stack(
            "guard-scp-two",
            "each denies a half",
            "scp",
            Stack(
                statements=[ORG_READS, ORG_DELETES],
                more=attached("SERVICE", [control("s3:Get*", LOGS)])
                + attached("SERVICE", [control("s3:Delete*", LOGS)], name="second"),
            ),
            rules={READ: ["proved"], ALTER: ["proved"]},
        ),
    ]


def _role() -> list[Case]:
    slr = "arn:aws:iam::*:role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail"

    def with_scp(
        name: str, statement: dict[str, object], why: str, verdicts: list[str | None], page: str = "scp-examples"
    ) -> Case:
        return stack(f"guard-role-{name}", why, page, Stack(more=scp(statement)), rules={ROLE: verdicts})

    proved, bad = ["proved"], ["violated", "undecided"]
    return [
        with_scp(
            "root-users",
            control("*", "*", StringLike={"aws:PrincipalArn": "arn:aws:iam::*:root"}),
            "binds root users only",
            proved,
        ),
        with_scp("leave", control("organizations:LeaveOrganization", "*"), "has nothing to do with the role", proved),
        with_scp(
            "trails",
            control(["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"], "*"),
            "Control Tower's guard of trails",
            proved,
            "control-tower-controls",
        ),
        with_scp(
            "regions",
            control("ec2:*", "*", StringNotEquals={"aws:RequestedRegion": ["eu-west-1"]}),
            "binds EC2 only",
            proved,
        ),
        with_scp(
            "protected",
            control(["iam:DeleteRole", "iam:UpdateRole"], "arn:aws:iam::*:role/stack-protected-*"),
            "other roles",
            proved,
        ),
        with_scp(
            "creation-denied",
            control("iam:CreateServiceLinkedRole", "*"),
            "members' role can't be made",
            bad,
            "service-linked-role",
        ),
        with_scp(
            "creation-denied-here",
            control("iam:CreateServiceLinkedRole", slr),
            "members' role can't be made",
            bad,
            "service-linked-role",
        ),
        with_scp(
            "creation-denied-for-another",
            control("iam:CreateServiceLinkedRole", "arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/*"),
            "another service's role",
            proved,
            "service-linked-role",
        ),
        with_scp(
            "all-iam",
            control("iam:*", "*"),
            "the role can't be made by a member's principals",
            bad,
            "service-linked-role",
        ),
    ]


def _rcps() -> list[Case]:
    def rcp(action: object, resource: object, **condition: dict[str, object]) -> dict[str, object]:
        return deny("Guard", "*", action, resource, **condition)

    ours = rcp("s3:*", "*", StringNotEqualsIfExists=OURS, BoolIfExists=NO_SERVICE)
    perimeter = rcp("s3:*", "*", StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION}, BoolIfExists=NO_SERVICE)

    def on(name: str, more: str, why: str, right: dict[str, object], page: str = "rcp", **changed: object) -> Case:
        changed = {"statements": [ORG_READS], **changed}
        return stack(f"guard-rcp-{name}", why, page, Stack(more=more, **changed), **right)

    root = attached("RESOURCE", [ours])
    security = UNIT.format(name="security") + UNIT.format(name="workloads")
    return [
        on("on-the-root", root, "nobody but owner, management and services gets at S3", HELD),
        on("management-bucket", root, "an RCP doesn't touch what the management account owns", OPEN, owner=MANAGEMENT),
        on(
            "type-switched-off",
            root,
            "the organization doesn't have RCPs switched on",
            OPEN | {"exit": [1, 3], "rules": {READ: ["violated", "undecided"]}},
            "policy-types",
            organization={"enabled_policy_types": ["SERVICE_CONTROL_POLICY"]},
        ),
        on(
            "on-the-owners-account",
            attached("RESOURCE", [ours], f'"{ARCHIVE}"'),
            "attached to the account that owns the bucket",
            HELD,
        ),
        on("on-another-account", attached("RESOURCE", [ours], f'"{MEMBER}"'), "the bucket isn't that account's", OPEN),
        on(
            "on-some-unit",
            security + attached("RESOURCE", [ours], "aws_organizations_organizational_unit.workloads.id"),
            "whether the owner is in the unit isn't shown",
            {"exit_not": 0, "rules": {READ: ["violated", "undecided"]}},
        ),
        on(
            "perimeter-members",
            attached("RESOURCE", [perimeter]),
            "AWS's perimeter lets the organization in",
            OPEN,
            "data-perimeter",
        ),
        on(
            "perimeter-strangers",
            attached("RESOURCE", [perimeter]),
            "AWS's perimeter keeps strangers and the anonymous out",
            {"exit": [1], "rules": {PUBLIC: ["proved"], READ: ["violated"]}},
            "data-perimeter",
            statements=[ALL_READ],
            block=None,
        ),
        on(
            "stops-cloudtrail",
            attached("RESOURCE", [rcp("s3:*", "*", StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION})]),
            "services have no organization: CloudTrail is stopped",
            {"exit": [1], "rules": {WRITE: ["violated"]}},
            "rcp",
            statements=[],
        ),
        on(
            "lets-cloudtrail",
            attached("RESOURCE", [perimeter]),
            "services are spared",
            {"exit": [0], "rules": {WRITE: ["proved"]}},
            "data-perimeter",
            statements=[],
        ),
        on(
            "denies-all-writes",
            attached("RESOURCE", [rcp("s3:PutObject", "*")]),
            "nobody writes, CloudTrail neither",
            {"exit": [1], "rules": {WRITE: ["violated"]}},
            statements=[],
        ),
        on(
            "tls",
            attached("RESOURCE", [rcp("s3:*", "*", BoolIfExists={"aws:SecureTransport": "false"})]),
            "CloudTrail speaks TLS; members read with it",
            {"exit": [1], "rules": {READ: ["violated"], WRITE: ["proved"]}},
        ),
        on("other-action", attached("RESOURCE", [rcp("s3:DeleteObject", "*")]), "reading isn't denied", OPEN),
        on(
            "for-lent-services",
            attached(
                "RESOURCE",
                [
                    rcp(
                        "s3:*",
                        "*",
                        StringNotEqualsIfExists={"aws:SourceAccount": [ARCHIVE, MANAGEMENT]},
                        Bool={"aws:PrincipalIsAWSService": "true"},
                    )
                ],
            ),
            "services for others are refused",
            {"rules": {"logs-not-lent-to-services": ["proved"], WRITE: ["proved"]}},
            "confused-deputy",
            statements=[allow("Cdn", service("cloudfront"), "s3:GetObject", f"{BUCKET_ARN}/*")],
        ),
    ]


def _blocks() -> list[Case]:
    def on(
        name: str,
        statement: dict[str, object],
        why: str,
        right: dict[str, object],
        block: dict[str, object] | None,
        more: str = "",
    ) -> Case:
        return stack(
            f"guard-block-{name}",
            why,
            "block-public-access",
            Stack(statements=[statement], block=block, more=more),
            **right,
        )

    restrict = {**ALL_CLOSED, "block_public_policy": False}
    let = {**ALL_CLOSED, "block_public_policy": False, "restrict_public_buckets": False}
    shut = {"rules": {PUBLIC: ["proved"], READ: ["proved"]}}
    address = allow("Office", "*", "s3:GetObject", f"{BUCKET_ARN}/*", IpAddress={"aws:SourceIp": "54.240.143.0/24"})
    wide = allow("Wide", "*", "s3:GetObject", f"{BUCKET_ARN}/*", IpAddress={"aws:SourceIp": "0.0.0.0/1"})
    named = allow("Named", {"AWS": "arn:aws:iam::999999999999:root"}, "s3:GetObject", f"{BUCKET_ARN}/*")
    lists = allow("Lists", "*", "s3:ListBucket", BUCKET_ARN)
    whole_account = """
    resource "aws_s3_account_public_access_block" "archive" {
      provider                = aws.archive
      restrict_public_buckets = true
    }
    """
    return [
        on(
            "public-policy-restricted",
            ALL_READ,
            "while the policy is public only owner and services get in",
            shut,
            restrict,
        ),
        on(
            "public-policy-let-be",
            ALL_READ,
            "the block lets public policies be",
            {"exit": [1], "rules": {PUBLIC: ["violated"]}},
            let,
        ),
        on("no-block", ALL_READ, "there is no block", {"exit": [1], "rules": {PUBLIC: ["violated"]}}, None),
        on(
            "refuses-public-policy",
            ALL_READ,
            "S3 refuses to take a public policy: CloudTrail gets none",
            {"exit_not": 0},
            ALL_CLOSED,
        ),
        on(
            "organization-isnt-public",
            ORG_READS,
            "a policy for one organization isn't public: members read",
            OPEN,
            restrict,
        ),
        on(
            "address-isnt-public",
            address,
            "a fixed network isn't public: whoever comes from there reads",
            {"exit": [1]},
            restrict,
        ),
        on("wide-address-is-public", wide, "half of the internet is public: the block shuts it", shut, restrict),
        on("named-account-isnt-public", named, "a named account isn't public", {"exit": [1]}, restrict),
        on("listing-restricted", lists, "a public listing is shut as well", shut, restrict),
        on(
            "of-the-account",
            ALL_READ,
            "the account's own block counts for all of its buckets",
            shut,
            None,
            whole_account,
        ),
        on(
            "of-another-account",
            ALL_READ,
            "the block of the management account isn't the owner's",
            {"exit": [1], "rules": {PUBLIC: ["violated"]}},
            None,
            whole_account.replace("      provider                = aws.archive\n", ""),
        ),
        on(
            "acls-only",
            ALL_READ,
            "the block of ACLs doesn't touch policies",
            {"exit": [1], "rules": {PUBLIC: ["violated"]}},
            {
                "block_public_acls": True,
                "ignore_public_acls": True,
                "block_public_policy": False,
                "restrict_public_buckets": False,
            },
        ),
    ]
