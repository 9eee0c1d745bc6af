"""Finds the picture of the order in an Estate: what Terraform makes before an organization trail, and in which order.

Terraform's graph also holds variables, locals, outputs, providers and the two ends of each module. These carry the
order but aren't things that are made, so they become part of the arrows; an arrow that follows from others is left out.
"""

from collections.abc import Iterable, Iterator

from orgtrail.address import block_address, local_type
from orgtrail.graph.paths import Graph, GraphNode
from orgtrail.organization.domain import Domain
from orgtrail.results import Diagram, DiagramEdge, DiagramNode, NodeRole, OrderWitness, Result

#: Terraform's types, by what they are to a trail.
_ROLES: dict[str, NodeRole] = {
    "aws_organizations_organization": "organization",
    "aws_organizations_aws_service_access": "trusted-access",
    "aws_cloudtrail": "trail",
    "aws_s3_bucket": "bucket",
    "aws_s3_bucket_policy": "policy",
    "aws_kms_key": "key",
    "aws_kms_key_policy": "policy",
}
#: The nodes of a graph, each with those that it waits for, and why.
_Before = dict[GraphNode, dict[GraphNode, str]]
_ENDS = frozenset({"trusted-access", "organization", "policy", "bucket", "key"})


def ordering(domain: Domain, results: Iterable[Result] = ()) -> Diagram | None:
    """The diagram of one input; None where it has no graph or no organization trail.

    Orders that a rule asks for and nothing makes come from the witnesses and unknowns in `results`.
    """
    graph = domain.estate.graph
    trails = {trail.instance.block for trail in domain.organization_trails}
    if graph is None or not trails:
        return None
    # What another input holds may have an address that means something else here.
    own = [access for access in domain.trusted_access if access.form != "neighbour" and access.after is not False]
    enabling = {access.instance.block: access.form for access in own}
    starts = _nodes(graph, sorted(trails))
    # Things that the trail should wait for are shown where it doesn't, too.
    wanted = _nodes(graph, (*enabling, *_buckets_and_policies(domain)))
    before = _together(_made_before(graph, some) for some in (starts, *([one] for one in wanted)))
    kept = _between(before, set(starts), enabling)
    edges = list(_depending(before, kept))
    nodes = {str(node): _role(str(node), node, enabling) for node in kept}
    asked = [one for one in results if one.input == domain.estate.input.path]
    for edge in _asked_for(asked, enabling):
        if edge.earlier in nodes and edge.later in nodes and edge not in edges:
            edges.append(edge)
    order = list(_earliest_first(nodes, edges))
    return Diagram(tuple(DiagramNode(address, nodes[address]) for address in order), tuple(edges))


def _depending(before: _Before, kept: _Before) -> Iterator[DiagramEdge]:
    """What waits for what of the nodes that are drawn."""
    reduced = _reduced({node: waits for node, waits in before.items() if node in kept}, kept)
    for later, waits in reduced.items():
        for earlier, why in waits.items():
            yield DiagramEdge(str(earlier), str(later), "depends", why)


def _nodes(graph: Graph, blocks: Iterable[str]) -> list[GraphNode]:
    return [found[0] for block in blocks if (found := graph.resource(block))]


def _together(several: Iterable[_Before]) -> _Before:
    """What comes before what, of which the first to say it counts."""
    found: _Before = {}
    for before in several:
        found |= {node: edges for node, edges in before.items() if node not in found}
    return found


def _buckets_and_policies(domain: Domain) -> Iterator[str]:
    for bucket in domain.log_buckets:
        if bucket.instance is not None and domain.estate.holds(bucket.instance):
            yield bucket.instance.block
        yield from (policy.instance.block for policy in bucket.policies if domain.estate.holds(policy.instance))


def _made_before(graph: Graph, starts: list[GraphNode]) -> dict[GraphNode, dict[GraphNode, str]]:
    """For each thing that is made, from `starts` back: the things it waits for directly, and what ties them."""
    found: dict[GraphNode, dict[GraphNode, str]] = {}
    queue = list(starts)
    while queue:
        node = queue.pop()
        if node in found:
            continue
        found[node] = _waits_for(graph, node)
        queue += found[node]
    return found


def _waits_for(graph: Graph, node: GraphNode) -> dict[GraphNode, str]:
    """What a thing waits for directly or through what only carries the order; with what is written where it begins."""
    found: dict[GraphNode, str] = {}
    seen = {node}
    queue = [(edge.target, edge.how, edge.target) for edge in graph.edges(node)[0]]
    while queue:
        target, how, through = queue.pop(0)
        if target in seen:
            continue
        seen.add(target)
        if target.kind == "resource":
            found[target] = how
            continue
        queue += [(edge.target, how, through) for edge in graph.edges(target)[0]]
    return found


def _role(address: str, node: GraphNode, enabling: dict[str, str]) -> NodeRole:
    if address in enabling:
        return "trusted-access"
    return _ROLES.get(local_type(node.name), "between")


def _between(
    before: dict[GraphNode, dict[GraphNode, str]], starts: set[GraphNode], enabling: dict[str, str]
) -> dict[GraphNode, dict[GraphNode, str]]:
    """Only what lies on a way from a trail to something that matters, and that itself."""
    matters = {node for node in before if _role(str(node), node, enabling) in _ENDS}
    leads: dict[GraphNode, bool] = {}

    def reaches(node: GraphNode, above: frozenset[GraphNode]) -> bool:
        if node not in leads:
            below = above | {node}
            leads[node] = node in matters or any(
                reaches(other, below) for other in before.get(node, ()) if other not in below
            )
        return leads[node]

    for node in before:
        reaches(node, frozenset())
    return {node: waits for node, waits in before.items() if node in starts or leads[node]}


def _reduced(
    before: dict[GraphNode, dict[GraphNode, str]], kept: dict[GraphNode, dict[GraphNode, str]]
) -> dict[GraphNode, dict[GraphNode, str]]:
    """The arrows without those that follow from others."""
    reach: dict[GraphNode, set[GraphNode]] = {}

    def all_before(node: GraphNode) -> set[GraphNode]:
        if node not in reach:
            reach[node] = set()
            for other in before.get(node, ()):
                if other in kept:
                    reach[node] |= {other} | all_before(other)
        return reach[node]

    reduced: dict[GraphNode, dict[GraphNode, str]] = {}
    for node, waits in before.items():
        direct = [other for other in waits if other in kept]
        implied = set().union(*(all_before(other) for other in direct)) if direct else set()
        reduced[node] = {other: waits[other] for other in direct if other not in implied}
    return reduced


def _asked_for(results: list[Result], enabling: dict[str, str]) -> Iterator[DiagramEdge]:
    for result in results:
        witness = result.witness
        if isinstance(witness, OrderWitness):
            earlier, later = block_address(witness.trusted_access), block_address(witness.trail)
            yield DiagramEdge(earlier, later, "missing", witness.missing)
        elif result.rule == "trusted-access-before-trail" and result.verdict == "undecided" and result.unknowns:
            for address in enabling:
                yield DiagramEdge(address, block_address(result.address), "possible", result.unknowns[0].what)


def _earliest_first(nodes: dict[str, NodeRole], edges: list[DiagramEdge]) -> Iterator[str]:
    """Addresses so that earlier things come first; by name where nothing orders them."""
    from graphlib import CycleError, TopologicalSorter

    sorter: TopologicalSorter[str] = TopologicalSorter({address: set() for address in sorted(nodes)})
    for edge in edges:
        sorter.add(edge.later, edge.earlier)
    try:
        yield from sorter.static_order()
    except CycleError:
        # A plan never holds one, but HCL that nobody has planned yet may.
        yield from sorted(nodes)
