"""Which nested blocks the AWS provider's types have: only the schema tells a block from an argument.

HCL writes them differently, JSON alike: `{"inline_policy": {...}}` is a block, or one value of an argument. The data
are what `terraform providers schema` says of the provider (`python -m tools.compile_provider` remakes them).
Source: HashiCorp, Terraform language, "JSON Configuration Syntax", "Nested Block Mapping".
"""

import functools
import os
from typing import TypeAlias

import msgspec

#: The blocks that may stand in a block, by name, with those that may stand in each of them.
Blocks: TypeAlias = "dict[str, Blocks]"


@functools.cache
def _schema() -> dict[str, dict[str, Blocks]]:
    with open(os.path.join(os.path.dirname(__file__), "data", "nested_blocks.json"), "rb") as data:
        found: dict[str, dict[str, Blocks]] = msgspec.json.decode(data.read())
    return found


def nested_blocks(mode: str, kind: str) -> Blocks:
    """The blocks in a resource (`managed`) or data source of a type, or in the configuration of a `provider`.

    None for a type that nobody here knows: of the AWS provider a few whose blocks repeat in one another without end.
    """
    return _schema().get(mode, {}).get(kind, {})
