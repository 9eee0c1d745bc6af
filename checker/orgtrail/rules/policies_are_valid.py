"""The rule `policies-are-valid`."""

from collections.abc import Iterable, Iterator

from orgtrail.edits import RepairPolicy
from orgtrail.iam.document import PolicyKind
from orgtrail.iam.public import is_public
from orgtrail.iam.statements import PolicyDocument, Problem
from orgtrail.iam.validity import doubts
from orgtrail.organization.domain import Domain
from orgtrail.organization.guards import blocks_public_policy
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.log_keys import LogKey
from orgtrail.organization.policies import Policy
from orgtrail.results import FactWitness, Fix
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.policies import seen_from_here
from orgtrail.rules.shared.repairs import as_fix
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, causes

_SERVICES: dict[PolicyKind, str] = {"bucket": "S3", "key": "KMS"}
_TAKES = "AWS takes the policy"
_EXISTS = "that the principals it names exist is taken for granted: AWS alone knows"


@rule("error", since="0.2.0", answers="logs delivered")
def policies_are_valid(domain: Domain) -> Iterable[Finding]:
    """AWS takes the policies of the log bucket and of its key as they are written.

    Why:
        A policy that S3 or KMS refuses doesn't come to be: apply fails with MalformedPolicy, and the bucket keeps the
        policy it had, or none: one that keeps no member account out, or lets no trail write. What the refused one would
        allow and deny means nothing then, so the other rules prove nothing on it and are undecided.

    Holds when:
        It is JSON of the policy language, with its elements spelled as AWS spells them, and no longer than 20 KB (a
        key's: 32 KB). Every principal is `*`, an account, or the ARN of a root, user, role or session of this
        partition; every service has the form of one, and none is a misspelled `cloudtrail.amazonaws.com`. In a bucket
        policy every action is one of S3's, applies to a resource of its statement, and takes the condition keys that
        its statement asks for; every resource is this bucket or in it; the bucket's own account sets it; and where
        `block_public_policy` is on, the policy isn't public. Of actions and resources in a key policy AWS says nothing,
        so an action that KMS doesn't list is undecided. A policy that AWS has already, as it is, was taken.

        The list of actions is AWS's Service Authorization Reference of the day orgtrail was made. An action that AWS
        has brought since looks wrong here: set the rule aside for it, with that reason.

    Fix:
        Correct what the message names. `aws_iam_policy_document` spells elements right by itself; actions on objects
        need `<bucket's ARN>/*`, those on the bucket its ARN.

    Sources:
        Amazon S3 User Guide, "Policies and permissions in Amazon S3"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
        Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
        IAM User Guide, "AWS JSON policy elements: Principal"
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
        AWS KMS API Reference, "PutKeyPolicy"
        https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    """
    for bucket in domain.log_buckets:
        for policy in bucket.policies:
            yield seen_from_here(_judge(domain, bucket, policy, "bucket"), bucket, policy.instance)
    for key in domain.log_keys:
        for policy in key.policies:
            yield seen_from_here(_judge(domain, key, policy, "key"), key, policy.instance)


def _judge(domain: Domain, logs: LogBucket | LogKey, policy: Policy, kind: PolicyKind) -> Finding:
    parsed = domain.read(policy, kind)
    if parsed.problems:
        return _refused(policy, parsed.problems, _SERVICES[kind], _respelled(domain, policy, parsed.problems))
    if domain.has_taken(policy):
        return proved(policy.address, _TAKES, f"{_SERVICES[kind]} has it already, as it is")
    blocked = _blocked(domain, logs, policy, parsed) if isinstance(logs, LogBucket) else None
    if blocked is not None and blocked.verdict == "violated":
        return blocked
    found = list(dict.fromkeys(doubts(parsed, kind)))
    if found:
        return undecided(policy.address, "whether AWS takes the policy isn't known", found)
    return blocked or proved(policy.address, _TAKES, *_grounds(parsed))


def _respelled(domain: Domain, policy: Policy, problems: tuple[Problem, ...]) -> Fix | None:
    """What sets misspelled words right, where nothing else is wrong."""
    words = [one.respell for one in problems if one.respell is not None]
    if len(words) < len(problems) or not domain.estate.holds(policy.instance):
        return None
    repair = RepairPolicy(policy.address, policy.attribute, words=tuple(dict.fromkeys(words)))
    return as_fix(domain, policy, repair)


def _refused(policy: Policy, problems: tuple[Problem, ...], service: str, fix: Fix | None) -> Finding:
    first, more = problems[0], len(problems) - 1
    others = f"; and {more} more" if more else ""
    words = f' ("{first.words}")' if first.words else ""
    return Finding(
        address=policy.address,
        at=(policy.attribute,),
        verdict="violated",
        message=f"{service} refuses the policy{words}: {first}{others}",
        witness=FactWitness(first.place or policy.attribute, first.what, f"a policy that {service} takes"),
        fix=fix,
    )


def _blocked(domain: Domain, bucket: LogBucket, policy: Policy, parsed: PolicyDocument) -> Finding | None:
    """What S3's public access block makes of the policy; None where it lets it be set."""
    blocks = blocks_public_policy(domain, bucket)
    public = is_public(parsed) if blocks is not False else False
    if blocks is True and public is True:
        return Finding(
            address=policy.address,
            at=(policy.attribute,),
            verdict="violated",
            message="S3 refuses the policy: it is public, and the public access block has `block_public_policy`",
            witness=FactWitness("block_public_policy", "true, with a public policy", "a policy that isn't public"),
        )
    if public is False:
        return None
    doubt = [one for one in (blocks, public) if isinstance(one, Cause)]
    return undecided(policy.address, "whether S3 refuses the policy as a public one isn't known", doubt)


def _grounds(parsed: PolicyDocument) -> Iterator[str]:
    names = [name for statement in parsed.statements for name in statement.principals.aws]
    if names:
        yield _EXISTS
    if any(statement.principals.rest for statement in parsed.statements) or any(any(causes(name)) for name in names):
        yield "principals that aren't known yet are taken to be written as AWS takes them"
