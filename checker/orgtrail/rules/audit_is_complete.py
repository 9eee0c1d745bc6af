"""The rule `audit-is-complete`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import causes


@rule("warning", since="0.1.0", live=True)
def audit_is_complete(domain: Domain) -> Iterable[Finding]:
    """The audit saw everything that it asked the living organization for.

    Why:
        What AWS denies to the audit, or doesn't answer, is missing from what the rules see. Each rule that needs it is
        undecided; this one lists all of it, account by account, also what no rule needed today.

    Holds when:
        No call of `orgtrail audit` was denied or went without an answer.

    Fix:
        Allow what `orgtrail audit --print-policy` prints, give --archive-role-arn where the log bucket or its key
        belong to another account, and try again after throttling.

    Sources:
        Service Authorization Reference, "Actions, resources, and condition keys for AWS services"
        https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    if not domain.is_live:
        return
    missing = [cause for instance in domain.estate.everything() for cause in causes(dict(instance.now))]
    if missing:
        yield undecided("", "part of the organization couldn't be seen", missing)
    else:
        yield proved("", "every call of the audit was answered")
