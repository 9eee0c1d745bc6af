"""The rule `members-cannot-assume-log-readers`."""

from orgtrail.rules import rule


@rule("error", since="0.1.0", answers="members kept out", looks_at=("aws_iam_role",))
def members_cannot_assume_log_readers() -> None:
    """No role that may read the logs, in the account that owns them or manages the organization, trusts a member.

    Why:
        Whoever assumes a role is of its account from then on: bucket and key policies see the account that owns the
        logs. A role there that trusts a member account, the whole organization (`aws:PrincipalOrgID`) or everybody, and
        that may read from S3, hands the logs to them, and no bucket policy that leaves the owner alone stops it.

    Holds when:
        For each `aws_iam_role` of the account that owns the bucket, and of the management account: its trust policy
        lets no principal of a member account, and of no account outside the organization, call `sts:AssumeRole`; nor
        everybody whom a public identity provider (GitHub, GitLab, Google ...) vouches for; nor do roles of this input
        that those may assume lead to it (by its trust policy and what theirs allow them of `sts:AssumeRole`). Or the
        role may not read or list the trail's objects: by its inline and attached policies within its permissions
        boundary, AWS's managed ones as they were when this version was made, and by the bucket policy. Roles that trust
        AWS services only aren't looked at. Who stands behind a private identity provider, what service control policies
        forbid, users, and roles of other inputs aren't followed.

    Fix:
        Name who may assume the role: accounts that read the logs, said with `--trusted-account`, or roles of its own
        account. Else take away its `s3:GetObject` and `s3:ListBucket` on the log bucket.

    Sources:
        IAM User Guide, "IAM roles: Terms and concepts"
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
        IAM User Guide, "Policy evaluation logic"
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
