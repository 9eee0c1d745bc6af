"""Why the bucket or key that something names can't be looked at."""

from orgtrail.estate import Instance
from orgtrail.values import Cause, Value, causes, show

_ANOTHER_STACK = "give the plan or state of the stack that holds it as another INPUT, or --evidence FILE"


def out_of_sight(what: str, name: Value, holder: Instance) -> Cause:
    """What to say of a bucket or key (`what`) that `holder` names, and that the input doesn't show."""
    cause = next(iter(causes(name)), None)
    if cause is None:
        return Cause(f"the {what} `{show(name)}` isn't in this input", _ANOTHER_STACK)
    return Cause(f"which {what} `{holder.address}` names isn't known: {cause.what}", cause.settle or _ANOTHER_STACK)
