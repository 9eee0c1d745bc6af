"""The search: a point in one box and outside all the others, where every dimension is a language or a finite set.

A dimension is a condition key (or the resource). An `Atom` says on which values of one dimension something holds, a box
is a conjunction of atoms. `find` looks for a value of each dimension: it takes a point, looks which forbidden boxes it
is in, leaves one of them through one of its dimensions, and goes on.
"""

from collections.abc import Sequence
from typing import TypeAlias

from orgtrail.iam.domains import ABSENT, Finite, Free, Many, ValueSet
from orgtrail.iam.patterns import Automaton, Interned
from orgtrail.iam.steps import Steps

#: What a dimension holds at a point: missing, a string, or the strings of a multi-valued key.
Held: TypeAlias = str | tuple[str, ...] | None
Point: TypeAlias = dict[str, Held]


class Atom:
    """Holds where the key is missing (if `absent`), and where its value is in the language (or not, if not `positive`).

    No automaton stands for all strings. `every` matters for multi-valued keys: every value, or at least one, is in it.
    A finite dimension may say instead on which of its values it holds.
    """

    __slots__ = ("_negation", "absent", "automaton", "every", "finite", "key", "positive")

    def __init__(
        self,
        key: str,
        *,
        absent: bool,
        automaton: Automaton | None = None,
        positive: bool = True,
        every: bool = False,
        finite: frozenset[str] | None = None,
    ) -> None:
        self.key = key
        self.absent = absent
        self.automaton = automaton
        self.positive = positive
        self.every = every
        self.finite = finite
        self._negation: Atom | None = None

    def negation(self) -> "Atom":
        """Holds exactly where this one doesn't."""
        if self._negation is None:
            self._negation = Atom(
                self.key,
                absent=not self.absent,
                automaton=self.automaton,
                positive=not self.positive,
                every=not self.every,
                finite=self.finite,
            )
            self._negation._negation = self
        return self._negation

    def takes(self, value: str) -> bool:
        """Whether a single present value is in the language."""
        if self.finite is not None:
            return (value in self.finite) == self.positive
        return (self.automaton is None or self.automaton.accepts(value)) == self.positive

    def holds(self, held: Held) -> bool:
        """Whether the atom holds for what a request carries."""
        if held is None:
            return self.absent
        if isinstance(held, str):
            return self.takes(held)
        return (all if self.every else any)(self.takes(value) for value in held)


Box: TypeAlias = tuple[Atom, ...]


class Space:
    """The dimensions of one class of requests, and what of them has been worked out already."""

    def __init__(self, domains: dict[str, ValueSet], steps: Steps, interned: Interned) -> None:
        self.steps = steps
        self.domains = domains
        self.interned = interned
        self._solved: dict[tuple[str, frozenset[int]], tuple[Held] | None] = {}

    def solve(self, key: str, atoms: tuple[Atom, ...]) -> tuple[Held] | None:
        """A value of `key` on which all of `atoms` hold, in a tuple of one; None where there is none."""
        memo = (key, frozenset(map(id, atoms)))
        if memo not in self._solved:
            self.steps.spend()
            self._solved[memo] = self._work_out(key, atoms)
        return self._solved[memo]

    def _work_out(self, key: str, atoms: tuple[Atom, ...]) -> tuple[Held] | None:
        domain = self.domains.get(key, ABSENT)
        absent = all(atom.absent for atom in atoms)
        match domain:
            case Finite(values):
                for value in values:
                    self.steps.spend(len(atoms))
                    if absent if value is None else all(atom.takes(value) for atom in atoms):
                        return (value,)
                return None
            case Free():
                if domain.optional and absent:
                    return (None,)
                found = self._word(key, domain, atoms)
                return None if found is None else (found,)
            case Many():
                return (None,) if absent and not domain.must else self._several(key, domain, atoms)
        raise AssertionError(f"{key}: {domain} has to be resolved before the search")

    def _several(self, key: str, domain: Many, atoms: tuple[Atom, ...]) -> tuple[Held] | None:
        """Values of a key with many: one for each atom that asks for some, on which all hold that ask it of every."""
        every = [atom for atom in atoms if atom.every]
        if not all(atom.takes(word) for atom in every for word in domain.must):
            return None
        some = [atom for atom in atoms if not atom.every and not any(map(atom.takes, domain.must))]
        words = dict.fromkeys(domain.must)
        each = Free(optional=False, samples=domain.samples)
        for wanted in [(*every, atom) for atom in some] or ([] if words else [tuple(every)]):
            word = self._word(key, each, wanted)
            if word is None:
                return None
            words[word] = None
        return (tuple(words),)

    def _word(self, key: str, domain: Free, atoms: Sequence[Atom]) -> str | None:
        shape = self.interned[(domain.shape, *domain.also, *domain.or_perhaps)]
        others = self.interned[domain.other_than] if domain.other_than else None
        for sample in domain.samples:
            self.steps.spend(4 + 4 * len(atoms))
            if others is not None and others.accepts(sample):
                continue
            if shape.accepts(sample) and all(atom.takes(sample) for atom in atoms):
                return sample
        accept, reject = [], []
        for atom in atoms:
            if atom.automaton is None:
                if not atom.positive:
                    return None
            elif atom.positive:
                accept.append(atom.automaton)
            else:
                reject.append(atom.automaton)
        if others is not None:
            reject.append(others)
        accept.sort(key=lambda automaton: not automaton.is_finite)
        return self.interned.shortest([*accept, shape], reject, self.steps)

    def find(self, must: Sequence[Atom], outside: Sequence[Box]) -> Point | None:
        """A point where all of `must` hold and that is in no box of `outside`; None where there is none.

        The point names every dimension of the space. Raises `Bounded`.
        """
        constraints: dict[str, tuple[Atom, ...]] = {}
        for atom in must:
            constraints[atom.key] = (*constraints.get(atom.key, ()), atom)
        return self._find(constraints, list(outside))

    def _find(self, constraints: dict[str, tuple[Atom, ...]], outside: list[Box]) -> Point | None:
        while True:
            point = self._point(constraints)
            if point is None:
                return None
            self.steps.spend(2 * len(outside) + len(constraints))
            inside = [box for box in outside if all(atom.holds(point[atom.key]) for atom in box)]
            if not inside:
                return point
            best = self._fewest_ways_out(constraints, inside)
            if not best:
                return None
            if len(best) > 1:
                break
            constraints = self._with(constraints, best[0].negation())
        for way in best:
            found = self._find(self._with(constraints, way.negation()), outside)
            if found is not None:
                return found
            # What isn't found outside of `way` lies inside of it: the branches don't overlap.
            constraints = self._with(constraints, way)
            if self.solve(way.key, constraints[way.key]) is None:
                return None
        return None

    def _point(self, constraints: dict[str, tuple[Atom, ...]]) -> Point | None:
        """A point that meets the constraints, whatever it is inside of."""
        self.steps.spend()
        point: Point = {}
        for key in self.domains.keys() | constraints.keys():
            solved = self.solve(key, constraints.get(key, ()))
            if solved is None:
                return None
            point[key] = solved[0]
        return point

    def _fewest_ways_out(self, constraints: dict[str, tuple[Atom, ...]], inside: list[Box]) -> list[Atom]:
        """The atoms that may fail of the box with the fewest of them; none where a box can't be left."""
        best: list[Atom] | None = None
        for box in inside:
            ways = [atom for atom in box if self._open(constraints, atom.negation())]
            if best is None or len(ways) < len(best):
                best = ways
                if len(ways) < 2:
                    break
        return best or []

    def _open(self, constraints: dict[str, tuple[Atom, ...]], atom: Atom) -> bool:
        return self.solve(atom.key, (*constraints.get(atom.key, ()), atom)) is not None

    @staticmethod
    def _with(constraints: dict[str, tuple[Atom, ...]], atom: Atom) -> dict[str, tuple[Atom, ...]]:
        return {**constraints, atom.key: (*constraints.get(atom.key, ()), atom)}
