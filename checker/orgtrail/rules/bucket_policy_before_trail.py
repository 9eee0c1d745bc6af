"""The rule `bucket-policy-before-trail`."""

from collections.abc import Iterable
from functools import cached_property

from orgtrail.iam import document
from orgtrail.iam.prove import Target
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.policies import Policy
from orgtrail.organization.protected import bucket_arn, protected_objects
from orgtrail.organization.trails import Trail
from orgtrail.results import FactWitness, Fix, OrderWitness, Verdict
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.delivery import lets_cloudtrail_write
from orgtrail.rules.shared.order import by_dependency, wait_for
from orgtrail.rules.shared.repairs import new_policy, spelled_out
from orgtrail.rules.shared.verdicts import proved, undecided, why_unknown
from orgtrail.values import Cause, Value


@rule("error", since="0.1.0", answers="logs delivered")
def bucket_policy_before_trail(domain: Domain) -> Iterable[Finding]:
    """A new trail comes after the bucket policy that lets CloudTrail write.

    Why:
        CreateTrail tries the bucket at once, and fails with InsufficientS3BucketPolicyException where the policy isn't
        there yet. The trail refers to the bucket, not to its policy, so Terraform makes both at the same time and the
        first apply fails or not by luck. It fails in the management account, where the trail is made; the bucket, often
        in another account, looks as it should.

    Holds when:
        A path in Terraform's dependency graph leads from the trail to the resource that holds the bucket's policy, or
        that policy is there before the plan (and, where the plan changes it, let CloudTrail write before that). Where
        several resources set the policy of one bucket, that is asked of each that doesn't let CloudTrail write. What
        the policy says in the end is another rule's (`cloudtrail-can-write-logs`).

    Fix:
        Add `depends_on` that names the `aws_s3_bucket_policy` to the trail; or let the trail take the bucket's name
        from it: `s3_bucket_name = aws_s3_bucket_policy.logs.bucket`.

    Sources:
        CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
        CloudTrail API Reference, "CreateTrail"
        https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
    """
    for bucket in domain.log_buckets:
        candidates = [_Candidate(domain, bucket, policy) for policy in bucket.policies]
        for trail in bucket.trails:
            if _asks_the_bucket(trail):
                yield _judge(domain, trail, bucket, candidates)


class _Candidate:
    """One of the policies of a bucket; what is asked of it is the same for each trail that writes there."""

    def __init__(self, domain: Domain, bucket: LogBucket, policy: Policy) -> None:
        self.domain, self.bucket, self.policy = domain, bucket, policy

    @cached_property
    def before(self) -> Verdict:
        """Whether the bucket has this policy before anything is applied, and it serves its trails as it is."""
        held = (self.policy.instance.before or {}).get(self.policy.attribute)
        if self.policy.instance.is_made or not held:
            return "violated"
        if held == self.policy.value or self.policy.instance.is_forgotten:
            return "proved"
        # The plan changes it, and it may only let CloudTrail in with that change.
        return _serves(self.domain, self.bucket, self.policy, held)

    @cached_property
    def serves(self) -> Verdict:
        """Whether it lets CloudTrail write once it is applied."""
        return _serves(self.domain, self.bucket, self.policy, self.policy.value)


def _asks_the_bucket(trail: Trail) -> bool:
    """Whether the plan makes the trail, or points it at another bucket: then CloudTrail tries the bucket."""
    instance = trail.instance
    if instance.is_made:
        return True
    before = (instance.before or {}).get("s3_bucket_name")
    return not instance.is_forgotten and instance.actions != ("no-op",) and before != instance.now.get("s3_bucket_name")


def _judge(domain: Domain, trail: Trail, bucket: LogBucket, candidates: list[_Candidate]) -> Finding:
    if not candidates:
        return _without(domain, trail, bucket)
    answers = [(one, _of_one(domain, trail, bucket, one)) for one in candidates]
    good = next((found for _, found in answers if found.verdict == "proved"), None)
    if good is None:
        return next((found for _, found in answers if found.verdict == "undecided"), answers[0][1])
    for one, found in answers:
        # Each takes the other's place: one that comes at any time must serve the trail, too.
        if found.verdict != "proved" and (one.policy.is_perhaps or one.serves != "proved"):
            return found
    return good


def _of_one(domain: Domain, trail: Trail, bucket: LogBucket, candidate: _Candidate) -> Finding:
    """Whether the trail comes after one of its bucket's policies."""
    policy = candidate.policy
    if candidate.before == "proved":
        return proved(trail.address, "the bucket has its policy already", f"`{policy.address}` is there already")
    other = domain.surroundings.other(policy.instance)
    if other is not None:
        path = other.estate.input.path
        cause = Cause(f"{path} makes the bucket's policy, and no graph spans two inputs", f"apply {path} first")
        return undecided(trail.address, "whether the bucket has its policy by then can't be told", [cause])
    found = by_dependency(domain, trail.instance, policy.instance, "the trail")
    if found is not None:
        return found
    if policy.is_perhaps:
        doubt = why_unknown(policy.value, "the bucket of a policy isn't known")
        return undecided(trail.address, "which policy is the bucket's isn't known", [doubt])
    if candidate.before == "undecided":
        cause = Cause(f"`{policy.address}` changes, and whether it served the trail before isn't known")
        return undecided(trail.address, "whether the bucket has its policy by then can't be told", [cause])
    return _unordered(domain, trail, bucket, policy)


def _unordered(domain: Domain, trail: Trail, bucket: LogBucket, policy: Policy) -> Finding:
    message = f"nothing makes the trail wait for `{policy.address}`, the policy of its bucket"
    fix: Fix | None = wait_for(trail.instance, policy.instance)
    if _waits_for_trail(domain, trail, policy):
        message += ", which refers to the trail itself: a circle can't be applied, so the trail's ARN is to be spelled"
        fix = spelled_out(domain, policy, bucket)
    return Finding(
        address=trail.address,
        verdict="violated",
        message=message,
        witness=OrderWitness(trail.address, policy.address, f"{trail.instance.block} -> {policy.instance.block}"),
        fix=fix,
    )


def _waits_for_trail(domain: Domain, trail: Trail, policy: Policy) -> bool:
    graph = domain.estate.graph
    start = graph.resource(policy.instance.block) if graph else None
    goal = graph.resource(trail.instance.block) if graph else None
    return bool(graph and start and goal and graph.path(start[0], [goal[0]]) is not None)


def _serves(domain: Domain, bucket: LogBucket, policy: Policy, value: Value) -> Verdict:
    """Whether a policy of the bucket, as it is or will be, lets CloudTrail write for the trail."""
    parsed = document.parse(value, "bucket")
    objects, cause = protected_objects(domain.accounts, bucket, parsed)
    world = domain.world_of(bucket)
    case = domain.ask(parsed, world, of=policy.instance)
    found = lets_cloudtrail_write(case, Target.logs(bucket_arn(domain.accounts, bucket), *objects))
    return "undecided" if cause is not None else found.verdict


def _without(domain: Domain, trail: Trail, bucket: LogBucket) -> Finding:
    """The verdict where the input holds no policy for the bucket."""
    if bucket.instance is None:
        return undecided(trail.address, "whether the bucket has a policy isn't known", [bucket.out_of_sight])
    if domain.estate.unseen:
        return undecided(trail.address, "whether the bucket has a policy isn't known", domain.estate.unseen)
    if not bucket.instance.is_made:
        cause = Cause(
            f"the input holds no policy for `{bucket.address}`, which is there already", "give --evidence FILE"
        )
        return undecided(trail.address, "whether the bucket has a policy isn't known", [cause])
    return Finding(
        address=trail.address,
        verdict="violated",
        message=f"`{bucket.address}` gets no policy, so CloudTrail may not write there and CreateTrail fails",
        witness=FactWitness("policy", "none", f"an aws_s3_bucket_policy for `{bucket.address}`"),
        fix=new_policy(domain, bucket, trail),
    )
