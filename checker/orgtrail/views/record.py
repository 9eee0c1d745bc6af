"""What an auditor files of one input: which bytes were read, and who was taken for whom."""

import hashlib
from collections.abc import Iterator

from orgtrail.estate import Estate
from orgtrail.organization.domain import Domain
from orgtrail.results import Fact, Origin
from orgtrail.terraform.source.described import Described


def origin(estate: Estate) -> Origin:
    """The digests of what an input was read from."""
    described = estate.described
    if not isinstance(described, Described):
        return Origin(estate.digest)
    files = {file.shown: file.data for module in described.source.root.walk() for file in module.folder.files}
    listed = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return Origin(estate.digest, len(files), hashlib.sha256(listed.encode(errors="surrogatepass")).hexdigest())


def who_is_who(domain: Domain) -> Iterator[Fact]:
    """The organization and the accounts that verdicts tell apart. `by` says who says so: nobody, where it isn't known.

    A run's own settings are told, everything else is shown by the input, by evidence or by another input.
    """
    accounts, told = domain.accounts, domain.settings
    yield _who("organization", accounts.organization_id, told.organization_id)
    yield _who("management account", accounts.management_account, told.management_account)
    for owner in dict.fromkeys(accounts.owner_of(bucket.owned) for bucket in domain.log_buckets):
        yield _who("archive account (owns the log bucket)", owner, told.archive_account)
    for account in told.trusted_accounts:
        yield Fact("trusted account (may read the logs)", account, "told")
    members = [one for one in accounts.members if isinstance(one, str)]
    if members:
        some = "all of them" if accounts.members_are_all else "there may be more"
        yield Fact("member accounts", f"{len(members)} known, {some}", "shown")


def _who(name: str, value: object, told: str | None) -> Fact:
    if not isinstance(value, str):
        return Fact(name, "", "")
    return Fact(name, value, "told" if value == told else "shown")
