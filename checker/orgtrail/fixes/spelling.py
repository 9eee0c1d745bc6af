"""Spells a value where it is to be written: ids as they are, what has no spelling yet by what stands for it there."""

from collections.abc import Iterator
from functools import cached_property

from orgtrail.address import read_block, without_name
from orgtrail.terraform.language.expressions import Exhausted
from orgtrail.terraform.language.hcl import parse_expression, parse_template
from orgtrail.terraform.language.hcl_text import escaped
from orgtrail.terraform.language.operations import EvaluationError
from orgtrail.terraform.language.syntax import Node
from orgtrail.terraform.source.evaluation import Evaluation
from orgtrail.terraform.source.modules import Module
from orgtrail.values import Symbol, Text, Value, causes, show, text

#: What a module may take an id or a name from: attributes by the type of the block.
_OFFERED = {
    "aws_organizations_organization": ("id", "master_account_id"),
    "data.aws_organizations_organization": ("id", "master_account_id"),
    "data.aws_caller_identity": ("account_id",),
    "data.aws_region": ("name",),
    "data.aws_partition": ("partition",),
    "aws_s3_bucket": ("arn", "bucket", "id"),
}


class UnspeakableError(Exception):
    """The value has no spelling here."""


class Speller:
    """Spells values as the text inside quotes, in one module."""

    def __init__(
        self, evaluation: Evaluation, module: Module, address: str, local: str = "", borrowed: tuple[str, ...] = ()
    ) -> None:
        """Spell for the instance at `address`, in the block `local` of `module` (empty for none).

        `borrowed` are template texts that stand nearby, such as the resources of a policy: they come first.
        """
        self._evaluation = evaluation
        self._module = module
        self._address = address
        self._local = local
        self._borrowed = borrowed
        #: What expressions of the module mean, as far as one was looked for.
        self._known: list[tuple[str, Value]] = []
        self._offers = self._offered()

    def __call__(self, value: Value) -> str:
        """The text for `value`. Raises UnspeakableError."""
        borrowed = self._from_nearby(value)
        return borrowed if borrowed is not None else self._spelled(value)

    def _spelled(self, value: Value) -> str:
        match value:
            case str():
                return escaped(value)
            case Text(parts):
                return "".join(map(self, parts))
            case Symbol(identity, "reference"):
                # Said of a block: in its module it is an expression, elsewhere it has no name.
                block = read_block(identity)
                if block.path == self._module.path:
                    return f"${{{block.local}}}"
            case Symbol():
                for expression, found in self._expressions():
                    if _same(found, value):
                        return f"${{{expression}}}"
        raise UnspeakableError

    def _from_nearby(self, value: Value) -> str | None:
        """How a bucket, or what is in it, is spelled nearby: the longest start of a text there that means the same."""
        if not _is_in_s3(value):
            return None
        for start, found in self._nearby:
            if _same(found, value):
                return start
            first = value.parts[0] if isinstance(value, Text) else value
            if isinstance(found, str) and isinstance(first, str) and first.startswith(f"{found}/"):
                rest = value.parts[1:] if isinstance(value, Text) else ()
                return start + self._spelled(text(first.removeprefix(found), *rest))
        return None

    @cached_property
    def _nearby(self) -> list[tuple[str, Value]]:
        starts = dict.fromkeys(start for one in self._borrowed for start in _starts(one))
        found = [(start, _settled(self._meaning(parse_template(start)))) for start in starts]
        return sorted(found, key=lambda pair: len(show(pair[1])), reverse=True)

    def _expressions(self) -> Iterator[tuple[str, Value]]:
        """What there is to spell with, in order: a module may have thousands, of which the first may do."""
        yield from self._known
        for one in self._offers:
            self._known.append((one, self._meaning(parse_expression(one))))
            yield self._known[-1]

    def _meaning(self, node: Node) -> Value:
        try:
            return self._evaluation.expression_near(node, self._module, self._address, self._local)
        except (EvaluationError, Exhausted, RecursionError):
            return None

    def _offered(self) -> Iterator[str]:
        folder = self._module.folder
        for address, block in folder.resources.items():
            attributes = _OFFERED.get(without_name(address), ())
            if block.attribute("for_each") is None:
                index = "[0]" if block.attribute("count") is not None else ""
                yield from (f"{address}{index}.{name}" for name in attributes)
        yield from (f"var.{name}" for name in folder.variables)
        yield from (f"local.{name}" for name in folder.locals)


def _same(found: Value, wanted: Value) -> bool:
    """Whether both are surely the same string."""
    return found is not None and found == wanted and not any(causes(found))


def _settled(value: Value) -> Value:
    """A value with the partition that a folder doesn't show taken for the common one."""
    if not isinstance(value, Text):
        return value
    return text(*("aws" if isinstance(part, Symbol) and part.kind == "partition" else part for part in value.parts))


def _is_in_s3(value: Value) -> bool:
    start = value.parts[0] if isinstance(value, Text) else value
    return (isinstance(value, Symbol) and value.kind == "arn") or (isinstance(start, str) and ":s3:::" in start)


def _starts(template: str) -> Iterator[str]:
    """The text, and its starts up to each slash outside of interpolations."""
    depth = 0
    for position, character in enumerate(template):
        if template.startswith("${", position):
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        elif character == "/" and not depth:
            yield template[:position]
    yield template
