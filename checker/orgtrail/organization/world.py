"""The facts about the organization in which the policy engine is asked: who is who for one bucket or key."""

from typing import TYPE_CHECKING

from orgtrail.errors import InputError
from orgtrail.estate import Instance
from orgtrail.iam.world import World
from orgtrail.organization.trails import Trail, trail_arn
from orgtrail.values import Symbol, Unknown

if TYPE_CHECKING:
    from orgtrail.organization import Domain


def world_for(domain: "Domain", owned: Instance | None, trails: list[Trail]) -> World:
    """The world of the bucket or key that `owned` makes, and that `trails` write to or encrypt with."""
    region = domain.region_of(owned) if owned else None
    keys = [trail.kms_key for trail in trails]
    encrypted = None if any(isinstance(key, Unknown) for key in keys) else any(keys)
    return World(
        organization_id=domain.organization_id,
        management_account=domain.management_account,
        owner_account=owner_of(domain, owned),
        trusted_accounts=domain.settings.trusted_accounts,
        member_accounts=domain.member_accounts,
        trail_arns=tuple(trail_arn(domain, trail) for trail in trails),
        partition=domain.partition,
        region=region if isinstance(region, str) else None,
        encrypted=encrypted if keys else None,
    )


def owner_of(domain: "Domain", owned: Instance | None) -> str | Symbol:
    """The account that owns a bucket or key: as the input shows it, else as the user told.

    Raises InputError where the two contradict each other.
    """
    told = domain.settings.archive_account
    found = domain.account_of(owned) if owned and domain.estate.input.kind != "policy" else None
    if isinstance(found, str) and told is not None and found != told:
        raise InputError(
            "--archive-account",
            f"{told} contradicts {found}, the account that makes `{owned.address if owned else ''}`"
            f" in {domain.estate.input.path}",
            hint="leave the option out, or give the account that owns the log bucket",
        )
    if isinstance(found, str):
        return found
    return told or found or Symbol("the account that owns the log bucket", "account-id")
