"""The rule `logs-not-replicated-to-members`."""

from collections.abc import Iterable

from orgtrail.estate import Instance
from orgtrail.organization.copies import replicas, replications
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.policies import seen_from_here
from orgtrail.rules.shared.readers import readers
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Unknown, show


@rule("error", since="0.1.0", answers="members kept out")
def logs_not_replicated_to_members(domain: Domain) -> Iterable[Finding]:
    """No replication rule copies the trail's objects into an account that may not read them.

    Why:
        Replication copies every new object as it is, past the policy of the log bucket: what the destination's account
        may do with the copies is decided in that account. A member account that holds the destination reads the logs of
        all others.

    Holds when:
        Every destination that a replication of the log bucket names (a resource of its own, a block of the bucket, or
        what the bucket shows and no resource of the input sets) is in the management account, the account that owns the
        bucket, or a trusted account. A rule that is disabled copies nothing. A destination that can be seen (in
        this input, or in one given with it) is judged as the log bucket is: its policy and ACL by the rules on those,
        what it is copied to by this one; of one that can't, nobody knows who reads it.

    Fix:
        Replicate into the account that owns the log bucket, or into one that may read the logs and say so with
        `--trusted-account`.

    Sources:
        Amazon S3 User Guide, "Configuring replication for buckets in different accounts"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
    """
    for bucket in (*domain.log_buckets, *domain.copies):
        for replication in replications(domain, bucket):
            yield seen_from_here(_judge(domain, bucket, replication), bucket, replication)


def _judge(domain: Domain, bucket: LogBucket, replication: Instance) -> Finding:
    may_read = readers(domain, bucket.original.owned)
    seen = {show(copy.name) for copy in domain.copies}
    doubts: list[Cause] = []
    grounds: list[str] = []
    for place in replicas(domain, replication):
        allowed = may_read.include(place.account)
        if isinstance(allowed, Unknown):
            doubts.append(allowed.cause)
        elif not allowed:
            account = show(place.account)
            return Finding(
                address=replication.address,
                at=place.at,
                verdict="violated",
                message=f"every new log file is copied into account {account}, which may not read the logs",
                witness=FactWitness("destination.account", account, "an account that may read the logs"),
            )
        elif show(place.name) not in seen:
            what = f"what guards the copies in `{show(place.name)}` isn't in this input"
            doubts.append(Cause(what, "give the plan or state of the stack that holds that bucket as another INPUT"))
        else:
            grounds.append(f"`{replication.address}` copies into account {show(place.account)}")
    if doubts:
        return undecided(replication.address, "who gets at the copies of the logs can't be told", doubts)
    return proved(replication.address, "the logs are copied only where they may be read", *dict.fromkeys(grounds))
