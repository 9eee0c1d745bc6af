"""The rule `event-data-store-after-trusted-access`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.order import after_trusted_access
from orgtrail.rules.shared.verdicts import undecided
from orgtrail.values import Unknown


@rule("error", since="0.1.0", answers="trusted access first", looks_at=("aws_cloudtrail_event_data_store",))
def event_data_store_after_trusted_access(domain: Domain) -> Iterable[Finding]:
    """An event data store for the organization comes after trusted access for CloudTrail.

    Why:
        CreateEventDataStore and UpdateEventDataStore fail with CloudTrailAccessNotEnabledException where an event data
        store is to take in the events of the organization and trusted access isn't there. The store names no
        organization, so Terraform sees no order by itself. It fails in the management account, and no account's events
        are there to be asked for.

    Holds when:
        For each `aws_cloudtrail_event_data_store` that is made with `organization_enabled = true`, or turned into such
        a one: a path in Terraform's dependency graph leads to the resource that enables trusted access, or it is
        enabled already, in the prior state, in a data source, or in evidence.

    Fix:
        Add `depends_on` that names the resource which enables trusted access.

    Sources:
        CloudTrail API Reference, "CreateEventDataStore"
        https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html
        CloudTrail User Guide, "Understanding organization event data stores"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-organizations.html
    """
    for store in domain.estate.of_type("aws_cloudtrail_event_data_store"):
        wanted = store.now.get("organization_enabled")
        was = (store.before or {}).get("organization_enabled") is True
        if not store.stays or not (isinstance(wanted, Unknown) or wanted is True) or (was and not store.is_made):
            continue
        found = after_trusted_access(domain, store, "the event data store")
        if isinstance(wanted, Unknown) and found.verdict != "proved":
            message = "whether this event data store is for the organization isn't known"
            found = undecided(store.address, message, [wanted.cause])
        yield found
