"""Services that ask: CloudTrail delivering, and any other that acts for whoever configured it.

Sources: IAM User Guide, "The confused deputy problem" and "AWS global condition context keys", "Properties of the
principal" and "Properties of the resource" (aws:SourceAccount ...); CloudFront Developer Guide, "Restrict access to an
Amazon S3 origin"; CloudTrail guide, "Amazon S3 bucket policy for CloudTrail".
"""

from collections.abc import Iterable, Iterator

import msgspec

from orgtrail.iam.actions import Action, is_service_key
from orgtrail.iam.domains import ABSENT, Finite, Free, Many, Unclear, Unspecified, ValueSet, fixed
from orgtrail.iam.facts import Facts
from orgtrail.iam.patterns import STAR, Tokens, joined, literal, some_of
from orgtrail.iam.principals import (
    ANY_ACCOUNT,
    CHOICES,
    CLOUDTRAIL,
    OF_SESSIONS,
    S3_CHOICES,
    Caller,
    CallerKind,
    ClassName,
)
from orgtrail.values import Cause

#: Through these whoever configured the service chooses the very object that is read, written or deleted: a distribution
#: of CloudFront with origin access control passes on GET, PUT and DELETE.
REACHING = ("cloudfront.amazonaws.com",)
#: Keys of S3 that tell how a request is signed and sent, whatever it is for.
_OF_EVERY_REQUEST = (
    "s3:authtype",
    "s3:signatureage",
    "s3:signatureversion",
    "s3:tlsversion",
    "s3:x-amz-content-sha256",
)
#: The classes of services other than CloudTrail.
SERVICE_CLASSES: tuple[ClassName, ...] = ("service", "reaching-service", "delivering-service")

_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789-"
#: A service's name, and the segment of an ARN that names a service or a region.
_SERVICE: Tokens = joined((some_of(_LOWER + ".", star=False), some_of(_LOWER + "."), ".amazonaws.com"))
_SEGMENT = some_of(_LOWER)


class Delivering(Caller, frozen=True, eq=False):
    """CloudTrail, delivering for the trail of the organization, or of somebody else."""

    def domain(self, key: str, action: Action) -> ValueSet:
        """What the condition key `key` (lower case) may hold in a request of the service for `action`."""
        known = self._sent_by_service(key) or self._of_objects(key, action)
        if known is not None:
            return known
        if key.startswith(("aws:sourcevpc", "aws:vpce")) or key in OF_SESSIONS:
            return ABSENT
        if key.startswith(("s3:", "kms:")):
            if key.startswith("s3:") != action.name.startswith("s3:"):
                return ABSENT
            if is_service_key(key) and not action.takes(key) and key not in _OF_EVERY_REQUEST:
                return ABSENT
        return self._unsaid(key)

    def _sent_by_service(self, key: str) -> ValueSet | None:
        """The keys that tell who sends what is delivered, and for whom."""
        facts = self.facts
        match key:
            case "aws:principalisawsservice" | "aws:securetransport":
                return fixed("true")
            case "aws:principalservicename":
                return fixed(self.service or CLOUDTRAIL)
            case "aws:principalservicenameslist":
                # The names that a service goes by: its own is one of them.
                return Many(must=(self.service or CLOUDTRAIL,))
            case "aws:sourcearn":
                return Finite(facts.trail_arns) if facts.trail_arns else self.some_trail()
            case "aws:sourceaccount":
                return fixed(facts.management_account)
            case "aws:sourceorgid":
                return fixed(facts.organization_id) if self.class_name != "deputy" else self.other_organization()
            case "aws:sourceorgpaths":
                return self.org_paths("outside" if self.class_name == "deputy" else "management")
            case "aws:principalorgid" | "aws:principalorgpaths" | "aws:vpcsourceip":
                return ABSENT
            case "aws:principalorgmasteraccountid" | "aws:multifactorauthpresent" | "aws:multifactorauthage":
                # These tell of a member, or of a person's session.
                return ABSENT
            case "aws:currenttime" | "aws:epochtime":
                return CHOICES[key]
        return None

    def _of_objects(self, key: str, action: Action) -> ValueSet | None:
        """The keys that tell what is written, and where."""
        facts = self.facts
        match key:
            case "aws:resourceorgid":
                return fixed(facts.organization_id)
            case "aws:resourceaccount" | "s3:resourceaccount":
                return fixed(facts.owner_account)
            case "s3:x-amz-acl":
                return fixed("bucket-owner-full-control") if action.takes(key) else ABSENT
            case "kms:encryptioncontext:aws:cloudtrail:arn":
                if not action.takes(key):
                    return ABSENT
                return Finite(facts.trail_arns) if facts.trail_arns else self.some_trail()
            case "s3:x-amz-server-side-encryption" if action.takes(key):
                if facts.encrypted:
                    return fixed("aws:kms")
                return Unspecified(Finite(("AES256",) if facts.encrypted is False else ("AES256", "aws:kms")))
            case "s3:x-amz-server-side-encryption-aws-kms-key-id" if action.takes(key):
                if facts.encrypted is False:
                    return ABSENT
                return Unclear(Cause("how CloudTrail names the key that it encrypts with isn't documented"))
            case "s3:dataaccesspointaccount" | "s3:dataaccesspointarn" | "s3:accesspointnetworkorigin":
                return ABSENT
        return None

    @staticmethod
    def _unsaid(key: str) -> ValueSet:
        """A key of which AWS doesn't say whether a service sends it."""
        if key == "aws:sourceip":
            return Unspecified(Free(kind="ip"))
        if key == "s3:tlsversion":
            # Nothing older reaches S3: AWS Storage Blog, "Enforcing encryption in transit with TLS1.2 or higher with
            # Amazon S3", update of April 2024.
            return Unspecified(Finite(("1.2", "1.3")))
        if key in ("aws:principalaccount", "kms:calleraccount"):
            return Unspecified(Free((some_of("0123456789", star=False),) * 12, samples=("555555555555",)))
        present = CHOICES.get(key) or S3_CHOICES.get(key)
        return Unspecified(present if isinstance(present, Free | Finite) else Free(samples=("any",)))


class Lent(Delivering, frozen=True, eq=False):
    """A service other than CloudTrail that acts for an account: of the organization (`is_member`), or a stranger's.

    Its `service` is empty where it may be any that nothing names. What a service doesn't send is missing from its
    requests, and AWS doesn't say of each what it sends: both are tried, and one that gets through is enough.
    """

    acts_for: str = ""
    is_member: bool = False

    @property
    def own_account(self) -> str:
        """The account that it acts for."""
        return self.acts_for

    def domain(self, key: str, action: Action) -> ValueSet:
        """What the condition key `key` (lower case) may hold in a request of the service for `action`."""
        facts = self.facts
        match key:
            case "aws:principalservicename" if not self.service:
                others = tuple(literal(one) for one in (*facts.services, CLOUDTRAIL, *self._more_than_delivering))
                return Free(_SERVICE, optional=False, samples=(*REACHING, "any.amazonaws.com"), other_than=others)
            case "aws:principalservicenameslist" if not self.service:
                return Unclear(Cause("the list of names that a service goes by isn't documented for all"))
            case "aws:sourceaccount" | "aws:sourceowner":
                return Finite((self.acts_for, None))
            case "aws:sourcearn":
                return self._source()
            case "aws:sourceorgid":
                return Finite((facts.organization_id, None)) if self.is_member else self.other_organization()
            case "aws:sourceorgpaths":
                found = self.org_paths("member" if self.is_member else "outside")
                return msgspec.structs.replace(found, optional=True) if isinstance(found, Free) else found
            case "aws:principalaccount" | "kms:calleraccount":
                return self._own_account()
            case "aws:principalarn" | "aws:principaltype" | "aws:userid" | "aws:username" | "aws:tokenissuetime":
                # These tell of a person or a role.
                return ABSENT
            case "kms:viaservice":
                return Free((*literal("s3."), _SEGMENT, *literal(".amazonaws.com")))
        return self._of_family(key, action) or super().domain(key, action)

    def _of_family(self, key: str, action: Action) -> ValueSet | None:
        """The keys that there are many of: tags, headers, the encryption context."""
        if key.startswith("aws:principaltag/"):
            return ABSENT
        if key.startswith("s3:x-amz-"):
            return Free(samples=("bucket-owner-full-control",)) if action.takes(key) else ABSENT
        return self.encryption_context(key, action) if key.startswith("kms:encryptioncontext:") else None

    def _own_account(self) -> ValueSet:
        """The account that a service calls from, whichever that is: none of those that anybody names."""
        facts = self.facts
        known = (facts.management_account, facts.owner_account, *facts.trusted_accounts, *facts.named_accounts)
        others = tuple(map(literal, dict.fromkeys(known)))
        return Unspecified(Free(ANY_ACCOUNT, samples=("555555555555", "666666666666"), other_than=others))

    @property
    def _more_than_delivering(self) -> tuple[str, ...]:
        return REACHING if self.class_name == "delivering-service" else ()

    def _source(self) -> ValueSet:
        """aws:SourceArn: a resource of the account that it acts for."""
        partition, account = self.facts.partition, self.acts_for
        start = (*literal(f"arn:{partition}:"), _SEGMENT, ":", _SEGMENT, *literal(f":{account}:"))
        samples = (f"arn:{partition}:cloudfront::{account}:distribution/EANY", f"arn:{partition}:any::{account}:any")
        # The ARN of a bucket doesn't say whose it is.
        bucket = (*literal(f"arn:{partition}:s3:::"), some_of(_LOWER + "."))
        return Free(joined((*start, STAR)), samples=samples, or_perhaps=(bucket,))


def callers(class_name: ClassName, facts: Facts, accounts: Iterable[str], kinds: Iterable[CallerKind]) -> list[Caller]:
    """One caller for each account and kind of a class of principals."""
    named = {facts.management_account, facts.owner_account, *facts.trusted_accounts, *facts.named_accounts}
    if class_name == "anonymous":
        return [Caller(class_name, "anonymous", None, facts)]
    if class_name == "cloudtrail":
        return [Delivering(class_name, "service", None, facts, service=CLOUDTRAIL)]
    if class_name == "deputy":
        strangers = (msgspec.structs.replace(facts, management_account=one, trail_arns=()) for one in accounts)
        return [Delivering(class_name, "service", None, one, CLOUDTRAIL, stands_for_others=True) for one in strangers]
    return [
        Caller(class_name, kind, account, facts, stands_for_others=account not in named)
        for account in accounts
        for kind in kinds
    ]


def lent(class_name: ClassName, facts: Facts, accounts: Iterable[tuple[str, bool]]) -> Iterator[Caller]:
    """The services of a class, each for every account (and whether that is of the organization)."""
    named = facts.named_accounts
    for account, is_member in accounts:
        for service in services(class_name, facts):
            others = account not in named
            yield Lent(
                class_name, "service", None, facts, service, False, others, acts_for=account, is_member=is_member
            )


def services(class_name: ClassName, facts: Facts) -> list[str]:
    """The services of a class that the policies tell apart; empty for any that they don't name."""
    found = [one for one in facts.services if one != CLOUDTRAIL]
    match class_name:
        case "reaching-service":
            return [one for one in REACHING if one in found or facts.any_service]
        case "delivering-service":
            found = [one for one in found if one not in REACHING]
    return [*(("",) if facts.any_service else ()), *found]
