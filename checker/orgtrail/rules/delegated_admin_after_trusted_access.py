"""The rule `delegated-admin-after-trusted-access`."""

from collections.abc import Iterable

from orgtrail.organization.delegated import LEFT_BEHIND, DelegatedAdministrator
from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.order import after_trusted_access
from orgtrail.rules.shared.verdicts import undecided
from orgtrail.values import Unknown, show


@rule("error", since="0.1.0", answers="trusted access first")
def delegated_admin_after_trusted_access(domain: Domain) -> Iterable[Finding]:
    """A delegated administrator for CloudTrail is registered after trusted access is enabled.

    Why:
        RegisterOrganizationDelegatedAdmin fails with CloudTrailAccessNotEnabledException where trusted access isn't
        there first. The registration names an account, not the organization's list of services, so Terraform sees no
        order by itself. It fails in the management account, and the security account that waits for its task gets none.

    Holds when:
        A path in Terraform's dependency graph leads from the registration to the resource that enables trusted access,
        or it is enabled already: in the prior state, in a data source, or in evidence. One that is deregistered needs
        nothing: the trails that it made stay and go on logging, for the management account owns them; the account may
        no longer change them.

    Fix:
        Add `depends_on` that names the resource which enables trusted access.

    Sources:
        CloudTrail API Reference, "RegisterOrganizationDelegatedAdmin"
        https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RegisterOrganizationDelegatedAdmin.html
        CloudTrail User Guide, "Organization delegated administrator"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
    """
    for administrator in domain.delegated_administrators:
        if not administrator.instance.stays:
            yield _deregistered(administrator)
        if not administrator.instance.is_made:
            continue
        found = after_trusted_access(domain, administrator.instance, "the delegated administrator")
        if isinstance(administrator.is_for_cloudtrail, Unknown) and found.verdict != "proved":
            message = "which service this account administers isn't known"
            found = undecided(administrator.instance.address, message, [administrator.is_for_cloudtrail.cause])
        yield found


def _deregistered(administrator: DelegatedAdministrator) -> Finding:
    return Finding(
        address=administrator.instance.address,
        verdict="not-applicable",
        message=f"account {show(administrator.account)} is deregistered: {LEFT_BEHIND}; it may no longer change them",
    )
