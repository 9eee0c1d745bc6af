"""A plan in JSON becomes an Estate."""

from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate
from orgtrail.inputs.content import decoded
from orgtrail.terraform.plans.plan import Plan
from orgtrail.terraform.plans.plan_configuration import PlanConfiguration
from orgtrail.terraform.plans.planned import estate_of_plan


def estate_of_json_plan(named: str, content: bytes, settings: Settings) -> Estate:
    """The Estate of a plan as `terraform show -json` prints it. Raises InputError."""
    plan = decoded(named, content, Plan)
    check_version(named, plan.format_version)
    if plan.errored:
        raise InputError(named, "is the plan of a run that ended with errors", "a complete plan", "plan again")
    configuration = PlanConfiguration(plan)
    source = None
    if settings.source is not None:
        from orgtrail.terraform.source.described import source_of_plan

        source = source_of_plan(configuration, settings.source, settings)
    return estate_of_plan(plan, named, settings, source, configuration=configuration)


def check_version(named: str, version: str) -> None:
    """Terraform may add members in minor versions, and change what is there in major ones. Raises InputError."""
    if version.partition(".")[0] not in {"0", "1"}:
        expected = "1.x (Terraform 0.12 to 1.x, OpenTofu 1.x)"
        raise InputError(named, f"has format_version {version}", expected, "a newer orgtrail may know it")
