"""A plan in JSON becomes an Estate."""

from typing import TYPE_CHECKING

from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate
from orgtrail.inputs.content import MADE, decoded, malformed
from orgtrail.inputs.roots import lies_by_configuration
from orgtrail.terraform.plans.plan import Plan, TwiceError, check_once
from orgtrail.terraform.plans.plan_configuration import PlanConfiguration
from orgtrail.terraform.plans.planned import estate_of_plan
from orgtrail.terraform.plans.whole import SaidTwice, lacks_changes

if TYPE_CHECKING:
    from orgtrail.results import Notice
    from orgtrail.terraform.source.root_module import RootModule

#: Up to here (bytes) all of a plan is looked through for members that stand twice; of a larger one only what is read.
_LOOKED_THROUGH = 8_000_000


def estate_of_json_plan(named: str, content: bytes, settings: Settings, *, lists_changes: bool) -> Estate:
    """The Estate of a plan as `terraform show -json` prints it; `lists_changes` where it has `resource_changes`.

    Raises InputError.
    """
    if len(content) <= _LOOKED_THROUGH:
        try:
            check_once(content)
        except TwiceError as error:
            raise malformed(named, content, error) from None
    plan = decoded(named, content, Plan)
    check_version(named, plan.format_version)
    if plan.errored:
        raise InputError(named, "is the plan of a run that ended with errors", "a complete plan", "plan again")
    lacks = "" if lists_changes else lacks_changes(plan)
    if lacks:
        raise InputError(named, f"has no `resource_changes`, though {lacks}", "a whole plan", MADE)
    configuration = PlanConfiguration(plan)
    source, notices = _source(named, configuration, settings)
    twin = SaidTwice(plan)
    return estate_of_plan(plan, named, settings, source, configuration=configuration, twin=twin, notices=notices)


def _source(
    named: str, configuration: PlanConfiguration, settings: Settings
) -> "tuple[RootModule | None, list[Notice]]":
    """The source of a plan: the one that is given, or one that lies there and fits."""
    if settings.source is not None:
        from orgtrail.terraform.source.described import source_of_plan

        return source_of_plan(configuration, settings.source, settings), []
    if settings.no_source or not lies_by_configuration(named):
        return None, []
    from orgtrail.inputs.found_source import found_source

    return found_source(named, configuration, settings)


def check_version(named: str, version: str) -> None:
    """Terraform may add members in minor versions, and change what is there in major ones. Raises InputError."""
    if version.partition(".")[0] not in {"0", "1"}:
        expected = "1.x (Terraform 0.12 to 1.x, OpenTofu 1.x)"
        raise InputError(named, f"has format_version {version}", expected, "a newer orgtrail may know it")
