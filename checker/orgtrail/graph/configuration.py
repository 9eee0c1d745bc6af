"""The shape of a Terraform configuration, as far as ordering needs it: what stands where and what it refers to.

A plan's `configuration` and a folder of HCL both become a tree of `ModuleConfig`; `graph.py` reads nothing else.
References are kept as Terraform writes them (`aws_s3_bucket.logs.arn`, `module.org["a"].id`, `local.tags`), meant
in the module that they stand in.
"""

from collections.abc import Iterator, Mapping

import msgspec

from orgtrail.address import module_prefix
from orgtrail.results import Place
from orgtrail.values import Cause


class Reference(msgspec.Struct, frozen=True):
    """One mention of something else: `subject` is the whole traversal, `place` where it is written (source only)."""

    subject: str
    place: Place | None = None


class ResourceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One resource or data block; `address` is relative to its module (`aws_cloudtrail.org`, `data.aws_region.now`)."""

    address: str
    mode: str
    type: str
    name: str
    #: The `ProviderConfig.key` of the provider configuration that really serves it, followed through module calls.
    provider: str = ""
    references: tuple[Reference, ...] = ()
    #: What stands in its depends_on; there a whole module means the end of that module.
    depends_on: tuple[Reference, ...] = ()
    #: Set where it may refer to more than is shown (a plan leaves out dynamic blocks and pre- and postconditions).
    hidden: Cause | None = None
    place: Place | None = None


class OutputConfig(msgspec.Struct, frozen=True):
    """One output of a module."""

    references: tuple[Reference, ...] = ()
    depends_on: tuple[Reference, ...] = ()
    hidden: Cause | None = None
    place: Place | None = None


class LocalConfig(msgspec.Struct, frozen=True):
    """One local value; a plan doesn't say what locals refer to, so its modules have none."""

    references: tuple[Reference, ...] = ()
    place: Place | None = None


class ProviderConfig(msgspec.Struct, frozen=True):
    """One provider block. `key` is Terraform's: `aws`, `aws.alias`, or `module.path:aws.alias` inside a module."""

    key: str
    module: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    place: Place | None = None


class ModuleCall(msgspec.Struct, frozen=True, kw_only=True):
    """One module block: `inputs` holds the references of each argument; `repetition` those of count or for_each."""

    name: str
    inputs: Mapping[str, tuple[Reference, ...]] = {}
    repetition: tuple[Reference, ...] = ()
    depends_on: tuple[Reference, ...] = ()
    #: None where the called module isn't there (`missing` then says why).
    module: "ModuleConfig | None" = None
    missing: Cause | None = None
    place: Place | None = None


class ModuleConfig(msgspec.Struct, kw_only=True):
    """One module: the names of the calls that lead to it from the root are its `path`."""

    path: tuple[str, ...] = ()
    resources: Mapping[str, ResourceConfig] = {}
    calls: dict[str, ModuleCall] = {}
    outputs: Mapping[str, OutputConfig] = {}
    #: None where the input doesn't hold the locals (a plan).
    locals: Mapping[str, LocalConfig] | None = None
    providers: dict[str, ProviderConfig] = {}

    @property
    def prefix(self) -> str:
        """What Terraform puts before an address inside this module: `module.a.module.b.`, empty for the root."""
        return module_prefix(self.path)

    def walk(self) -> "Iterator[ModuleConfig]":
        """The module itself and every module below it that is there."""
        yield self
        for call in self.calls.values():
            if call.module is not None:
                yield from call.module.walk()
