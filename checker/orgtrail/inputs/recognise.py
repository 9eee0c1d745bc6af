"""Inputs: what the user names becomes an Estate. Recognised by content, never by name; each kind has its own file."""

import os
from collections.abc import Callable

import msgspec

from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate
from orgtrail.inputs import remote
from orgtrail.inputs.content import (
    EXPECTED,
    STANDARD_INPUT,
    ZIP,
    as_text,
    check_opening,
    content_of,
    decoded,
    too_deep,
)

_ABSENT = msgspec.Raw(b"")


class _Frame(msgspec.Struct):
    """The members that tell kinds of JSON apart; their values aren't looked at."""

    format_version: msgspec.Raw = _ABSENT
    resource_changes: msgspec.Raw = _ABSENT
    configuration: msgspec.Raw = _ABSENT
    planned_values: msgspec.Raw = _ABSENT
    values: msgspec.Raw = _ABSENT
    lineage: msgspec.Raw = _ABSENT
    serial: msgspec.Raw = _ABSENT
    statement: msgspec.Raw = msgspec.field(default=_ABSENT, name="Statement")
    encrypted_data: msgspec.Raw = _ABSENT
    remote_plan_format: msgspec.Raw = _ABSENT
    evidence: msgspec.Raw = msgspec.field(default=_ABSENT, name="orgtrail_evidence")


def read(named: str, settings: Settings, *, digest: bool = False) -> Estate:
    """The Estate of one INPUT: a path, or `-` for standard input.

    With `digest` it says which bytes it was made of. Raises InputError where it can't be read, isn't any of the kinds,
    or contradicts the settings.
    """
    if not remote.is_url(named) and named != STANDARD_INPUT and os.path.isdir(named):
        _check_folder(named)
        from orgtrail.terraform.source.described import estate_of_directory

        return estate_of_directory(named, settings)
    content = remote.content(named) if remote.is_url(named) else content_of(named)
    estate = _from_content(named, content, settings)
    if digest:
        import hashlib

        estate.digest = hashlib.sha256(content).hexdigest()
    return estate


#: Root modules that are named in one line.
_NAMED = 8


def _check_folder(named: str) -> None:
    """Refuse a folder that is no root module, naming those below it."""
    from orgtrail.inputs.roots import holds_configuration, roots_below

    below = [] if holds_configuration(named) else roots_below(named)
    if below:
        listed = ", ".join(below[:_NAMED]) + (f" and {len(below) - _NAMED} more" if len(below) > _NAMED else "")
        found = f"holds no .tf file itself; below it are {listed}"
        raise InputError(named, found, "a root module", "give one of them, or --recursive for all")


def _from_content(named: str, content: bytes, settings: Settings) -> Estate:
    if content.startswith(ZIP):
        if not settings.with_terraform:
            from orgtrail.inputs.saved_plan.estate import estate_of_saved_plan

            return estate_of_saved_plan(named, content, settings)
        from orgtrail.inputs.with_terraform import shown

        content = shown(named, settings)
    content = as_text(named, content)
    try:
        return _recognised(named, content)(settings)
    except RecursionError:
        raise too_deep(named, content) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(named, f"isn't as Terraform writes it ({error})", EXPECTED) from None


def _recognised(named: str, content: bytes) -> Callable[[Settings], Estate]:
    check_opening(named, content)
    if b'"@level"' in content[:1000].split(b"\n", 1)[0]:
        raise _log_lines(named)
    frame = decoded(named, content, _Frame)
    if bytes(frame.resource_changes) or bytes(frame.planned_values) or bytes(frame.configuration):
        from orgtrail.inputs.plan import estate_of_json_plan

        return lambda settings: estate_of_json_plan(
            named, content, settings, lists_changes=bool(bytes(frame.resource_changes))
        )
    if bytes(frame.format_version):
        from orgtrail.inputs.state import estate_of_json_state

        return lambda settings: estate_of_json_state(named, content)
    if bytes(frame.statement):
        from orgtrail.inputs.bare_policy import estate_of_policy

        return lambda settings: estate_of_policy(named, content.decode(errors="replace"), settings)
    if bytes(frame.encrypted_data):
        hint = "run `tofu show -json FILE > plan.json` where its key is, and give that"
        raise InputError(named, "is a plan or state that OpenTofu has encrypted", EXPECTED, hint)
    if bytes(frame.remote_plan_format):
        # What `terraform plan -out` writes where HCP Terraform makes the plan: the run's id, and nothing of the plan.
        hint = "run `terraform show -json FILE > plan.json` where you are logged in, and give that"
        raise InputError(named, "only names a plan that HCP Terraform holds", EXPECTED, hint)
    if bytes(frame.lineage) or bytes(frame.serial):
        hint = "run `terraform show -json > state.json` and give that"
        raise InputError(named, "is a raw state file", EXPECTED, hint)
    if bytes(frame.evidence):
        raise InputError(named, "is evidence of `orgtrail audit --save`", EXPECTED, "give it as --evidence FILE")
    raise InputError(named, "is JSON of no kind that orgtrail knows", EXPECTED)


def _log_lines(named: str) -> InputError:
    hint = "run `terraform plan -out=tfplan`, then `terraform show -json tfplan`"
    return InputError(
        named, "holds the log lines of `terraform plan -json`", "a plan as `terraform show -json` prints it", hint
    )
