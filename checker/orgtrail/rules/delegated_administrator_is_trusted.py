"""The rule `delegated-administrator-is-trusted`."""

from collections.abc import Iterable

from orgtrail.organization.delegated import DelegatedAdministrator
from orgtrail.organization.domain import Domain
from orgtrail.results import FactWitness
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Unknown, show


@rule(
    "warning",
    since="0.1.0",
    looks_at=(
        "aws_cloudtrail_organization_delegated_admin_account",
        "aws_organizations_delegated_administrator",
    ),
)
def delegated_administrator_is_trusted(domain: Domain) -> Iterable[Finding]:
    """Each delegated administrator of CloudTrail is an account that is trusted with the logs.

    Why:
        A delegated administrator may change and delete the organization's trails, switch them off, and point them at a
        bucket of its own, as the management account may. Whoever administers that account decides whether anybody's
        events are logged.

    Holds when:
        Each account that is registered for CloudTrail (`aws_cloudtrail_organization_delegated_admin_account`,
        `aws_organizations_delegated_administrator`) owns the log bucket, or is a `--trusted-account`.

    Fix:
        Name the account with `--trusted-account` if it is meant to have that power; else deregister it.

    Sources:
        CloudTrail User Guide, "Organization delegated administrator"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
    """
    trusted = [*domain.settings.trusted_accounts]
    owners = [domain.world_of(bucket).owner_account for bucket in domain.log_buckets if bucket.owned is not None]
    if domain.settings.archive_account is not None:
        trusted.append(domain.settings.archive_account)
    for administrator in domain.delegated_administrators:
        if administrator.instance.stays:
            yield _judge(administrator, (*trusted, *owners))


def _judge(administrator: DelegatedAdministrator, trusted: tuple[object, ...]) -> Finding:
    address, account = administrator.instance.address, administrator.account
    if account in trusted:
        ground = f"account {show(account)} owns the log bucket, or is a trusted account"
        return proved(address, "the delegated administrator is trusted with the logs", ground)
    if isinstance(administrator.is_for_cloudtrail, Unknown):
        doubts = [administrator.is_for_cloudtrail.cause]
        return undecided(address, "which service this account administers isn't known", doubts)
    if not isinstance(account, str):
        doubt = account.cause if isinstance(account, Unknown) else None
        cause = doubt or Cause(f"which account `{address}` registers isn't known", "give --source DIR")
        return undecided(address, "whether the delegated administrator is trusted isn't known", [cause])
    message = (
        f"account {account} may change and delete organization trails, and isn't trusted with the logs; "
        f"if it is, give --trusted-account {account}"
    )
    witness = FactWitness("account_id", account, "the account of the log bucket, or a --trusted-account")
    return Finding(address=address, at=("account_id",), verdict="violated", message=message, witness=witness)
