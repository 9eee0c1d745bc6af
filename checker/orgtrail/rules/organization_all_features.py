"""The rule `organization-all-features`."""

from collections.abc import Iterable

from orgtrail.edits import SetArgument
from orgtrail.organization.domain import Domain
from orgtrail.results import ASSUMED
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import Requirement, judge, proved, why_unknown
from orgtrail.values import Unknown, show

ALL = "ALL"


@rule("error", since="0.1.0", answers="logs delivered")
def organization_all_features(domain: Domain) -> Iterable[Finding]:
    """The organization has all features enabled, which trusted access needs.

    Why:
        An organization that was made for consolidated billing only can't enable trusted access for any service:
        EnableAWSServiceAccess and CreateTrail fail. Every invited member has to agree before all features are on, so
        this is found out late and takes days.

    Holds when:
        `feature_set` is `ALL`, the provider's default, in the organization's resource or data source. Where that isn't
        known, trusted access that is enabled already shows it: no organization has that without all features.

    Fix:
        Set `feature_set = "ALL"`, and have the invited accounts accept.

    Sources:
        AWS Organizations User Guide, "Enabling all features for an organization"
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html
        AWS Organizations API Reference, "EnableAWSServiceAccess"
        https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html
    """
    # One provider sees one organization, and all features can't be turned off again: a data source that is read only
    # while applying adds nothing to one that was read while planning.
    told = {
        one.provider
        for one in domain.accounts.organizations
        if one.stays and isinstance(one.now.get("feature_set"), str)
    }
    for organization in domain.accounts.organizations:
        if not organization.stays:
            continue
        found = organization.now.get("feature_set")
        if isinstance(found, Unknown) and organization.mode == "data" and organization.provider in told:
            continue
        if found is None and organization.mode == "managed":
            found = ALL
        shown = _shown_by_trusted_access(domain) if not isinstance(found, str) else None
        if shown is not None:
            yield proved(organization.address, "the organization has all features", shown)
            continue
        holds = found == ALL if isinstance(found, str) else Unknown(why_unknown(found, "the feature set isn't known"))
        yield judge(
            organization.address,
            [
                Requirement(
                    attribute="feature_set",
                    holds=holds,
                    found=f'"{show(found)}"',
                    expected=f'"{ALL}"',
                    edit=SetArgument(organization.block, "feature_set", ALL)
                    if organization.mode == "managed"
                    else None,
                    ground=f'`{organization.address}.feature_set` is "{ALL}"',
                )
            ],
            "the organization has all features",
            "trusted access needs all features of the organization",
        )


def _shown_by_trusted_access(domain: Domain) -> str | None:
    """What says that trusted access is enabled already, which it can't be without all features."""
    needs = "trusted access, which needs all features, is enabled already"
    kept = next((access for access in domain.trusted_access if access.is_kept), None)
    if kept is not None:
        return f"{needs}: {domain.surroundings.called(kept.instance)}"
    reason = domain.settings.assume_trusted_access
    return f"{ASSUMED}{reason}" if reason is not None else None
