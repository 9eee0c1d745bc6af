"""Addresses of Terraform: where a thing stands in modules, what it is called, and which of several it is.

`module.a["x"].data.aws_t.n[0]` is an instance, `module.a.data.aws_t.n` its block, `data.aws_t.n` the block's name
inside its module, and `("a",)` the path of that module. Names hold no dot; keys hold anything.
Source: HashiCorp, Terraform language, "Resource Addressing".
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

#: A key of count or for_each at the end of an address or between its modules.
_KEY = r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]'

#: The paths of the modules, from the root's on: the names of the calls that lead there.
Path = tuple[str, ...]


class BlockAddress(msgspec.Struct, frozen=True):
    """The address of a block: the path of its module, and its name in there."""

    path: Path
    local: str

    def __str__(self) -> str:
        return module_prefix(self.path) + self.local

    @property
    def is_data(self) -> bool:
        """Whether it is a data source's."""
        return self.local.startswith("data.")

    @property
    def type(self) -> str:
        """The type of the resource; the word `module` for a call."""
        return local_type(self.local)

    @property
    def names(self) -> tuple[str, ...]:
        """Type and name, one by one."""
        steps = self.local.split(".")
        return tuple(steps[1:] if self.is_data else steps)


def read_block(block: str) -> BlockAddress:
    """The address of a block, taken apart; that of a module call is `module.` and its name in the module around it."""
    if not block.startswith("module."):
        return BlockAddress((), block)
    steps = block.split(".")
    path: list[str] = []
    while len(steps) > 3 and steps[0] == "module":
        path.append(steps[1])
        steps = steps[2:]
    return BlockAddress(tuple(path), ".".join(steps))


def read_call(block: str) -> tuple[Path, str] | None:
    """The path around a module call, and its name: `module.a.module.b` -> `(("a",), "b")`; None for anything else."""
    path = read_block(block)
    if path.type != "module" or len(path.names) != 2:
        return None
    return path.path, path.names[1]


def module_prefix(path: Iterable[str]) -> str:
    """What stands before an address inside a module: `module.a.module.b.`, empty for the root."""
    return "".join(f"module.{name}." for name in path)


def local_type(local: str) -> str:
    """The type of a resource or data source by its name in its module: `aws_t` of `aws_t.n` and of `data.aws_t.n`."""
    return local.removeprefix("data.").partition(".")[0]


def read_argument(what: str) -> tuple[str, str]:
    """The type and the argument of `aws_t.argument`, the second empty where there is none."""
    kind, _, argument = what.partition(".")
    return kind, argument


def without_name(local: str) -> str:
    """The mode and type of a block by its name in its module: `data.aws_t` of `data.aws_t.n`."""
    return local.rpartition(".")[0]


def block_address(address: str) -> str:
    """The address of the block that an instance belongs to: `module.a["x"].aws_t.n[0]` -> `module.a.aws_t.n`."""
    return re.sub(_KEY, "", address) if "[" in address else address


def resource_name(address: str) -> str:
    """The name of the resource at an address: `n` of `module.a["x"].aws_t.n[0]`. Asked of every instance of a plan."""
    end = len(address)
    if address.endswith("]"):
        # A quote inside a key is escaped.
        end = address.rfind('["' if address.endswith('"]') else "[")
    return address[:end].rpartition(".")[2]


def instance_keys(address: str) -> tuple[str, ...]:
    """The keys in the address of an instance, in order."""
    return tuple(address.replace("]", "[").split("[")[1::2])


class ProviderKey(msgspec.Struct, frozen=True):
    """Terraform's key of a provider configuration: the path of its module, and `aws` or `aws.alias`."""

    path: Path
    reference: str

    @property
    def name(self) -> str:
        """The provider's name in its module, without an alias."""
        return provider_name(self.reference)


def read_provider_key(key: str) -> ProviderKey:
    """`module.a.module.b:aws.alias`, or `aws` in the root module, taken apart."""
    where, _, reference = key.rpartition(":")
    return ProviderKey(module_path(where), reference)


def module_path(address: str) -> Path:
    """The path of a module by its address: `module.a.module.b` -> `("a", "b")`; empty for the root."""
    return tuple(address.split(".")[1::2]) if address else ()


def provider_name(reference: str) -> str:
    """`aws` of `aws.alias`."""
    return first_step(reference)


def first_step(reference: str) -> str:
    """What a traversal starts with."""
    return reference.partition(".")[0]


def plain_steps(reference: str) -> list[str]:
    """The steps of a traversal without keys: `var.a.b` -> `["var", "a", "b"]`."""
    return reference.split(".")


def split_reference(subject: str) -> list[str]:
    """The steps of a traversal: `module.a["x.y"].id` -> `["module", "a", '["x.y"]', "id"]`."""
    steps: list[str] = []
    step = ""
    quoted = False
    for position, character in enumerate(subject):
        if character == '"' and subject[position - 1] != "\\":
            quoted = not quoted
        if quoted or character not in ".[":
            step += character
            continue
        if step:
            steps.append(step)
        step = "[" if character == "[" else ""
    if step:
        steps.append(step)
    return steps


def unwind(listed: Iterable[str]) -> Iterator[str]:
    """The traversals behind a plan's `references`, where Terraform lists each from its full form down to its subject.

    `["module.a.id", "module.a", "module.a"]` is `module.a.id` and, apart from it, the whole of `module.a`.
    Source: Terraform's JSON output format, "Expression Representation".
    """
    previous = ""
    for subject in listed:
        shortened = previous.startswith(subject) and previous[len(subject) :][:1] in (".", "[")
        if not shortened:
            yield subject
        previous = subject
