"""A living organization, seen read-only through boto3: `see()` asks AWS and returns `Evidence`.

Only this folder imports boto3, and only the command `audit` imports this folder.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec

from orgtrail import __version__
from orgtrail.audit.aws import WORKERS, Progress, sign_in
from orgtrail.audit.buckets import see_buckets
from orgtrail.audit.copies import see_copies
from orgtrail.audit.keys import see_keys
from orgtrail.audit.organization import see_organization
from orgtrail.audit.roles import see_roles
from orgtrail.audit.trails import see_trails
from orgtrail.evidence import VERSION, Evidence


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How to get to AWS: what the options of `audit` say."""

    profile: str | None = None
    region: str | None = None
    #: A role in the management account (or of a delegated administrator), and one in the account of the log bucket;
    #: both are assumed with the caller's own credentials.
    role_arn: str | None = None
    archive_role_arn: str | None = None
    endpoint_url: str | None = None


def see(way: Way, listener: Callable[[str, int], None] | None = None) -> Evidence:
    """What AWS shows of the organization. Nothing is written, ever.

    `listener` hears the permission of each call as it is made, and how many were made. What may not be seen, or what
    AWS doesn't answer, is a hole in the evidence. Raises InputError where nothing can be seen at all: no credentials, a
    role that can't be assumed, an account outside every organization.
    """
    progress = Progress(listener)
    caller = sign_in(way.profile, way.region, way.endpoint_url, progress)
    account = caller.assume(way.role_arn) if way.role_arn else caller
    archive = caller.assume(way.archive_role_arn) if way.archive_role_arn else account
    seen_at = datetime.now(UTC)
    owners = [archive, account] if archive is not account else [account]
    with ThreadPoolExecutor(WORKERS) as pool:
        seen = list(see_organization(account, pool))
        trails = see_trails(account, pool)
        # Buckets and keys of other trails are nobody's business here.
        organization_trails = [one for one in trails if (one.values or {}).get("is_organization_trail") is not False]
        seen += trails
        buckets = list(see_buckets(organization_trails, owners, pool))
        seen += buckets
        copies = list(see_copies(organization_trails, owners, pool))
        seen += see_keys([*organization_trails, *copies], owners, pool)
        seen += copies
        seen += see_roles(buckets, organization_trails, owners, pool)
    return Evidence(
        orgtrail_evidence=VERSION,
        orgtrail=__version__,
        seen_at=seen_at,
        seen_as=account.arn,
        account=account.id,
        region=account.region,
        calls=dict(sorted(progress.calls.items())),
        resources=tuple(seen),
    )
