"""The facts about the organization in which a question is asked."""

import msgspec

from orgtrail.iam.guards import Guard
from orgtrail.iam.statements import Words
from orgtrail.values import Cause, Symbol

#: Nobody asks about requests from before orgtrail was written, so time starts here where nobody says a day: 2025-01-01.
TIME_STARTS = 1735689600.0


class ThroughAccessPoint(msgspec.Struct, frozen=True):
    """The access point that requests come through: its ARN, its account, its network origin (Internet or VPC)."""

    arn: Words
    account: Words
    origin: str = "Internet"

    def value_of(self, key: str) -> str:
        """What a request through it carries, once its words are spelled."""
        found = {"s3:dataaccesspointarn": self.arn, "s3:dataaccesspointaccount": self.account}.get(key, self.origin)
        assert isinstance(found, str)  # noqa: S101 - only asked of facts, which are spelled
        return found


class World(msgspec.Struct, frozen=True):
    """The facts about the organization that a question is asked in. A fact that nobody told is a `Symbol`.

    `owner_account` owns the bucket (or the key). `trusted_accounts` may read. `member_accounts` are accounts that the
    input knows to be members (an `aws_organizations_account`, say); other accounts may be members, too. A symbol there
    is an account that is still to be made, so nobody can have spelled its id.
    `trail_arns` are the trails that write to the bucket; `region` is where bucket and key are, None: not known.
    `encrypted`: whether the trail names a KMS key, None where that isn't known. `only_member`, one of the members,
    narrows the class `member` down to that account. `access_point` is what requests come through where that is one.
    `owner_allows`: whether identity policies of the owner's account are taken to allow everything; where they are
    part of the policy that is asked, they aren't. `guards` are the SCPs and RCPs of the organization.
    `restricts_public`: whether S3 lets only the owner's account and services in where the bucket policy is public
    (`restrict_public_buckets`); the cause says why that isn't known. `since` is the first moment of which requests are
    asked about, in seconds since 1970. `own_trails` are trails of one account that write to the bucket, where none of
    the organization does: their account and ARN; with `one_account`, only such are meant.
    `accounts_known` says that `member_accounts` are
    all that there are; else an account that a policy names may be a member or a stranger, and is asked as both. Ids in
    `to_be_made` are those that AWS is still to make up: nobody has written one of them down. `exempt_accounts` aren't
    asked about (accounts of AWS's own that deliver logs of other kinds).
    """

    organization_id: Words = Symbol("the organization's id", "organization-id")
    management_account: Words = Symbol("the management account", "account-id")
    owner_account: Words = Symbol("the account that owns the logs", "account-id")
    trusted_accounts: tuple[Words, ...] = ()
    member_accounts: tuple[Words, ...] = ()
    trail_arns: tuple[Words, ...] = ()
    partition: str = "aws"
    region: str | None = None
    encrypted: bool | None = None
    only_member: Words | None = None
    access_point: ThroughAccessPoint | None = None
    owner_allows: bool = True
    guards: tuple[Guard, ...] = ()
    restricts_public: bool | Cause = False
    since: float = TIME_STARTS
    own_trails: tuple[tuple[Words, Words], ...] = ()
    one_account: bool = False
    accounts_known: bool = False
    to_be_made: tuple[Symbol, ...] = ()
    exempt_accounts: tuple[str, ...] = ()
