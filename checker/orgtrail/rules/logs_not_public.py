"""The rule `logs-not-public`."""

from collections.abc import Iterable, Sequence

from orgtrail.iam.actions import group
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Case, Target
from orgtrail.organization.domain import Domain
from orgtrail.results import RequestWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.acl import EVERYBODY, Acl, Grant, judge_acls
from orgtrail.rules.shared.outsiders import nobody_outside
from orgtrail.rules.shared.policies import ask_of_buckets, shut_by
from orgtrail.values import Symbol, Unknown

_OPENING = ("READ", "FULL_CONTROL")


@rule("error", since="0.1.0", answers="members kept out")
def logs_not_public(domain: Domain) -> Iterable[Finding]:
    """No anonymous caller and no account outside the organization may read or list the logs, by bucket policy or ACL.

    Why:
        The logs name accounts, people, addresses and resources of the whole organization.

    Holds when:
        No request without credentials, and none by an account that isn't of the organization (nor a trusted account),
        gets through the bucket policy to what lies under `[prefix/]AWSLogs/`. And no ACL on the bucket grants READ to
        everybody, unless ACLs are disabled (BucketOwnerEnforced) or public ones ignored. An account that the policy
        names may be a member or a stranger, unless the input shows the organization's: what it could read as a member,
        `members-cannot-read-logs` tells of. Where the policy opens the logs to an organization and nobody knows whether
        that is this one, either way somebody reads who must not.

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
        lambda case, target: _nobody_else(case, actions, target),
        proved="nobody outside the organization may read or list the trail's objects through the bucket policy",
        violated=lambda seen: f"{_who(seen)} may call {seen.action} on the trail's objects",
        mend=shut_by("guard"),
        reads=True,
        copies=True,
    )
    yield from judge_acls(
        domain,
        _lists,
        holds="the bucket's ACL opens nothing to everybody",
        broken="anybody may list the trail's objects: the bucket's ACL grants",
        expected="no grant to a group that is everybody",
    )


def _nobody_else(case: Case, actions: Sequence[str], target: Target) -> Outcome:
    """Whether nobody outside may; where nobody knows who is outside, whether anybody may who must not."""
    outcome = nobody_outside(
        case, ["anonymous", "outside"], target, lambda asked, who, what: asked.nobody_may(who, actions, what)
    )
    if outcome.verdict != "undecided" or not isinstance(case.world.organization_id, Symbol):
        return outcome
    # A policy for an organization with an id that may be ours: strangers read, or members do.
    whoever = case.nobody_may(["anonymous", "outside", "member"], actions, target)
    return whoever if whoever.verdict == "violated" else outcome


def _lists(_: Acl, grant: Grant) -> bool | Unknown:
    """Whether a grant lets everybody list."""
    if grant.group is None or grant.permission not in _OPENING:
        unclear = grant.permission if grant.group in EVERYBODY else None
        return unclear if isinstance(unclear, Unknown) else False
    return grant.group if isinstance(grant.group, Unknown) else grant.group in EVERYBODY


def _who(seen: RequestWitness) -> str:
    return seen.stranger
