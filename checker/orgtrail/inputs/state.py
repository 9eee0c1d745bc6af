"""A state in JSON becomes an Estate."""

from orgtrail.estate import Estate
from orgtrail.inputs.content import decoded
from orgtrail.inputs.plan import check_version
from orgtrail.terraform.plans.plan import State
from orgtrail.terraform.plans.planned import estate_of_state


def estate_of_json_state(named: str, content: bytes) -> Estate:
    """The Estate of a state as `terraform show -json` prints it. Raises InputError."""
    state = decoded(named, content, State)
    check_version(named, state.format_version or "1.0")
    return estate_of_state(state, named)
