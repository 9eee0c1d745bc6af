"""The facts about the organization in which the policy engine is asked: who is who for one bucket or key."""

import datetime
from collections.abc import Sequence

from orgtrail.estate import Instance
from orgtrail.iam.guards import Guard
from orgtrail.iam.world import World
from orgtrail.organization.accounts import Accounts
from orgtrail.organization.trails import Trail, trail_arn
from orgtrail.values import Unknown


def world_for(accounts: Accounts, owned: Instance | None, trails: Sequence[Trail], guards: tuple[Guard, ...]) -> World:
    """The world of the bucket or key that `owned` makes, and that `trails` write to or encrypt with."""
    region = accounts.region_of(owned) if owned else None
    keys = [trail.kms_key for trail in trails]
    encrypted = None if any(isinstance(key, Unknown) for key in keys) else any(keys)
    return World(
        organization_id=accounts.organization_id,
        management_account=accounts.management_account,
        owner_account=accounts.owner_of(owned),
        trusted_accounts=accounts.settings.trusted_accounts,
        member_accounts=accounts.members,
        accounts_known=accounts.members_are_all,
        to_be_made=accounts.ids_to_be_made,
        trail_arns=tuple(trail_arn(accounts, trail) for trail in trails),
        partition=accounts.partition,
        region=region if isinstance(region, str) else None,
        encrypted=encrypted if keys else None,
        guards=guards,
        since=datetime.datetime.combine(accounts.settings.day, datetime.time(), datetime.UTC).timestamp(),
    )
