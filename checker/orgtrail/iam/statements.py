"""What a policy says: its statements, with the principals, names and conditions in them. Any part may be unknown.

Source: IAM User Guide, "IAM JSON policy element reference".
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from orgtrail.iam.conditions import Operator
from orgtrail.values import Cause, Symbol, Text, Unknown, causes

#: A string of a policy: known, symbolic, with holes, or wholly unknown.
Words: TypeAlias = str | Symbol | Text | Unknown
Effect: TypeAlias = Literal["Allow", "Deny"]


def cut_name(name: str) -> tuple[str, str]:
    """The service and the rest of an action's name or of a condition key's: `s3` and `GetObject`."""
    service, _, rest = name.partition(":")
    return service, rest


class Problem(msgspec.Struct, frozen=True):
    """Something in the document that AWS refuses, or that two readers read differently.

    `place` is the path inside the document, such as `Statement[2].Condition.StringEquals`; empty for the whole. `words`
    are those of AWS's refusal, where they are known. `respell` is a misspelled word and what it is meant to be.
    """

    place: str
    what: str
    words: str = ""
    respell: tuple[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" if self.place else self.what


class Names(msgspec.Struct, frozen=True):
    """A list of strings of a statement (actions, resources, the values of a condition).

    `rest` holds the causes of further elements that nobody can see; with one, `values` may be only some of them.
    """

    values: tuple[Words, ...] = ()
    rest: tuple[Cause, ...] = ()


class Principals(msgspec.Struct, frozen=True):
    """The `Principal` or `NotPrincipal` of a statement.

    `everyone` is `"*"` or `{"AWS": "*"}`. `unmapped` are canonical users and federated principals: who stands behind
    them isn't in the policy. `rest` holds the causes of principals that nobody can see.
    """

    everyone: bool = False
    aws: tuple[Words, ...] = ()
    services: tuple[Words, ...] = ()
    unmapped: tuple[Words, ...] = ()
    rest: tuple[Cause, ...] = ()


class Condition(msgspec.Struct, frozen=True):
    """One line of a `Condition`: an operator, a key (lower case, as AWS compares it) and the values.

    An operator or key that isn't known is an `Unknown` with its cause.
    """

    operator: Operator | Unknown
    key: str | Unknown
    values: Names
    spelled: str


class Statement(msgspec.Struct, frozen=True):
    """One statement. The `not_` flags say that the list is a `NotPrincipal`, `NotAction` or `NotResource`.

    `unknown_conditions` holds the causes of conditions that nobody can see at all.
    """

    label: str
    effect: Effect | Unknown
    principals: Principals
    not_principal: bool
    actions: Names
    not_action: bool
    resources: Names
    not_resource: bool
    conditions: tuple[Condition, ...] = ()
    unknown_conditions: tuple[Cause, ...] = ()


class PolicyDocument(msgspec.Struct, frozen=True):
    """A parsed policy. `rest` holds the causes of statements that nobody can see; `problems` what AWS would refuse."""

    version: str | Unknown
    statements: tuple[Statement, ...] = ()
    rest: tuple[Cause, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def has_variables(self) -> bool | None:
        """Whether `${...}` in strings is a policy variable; None where the version isn't known."""
        return None if isinstance(self.version, Unknown) else self.version == "2012-10-17"


#: No policy at all: nothing allowed, nothing denied.
NO_POLICY = PolicyDocument(version="2012-10-17")


def causes_in(statement: Statement) -> tuple[Cause, ...]:
    """Every cause for which a part of `statement` is unknown, without doubles."""
    found: list[Cause] = []

    def words(names: Iterable[Words]) -> None:
        for name in names:
            found.extend(causes(name))

    if isinstance(statement.effect, Unknown):
        found.append(statement.effect.cause)
    found += statement.principals.rest
    words(statement.principals.aws + statement.principals.services + statement.principals.unmapped)
    for names in (statement.actions, statement.resources):
        found += names.rest
        words(names.values)
    for condition in statement.conditions:
        for part in (condition.operator, condition.key):
            if isinstance(part, Unknown):
                found.append(part.cause)
        found += condition.values.rest
        words(condition.values.values)
    found += statement.unknown_conditions
    return tuple(dict.fromkeys(found))
