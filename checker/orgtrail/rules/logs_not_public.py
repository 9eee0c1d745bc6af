"""The rule `logs-not-public`."""

from collections.abc import Iterable

from orgtrail.iam.actions import group
from orgtrail.organization.domain import Domain
from orgtrail.results import RequestWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared import repairs as _repairs
from orgtrail.rules.shared.acl import EVERYBODY, Acl, Grant, judge_acls
from orgtrail.rules.shared.policies import ask_of_buckets
from orgtrail.values import Unknown

_OPENING = ("READ", "FULL_CONTROL")


@rule("error", since="0.1.0", answers="members kept out")
def logs_not_public(domain: Domain) -> Iterable[Finding]:
    """No anonymous caller and no account outside the organization may read or list the logs, by bucket policy or ACL.

    Why:
        The logs name accounts, people, addresses and resources of the whole organization.

    Holds when:
        No request without credentials, and none by an account that isn't of the organization (nor a trusted account),
        gets through the bucket policy to what lies under `[prefix/]AWSLogs/`. And no ACL on the bucket grants READ to
        everybody, unless ACLs are disabled (BucketOwnerEnforced) or public ones ignored.

    Fix:
        Remove the Allow that the witness names, or tie it to accounts. An auditor's account outside the organization is
        a `--trusted-account`.

    Sources:
        Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    actions = (*group("read"), *group("list"))
    yield from ask_of_buckets(
        domain,
        lambda case, target: case.nobody_may(["anonymous", "outside"], actions, target),
        proved="nobody outside the organization may read or list the trail's objects through the bucket policy",
        violated=lambda seen: f"{_who(seen)} may call {seen.action} on the trail's objects",
        mend=_repairs.guard,
    )
    yield from judge_acls(
        domain,
        _lists,
        holds="the bucket's ACL opens nothing to everybody",
        broken="anybody may list the trail's objects: the bucket's ACL grants",
        expected="no grant to a group that is everybody",
    )


def _lists(_: Acl, grant: Grant) -> bool | Unknown:
    """Whether a grant lets everybody list."""
    if grant.group is None or grant.permission not in _OPENING:
        unclear = grant.permission if grant.group in EVERYBODY else None
        return unclear if isinstance(unclear, Unknown) else False
    return grant.group if isinstance(grant.group, Unknown) else grant.group in EVERYBODY


def _who(seen: RequestWitness) -> str:
    return f"account {seen.account}, outside the organization," if seen.account else "anybody without credentials"
