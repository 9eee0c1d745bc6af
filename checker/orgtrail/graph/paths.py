"""Terraform's dependency graph, asked only along the way from one node to others.

Nodes are blocks, not instances: Terraform itself orders blocks, and every instance of one waits for every instance of
another that it mentions. A module has two ends: everything inside waits for it to open (its count, for_each and
depends_on), and what mentions the module as a whole waits for it to close (everything inside). Merging the two would
make paths that aren't there. Source: HashiCorp, Terraform internals, "Resource graph" and "Module expansion".
"""

from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from orgtrail.address import split_reference
from orgtrail.graph.configuration import ModuleCall, ModuleConfig, Reference, ResourceConfig
from orgtrail.results import Place
from orgtrail.values import Cause, unique


class GraphNode(msgspec.Struct, frozen=True):
    """One thing that Terraform orders; `name` is relative to the module whose path is `module`.

    `kind` is resource, var, output, local, provider, open or close (the two ends of a module).
    """

    kind: str
    module: tuple[str, ...]
    name: str = ""

    def __str__(self) -> str:
        path = ".".join(f"module.{name}" for name in self.module)
        match self.kind:
            case "open" | "close":
                return f"{path} ({self.kind})"
            case "provider":
                return f'provider["{self.name}"]'
            case "resource":
                own = self.name
            case kind:
                own = f"{kind}.{self.name}"
        return f"{path}.{own}" if path else own


class Edge(msgspec.Struct, frozen=True):
    """`source` waits for `target`, because of what is written (`how`) at `place`."""

    source: GraphNode
    target: GraphNode
    how: str
    place: Place | None = None


class Hidden(msgspec.Struct, frozen=True):
    """Some node may wait for any of `targets`: the input doesn't show its references, for this `cause`."""

    cause: Cause
    targets: tuple[GraphNode, ...]


#: How an edge reads that nobody has seen, only not ruled out.
_MAYBE = "may refer to"

#: Names that a reference may start with and that lead to no other node.
_LEADS_NOWHERE = frozenset({"each", "count", "self", "path", "terraform", "ephemeral"})


class Graph:
    """The dependency graph of one configuration. Edges are worked out when somebody walks over them."""

    def __init__(
        self, root: ModuleConfig, hint: str = "give --source DIR, the root module that the plan was made from"
    ) -> None:
        """`hint` says how to make the graph whole where a local's definition isn't there."""
        self.root = root
        self._hint = hint
        self._edges: dict[GraphNode, tuple[list[Edge], list[Hidden]]] = {}

    @cached_property
    def _modules(self) -> dict[tuple[str, ...], ModuleConfig]:
        return {module.path: module for module in self.root.walk()}

    @cached_property
    def _providers(self) -> dict[str, tuple[tuple[str, ...], tuple[Reference, ...]]]:
        return {
            provider.key: (provider.module, provider.references)
            for module in self.root.walk()
            for provider in module.providers.values()
        }

    def resource(self, address: str) -> tuple[GraphNode, ResourceConfig] | None:
        """The node of a resource or data block by its address without instance keys."""
        steps = split_reference(address)
        path: list[str] = []
        while len(steps) > 2 and steps[0] == "module":
            path.append(steps[1])
            steps = steps[2:]
        module = self._modules.get(tuple(path))
        found = module.resources.get(".".join(steps)) if module else None
        return (GraphNode("resource", tuple(path), found.address), found) if found else None

    def path(self, start: GraphNode, goals: Iterable[GraphNode]) -> list[Edge] | None:
        """The shortest chain of edges from `start` to one of `goals`; None where the edges that are shown hold none."""
        return self._search(start, frozenset(goals), speculate=False)[0]

    def doubts(self, start: GraphNode, goals: Iterable[GraphNode]) -> tuple[Cause, ...]:
        """Why a path from `start` to `goals` can't be ruled out although `path()` found none; empty where it can."""
        found, doubts = self._search(start, frozenset(goals), speculate=True)
        return unique(doubts) if found is not None else ()

    def reachable(self, start: GraphNode) -> set[GraphNode]:
        """Everything that `start` waits for, itself left out."""
        seen = {start}
        queue = deque([start])
        while queue:
            for edge in self.edges(queue.popleft())[0]:
                if edge.target not in seen:
                    seen.add(edge.target)
                    queue.append(edge.target)
        return seen - {start}

    def _search(
        self, start: GraphNode, goals: frozenset[GraphNode], *, speculate: bool
    ) -> tuple[list[Edge] | None, list[Cause]]:
        came: dict[GraphNode, Edge | None] = {start: None}
        doubted: dict[GraphNode, Cause] = {}
        # What every goal waits for can't wait for one of them: Terraform refuses a circle.
        before: set[GraphNode] | None = None
        queue = deque([start])
        while queue:
            node = queue.popleft()
            if node in goals:
                return _unroll(node, came), _doubts_on(node, came, doubted)
            edges, hidden = self.edges(node)
            guessed = [Edge(node, target, _MAYBE) for one in hidden if speculate for target in one.targets]
            if guessed:
                before = set.intersection(*map(self.reachable, goals)) if before is None and goals else before or set()
                guessed = [] if node in before else guessed
            if guessed:
                doubted[node] = hidden[0].cause
            for edge in (*edges, *guessed):
                if edge.target not in came:
                    came[edge.target] = edge
                    queue.append(edge.target)
        return None, []

    def edges(self, node: GraphNode) -> tuple[list[Edge], list[Hidden]]:
        """What `node` waits for directly, and where it may wait for more than the input shows."""
        known = self._edges.get(node)
        if known is None:
            edges: list[Edge] = []
            hidden: list[Hidden] = []
            for found in self._work_out(node):
                if isinstance(found, Edge):
                    edges.append(found)
                else:
                    hidden.append(found)
            known = self._edges[node] = (edges, hidden)
        return known

    def _work_out(self, node: GraphNode) -> Iterator[Edge | Hidden]:
        module = self._modules.get(node.module)
        if node.kind == "provider":
            home, references = self._providers.get(node.name, ((), ()))
            yield from self._follow(node, home, references, f"provider {node.name}")
            return
        if module is None:
            yield from self._missing(node)
            return
        if node.kind != "open" and node.module:
            yield Edge(node, GraphNode("open", node.module), "is inside the module")
        match node.kind:
            case "resource":
                yield from self._of_resource(node, module.resources[node.name])
            case "var" if node.module:
                call = self._call(node.module)
                yield from self._follow(node, node.module[:-1], call.inputs.get(node.name, ()), "is given")
            case "local":
                yield from self._of_local(node, module)
            case "output":
                if output := module.outputs.get(node.name):
                    yield from self._follow(node, node.module, output.references, "refers to")
                    yield from self._follow(node, node.module, output.depends_on, "depends_on")
                    if output.hidden:
                        yield Hidden(output.hidden, tuple(self._anything_in(node.module)))
            case "open":
                yield from self._of_open(node)
            case "close":
                for inside in self._anything_in(node.module):
                    yield Edge(node, inside, "closes after")

    def _of_resource(self, node: GraphNode, config: ResourceConfig) -> Iterator[Edge | Hidden]:
        yield from self._follow(node, node.module, config.depends_on, "depends_on")
        yield from self._follow(node, node.module, config.references, "refers to")
        if config.provider in self._providers:
            yield Edge(node, GraphNode("provider", (), config.provider), "is configured by")
        if config.hidden:
            yield Hidden(config.hidden, tuple(self._anything_in(node.module)))

    def _of_open(self, node: GraphNode) -> Iterator[Edge]:
        call = self._call(node.module)
        parent = node.module[:-1]
        yield from self._follow(node, parent, call.repetition, "repeats by")
        yield from self._follow(node, parent, call.depends_on, "depends_on")
        if parent:
            yield Edge(node, GraphNode("open", parent), "is inside the module")

    def _of_local(self, node: GraphNode, module: ModuleConfig) -> Iterator[Edge | Hidden]:
        if module.locals is None:
            cause = Cause(f"`{node}` is defined in the source, which a plan doesn't hold", self._hint)
            yield Hidden(cause, tuple(self._anything_in(node.module)))
        elif local := module.locals.get(node.name):
            yield from self._follow(node, node.module, local.references, "refers to")

    def _missing(self, node: GraphNode) -> Iterator[Edge | Hidden]:
        """What a node of a module that isn't there waits for: perhaps for anything that the call hands in."""
        call = self._call(node.module)
        yield from self._of_open(node)
        given = (
            edge for given in call.inputs.values() for edge in self._follow(node, node.module[:-1], given, "is given")
        )
        if call.missing is not None:
            yield Hidden(call.missing, tuple(edge.target for edge in given))

    def _call(self, path: tuple[str, ...]) -> ModuleCall:
        parent = self._modules.get(path[:-1])
        call = parent.calls.get(path[-1]) if parent else None
        return call if call is not None else ModuleCall(name=path[-1])

    def _follow(
        self, node: GraphNode, module: tuple[str, ...], references: Iterable[Reference], how: str
    ) -> Iterator[Edge]:
        for reference in references:
            target = self._resolve(module, reference.subject)
            if target is not None and target != node:
                yield Edge(node, target, f"{how} {reference.subject}", reference.place)

    def _resolve(self, path: tuple[str, ...], subject: str) -> GraphNode | None:
        steps = split_reference(subject)
        module = self._modules.get(path)
        if not steps or module is None or steps[0] in _LEADS_NOWHERE:
            return None
        match steps:
            case ["var", name, *_]:
                return GraphNode("var", path, name)
            case ["local", name, *_]:
                return GraphNode("local", path, name)
            case ["module", name, *rest]:
                inner = [step for step in rest if not step.startswith("[")]
                inside = (*path, name)
                return GraphNode("output", inside, inner[0]) if inner else GraphNode("close", inside)
            case ["data", kind, name, *_]:
                address = f"data.{kind}.{name}"
            case ["resource", kind, name, *_] | [kind, name, *_]:
                address = f"{kind}.{name}"
            case _:
                return None
        return GraphNode("resource", path, address) if address in module.resources else None

    def _anything_in(self, path: tuple[str, ...]) -> Iterator[GraphNode]:
        module = self._modules.get(path)
        if module is None:
            return
        for address in module.resources:
            yield GraphNode("resource", path, address)
        for name in module.outputs:
            yield GraphNode("output", path, name)
        for name in module.locals or ():
            yield GraphNode("local", path, name)
        for name in self._call(path).inputs if path else ():
            yield GraphNode("var", path, name)
        for name in module.calls:
            yield GraphNode("close", (*path, name))


def _unroll(node: GraphNode, came: dict[GraphNode, Edge | None]) -> list[Edge]:
    chain: list[Edge] = []
    while (edge := came[node]) is not None:
        chain.append(edge)
        node = edge.source
    return chain[::-1]


def _doubts_on(node: GraphNode, came: dict[GraphNode, Edge | None], doubted: dict[GraphNode, Cause]) -> list[Cause]:
    return [doubted[edge.source] for edge in _unroll(node, came) if edge.how == _MAYBE]
