"""A saved plan (`terraform plan -out=tfplan`) becomes an Estate, read as it is: no terraform, no provider, no network.

It holds what was planned, the state that it was planned on, and the whole source. The format is Terraform's own: it was
tried with 1.11, follows what is published of other versions since 1.1, and says so where it can't be followed.
"""

import os
from typing import TYPE_CHECKING

import msgspec

from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate
from orgtrail.inputs.saved_plan import source, state
from orgtrail.inputs.saved_plan.archive import Archive, RefusedError
from orgtrail.inputs.saved_plan.message import VERSION, Saved
from orgtrail.inputs.saved_plan.wire import BrokenError
from orgtrail.terraform.plans.plan import DeferredChange, Plan, VariableValue

if TYPE_CHECKING:
    from orgtrail.terraform.source.root_module import RootModule

EXPECTED = "a plan as `terraform plan -out=FILE` saves it"
WAY_OUT = "run `terraform show -json FILE > plan.json` and give that, or give --with-terraform"


def estate_of_saved_plan(named: str, content: bytes, settings: Settings) -> Estate:
    """The Estate of a saved plan. Raises InputError where it can't be read."""
    from orgtrail.terraform.plans.planned import estate_of_plan
    from orgtrail.terraform.source.written import WrittenConfiguration

    if settings.source is not None and not os.path.isdir(settings.source):
        raise InputError(settings.source, "isn't a folder", "the root module that the plan was made from")
    try:
        archive = Archive(content)
        saved = Saved(archive.read("tfplan"))
        if saved.version != VERSION:
            raise RefusedError(f"is of version {saved.version} of the format, not {VERSION}")
        plan = as_plan(saved, archive)
        written = source.read(archive, named, settings.source, allow_outside=settings.allow_outside)
    except (RefusedError, BrokenError, RecursionError) as error:
        raise InputError(named, f"can't be read as a saved plan: it {_sentence(error)}", EXPECTED, WAY_OUT) from None
    if saved.errored:
        raise InputError(named, "is the plan of a run that ended with errors", "a complete plan", "plan again")
    _check_source(named, written)
    return estate_of_plan(
        plan,
        named,
        settings,
        written,
        configuration=WrittenConfiguration(plan, written),
        workspace=saved.workspace or None,
    )


def as_plan(saved: Saved, archive: Archive) -> Plan:
    """What `terraform show -json` would say, but for the configuration. Raises RefusedError and BrokenError."""
    return Plan(
        format_version="1.2",
        terraform_version=saved.terraform_version,
        variables={name: VariableValue(value=_raw(value)) for name, value in saved.variables()},
        resource_changes=saved.changes,
        resource_drift=saved.drift,
        complete=_complete(saved),
        deferred_changes=[DeferredChange(resource_change=one) for one in saved.deferred],
        prior_state=state.read(archive.read("tfstate")),
    )


def _complete(saved: Saved) -> bool | None:
    """Whether the plan covers everything, as far as its version says it; `-target` is named by all."""
    if saved.targets:
        return False
    return saved.says_complete if saved.says_whether_complete else None


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def _sentence(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "is nested too deep"
    return str(error) if isinstance(error, RefusedError) else f"is damaged: {error}"


def _check_source(named: str, written: "RootModule") -> None:
    for place, message in written.errors:
        raise InputError(named, f"its source can't be read: {place}: {message}", EXPECTED, WAY_OUT)
