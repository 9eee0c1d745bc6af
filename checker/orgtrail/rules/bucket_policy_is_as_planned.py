"""The rule `bucket-policy-is-as-planned`."""

from collections.abc import Iterable
from typing import Any

from orgtrail import jsontext
from orgtrail.estate import Instance
from orgtrail.organization.domain import Domain
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Unknown, Value, causes, is_known


@rule("warning", since="0.1.0", live=True)
def bucket_policy_is_as_planned(domain: Domain) -> Iterable[Finding]:
    """The bucket policy that AWS shows is the one that the plan or state knows.

    Why:
        A policy that somebody changed by hand is what counts until the next apply, and what was proved of the plan
        isn't true of it. The next apply takes the change away without a word, whatever it was good for. It happens in
        the account that owns the bucket, seldom the one that plans.

    Holds when:
        The policy in evidence (`check --evidence`, or a plan or state given to `audit`) says the same as the one that
        the plan or state holds before or after its changes. Order and spelling that mean the same don't count.

    Fix:
        Apply, or bring the change into the configuration. Find out who made it: CloudTrail has logged PutBucketPolicy.

    Sources:
        Amazon S3 API Reference, "PutBucketPolicy"
        https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    """
    if domain.surroundings.seen is None or domain.is_live:
        return
    shown = {
        name: one for one in domain.surroundings.seen.estate.of_type("aws_s3_bucket_policy") if (name := _bucket(one))
    }
    for holder in domain.estate.of_type("aws_s3_bucket_policy"):
        live = shown.get(_bucket(holder))
        if live is not None:
            yield _judge(holder, live, domain.surroundings.elsewhere.ground if domain.surroundings.elsewhere else "")


def _bucket(holder: Instance) -> str:
    """The name of the bucket that a policy is for; empty where it isn't known."""
    name = (holder.after or holder.before or {}).get("bucket")
    return name if isinstance(name, str) else ""


def _judge(holder: Instance, live: Instance, ground: str) -> Finding:
    found = live.now.get("policy")
    if isinstance(found, Unknown):
        return undecided(holder.address, "the policy that the bucket has couldn't be seen", [found.cause])
    known = [values.get("policy") for values in (holder.before, holder.after) if values is not None]
    if any(_meaning(found) == _meaning(policy) for policy in known if is_known(policy)):
        return proved(holder.address, "the bucket has the policy that is known here", f"evidence: {ground}")
    doubts = [cause for policy in known for cause in causes(policy)]
    if doubts or not all(map(is_known, known)):
        doubts = doubts or [Cause(f"`{holder.address}.policy` isn't known before it is applied")]
        return undecided(holder.address, "the policy here isn't known well enough to compare it", doubts)
    words = "has no policy" if not found else "has another policy than the one that is known here"
    message = f"the bucket {words}: somebody changed it outside Terraform ({ground})"
    witness = FactWitness("policy", _first_difference(_meaning(found), _meaning(known[0])), "the same as here")
    return Finding(address=holder.address, verdict="violated", message=message, at=("policy",), witness=witness)


def _meaning(policy: Value) -> Any:
    """A policy as a value that is equal for equal documents: lists are sorted, a list of one is its element."""
    if not policy:
        return None
    try:
        return _sorted(jsontext.decode(policy)) if isinstance(policy, str) else _sorted(policy)
    except ValueError:
        return policy


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(element) for name, element in sorted(value.items())}
    if isinstance(value, list):
        elements = sorted((_sorted(element) for element in value), key=repr)
        return elements[0] if len(elements) == 1 else elements
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def _first_difference(found: Any, known: Any) -> str:
    """The first statement that AWS has and the plan doesn't know, or the other way round."""
    statements, others = _statements(found), _statements(known)
    for mine, theirs, words in ((statements, others, "more"), (others, statements, "missing")):
        for statement in mine:
            if statement not in theirs:
                sid = statement.get("Sid") if isinstance(statement, dict) else None
                return f"a statement {words}: {sid or statement}"[:200]
    return "other members beside its statements"


def _statements(meaning: Any) -> list[Any]:
    found = meaning.get("Statement", []) if isinstance(meaning, dict) else []
    return found if isinstance(found, list) else [found]
