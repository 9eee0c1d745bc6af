"""Who asks: the facts about the organization, the classes of principals, and what their requests carry.

Sources: IAM User Guide, "AWS global condition context keys" and "AWS JSON policy elements: Principal"; KMS guide,
"AWS KMS condition keys"; CloudTrail guide, "Amazon S3 bucket policy for CloudTrail" and "Configure AWS KMS key policies
for CloudTrail".
"""

from typing import Literal, TypeAlias

import msgspec

from orgtrail.iam.actions import Action, is_service_key
from orgtrail.iam.domains import ABSENT, Finite, Free, Many, Unclear, ValueSet, fixed
from orgtrail.iam.facts import Facts
from orgtrail.iam.patterns import ONE, STAR, Token, Tokens, glob, joined, literal, some_of
from orgtrail.iam.statements import cut_name
from orgtrail.values import Cause

#: The classes of principals. `member` is every account of the organization that none of the others names; `deputy` is
#: CloudTrail delivering for the trail of somebody outside the organization, `service` any other service acting for an
#: account that may be anybody's but those that the logs belong to. Through a `reaching-service` whoever it acts for
#: chooses the very object; a `delivering-service` puts things where it has a form of its own for them.
ClassName: TypeAlias = Literal[
    "member",
    "management",
    "owner",
    "trusted",
    "cloudtrail",
    "deputy",
    "service",
    "reaching-service",
    "delivering-service",
    "outside",
    "anonymous",
]
CallerKind: TypeAlias = Literal["role", "user", "root", "federated", "service", "anonymous"]

CLOUDTRAIL = "cloudtrail.amazonaws.com"


_NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-"
#: AWS says no more of the ids that IAM gives than that they are words (IAM API reference: RoleId, `[\w]+`).
_ID = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"

#: What follows `:trail/`: letters, digits, dots, underscores and dashes (CloudTrail guide, "Naming requirements").
_TRAIL = (some_of(_NAME.translate({ord(other): None for other in "+=,@"}), star=False),) * 3
_TRAIL_NAME: Tokens = (*_TRAIL, _TRAIL[0]._replace(star=True))

#: The ids of organizations and of their roots (Organizations API reference: `o-[a-z0-9]{10,32}`, `r-[0-9a-z]{4,32}`).
_ORGANIZATION: Tokens = ("o-", *(some_of(_LOWER, star=False),) * 10, some_of(_LOWER))
_TOO_LONG: Tokens = ("o-", *(ONE,) * 33, STAR)
_ROOT: Tokens = ("r-", *(some_of(_LOWER, star=False),) * 4, some_of(_LOWER))

#: The shape of an account's id.
ANY_ACCOUNT: Tokens = (some_of("0123456789", star=False),) * 12


def _name() -> Tokens:
    """The end of an IAM ARN: a path, which may be empty, and a name."""
    return (some_of(_NAME + "/"), some_of(_NAME, star=False))


class Caller(msgspec.Struct, frozen=True, eq=False):
    """One kind of principal of one account, on one way through the network.

    `endpoint` says that the request comes through a VPC endpoint: then there is no public source address; `plain` that
    it comes over plain HTTP, None where that may be chosen freely; `own_access_point` that it comes through an S3
    access point that the caller's account made for the bucket; `grants` is the operation of KMS that a grant is to
    allow somebody. Where it `stands_for_others`, nothing names its account, and it is asked on behalf of all accounts
    that the conditions treat alike.
    """

    class_name: ClassName
    kind: CallerKind
    account: str | None
    facts: Facts
    service: str | None = None
    endpoint: bool = False
    stands_for_others: bool = False
    own_access_point: bool = False
    plain: bool | None = None
    grants: str = "Decrypt"

    @property
    def same_account(self) -> bool:
        """Whether the caller is of the account that owns the resource."""
        return self.account is not None and self.account == self.facts.owner_account

    @property
    def own_account(self) -> str:
        """The account whose principal it is; for CloudTrail, the one whose trail it delivers for."""
        return self.account or self.facts.management_account

    @property
    def arn_prefix(self) -> str:
        """What every principal ARN of this kind starts with."""
        partition, account = self.facts.partition, self.account
        if self.kind == "federated":
            return f"arn:{partition}:sts::{account}:federated-user/"
        return f"arn:{partition}:iam::{account}:{self.kind}" + ("" if self.kind == "root" else "/")

    def domain(self, key: str, action: Action) -> ValueSet:
        """What the condition key `key` (lower case) may hold in a request of this caller for `action`."""
        service, _ = cut_name(key)
        if key in OF_SESSIONS:
            return Free(samples=("any",)) if self.kind in ("role", "federated") else ABSENT
        if service == "aws":
            return self._global(key, action)
        if service == "s3" and action.name.startswith("s3:"):
            return self._s3(key, action)
        if service == "kms" and action.name.startswith("kms:"):
            return self._kms(key, action)
        if service in ("s3", "kms"):
            return ABSENT
        if service in _ROUTES:
            return self._route(key, action)
        return Unclear(Cause(f"`{key}` is a condition key that orgtrail doesn't know"))

    # Global keys

    def _global(self, key: str, action: Action) -> ValueSet:
        if self.kind == "anonymous":
            anonymous = _ANONYMOUS.get(key)
            if anonymous is not None:
                return anonymous
            if key.startswith(("aws:principaltag/", "aws:principal")):
                return ABSENT
        known = self._who(key) or self._network(key) or self._of_resource(key)
        if known is not None:
            return known
        if key in _ABSENT_FOR_CALLERS:
            return ABSENT
        if key in CHOICES:
            return CHOICES[key]
        if key.startswith("aws:principaltag/"):
            return Free(samples=("any",))
        if key.startswith("aws:requesttag/"):
            return Free(samples=("any",)) if action.takes(key) else ABSENT
        if key == "aws:tagkeys":
            return Many(("any",)) if action.takes(key) else ABSENT
        if key.startswith("aws:resourcetag/"):
            return Unclear(Cause(f"the tags of the logs' bucket or key (`{key}`) can't be seen from here"))
        return Unclear(Cause(f"`{key}` is a condition key that orgtrail doesn't know"))

    def _who(self, key: str) -> ValueSet | None:
        """The keys that tell who calls."""
        match key:
            case "aws:principalorgid" | "aws:principalorgpaths" | "aws:principalorgmasteraccountid":
                return self._organization(key)
            case "aws:principalaccount":
                return fixed(self.account or "anonymous")
            case "aws:principalarn":
                return self.arn()
            case "aws:principalisawsservice":
                return fixed("false")
            case "aws:principaltype":
                return fixed({"role": "AssumedRole", "user": "User", "root": "Account"}.get(self.kind, "FederatedUser"))
            case "aws:userid":
                return self.userid()
            case "aws:username":
                if self.kind != "user":
                    return ABSENT
                return Free((some_of(_NAME), some_of(_NAME, star=False)), optional=False, samples=("any",))
            case "aws:tokenissuetime":
                return Free(kind="date", optional=False) if self.kind in ("role", "federated") else ABSENT
            case "aws:sourceowner":
                # SNS's old name for the account that asks: SNS guide, "aws:SourceAccount versus aws:SourceOwner".
                return Finite((self.account, None))
        return None

    def _organization(self, key: str) -> ValueSet:
        """The keys that tell of which organization the caller is."""
        if key == "aws:principalorgpaths":
            return self.org_paths(self.class_name)
        own = self.facts.management_account
        if self.class_name != "outside":
            return fixed(self.facts.organization_id if key == "aws:principalorgid" else own)
        if key == "aws:principalorgid":
            return self.other_organization()
        return Free(ANY_ACCOUNT, samples=(self.own_account,), other_than=(literal(own),))

    def _network(self, key: str) -> ValueSet | None:
        """The keys that tell which way a request comes."""
        match key:
            case "aws:securetransport" if self.plain is not None:
                return fixed("false" if self.plain else "true")
            case "aws:sourceip":
                return ABSENT if self.endpoint else Free(kind="public ip", optional=False)
            case "aws:vpcsourceip":
                return Free(kind="ip", optional=False) if self.endpoint else ABSENT
            case "aws:sourcevpce" | "aws:sourcevpc" | "aws:sourcevpcarn":
                if not self.endpoint:
                    return ABSENT
                prefix = {"aws:sourcevpce": "vpce-", "aws:sourcevpc": "vpc-"}.get(key, "arn:")
                return Free((*literal(prefix), STAR), optional=False, samples=(f"{prefix}1a2b3c4d",))
            case "aws:vpceaccount" | "aws:vpceorgid" | "aws:vpceorgpaths":
                return self._endpoint_owner(key) if self.endpoint else ABSENT
        return None

    def _of_resource(self, key: str) -> ValueSet | None:
        """The keys that tell of what is asked for."""
        match key:
            case "aws:resourceaccount":
                return fixed(self.facts.owner_account)
            case "aws:resourceorgid":
                return fixed(self.facts.organization_id)
            case "aws:resourceorgpaths":
                return Unclear(Cause("where the logs' account stands in the organization can't be seen from here"))
            case "aws:requestedregion":
                if self.facts.region is not None:
                    return fixed(self.facts.region)
                return Unclear(Cause("the region of the logs isn't known"))
        return None

    def org_paths(self, class_name: ClassName) -> ValueSet:
        """One path: an account is in one place of the organization, though the key is multi-valued by its form."""
        # The root, then any number of organizational units; every path ends with a slash.
        path = ("/", *_ROOT, some_of(_LOWER + "-/"), "/")
        if class_name == "outside":
            ours = (f"{self.facts.organization_id}/", STAR)
            root = f"{_STRANGERS}/r-abcd/"
            samples = (root, f"{root}ou-abcd-12345678/")
            return Free(joined((*_ORGANIZATION, *path)), samples=samples, other_than=(ours,), kind="path")
        shape = joined((self.facts.organization_id, *path))
        sample = f"{self.facts.organization_id}/r-abcd/"
        if class_name != "management":
            sample += "ou-abcd-12345678/"
        return Free(shape, optional=False, samples=(sample,), kind="path")

    def _endpoint_owner(self, key: str) -> ValueSet:
        """Whose VPC endpoint a request comes through: anybody's, as networks are shared between accounts."""
        match key:
            case "aws:vpceaccount":
                return Free(ANY_ACCOUNT, optional=False, samples=(self.own_account, self.facts.owner_account))
            case "aws:vpceorgid":
                samples = (self.facts.organization_id, _STRANGERS)
                return Free(_ORGANIZATION, samples=samples, other_than=(_TOO_LONG,))
        return Unclear(Cause(f"where the account of a caller's VPC endpoint stands (`{key}`) can't be seen from here"))

    def other_organization(self) -> ValueSet:
        """The id of an organization that isn't this one; missing for an account that is in none."""
        others = (literal(self.facts.organization_id), _TOO_LONG)
        return Free(_ORGANIZATION, samples=(_STRANGERS,), other_than=others)

    def arn(self) -> ValueSet:
        """aws:PrincipalArn: the role's ARN for a session of it."""
        if self.kind == "root":
            return fixed(self.arn_prefix)
        return Free((*literal(self.arn_prefix), *_name()), optional=False, samples=(f"{self.arn_prefix}any",))

    def userid(self) -> ValueSet:
        """aws:userid: for a session the role's id and the session's name, which the caller chooses.

        Nobody chooses the id: whose the ids are that a policy names can't be seen (`with_own_id`).
        """
        session = (*literal(":"), some_of(_NAME), *(some_of(_NAME, star=False),) * 2)
        own = self.own_id
        match self.kind:
            case "role":
                shape = (*literal("AROA"), *(Token(frozenset(_ID)),) * 4, some_of(_ID), *session)
                return Free(shape, optional=False, samples=(f"{own}:session",))
            case "user":
                shape = (*literal("AIDA"), *(Token(frozenset(_ID)),) * 4, some_of(_ID))
                return Free(shape, optional=False, samples=(own,))
            case "federated":
                return Free((*literal(f"{self.account}:"), *session[1:]), optional=False)
        return fixed(self.account or "")

    @property
    def own_id(self) -> str:
        """The id that IAM gave the role or user: none that a policy names."""
        return ("AROA" if self.kind == "role" else "AIDA") + self.facts.fresh_id

    def with_own_id(self) -> ValueSet:
        """aws:userid where no id that a policy names is the caller's."""
        if self.kind == "user":
            return fixed(self.own_id)
        if self.kind != "role":
            return self.userid()
        session = (*literal(f"{self.own_id}:"), some_of(_NAME), *(some_of(_NAME, star=False),) * 2)
        return Free(session, optional=False, samples=(f"{self.own_id}:session",))

    # Keys of S3 and KMS

    def _s3(self, key: str, action: Action) -> ValueSet:
        match key:
            case "s3:resourceaccount":
                return fixed(self.facts.owner_account)
            case "s3:dataaccesspointaccount" | "s3:dataaccesspointarn" | "s3:accesspointnetworkorigin":
                return self._access_point(key)
            case "s3:authtype" | "s3:signatureversion" | "s3:signatureage":
                if self.kind == "anonymous":
                    return ABSENT
                return S3_CHOICES[key]
            case "s3:tlsversion":
                # Nothing older reaches S3, and plain HTTP has none: S3 User Guide, "Protecting data in transit".
                return ABSENT if self.plain else Finite(("1.2", "1.3"))
            case "s3:x-amz-content-sha256":
                return Free(samples=("any",))
        if not is_service_key(key):
            return Unclear(Cause(f"`{key}` is a condition key that orgtrail doesn't know"))
        if not action.takes(key):
            return ABSENT
        if key.startswith(("s3:existingobjecttag/", "s3:buckettag/", "s3:accesspointtag/")):
            return Unclear(Cause(f"the tags of the logs (`{key}`) can't be seen from here"))
        if key in S3_CHOICES:
            return S3_CHOICES[key]
        if key.endswith("tagkeys"):
            return Many(("any",))
        return Free(samples=("any",))

    def _access_point(self, key: str) -> ValueSet:
        """What says which access point a request comes through; a request to the bucket itself says nothing.

        Everybody can make one for the bucket in an account of their own. What those of the owner's account let through
        is another question (`World.access_point`): its policies are the owner's.
        """
        if self.facts.access_point is not None:
            return fixed(self.facts.access_point.value_of(key))
        if self.same_account and not self.facts.owner_allows:
            # Asked about what policies allow on the bucket itself.
            return ABSENT
        if self.same_account:
            return Unclear(Cause(f"which access points such a caller comes through (`{key}`) can't be seen from here"))
        nobody = self.kind == "anonymous"
        if not self.own_access_point and not nobody:
            return ABSENT
        # One that somebody outside opened to everybody, where the caller is nobody.
        owner = self.facts.owner_account
        match key:
            case "s3:dataaccesspointaccount" if nobody:
                return Free(ANY_ACCOUNT, samples=("555555555555",), other_than=(literal(owner),))
            case "s3:dataaccesspointaccount":
                return fixed(self.account or "")
            case "s3:accesspointnetworkorigin":
                return Finite((None, "Internet", "VPC") if nobody else ("Internet", "VPC"))
        account = ANY_ACCOUNT if nobody else literal(str(self.account))
        start = (*literal(f"arn:{self.facts.partition}:s3:"), some_of(_LOWER + "-"), *literal(":"), *account)
        home = f"{self.facts.partition}:s3:{self.facts.home_region}"
        sample = f"arn:{home}:{self.account or '555555555555'}:accesspoint/any"
        name = (*literal(":accesspoint/"), some_of(_LOWER + "-."), some_of(_LOWER, star=False))
        others = (glob(f"arn:*:*:*:{owner}:*"),) if nobody else ()
        return Free((*start, *name), optional=nobody, samples=(sample,), other_than=others)

    def _kms(self, key: str, action: Action) -> ValueSet:
        match key:
            case "kms:calleraccount":
                return fixed(self.account or "")
            case "kms:viaservice":
                region, domain = self.facts.region, _DOMAINS.get(self.facts.partition, "amazonaws.com")
                if region is not None:
                    return Finite((None, f"s3.{region}.{domain}"))
                shape = (
                    *literal("s3."),
                    some_of(_LOWER + "-"),
                    some_of(_LOWER, star=False),
                    *literal(f".{domain}"),
                )
                return Free(shape, samples=(f"s3.{self.facts.home_region}.{domain}",))
        if key.startswith("kms:encryptioncontext:"):
            return self.encryption_context(key, action)
        if not is_service_key(key):
            return Unclear(Cause(f"`{key}` is a condition key that orgtrail doesn't know"))
        if not action.takes(key):
            return ABSENT
        if key == "kms:encryptioncontextkeys":
            return Unclear(Cause("the keys of the logs' encryption context are more than AWS documents"))
        if key == "kms:grantoperations":
            # CreateGrant always names some. A grant that is asked about lets somebody read; what else is in it, too,
            # is the caller's choice. Source: AWS KMS API Reference, "CreateGrant".
            return Many(must=(self.grants,))
        if key == "kms:resourcealiases":
            return Unclear(Cause("the key's aliases can't be seen"))
        if key in ("kms:granteeprincipal", "kms:retiringprincipal", "kms:grantconstrainttype"):
            return Free(samples=("any",))
        if key == "kms:bypasspolicylockoutsafetycheck":
            return Finite(("false", "true"))
        return Unclear(Cause(f"what the key or the calling service gives for `{key}` can't be seen from here"))

    def _route(self, key: str, action: Action) -> ValueSet:
        """Keys of STS, SNS and CloudWatch Logs: what they describe is the caller's choice."""
        if not action.name.startswith(f"{cut_name(key)[0]}:"):
            return ABSENT
        if not is_service_key(key):
            return Unclear(Cause(f"`{key}` is a condition key that orgtrail doesn't know"))
        return Free(samples=("any",)) if action.takes(key) else ABSENT

    def encryption_context(self, key: str, action: Action) -> ValueSet:
        """CloudTrail encrypts a log file under its trail's ARN; who decrypts has to repeat that."""
        if not action.takes(key) and action.name != "kms:CreateGrant":
            return ABSENT
        name = key.removeprefix("kms:encryptioncontext:")
        if action.name in ("kms:CreateGrant",):
            return Free(samples=self.facts.trail_arns)
        if name == "aws:cloudtrail:arn":
            if self.facts.trail_arns:
                return Finite(self.facts.trail_arns)
            return self.some_trail()
        if name == "aws:s3:arn":
            return Unclear(Cause("AWS doesn't say whether CloudTrail's encryption context names the log file"))
        return ABSENT

    def some_trail(self) -> Free:
        """The ARN of any trail of the management account."""
        region = (some_of(_LOWER, star=False), some_of(_LOWER + "-"))
        start = (*literal(f"arn:{self.facts.partition}:cloudtrail:"), *region, *literal(":"))
        shape = (*start, *literal(self.facts.management_account), *literal(":trail/"), *_TRAIL_NAME)
        home = f"{self.facts.partition}:cloudtrail:{self.facts.home_region}"
        sample = f"arn:{home}:{self.facts.management_account}:trail/any"
        return Free(shape, optional=False, samples=(sample,))


#: How services are called in a partition, where not `amazonaws.com` (KMS guide, "kms:ViaService").
_DOMAINS = {"aws-cn": "amazonaws.com.cn"}

_STRANGERS = "o-outsider000"

_ANONYMOUS: dict[str, ValueSet] = {
    "aws:principalaccount": fixed("anonymous"),
    "aws:principalorgid": ABSENT,
    "aws:principalorgpaths": ABSENT,
    "aws:principalarn": ABSENT,
    "aws:principalisawsservice": ABSENT,
    "aws:principaltype": fixed("Anonymous"),
    "aws:userid": ABSENT,
    "aws:username": ABSENT,
    "aws:tokenissuetime": ABSENT,
    "aws:multifactorauthpresent": ABSENT,
    "aws:multifactorauthage": ABSENT,
}

_ABSENT_FOR_CALLERS = frozenset(
    (
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
    )
)

CHOICES: dict[str, ValueSet] = {
    "aws:securetransport": Finite(("true", "false")),
    "aws:multifactorauthpresent": Finite((None, "true", "false")),
    "aws:multifactorauthage": Free(kind="numeric"),
    "aws:viaawsservice": Finite(("false", "true")),
    "aws:calledvia": Many(("athena.amazonaws.com",)),
    "aws:calledviafirst": Free(samples=("athena.amazonaws.com",)),
    "aws:calledvialast": Free(samples=("athena.amazonaws.com",)),
    "aws:currenttime": Free(kind="date", optional=False),
    "aws:epochtime": Free(kind="epoch", optional=False),
    "aws:useragent": Free(samples=("any",)),
    "aws:referer": Free(samples=("any",)),
    "aws:federatedprovider": Free(samples=("any",)),
    "aws:sourceidentity": Free(samples=("any",)),
    "aws:ec2instancesourcevpc": Free(samples=("vpc-1a2b3c4d",)),
    "aws:ec2instancesourceprivateipv4": Free(kind="ip"),
}

#: What tells of a role's session, and how it came to be (IAM User Guide, "AWS global condition context keys",
#: "Properties of the role session"; EC2 and Lambda guides). Whoever makes the session has a hand in it.
OF_SESSIONS = frozenset(
    (
        "aws:assumedroot",
        "aws:chatbotsourcearn",
        "aws:sourceinstancearn",
        "ec2:roledelivery",
        "ec2:sourceinstancearn",
        "glue:credentialissuingservice",
        "glue:roleassumedby",
        "lambda:sourcefunctionarn",
        "ssm:sourceinstancearn",
    )
)

#: Services of which only the actions on ways around bucket and key are asked about.
_ROUTES = ("sts", "sns", "logs")

S3_CHOICES: dict[str, ValueSet] = {
    "s3:max-keys": Free(kind="numeric"),
    "s3:signatureage": Free(kind="numeric"),
    "s3:object-lock-remaining-retention-days": Free(kind="numeric"),
    "s3:object-lock-retain-until-date": Free(kind="date"),
    "s3:authtype": Finite(("REST-HEADER", "REST-QUERY-STRING", "POST")),
    "s3:signatureversion": Finite(("AWS4-HMAC-SHA256", "AWS")),
    "s3:prefix": Free(samples=("AWSLogs/",)),
}
