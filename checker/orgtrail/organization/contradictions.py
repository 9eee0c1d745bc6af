"""Where an input and evidence can't both be true: an error, for whatever came of it would be true of neither."""

from collections.abc import Iterable

from orgtrail.errors import InputError
from orgtrail.estate import Estate
from orgtrail.evidence import Elsewhere
from orgtrail.organization.trusted_access import TrustedAccess


def refuse_contradictions(
    estate: Estate, told: Iterable[TrustedAccess], elsewhere: Elsewhere, seen: Iterable[TrustedAccess]
) -> None:
    """Raise InputError where the input and fresh evidence say different things of trusted access as it is now.

    Ids that differ are refused where they are looked up.
    """
    if elsewhere.is_stale:
        return
    shown = [access.before for access in seen if isinstance(access.before, bool)]
    for access in told:
        if access.form != "evidence" and shown and _is_told(access) and access.before != any(shown):
            words = ("isn't enabled", "is enabled")
            raise InputError(
                elsewhere.name,
                f"trusted access for CloudTrail {words[any(shown)]} here, and {words[access.before is True]} "
                f"in `{access.address}` of {estate.input.path}",
                hint="one of the two is out of date: plan again, or see again with `orgtrail audit --save FILE`",
            )


def _is_told(access: TrustedAccess) -> bool:
    """Whether the input says how things are now. A resource that isn't there yet says nothing of it."""
    if access.form == "separate":
        return access.before is True
    return isinstance(access.before, bool) and access.instance.before is not None
