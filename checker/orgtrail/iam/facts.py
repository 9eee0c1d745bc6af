"""The facts with every name spelled out, and what the policies speak of."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

import msgspec

from orgtrail.iam.log_objects import Whose
from orgtrail.iam.statements import PolicyDocument, Statement
from orgtrail.iam.symbols import Spelling, plain, spell, words_of
from orgtrail.iam.world import ThroughAccessPoint, World
from orgtrail.values import Unknown, is_fixed, parts_of


class Facts(msgspec.Struct, frozen=True):
    """A `World` with every symbol spelled: plain strings.

    `named_accounts` are all that anything names: the input, or a policy.
    """

    organization_id: str
    management_account: str
    owner_account: str
    trusted_accounts: tuple[str, ...]
    member_accounts: tuple[str, ...]
    named_accounts: tuple[str, ...]
    trail_arns: tuple[str, ...]
    partition: str
    region: str | None
    encrypted: bool | None
    only_member: str | None = None
    access_point: ThroughAccessPoint | None = None
    owner_allows: bool = True
    accounts_known: bool = False
    exempt_accounts: tuple[str, ...] = ()
    #: The services that policies name, as a principal or in a condition; whether one that isn't named may be let in.
    services: tuple[str, ...] = ()
    any_service: bool = False
    #: Ids that AWS is still to make up.
    to_be_made: tuple[str, ...] = ()
    #: Whose logs an organization trail writes, as far as that is known by name.
    whose: Whose = Whose()
    #: What follows the prefix of an id that IAM makes up, and that no policy names.
    fresh_id: str = "EXAMPLEEXAMPLEEXA"

    @property
    def home_region(self) -> str:
        """A region to show where none is known."""
        return self.region or {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}.get(self.partition, "us-east-1")


class Mentions(msgspec.Struct, frozen=True):
    """What policies speak of: keys (lower case -> as spelled), and whether kinds, networks, access points matter.

    `account_by_variable` says that a policy variable holds an account's id.
    """

    keys: dict[str, str]
    account_by_variable: bool
    kinds: bool
    network: bool
    access_points: bool


_ACCOUNTS = ("aws:principalaccount", "kms:calleraccount", "aws:userid", "aws:sourceaccount")
_NETWORK = ("aws:sourceip", "aws:sourcevpc", "aws:vpc")
_ACCESS_POINT = ("s3:dataaccesspoint", "s3:accesspointnetworkorigin")
_KINDS = ("aws:principalarn", "aws:userid", "aws:username", "aws:principaltype", "aws:tokenissuetime")


def mentions(policies: Sequence[PolicyDocument]) -> Mentions:
    """What `policies` speak of."""
    statements = [statement for policy in policies for statement in policy.statements]
    conditions = [condition for statement in statements for condition in statement.conditions]
    variables = _variables(policies)
    keys = variables | {one.key: one.spelled for one in conditions if isinstance(one.key, str)}
    return Mentions(
        keys,
        account_by_variable=any(name in variables for name in _ACCOUNTS),
        kinds=any(map(_tells_kinds, statements)) or any(key in keys for key in _KINDS),
        network=any(key.startswith(_NETWORK) for key in keys),
        access_points=any(key.startswith(_ACCESS_POINT) for key in keys),
    )


def _tells_kinds(statement: Statement) -> bool:
    """Whether a statement's principals tell users, roles and sessions apart."""
    return statement.not_principal or any(
        not isinstance(name, str) or ":user/" in name or "sts" in name or name.startswith("A")
        for name in statement.principals.aws
    )


def _variables(policies: Iterable[PolicyDocument]) -> dict[str, str]:
    """The policy variables that are written anywhere, by their lower-case names."""
    found: dict[str, str] = {}
    texts = (part for policy in policies for word in words_of(policy) for part in parts_of(word))
    for text in texts:
        for name in re.findall(r"\$\{\s*([^},]+)", text) if isinstance(text, str) else ():
            if ":" in name:
                found.setdefault(name.strip().lower(), name.strip())
    return found


#: How many of the organization's accounts are tried though no policy names them.
_FEW = 8
#: The id of an account inside a longer string.
ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")


def facts_of(world: World, spelling: Spelling, policies: Sequence[PolicyDocument]) -> Facts:
    """The facts under one spelling."""
    members = tuple(spell(word, spelling) for word in world.member_accounts)
    # A witness that the input names is the most telling one. A few will do: what the policies don't name, they treat
    # like one of the accounts that nothing names, and an organization may have thousands.
    named: dict[str, None] = dict.fromkeys(members[:_FEW])
    for policy in policies:
        for word in words_of(policy):
            named.update(dict.fromkeys(ACCOUNT.findall(spell(word, spelling))))
    trails = tuple(
        spell(arn, spelling) for arn in world.trail_arns if not any(isinstance(p, Unknown) for p in parts_of(arn))
    )
    return Facts(
        organization_id=spell(world.organization_id, spelling),
        management_account=spell(world.management_account, spelling),
        owner_account=spell(world.owner_account, spelling),
        trusted_accounts=tuple(spell(word, spelling) for word in world.trusted_accounts),
        member_accounts=members,
        named_accounts=tuple(named),
        trail_arns=trails if len(trails) == len(world.trail_arns) else (),
        partition=world.partition,
        region=world.region,
        encrypted=world.encrypted,
        only_member=None if world.only_member is None else spell(world.only_member, spelling),
        access_point=_spelled(world.access_point, spelling),
        owner_allows=world.owner_allows,
        accounts_known=world.accounts_known,
        exempt_accounts=world.exempt_accounts,
        services=tuple(dict.fromkeys(_services(policies, spelling))),
        any_service=any(_may_be_any_service(one) for policy in policies for one in policy.statements)
        or any(policy.rest for policy in policies),
        to_be_made=tuple(spell(word, spelling) for word in world.to_be_made),
        whose=_whose(world),
        fresh_id=_fresh_id(policies, spelling),
    )


def _whose(world: World) -> Whose:
    """Whose logs are in the bucket; where they are of trails of one account, anybody's."""
    if world.own_trails or world.one_account:
        return Whose()
    organization, management = world.organization_id, world.management_account
    return Whose(
        organization if isinstance(organization, str) else None, management if isinstance(management, str) else None
    )


_SERVICE_KEYS = ("aws:principalservicename", "aws:principalservicenameslist")


def _services(policies: Sequence[PolicyDocument], spelling: Spelling) -> Iterator[str]:
    """The services that the policies name."""
    for policy in policies:
        for statement in policy.statements:
            words = [*statement.principals.services]
            for condition in statement.conditions:
                if condition.key in _SERVICE_KEYS:
                    words += condition.values.values
            named = (plain(word, spelling) for word in words)
            yield from (name for name in named if name and _SERVICE_NAME.fullmatch(name))


def _may_be_any_service(statement: Statement) -> bool:
    """Whether a statement may let in a service that isn't named."""
    principals = statement.principals
    unseen = principals.rest or not all(map(is_fixed, principals.services))
    return statement.effect != "Deny" and bool(principals.everyone or statement.not_principal or unseen)


_SERVICE_NAME = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")


def _fresh_id(policies: Sequence[PolicyDocument], spelling: Spelling) -> str:
    """The end of an id of IAM that isn't in the policies."""
    ids = {word for policy in policies for one in words_of(policy) for word in _ID.findall(spell(one, spelling))}
    fresh = (end for end in _fresh_ends() if not any(f"{one[:4]}{end}".startswith(one) for one in ids))
    return next(fresh)


def _fresh_ends() -> Iterator[str]:
    yield "EXAMPLEEXAMPLEEXA"
    yield from (f"FRESH{number:012d}" for number in count())


#: An id of a role or user, as IAM gives them.
_ID = re.compile(r"A(?:ROA|IDA)[A-Z0-9]+")


def _spelled(access_point: ThroughAccessPoint | None, spelling: Spelling) -> ThroughAccessPoint | None:
    if access_point is None:
        return None
    arn, account = spell(access_point.arn, spelling), spell(access_point.account, spelling)
    return ThroughAccessPoint(arn, account, access_point.origin)
