"""Finds the picture of the order in an Estate: what Terraform makes before an organization trail, and in which order.

What is in it: the trails, what enables trusted access, the logs' buckets, keys and their policies, and whatever a
verdict on order goes through or misses. Everything else that carries the order (variables, outputs, modules, data
sources, what has no instance) becomes part of the arrows. An arrow that follows from others is left out, unless a
verdict rests on it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from orgtrail.address import block_address, local_type, read_block
from orgtrail.estate import Instance
from orgtrail.graph.paths import Graph, GraphNode
from orgtrail.organization.domain import Domain
from orgtrail.results import Diagram, DiagramEdge, DiagramNode, NodeRole, OrderWitness, Result, Step

#: Terraform's types, by what they are to a trail.
_ROLES: dict[str, NodeRole] = {
    "aws_organizations_organization": "organization",
    "aws_cloudtrail": "trail",
    "aws_s3_bucket": "bucket",
    "aws_s3_bucket_policy": "policy",
    "aws_sns_topic_policy": "policy",
    "aws_iam_role_policy": "policy",
    "aws_kms_key": "key",
    "aws_kms_key_policy": "policy",
}
#: The rule that says why trusted access is there without an order.
_FIRST = "trusted-access-before-trail"

#: Edges that nobody writes: what is in a module is done when the module is.
_IMPLIED = ("closes after", "is inside the module")


def ordering(domain: Domain, results: Iterable[Result] = ()) -> Diagram | None:
    """The diagram of one input; None where it has no graph or no organization trail.

    What verdicts on order go through, and what they miss, comes from `results`.
    """
    graph = domain.estate.graph
    trails = {trail.instance.block for trail in domain.organization_trails}
    if graph is None or not trails:
        return None
    asked = [one for one in results if one.input == domain.estate.input.path]
    # What another input holds may have an address that means something else here.
    own = (access for access in domain.trusted_access if access.form != "neighbour" and access.after is not False)
    enabling = {access.instance.block for access in own}
    lacks = dict(_lacks(asked))
    wanted = dict.fromkeys(
        (*sorted(trails), *enabling, *(block for block, _ in _beside(domain)), *lacks, *_cited(asked))
    )
    kept = {str(node): node for node in _nodes(graph, wanted) if _is_there(domain, str(node), trails)}
    edges = _edges(graph, kept, asked, enabling)
    held: dict[str, NodeRole] = {**dict(_beside(domain)), **dict.fromkeys(trails, "trail")}
    roles = {address: _role(address, enabling, held) for address in kept}
    nodes = tuple(DiagramNode(one, roles[one], lacks.get(one, "")) for one in _earliest_first(roles, edges))
    return Diagram(nodes, tuple(edges), _already(asked))


def _nodes(graph: Graph, blocks: Iterable[str]) -> list[GraphNode]:
    return [found[0] for block in blocks if (found := graph.resource(block))]


def _is_there(domain: Domain, block: str, trails: set[str]) -> bool:
    """Whether the input makes anything of a block, or has it: what repeats no time at all is nowhere."""
    return block in trails or bool(domain.estate.of_block(block))


def _beside(domain: Domain) -> Iterator[tuple[str, NodeRole]]:
    """The organization, and where the logs go: buckets, keys and their policies, as far as this input holds them."""
    held: list[tuple[Instance | None, NodeRole]] = [
        (one, "organization") for one in domain.estate.of_type("aws_organizations_organization")
    ]
    for bucket in domain.log_buckets:
        held += [(policy.instance, "policy") for policy in bucket.policies]
        held.append((bucket.instance, "bucket"))
    for key in domain.log_keys:
        held += [(policy.instance, "policy") for policy in key.policies]
        held.append((key.instance, "key"))
    yield from ((one.block, role) for one, role in held if one is not None and domain.estate.holds(one))


def _lacks(results: list[Result]) -> Iterator[tuple[str, str]]:
    """Blocks that come first, and miss something themselves, with what they miss."""
    for result in results:
        if isinstance(result.witness, OrderWitness) and not result.witness.is_edge:
            yield block_address(result.witness.trusted_access), result.witness.missing


def _cited(results: list[Result]) -> Iterator[str]:
    """What verdicts on order go through, and what they miss an order of."""
    for result in results:
        yield from (end for step in result.order for end in (step.earlier, step.later))
        if isinstance(result.witness, OrderWitness) and result.witness.is_edge:
            yield block_address(result.witness.trusted_access)


def _role(address: str, enabling: set[str], held: Mapping[str, NodeRole]) -> NodeRole:
    """What a block is to the trail: as this input uses it, else by its type."""
    if address in enabling:
        return "trusted-access"
    return held.get(address) or _ROLES.get(local_type(read_block(address).local), "between")


def _already(results: list[Result]) -> str:
    """Why trusted access is there before anything is made, where that is so."""
    for result in results:
        if result.rule == _FIRST and result.verdict == "proved" and not result.order:
            return f"{result.message}: {result.because[0]}" if result.because else result.message
    return ""


# Arrows


def _edges(graph: Graph, kept: Mapping[str, GraphNode], results: list[Result], enabling: set[str]) -> list[DiagramEdge]:
    cited = _cited_edges(results, kept)
    waits = {address: _waits_for(graph, node, kept) for address, node in kept.items()}
    reduced = [
        DiagramEdge(earlier, later, "depends", why)
        for later, found in _reduced(waits).items()
        for earlier, why in found.items()
        if (earlier, later) not in cited
    ]
    found = [*cited.values(), *reduced]
    for edge in _asked_for(results, enabling):
        if edge.earlier in kept and edge.later in kept and edge not in found:
            found.append(edge)
    return found


def _cited_edges(results: list[Result], kept: Mapping[str, GraphNode]) -> dict[tuple[str, str], DiagramEdge]:
    """The ways that verdicts rest on: from one thing that is drawn to the next, with all that ties them."""
    found: dict[tuple[str, str], DiagramEdge] = {}
    for result in results:
        for later, earlier, steps in _legs(result.order, kept):
            known = found.get((earlier, later))
            rules = (*(known.cited_by if known else ()), result.rule)
            why = (
                known.why
                if known
                else ", ".join(step.why for step in steps if step.why not in _IMPLIED) or steps[0].why
            )
            found[earlier, later] = DiagramEdge(earlier, later, "depends", why, tuple(dict.fromkeys(rules)))
    return found


def _legs(order: Iterable[Step], kept: Mapping[str, GraphNode]) -> Iterator[tuple[str, str, list[Step]]]:
    """A way, cut where it passes what is drawn: what waits, for what, along which steps."""
    start, passed = "", list[Step]()
    for step in order:
        if step.later in kept:
            start, passed = step.later, []
        passed.append(step)
        if step.earlier in kept and start:
            yield start, step.earlier, passed


def _waits_for(graph: Graph, node: GraphNode, kept: Mapping[str, GraphNode]) -> dict[str, str]:
    """What a thing waits for of what is drawn, through whatever isn't; with what is written where it begins."""
    found: dict[str, str] = {}
    seen = {node}
    queue = deque((edge.target, edge.how) for edge in graph.edges(node)[0])
    while queue:
        target, how = queue.popleft()
        if target in seen:
            continue
        seen.add(target)
        if str(target) in kept:
            found[str(target)] = how
            continue
        queue += [(edge.target, how) for edge in graph.edges(target)[0]]
    return found


def _reduced(waits: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The arrows without those that follow from others."""
    reach: dict[str, set[str]] = {}

    def all_before(node: str) -> set[str]:
        if node not in reach:
            reach[node] = set()
            for other in waits[node]:
                reach[node] |= {other} | all_before(other)
        return reach[node]

    reduced: dict[str, dict[str, str]] = {}
    for node, direct in waits.items():
        implied = set[str]().union(*(all_before(other) for other in direct))
        reduced[node] = {other: why for other, why in direct.items() if other not in implied}
    return reduced


def _asked_for(results: list[Result], enabling: set[str]) -> Iterator[DiagramEdge]:
    """Orders that a rule asks for: those that aren't there, and those that can't be ruled out."""
    found: dict[tuple[str, str], DiagramEdge] = {}
    for result in results:
        witness = result.witness
        later = block_address(result.address)
        if isinstance(witness, OrderWitness) and witness.is_edge:
            later, earlier = block_address(witness.trail), [block_address(witness.trusted_access)]
            made = DiagramEdge("", later, "missing", witness.missing)
        elif result.rule == _FIRST and result.verdict == "undecided" and result.unknowns and not result.order:
            earlier = sorted(enabling)
            made = DiagramEdge("", later, "possible", result.unknowns[0].what)
        else:
            continue
        for one in earlier:
            known = found.get((one, later), made)
            rules = tuple(dict.fromkeys((*known.cited_by, result.rule)))
            found[one, later] = msgspec.structs.replace(known, earlier=one, cited_by=rules)
    yield from found.values()


def _earliest_first(roles: Mapping[str, NodeRole], edges: list[DiagramEdge]) -> Iterator[str]:
    """Addresses so that earlier things come first, and what is in one module stays together as far as that lets it."""
    before: dict[str, set[str]] = {address: set() for address in roles}
    for edge in edges:
        before[edge.later].add(edge.earlier)
    circular = _in_circles(before)
    for edge in edges:
        # What isn't there orders nothing; it only says which of two should come first.
        if edge.state != "depends" and edge.later in circular:
            before[edge.later].discard(edge.earlier)
    last: tuple[str, ...] = ()
    while before:
        ready = [one for one, waits in before.items() if not waits] or sorted(before)[:1]
        one = min(ready, key=lambda address: (read_block(address).path != last, read_block(address).path, address))
        last = read_block(one).path
        del before[one]
        for waits in before.values():
            waits.discard(one)
        yield one


def _in_circles(before: Mapping[str, set[str]]) -> set[str]:
    """What can't be put in order: no plan holds a circle, but HCL may, and so may an order that a rule asks for."""
    left = {one: set(waits) for one, waits in before.items()}
    while ready := [one for one, waits in left.items() if not waits & left.keys()]:
        for one in ready:
            del left[one]
    return set(left)
