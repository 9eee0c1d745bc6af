"""What observability links show of the trail's log group: the judging of `log-group-not-linked-to-members`."""

import re
from collections.abc import Iterator

from orgtrail.estate import Instance
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_groups import LogGroup, found_log_groups, is_with
from orgtrail.rules import Finding
from orgtrail.rules.shared.readers import account_named, readers
from orgtrail.rules.shared.verdicts import broken, first_listed, proved, undecided, why_unknown
from orgtrail.values import Cause, Unknown, Value, show

_LOG_GROUPS = "AWS::Logs::LogGroup"
_FILTER = re.compile(r"\s*LogGroupName\s*(!=|=|NOT\s+LIKE|LIKE)\s*['\"]([^'\"]*)['\"]\s*", re.IGNORECASE)


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each link that shares log groups, the trail's among them."""
    links = [link for link in domain.estate.of_type("aws_oam_link") if link.stays]
    for group in found_log_groups(domain.estate, domain.accounts, domain.organization_trails):
        for link in links:
            finding = _judge(domain, group, link)
            if finding is not None:
                yield finding


def _judge(domain: Domain, group: LogGroup, link: Instance) -> Finding | None:
    place = is_with(domain.accounts, link, group)
    shared = first_listed(link.now.get("resource_types"), [_LOG_GROUPS])
    if place is False or shared is False:
        return None
    account = account_named(domain, link, "sink_identifier")
    allowed = readers(domain, domain.owned_of(group.trail)).include(account)
    if allowed is True:
        return proved(link.address, "the link leads to an account that may read the logs", f"account {show(account)}")
    passes = _passes(link, group.name)
    if passes is False:
        return proved(link.address, "the link doesn't show the trail's log group", "its filter leaves it out")
    doubts = [one.cause for one in (place, shared, allowed, passes) if isinstance(one, Unknown)]
    if doubts:
        return undecided(link.address, "who is shown the trail's log group can't be told", doubts)
    message = f"account {show(account)}, which may not read the logs, may search the trail's log group"
    return broken(link, "sink_identifier", message, "a sink of a reader's account")


def _passes(link: Instance, name: Value) -> bool | Unknown:
    """Whether the link's filter lets the log group through; without one, every group is shared."""
    written = link.inside("link_configuration", "log_group_configuration", "filter")
    if written is None or written == "":
        return True
    if not isinstance(written, str) or not isinstance(name, str):
        return Unknown(why_unknown(written if not isinstance(written, str) else name, "the filter isn't known"))
    found = _FILTER.fullmatch(written)
    if found is None:
        return Unknown(Cause(f"orgtrail doesn't read the filter `{written}` of `{link.address}`"))
    operator, pattern = found[1].upper(), found[2]
    if operator.endswith("LIKE"):
        matches = re.fullmatch(".*".join(map(re.escape, pattern.split("%"))), name) is not None
    else:
        matches = pattern == name
    return matches != (operator in ("!=",) or operator.startswith("NOT"))
