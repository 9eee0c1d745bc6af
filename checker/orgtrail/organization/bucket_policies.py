"""Which of an input's bucket policies let CloudTrail write, and so are log buckets'. Each is read once."""

from collections.abc import Iterator
from functools import cached_property

import msgspec

from orgtrail.estate import Estate, Instance, listed, name_key
from orgtrail.iam import document
from orgtrail.organization.buckets import bucket_name, holds_policy
from orgtrail.organization.policies import policy_in
from orgtrail.organization.trusted_access import CLOUDTRAIL
from orgtrail.values import Cause, Json, Value, causes

#: A policy that lets CloudTrail write, or is meant to, holds one of these.
OF_LOGS = (CLOUDTRAIL, "AWSLogs")
#: Principals that are no services.
_NO_SERVICES = frozenset({"AWS", "Federated", "CanonicalUser"})


class OfCloudTrail(msgspec.Struct, frozen=True):
    """What one policy says of CloudTrail: whether it lets it in, and why it may though no statement says so."""

    lets_cloudtrail_write: bool
    doubts: tuple[Cause, ...]


#: A policy that surely has nothing to do with CloudTrail.
_OF_OTHERS = OfCloudTrail(False, ())


class BucketPolicies:
    """What holds a bucket policy in its attribute `policy`, but for what is surely for something else."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._read: dict[Instance, OfCloudTrail] = {}

    def __iter__(self) -> Iterator[Instance]:
        return iter(self._holders)

    @cached_property
    def _holders(self) -> list[Instance]:
        estate = self._estate
        found = [one for one in self._resources if one.stays]
        given_up = self._ending("aws_s3_bucket_policy", "bucket") & self._ending("aws_cloudtrail", "s3_bucket_name")
        for bucket in self._shown:
            # The plan may destroy the policy that a bucket still shows, and the trail that needed it.
            if bucket.stays and holds_policy(estate, bucket) and name_key(bucket_name(bucket)) not in given_up:
                found.append(bucket)
        return found

    @property
    def _resources(self) -> list[Instance]:
        """The bucket policies that may let CloudTrail write; the others are known, and say nothing that could."""
        return self._estate.perhaps_saying("aws_s3_bucket_policy", "policy", *OF_LOGS)

    @property
    def _shown(self) -> list[Instance]:
        """The buckets whose own policy may let CloudTrail write: of thousands most have nothing to do with it."""
        if self._estate.sets_anywhere("aws_s3_bucket", "policy"):
            return self._estate.of_type("aws_s3_bucket")
        return self._estate.mentioning("aws_s3_bucket", *OF_LOGS)

    def _ending(self, kind: str, attribute: str) -> set[object]:
        """The buckets named by the resources of a type that the plan destroys."""
        return {name_key((one.before or {}).get(attribute)) for one in self._estate.ending(kind)}

    def others(self, judged: set[str]) -> int:
        """How many bucket policies surely say nothing of CloudTrail, and aren't at one of the addresses `judged`."""
        looked_at = {one.address for one in self._resources}
        among = [self._estate.instance(address) for address in judged - looked_at]
        theirs = sum(one is not None and one.type == "aws_s3_bucket_policy" for one in among)
        return self._estate.count("aws_s3_bucket_policy") - len(looked_at) - theirs

    def read(self, holder: Instance) -> OfCloudTrail:
        """What the policy in a resource says of CloudTrail."""
        found = self._read.get(holder)
        if found is None:
            policy = policy_in(self._estate, holder, "policy")
            found = self._read[holder] = _reading(policy.value)
            if policy.kept is not None:
                lets = _reading(policy.kept.value).lets_cloudtrail_write
                found = self._read[holder] = msgspec.structs.replace(found, lets_cloudtrail_write=lets)
            if self._estate.input.kind == "policy":
                # A policy that is given alone is that of the log bucket, whatever it says.
                found = self._read[holder] = msgspec.structs.replace(found, lets_cloudtrail_write=True)
        return found


def _reading(value: Value) -> OfCloudTrail:
    if isinstance(value, str) and not any(word in value for word in (*OF_LOGS, "\\")):
        # Most buckets are for something else, and JSON spells a name only one way without an escape.
        return _OF_OTHERS
    if isinstance(value, Json) and _names_no_service(value.value):
        return _OF_OTHERS
    parsed = document.parse(value)
    allowing = [statement for statement in parsed.statements if statement.effect != "Deny"]
    lets = any(_is_cloudtrail(name) for statement in allowing for name in statement.principals.services)
    if not any(causes(value)):
        return OfCloudTrail(lets, ())
    doubts = [*parsed.rest]
    for statement in allowing:
        doubts += statement.principals.rest
        doubts += [cause for service in statement.principals.services for cause in causes(service)]
    return OfCloudTrail(lets, tuple(dict.fromkeys(doubts)))


def _names_no_service(found: Value) -> bool:
    """Whether each statement of a document with holes plainly names principals, none of which is a service.

    Most documents do, and needn't be parsed.
    """
    if not isinstance(found, dict) or _spelled_lower(found).count("statement") != 1:
        return False
    statements = found.get("Statement")
    return isinstance(statements, list) and all(map(_names_others, statements))


def _spelled_lower(found: dict[str, Value]) -> list[str]:
    # AWS takes the names of elements in whatever case.
    return [name.lower() for name in found]


def _names_others(statement: Value) -> bool:
    if not isinstance(statement, dict) or "notprincipal" in _spelled_lower(statement):
        return False
    named = statement.get("Principal")
    return named == "*" or (
        isinstance(named, dict)
        and named.keys() <= _NO_SERVICES
        and all(isinstance(one, str) for names in named.values() for one in listed(names))
    )


def _is_cloudtrail(name: Value) -> bool:
    """Whether a service is CloudTrail, or meant to be: a name that is misspelled is told, not passed over."""
    if not isinstance(name, str) or name == CLOUDTRAIL:
        return name == CLOUDTRAIL
    from orgtrail.iam.validity import is_misspelled_cloudtrail

    return is_misspelled_cloudtrail(name)
