"""What grants give away of the trail's key: the judging of `key-not-granted-to-members`."""

from collections.abc import Iterator

from orgtrail.estate import Instance
from orgtrail.iam.actions import group
from orgtrail.organization import Domain
from orgtrail.organization.log_keys import LogKey, key_named
from orgtrail.results import FactWitness
from orgtrail.rules import Finding
from orgtrail.rules._policies import seen_from_here
from orgtrail.rules._readers import account_named, readers
from orgtrail.rules._verdicts import proved, undecided
from orgtrail.values import Cause, Rest, Unknown, Value, show

GRANT = "aws_kms_grant"


def judge_grants(domain: Domain, key: LogKey) -> Iterator[Finding]:
    """One finding for each grant on a key that an organization trail encrypts with."""
    for home in (domain, *([key.beside] if key.beside else [])):
        for grant in home.estate.of_type(GRANT):
            finding = _judge(domain, home, key, grant) if grant.stays else None
            if finding is not None:
                yield seen_from_here(finding, key, grant)


def _judge(domain: Domain, home: Domain, key: LogKey, grant: Instance) -> Finding | None:
    is_own = _is_on(home, grant, key)
    if is_own is False:
        return None
    decrypts = _decrypts(grant.now.get("operations"))
    if decrypts is False:
        return proved(grant.address, "the grant doesn't let anybody decrypt", show(grant.now.get("operations")))
    account = account_named(home, grant, "grantee_principal")
    allowed = readers(domain, key.instance).include(account)
    if allowed is True:
        return proved(grant.address, "the grant is for an account that may read the logs", f"account {show(account)}")
    doubts = [one.cause for one in (is_own, decrypts, allowed) if isinstance(one, Unknown)]
    if grant.now.get("constraints"):
        doubts.append(Cause(f"`{grant.address}` is for some encryption contexts only, the trail's may be one of them"))
    if doubts:
        return undecided(grant.address, "whether somebody else may decrypt the logs can't be told", doubts)
    return Finding(
        address=grant.address,
        at=("grantee_principal",),
        verdict="violated",
        message=f"account {show(account)}, which may not read the logs, may call kms:{decrypts} with the trail's key",
        witness=FactWitness(
            "grantee_principal", show(grant.now.get("grantee_principal")), "a principal of a reader's account"
        ),
    )


def _decrypts(listed: Value) -> str | bool | Unknown:
    """The operation that decrypts, or passes the right to; False where none does."""
    if not isinstance(listed, list):
        return listed if isinstance(listed, Unknown) else False
    for action in group("decrypt"):
        if action.removeprefix("kms:") in listed:
            return action.removeprefix("kms:")
    unclear = next((one for one in listed if isinstance(one, Unknown | Rest)), None)
    return Unknown(unclear.cause) if unclear else False


def _is_on(domain: Domain, grant: Instance, key: LogKey) -> bool | Unknown:
    """Whether a grant is on the key."""
    named = grant.now.get("key_id")
    found = key_named(domain, grant, "key_id")
    if found is not None and key.instance is not None:
        return found is key.instance
    if isinstance(named, str) and isinstance(key.name, str):
        # A grant may name by id what a trail names by ARN.
        return named.rpartition("/")[2] == key.name.rpartition("/")[2]
    if found is not None:
        return Unknown(Cause(f"whether `{found.address}` is the key of the trail isn't known"))
    return Unknown(Cause(f"whether `{grant.address}` is on the trail's key isn't known"))
