"""Who am I, asked with the wrong credentials: an identity that was read before its provider could be configured.

A provider whose configuration names something that the plan is still to make (the role in an account that it creates)
is configured without that while Terraform plans: it acts with whatever credentials lie around. The identity that it
reads then is that of another account, and Terraform writes it into the plan as known, with all that is made from it.
Source: HashiCorp, Terraform language, "Provider Configuration" (values known before the configuration is applied only).
"""

from collections.abc import Callable, Iterator
from functools import cached_property

from orgtrail.address import block_address
from orgtrail.estate import Instance, Values
from orgtrail.graph.paths import Graph, GraphNode
from orgtrail.values import Cause, Unknown, Value

_IDENTITY = "aws_caller_identity"
#: What an identity says of the account that was asked.
_SAYS = ("account_id", "arn", "id", "user_id")


class Misread:
    """The identities of a plan that mean nothing, and what is made from them."""

    def __init__(self, identities: list[tuple[Instance, Values]], graph: Graph, makes: Callable[[str], bool]) -> None:
        """`identities` come as they were read; `makes` says of a block whether the plan makes it."""
        self._identities = identities
        self._graph = graph
        self._makes = makes

    @cached_property
    def _wrong(self) -> dict[GraphNode, tuple[str, Cause]]:
        """Each identity that was read too early: the account that it names, and why that is wrong."""
        return {node: found for one, values in self._identities for node, found in self._of(one, values)}

    def _of(self, identity: Instance, values: Values) -> Iterator[tuple[GraphNode, tuple[str, Cause]]]:
        account = values.get("account_id")
        found = self._graph.resource(identity.block)
        if not isinstance(account, str) or found is None:
            return
        for needed in self._graph.reachable(GraphNode("provider", (), identity.provider)):
            if needed.kind == "resource" and self._makes(_address(needed)):
                what = (
                    f"`{identity.address}` was read before `{_address(needed)}`, which its provider"
                    f" `{identity.provider}` is configured with: it shows whose credentials lay around, not the account"
                )
                yield found[0], (account, Cause(what, f"make `{_address(needed)}` first, then plan again"))
                return

    def corrected(self, address: str, kind: str, values: Values) -> Values:
        """Values of an instance, unknown where they say what such an identity said."""
        if not self._wrong:
            return values
        found = self._graph.resource(block_address(address))
        if found is None:
            return values
        if kind == _IDENTITY:
            wrong = self._wrong.get(found[0])
            return values | dict.fromkeys(_SAYS, Unknown(wrong[1])) if wrong else values
        for node in self._wrong.keys() & self._graph.reachable(found[0]):
            account, cause = self._wrong[node]
            values = {name: _without(value, account, cause) for name, value in values.items()}
        return values


def _address(node: GraphNode) -> str:
    return "".join(f"module.{name}." for name in node.module) + node.name


def _without(value: Value, account: str, cause: Cause) -> Value:
    match value:
        case str():
            return Unknown(cause) if account in value else value
        case dict():
            return {name: _without(inner, account, cause) for name, inner in value.items()}
        case list():
            return [_without(inner, account, cause) for inner in value]
    return value
