"""Takes away from an input what its result doesn't need."""

from collections.abc import Callable, Sequence
from typing import Any

from orgtrail.cases import sources, trees
from orgtrail.cases.bundle import Bundle
from orgtrail.cases.sameness import Sought
from orgtrail.cases.shrinking import Budget, needed
from orgtrail.errors import InputError

#: How deep JSON is taken apart, and how often everything is tried again.
_DEEPEST = 24
_ROUNDS = 3

#: In what a proof speaks of nothing is taken away: it would be another proof.
_KEPT_IN_PROOFS = ("policy", "Statement", "statement", "assume_role_policy", "content")


class Reduction:
    """One input on its way to being small. What is tried is checked, and taken where the result stays the same."""

    def __init__(self, bundle: Bundle, wanted: Sought, budget: Budget) -> None:
        self.bundle = bundle
        self.wanted = wanted
        self.budget = budget

    def holds(self, tried: Bundle) -> bool:
        """Whether an input gives the same result."""
        if self.budget.is_spent:
            return False
        self.budget.spend(tried.size)
        try:
            return self.wanted.is_in(tried.report(self.wanted.rule))
        except (InputError, RecursionError, ValueError):
            return False

    def reduced(self) -> Bundle:
        """The input without what its result doesn't need."""
        for _ in range(_ROUNDS):
            before = self.bundle.size
            self._files()
            for name, one in list(self.bundle.files.items()):
                if isinstance(one, str):
                    self._text(name)
                else:
                    self._blocks(name)
                    self._branches(name)
            if self.bundle.size == before or self.budget.is_spent:
                break
        return self.bundle

    def _keep(self, pieces: Sequence[Any], made: Callable[[Sequence[Any]], Bundle]) -> None:
        """Leave out the pieces that aren't needed; `made` is the input with some of them."""
        kept = needed(pieces, lambda some: self.holds(made(some)), self.budget)
        if len(kept) < len(pieces):
            self.bundle = made(kept)

    def _files(self) -> None:
        bundle = self.bundle
        given = {bundle.named, bundle.evidence, *bundle.var_files}
        listed = [name for name in bundle.files if name not in given]
        self._keep(
            listed,
            lambda some: bundle.with_files({n: f for n, f in bundle.files.items() if n in given or n in some}),
        )

    def _blocks(self, name: str) -> None:
        """Whole resources, wherever a plan tells of them."""
        tree = self.bundle.files[name]
        blocks = trees.blocks_in(tree)

        def made(some: Sequence[str]) -> Bundle:
            gone = {route for block, routes in blocks.items() if block not in some for route in routes}
            return self._with(name, trees.without(tree, gone))

        self._keep(list(blocks), made)

    def _branches(self, name: str) -> None:
        """Members and elements, from the outside in."""
        depth = 1
        while depth <= min(_DEEPEST, trees.depth_of(self.bundle.files[name])) and not self.budget.is_spent:
            tree = self.bundle.files[name]
            routes = [one for one in trees.branches(tree, depth) if self._may_go(one)]
            self._keep(routes, lambda some, t=tree, r=routes: self._with(name, trees.without(t, set(r) - set(some))))  # type: ignore[misc]
            depth += 1

    def _may_go(self, route: trees.Route) -> bool:
        return self.wanted.verdict != "proved" or not any(step in _KEPT_IN_PROOFS for step in route)

    def _text(self, name: str) -> None:
        """Blocks, arguments and elements of a source, from the outside in."""
        if not name.endswith((".tf", ".tofu", ".tfvars")):
            return
        bare = self._with(name, sources.without_comments(self.bundle.files[name]))
        if self.holds(bare):
            self.bundle = bare
        depth = 1
        while depth <= min(_DEEPEST, sources.depth_in(self.bundle.files[name])) and not self.budget.is_spent:
            text = self.bundle.files[name]
            places = sources.pieces(text, depth)
            if self.wanted.verdict == "proved" and depth > 1:
                break
            self._keep(
                places,
                lambda some, t=text, p=places: self._with(name, sources.cut(t, [one for one in p if one not in some])),  # type: ignore[misc]
            )
            depth += 1

        for position in range(len(sources.documents(self.bundle.files[name]))):
            self._document(name, position)

    def _document(self, name: str, position: int) -> None:
        """A document in JSON that stands in a source."""
        depth = 1
        while not self.budget.is_spent:
            text = self.bundle.files[name]
            found = sources.documents(text)
            if position >= len(found) or depth > min(_DEEPEST, trees.depth_of(found[position][2])):
                break
            tree = found[position][2]
            routes = [one for one in trees.branches(tree, depth) if self.wanted.verdict != "proved"]

            def made(some: Sequence[trees.Route], t: str = text, tree: Any = tree, r: Any = routes) -> Bundle:
                return self._with(name, sources.with_document(t, position, trees.without(tree, set(r) - set(some))))

            self._keep(routes, made)
            depth += 1

    def _with(self, name: str, content: Any) -> Bundle:
        return self.bundle.with_files(self.bundle.files | {name: content})
