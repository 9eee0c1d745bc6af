"""Source becomes an Estate, or what fills the holes of a plan's."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec

from orgtrail import files
from orgtrail.address import read_block
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Comment, Estate, Instance, Provisioner, Referent, Values
from orgtrail.graph.configuration import ModuleConfig
from orgtrail.graph.paths import Graph
from orgtrail.results import Input, Place
from orgtrail.secrets import Secrets
from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.block import Block
from orgtrail.terraform.plans.plan import Plan
from orgtrail.terraform.plans.plan_configuration import PlanConfiguration
from orgtrail.terraform.source.evaluation import Evaluation, Given, InstanceOf
from orgtrail.terraform.source.evaluation.bounds import guarded
from orgtrail.terraform.source.root_module import RootModule, load_source
from orgtrail.terraform.source.variables import assigned
from orgtrail.values import Cause, Unknown

#: How `ignore_changes` says that it means every attribute.
_ALL = "all"
_PLAN = "give a plan, made by `terraform plan -out=tfplan` and `terraform show -json tfplan`"


class Described:
    """A source and its evaluation: what `orgtrail.estate` calls a Source and a Wiring."""

    def __init__(self, source: RootModule, evaluation: Evaluation) -> None:
        self.source = source
        self.evaluation = evaluation
        evaluation.facts.secrets.readers.append(self._literals)

    def _literals(self) -> Iterator[str]:
        """The strings that resources and locals hold as written: whoever may read the code reads them anyway."""
        for module in self.source.root.walk():
            blocks = list(module.folder.resources.values())
            written = list(module.folder.locals.values())
            while blocks:
                block = blocks.pop()
                written += block.attributes.values()
                blocks += block.blocks
            for attribute in written:
                yield from re.findall(r'"((?:[^"\\$%]|\\.)*)"', attribute.text)

    def place(self, block: str, *path: str | int) -> Place | None:
        """Where a block (an address without instance keys), or an attribute of it, is written."""
        return self.source.place(block, *path)

    def comments(self) -> Iterator[Comment]:
        """The comments above resources, data sources and module calls, in every module that is there."""
        for module in self.source.root.walk():
            for address, block in module.folder.resources.items():
                yield from _above(module.prefix + address, block, is_call=False)
            for name, block in module.folder.calls.items():
                yield from _above(f"{module.prefix}module.{name}", block, is_call=True)

    def ignores(self, block: str, attribute: str) -> bool:
        """Whether the block's lifecycle ignores changes of the attribute."""
        return bool(self.ignored(block) & {attribute, _ALL})

    def ignored(self, block: str) -> frozenset[str]:
        """The attributes whose changes the block's lifecycle ignores; `all` stands for every one."""
        found = self.source.block(block)
        words: set[str] = set()
        for lifecycle in found.nested("lifecycle") if found is not None else ():
            ignored = lifecycle.attribute("ignore_changes")
            node = ignored.node if ignored is not None else None
            for one in node.items if isinstance(node, syntax.Tuple) else (node,):
                word = _first_name(one)
                if word:
                    words.add(word)
        return frozenset(words)

    def values(self, address: str) -> Values | None:
        """The values of one instance, evaluated; None where the source has no such block."""
        return self.evaluation.values(address)

    def provisioners(self, address: str) -> tuple[Provisioner, ...] | None:
        """The local commands of one instance, evaluated; None where the source has no such block."""
        found = self.evaluation.provisioners(address)
        return None if found is None else tuple(Provisioner(*one) for one in found)

    def configures(self, block: str, attribute: str) -> bool:
        """Whether the block sets the attribute, or holds a block of that name."""
        found = self.source.block(block)
        if found is None:
            return False
        written = (one.labels[:1] if one.kind == "dynamic" else (one.kind,) for one in found.blocks)
        return attribute in found.attributes or (attribute,) in written

    def sets_anywhere(self, kind: str, attribute: str) -> bool:
        """Whether any block of a type sets the attribute; what is written is evaluated anyway, so nobody need look."""
        return True

    def follow(self, block: str, attribute: str) -> Referent | None:
        """Nothing: values are evaluated here, so there is no need to go by references."""
        return None

    def follow_all(self, block: str, attribute: str) -> list[Referent | None]:
        """Nothing, as `follow`."""
        return []

    def graph(self, planned: ModuleConfig | None = None) -> Graph:
        """The dependency graph, whole; modules that aren't here come from the plan's configuration."""
        if planned is not None and self.source.errors:
            # What can't be read may hold references: better the plan's graph, which says what it doesn't show.
            return Graph(planned)
        return Graph(self.source.configuration(planned))

    def hide_variables(self) -> None:
        """Keep the values of variables that are marked sensitive out of every report, read or not."""
        for module in self.source.root.walk():
            names = [
                name
                for name, block in module.folder.variables.items()
                if block.attribute("sensitive") or block.attribute("ephemeral")
            ]
            for scope in self.evaluation.scopes_of(module) if names else ():
                for name in names:
                    guarded(partial(scope.variable, name), name)


def source_of_plan(configuration: PlanConfiguration, named: str, settings: Settings) -> RootModule:
    """The source in a folder, of which the user says that a plan was made from it.

    Raises InputError where it isn't the plan's.
    """
    source = load_source(Path(named), allow_outside=settings.allow_outside)
    _check_same(source, configuration, named)
    return source


def describe_plan(
    plan: Plan,
    source: RootModule,
    planned: Mapping[str, Callable[[], Values | None]],
    settings: Settings,
    secrets: Secrets,
    workspace: str | None = None,
) -> Described:
    """The source that a plan was made from, evaluated with what the plan knows.

    `planned` reads the values of each instance in the plan; what the source marks sensitive is put into `secrets`.
    """

    def read(address: str) -> Values | None:
        found = planned.get(address)
        return found() if found is not None else None

    facts = Given(
        read=read,
        addresses=tuple(planned),
        variables={name: msgspec.json.decode(given.value) for name, given in plan.variables.items()},
        workspace=workspace or _workspace(source, Unknown(Cause("a plan doesn't say which workspace it is for"))),
        secrets=secrets,
        organization_id=settings.organization_id,
        management_account=settings.management_account,
    )
    return Described(source, Evaluation(source, facts))


def _check_same(source: RootModule, configuration: PlanConfiguration, named: str) -> None:
    """Refuse a source that lacks blocks of the plan: what it says of the others couldn't be trusted either."""
    if source.errors:
        return
    for address in configuration.blocks:
        block = read_block(address)
        module = source.modules.get(block.path)
        if module is not None and block.local not in module.folder.resources:
            found = f"has no `{address}`, which the plan has"
            raise InputError(
                named, found, "the root module that the plan was made from", "plan again, or check --source"
            )


def _workspace(source: RootModule, otherwise: str | Unknown) -> str | Unknown:
    """The workspace that the folder is switched to."""
    folder = source.directory / ".terraform"
    try:
        return files.read(folder / "environment", 4096).decode(errors="replace").strip() or "default"
    except OSError:
        return "default" if folder.is_dir() else otherwise


def describe_directory(named: str, settings: Settings) -> Described:
    """A root module without a plan, evaluated with the variables that are given.

    Raises InputError where a file can't be read.
    """
    source = load_source(Path(named), allow_outside=settings.allow_outside)
    for place, message in source.errors:
        raise InputError(str(place), message, "Terraform configuration")
    given = assigned(Path(named), settings.var_files, settings.variables)
    for name in given:
        named_here = any(one.partition("=")[0].strip() == name for one in settings.variables)
        if named_here and name not in source.root.folder.variables:
            raise InputError(f"--var {name}", f"there is no variable `{name}` in {named}", "a root variable")
    facts = Given(
        assigned=given,
        workspace=_workspace(source, "default"),
        organization_id=settings.organization_id,
        management_account=settings.management_account,
    )
    return Described(source, Evaluation(source, facts))


def estate_of_directory(named: str, settings: Settings) -> Estate:
    """The Estate of a root module without a plan: everything in it is taken as still to be made.

    Raises InputError where a file can't be read.
    """
    described = describe_directory(named, settings)
    source = described.source
    described.hide_variables()
    return Estate(
        Input(named, "directory"),
        [_instance(described, found) for found in described.evaluation.instances()],
        graph=described.graph(),
        source=described,
        wiring=described,
        providers=described.evaluation.providers(),
        unseen=source.missing,
        secrets=described.evaluation.facts.secrets,
    )


def _instance(described: Described, found: InstanceOf) -> Instance:
    return Instance(
        address=found.address,
        block=found.block,
        module=found.module,
        mode=found.mode,
        type=found.type,
        name=found.name,
        provider=found.provider,
        actions=("create",) if found.mode == "managed" else ("read",),
        read_before=lambda: None,
        read_after=lambda: _as_ignored(described, found),
        read_provisioners=lambda: described.provisioners(found.address) or (),
    )


def _as_ignored(described: Described, found: InstanceOf) -> Values | None:
    """What a folder says of an instance: whose changes it ignores may be another in AWS, where it is there already."""
    values, ignored = described.values(found.address), described.ignored(found.block)
    if values is None or not ignored:
        return values
    names = [*values] if _ALL in ignored else sorted(ignored)
    what = f"`{found.address}` ignores changes of `{{}}`: where it is there already, what it is stands in AWS alone"
    return values | {name: Unknown(Cause(what.format(name), _PLAN)) for name in names}


def _first_name(node: object) -> str:
    """The attribute that an element of `ignore_changes` is, or begins with."""
    while isinstance(node, syntax.GetAttribute | syntax.Index):
        node = node.of
    found = node.name if isinstance(node, syntax.Root) else getattr(node, "value", None)
    return found if isinstance(found, str) else ""


def _above(address: str, block: Block, *, is_call: bool) -> Iterator[Comment]:
    lines = block.comments
    for number, text in enumerate(lines, block.line - len(lines)):
        yield Comment(address, text, Place(block.file.shown, number), is_call)
