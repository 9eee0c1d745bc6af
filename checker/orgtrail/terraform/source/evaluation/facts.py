"""What is known beside the source that is evaluated."""

from collections.abc import Callable, Iterable

import msgspec

from orgtrail.estate import Values
from orgtrail.secrets import Secrets
from orgtrail.terraform.language import syntax
from orgtrail.values import Unknown, Value


class Given(msgspec.Struct, kw_only=True):
    """What is known beside the source.

    `read` gives the values of a resource instance that a plan or state holds (with holes), by its address; `addresses`
    names all of these. `variables` are values of the root module's variables, `assigned` expressions for them.
    """

    read: Callable[[str], Values | None] = lambda _: None
    addresses: Iterable[str] = ()
    variables: dict[str, Value] = {}
    assigned: dict[str, syntax.Node] = {}
    workspace: str | Unknown = "default"
    organization_id: str | None = None
    management_account: str | None = None
    #: Whether `variables` holds every variable of the root module (a plan's do).
    planned: bool = False
    #: Strings that no report may print; evaluating adds what the source marks sensitive.
    secrets: Secrets = msgspec.field(default_factory=Secrets)
