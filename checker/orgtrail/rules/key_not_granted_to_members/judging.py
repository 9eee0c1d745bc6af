"""What grants give away of the trail's key: the judging of `key-not-granted-to-members`."""

from collections.abc import Iterator

from orgtrail.estate import Instance
from orgtrail.iam.actions import group
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_keys import LogKey
from orgtrail.organization.surroundings import Stack
from orgtrail.rules import Finding
from orgtrail.rules.shared.policies import seen_from_here
from orgtrail.rules.shared.readers import account_named, readers
from orgtrail.rules.shared.verdicts import broken, first_listed, proved, undecided
from orgtrail.values import Cause, Unknown, show

GRANT = "aws_kms_grant"


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each grant on a key that an organization trail encrypts with."""
    for key in domain.log_keys:
        for home in domain.homes(key):
            for grant in home.estate.of_type(GRANT):
                finding = _judge(domain, home, key, grant) if grant.stays else None
                if finding is not None:
                    yield seen_from_here(finding, key, grant)


def _judge(domain: Domain, home: Stack, key: LogKey, grant: Instance) -> Finding | None:
    is_own = _is_on(home, grant, key)
    if is_own is False:
        return None
    # The operation that decrypts, or passes the right to.
    decrypts = first_listed(grant.now.get("operations"), (action.removeprefix("kms:") for action in group("decrypt")))
    if decrypts is False:
        return proved(grant.address, "the grant doesn't let anybody decrypt", show(grant.now.get("operations")))
    account = account_named(home, grant, "grantee_principal")
    allowed = readers(domain, key.instance).include(account)
    if allowed is True:
        return proved(grant.address, "the grant is for an account that may read the logs", f"account {show(account)}")
    doubts = [one.cause for one in (is_own, decrypts, allowed) if isinstance(one, Unknown)]
    if grant.blocks("constraints"):
        doubts.append(Cause(f"`{grant.address}` is for some encryption contexts only, the trail's may be one of them"))
    if doubts:
        return undecided(grant.address, "whether somebody else may decrypt the logs can't be told", doubts)
    message = f"account {show(account)}, which may not read the logs, may call kms:{decrypts} with the trail's key"
    return broken(grant, "grantee_principal", message, "a principal of a reader's account")


def _is_on(home: Stack, grant: Instance, key: LogKey) -> bool | Unknown:
    """Whether a grant is on the key."""
    named = grant.now.get("key_id")
    found = home.keys.named(grant, "key_id")
    if found is not None and key.instance is not None:
        return found is key.instance
    if isinstance(named, str) and isinstance(key.name, str):
        # A grant may name by id what a trail names by ARN.
        return named.rpartition("/")[2] == key.name.rpartition("/")[2]
    if found is not None:
        return Unknown(Cause(f"whether `{found.address}` is the key of the trail isn't known"))
    return Unknown(Cause(f"whether `{grant.address}` is on the trail's key isn't known"))
