"""The rule `logs-not-shared-by-acl`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.acl import LOG_DELIVERY, Acl, Grant, judge_acls
from orgtrail.rules.shared.readers import readers
from orgtrail.rules.shared.verdicts import why_unknown
from orgtrail.values import Symbol, Unknown, Value, show


@rule("error", since="0.1.0", answers="members kept out")
def logs_not_shared_by_acl(domain: Domain) -> Iterable[Finding]:
    """No ACL on the log bucket grants anything to anybody but its owner and accounts that are shown to be trusted.

    Why:
        An ACL is a second policy of the bucket, and a Deny of the bucket policy is all that it heeds. READ lets another
        account list the objects, WRITE lets it put some beside CloudTrail's, and WRITE_ACP lets it give itself both.
        A grant names an account by its canonical user id, which says nothing to a reader.

    Holds when:
        Every grant of `aws_s3_bucket_acl`, or of `acl` and `grant` in the bucket's own block, is to the owner that the
        ACL names, to S3's log delivery group, or to the canonical id of an account that may read the logs, as a data
        source `aws_canonical_user_id` of that account shows it. Or ACLs are disabled (BucketOwnerEnforced); what is
        granted to everybody may also be ignored (`ignore_public_acls`). Whether everybody may list is judged by
        `logs-not-public`, too.

    Fix:
        Disable ACLs: `aws_s3_bucket_ownership_controls` with `BucketOwnerEnforced`, and no ACL. Let readers in by the
        bucket policy, which names accounts.

    Sources:
        Amazon S3 User Guide, "Access control list (ACL) overview"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
        Amazon S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    """
    known: dict[str | Symbol, str | Symbol] = {}
    for data in domain.estate.of_type("aws_canonical_user_id", mode="data"):
        canonical = data.now.get("id")
        if isinstance(canonical, str | Symbol) and canonical:
            known[canonical] = domain.accounts.account_of(data)

    def breaks(acl: Acl, grant: Grant) -> bool | Unknown:
        if grant.user is None:
            return _group_breaks(grant.group)
        if isinstance(grant.user, Unknown):
            # The same data source gives both the owner and the grantee of an ACL that nobody can spell yet.
            return grant.user
        if grant.user == acl.owner:
            return False
        if not isinstance(grant.user, str | Symbol):
            return Unknown(why_unknown(grant.user, "whose canonical id it is isn't known"))
        account = known.get(grant.user)
        if account is None and isinstance(acl.owner, Unknown | Symbol):
            return Unknown(
                why_unknown(acl.owner, f"whether canonical user {show(grant.user)} is the owner isn't known")
            )
        allowed = account is not None and readers(domain, acl.bucket.original.owned).include(account)
        return allowed if isinstance(allowed, Unknown) else not allowed

    return judge_acls(
        domain,
        breaks,
        holds="the bucket's ACL grants nothing to another account",
        broken="the bucket's ACL opens it to others: it grants",
        expected="grants to the owner only, or ACLs disabled",
    )


def _group_breaks(group: Value) -> bool | Unknown:
    return group if isinstance(group, Unknown) else group != LOG_DELIVERY
