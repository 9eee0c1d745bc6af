"""What mends a configuration, as data: a rule says what is to be changed, once.

A report shows an edit as HCL, `--fix` writes it into the file where the block stands, and the policy engine is asked
about the policy as it would be. None of them reads HCL to find out what was meant.
"""

from typing import TypeAlias

import msgspec

from orgtrail.address import block_address
from orgtrail.values import Value


class SetArgument(msgspec.Struct, frozen=True):
    """`name = value` in a block, or in the nested block that `inside` leads to, from the outside in.

    It leads by kinds, each followed by a number where it is one of several: `("rule", 1, "expiration")`. A nested block
    that isn't there is added. `block` is the address of a resource, data source or module call.
    """

    block: str
    name: str
    value: Value
    inside: tuple[str | int, ...] = ()


class AppendText(msgspec.Struct, frozen=True):
    """A few characters more behind the string that an argument of a block holds."""

    block: str
    name: str
    end: str


class RemoveBlock(msgspec.Struct, frozen=True):
    """A nested block taken out: `inside` leads to it as in `SetArgument`."""

    block: str
    inside: tuple[str | int, ...]


class AddBlock(msgspec.Struct, frozen=True):
    """One more nested block of a kind, with its arguments; a mapping among them is a block inside it."""

    block: str
    kind: str
    arguments: dict[str, Value]


class AddResource(msgspec.Struct, frozen=True):
    """A resource of a type and name, beside the `block` that it is for; `arguments` as those of `AddBlock`.

    A `Json` among them is a document that is encoded there.
    """

    block: str
    type: str
    name: str
    arguments: dict[str, Value]


class AddToList(msgspec.Struct, frozen=True):
    """One string more in the list that an argument holds, here or where it is defined."""

    block: str
    name: str
    value: str


class DependsOn(msgspec.Struct, frozen=True):
    """One address more in the `depends_on` of a block."""

    block: str
    address: str


class AddedCondition(msgspec.Struct, frozen=True):
    """One more condition for the statement that is called `statement`: by its Sid, or `Statement[2]`."""

    statement: str
    operator: str
    key: str
    values: tuple[Value, ...]


class RepairPolicy(msgspec.Struct, frozen=True):
    """What a policy lacks, however it is written: whole statements, conditions, or trails in those of CloudTrail's.

    `address` is that of the instance whose argument `attribute` holds the policy; `as_blocks`: it is written as
    `statement` blocks. `statements` are to be added: JSON as values whose strings may have symbols for holes.
    `trails` are the ARNs that `aws:SourceArn` should name where statements for CloudTrail ask for it; `conditions` are
    more of them, for statements that are there. `words` are those that are misspelled, each as it stands and as it
    should.
    """

    address: str
    attribute: str
    statements: tuple[dict[str, Value], ...] = ()
    trails: tuple[Value, ...] = ()
    as_blocks: bool = False
    words: tuple[tuple[str, str], ...] = ()
    conditions: tuple[AddedCondition, ...] = ()

    @property
    def block(self) -> str:
        """The block of the instance."""
        return block_address(self.address)


Edit: TypeAlias = SetArgument | AppendText | RemoveBlock | AddBlock | AddResource | AddToList | DependsOn | RepairPolicy
