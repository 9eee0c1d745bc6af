"""A statement as boxes over the dimensions of a request, for one caller and one action.

Parts that nobody knows are taken both ways: `over` gives boxes that hold all the statement may match, `under` boxes
that hold only what it surely matches.
"""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from orgtrail.iam.actions import Action
from orgtrail.iam.conditions import Operator
from orgtrail.iam.document import Condition, Names, Statement, Words, causes_in
from orgtrail.iam.domains import ABSENT, Domain, Finite, Free, Unclear, Unspecified
from orgtrail.iam.patterns import STAR, Automaton, Token, Tokens, literal
from orgtrail.iam.principals import MULTI_VALUED, Caller
from orgtrail.iam.search import Atom, Box
from orgtrail.iam.symbols import Spelling, spell
from orgtrail.values import Cause, Symbol, Unknown, parts_of

#: The dimension that holds the resource's ARN.
RESOURCE = "resource"
ARN = "aws:principalarn"
USERID = "aws:userid"

#: A part of a condition that nobody knows: true when over-approximated, false when under-approximated.
UNKNOWN = object()

#: Nobody asks about requests from before orgtrail was written, so time starts here.
TIME_STARTS = datetime(2025, 1, 1, tzinfo=UTC).timestamp()


class Boxes(NamedTuple):
    """What a statement matches. `unknown` are the causes for which its boxes are only an approximation."""

    label: str
    boxes: tuple[Box, ...]
    unknown: tuple[Cause, ...]


class Pattern(NamedTuple):
    """The tokens of a value; `hole` where a part of it isn't known (a star stands there)."""

    tokens: Tokens
    hole: bool


Typed: TypeAlias = Mapping[str, tuple[str, tuple[str, ...]]]
_VARIABLE = re.compile(r"\$\{([^{}]*)\}")


class Frame:
    """One caller, one action, one spelling: what statements are turned into boxes for.

    `pinned` fixes keys that policy variables tie to others; `typed` says for keys that are numbers, dates or addresses
    where the policy cuts them (see `cuts`); `unclear` collects the causes that were met on the way.
    """

    def __init__(
        self,
        caller: Caller,
        action: Action,
        resource: Domain,
        spelling: Spelling,
        typed: Typed,
        pinned: Mapping[str, str | None],
        interned: dict[Any, Automaton],
        present: Mapping[str, bool] | None = None,
    ) -> None:
        self.caller = caller
        self.action = action
        self.spelling = spelling
        self.typed = typed
        self.pinned = pinned
        self.present = present or {}
        self.interned = interned
        self.domains: dict[str, Domain] = {RESOURCE: resource}
        self.tied: dict[str, None] = {}
        self._atoms: dict[Any, Atom] = {}
        self.met: list[Cause] = []

    # Domains

    def domain(self, key: str) -> Domain:
        """The domain of `key`, with numbers, dates and addresses cut into finitely many values."""
        found = self.domains.get(key)
        if found is None:
            found = self._domain(key)
            self.domains[key] = found
        return found

    def _domain(self, key: str) -> Domain:
        if key in self.pinned:
            return Finite((self.pinned[key],))
        found = self.caller.domain(key, self.action)
        user = self.pinned.get("aws:username")
        if key == ARN and user is not None and self.caller.kind == "user":
            # The name of a user is the end of its ARN.
            return Finite((f"{self.caller.arn_prefix}{user}", f"{self.caller.arn_prefix}team/{user}"))
        if isinstance(found, Unspecified):
            if not self.present.get(key, False):
                return ABSENT
            found = Free(found.present.shape, optional=False, samples=found.present.samples, kind=found.present.kind)
        if isinstance(found, Free) and key in self.typed:
            kind, values = self.typed[key]
            if kind in ("numeric", "date", "ip"):
                return Finite((*((None,) if found.optional else ()), *values))
        return found

    # Statements

    def boxes(self, statement: Statement, variables: bool | None, over: bool, denying: bool = False) -> Boxes:
        """The boxes of `statement`, approximated from above (`over`) or from below.

        `denying` says what a statement is taken for of which nobody knows whether it allows or denies.
        """
        self.met = []
        alternatives = self._principal(statement, over, denying)
        if alternatives and self._action(statement, over):
            resource = self._resource(statement, variables, over)
            if resource is not None:
                rest = self._conditions(statement, variables, over)
                if rest is not None:
                    boxes = tuple(_merged((*alternative, *resource, *rest)) for alternative in alternatives)
                    return Boxes(statement.label, boxes, self._unknown(statement))
        return Boxes(statement.label, (), self._unknown(statement))

    def _unknown(self, statement: Statement) -> tuple[Cause, ...]:
        return tuple(dict.fromkeys((*causes_in(statement), *self.met)))

    # Principals

    def _principal(self, statement: Statement, over: bool, denying: bool) -> list[Box]:
        """The alternatives under which the caller is a principal of `statement`; empty where it can't be."""
        if not statement.not_principal:
            return self._matched(statement, over)
        # A statement that may allow or deny is looked at as a Deny where Denies are sought: less escapes one.
        denies = statement.effect == "Deny" or (isinstance(statement.effect, Unknown) and denying)
        if denies and self.caller.account is not None:
            escaped = self._listed_fully(statement, not over)
        else:
            escaped = self._matched(statement, not over)
        # Outside of every alternative: through one atom of each.
        return [_merged(tuple(atom.negation() for atom in chosen)) for chosen in product(*escaped)]

    def _matched(self, statement: Statement, over: bool) -> list[Box]:
        principals, caller = statement.principals, self.caller
        if principals.everyone or (over and principals.rest):
            return [()]
        found: list[Box] = []
        if caller.kind == "service":
            for name in principals.services:
                spelled = self._plain(name)
                if spelled == caller.service or (spelled is None and over):
                    return [()]
            return []
        if caller.kind == "anonymous":
            return []
        if over and principals.unmapped:
            self.met.append(Cause("who stands behind a federated principal or a canonical user isn't in the policy"))
            return [()]
        if principals.unmapped:
            self.met.append(Cause("who stands behind a federated principal or a canonical user isn't in the policy"))
        for name in principals.aws:
            spelled = self._plain(name)
            if spelled is None:
                if over and self._may_name(name):
                    return [()]
                continue
            box = self._named(spelled)
            if box == ():
                return [()]
            if box is not None:
                found.append(box)
        return found

    def _named(self, name: str) -> Box | None:
        """The atoms under which the caller is `name` (an account or an ARN); None where it never is."""
        caller = self.caller
        if name == caller.account or name == f"arn:{caller.facts.partition}:iam::{caller.account}:root":
            return ()
        if name.startswith(caller.arn_prefix):
            return (self._is(ARN, (literal(name),)),)
        session = f"arn:{caller.facts.partition}:sts::{caller.account}:assumed-role/"
        if caller.kind == "role" and name.startswith(session):
            role, _, session_name = name.removeprefix(session).partition("/")
            if not role or not session_name:
                return None
            return (self._is(ARN, self._role(role)), self._is(USERID, ((STAR, *literal(f":{session_name}")),)))
        return None

    def _role(self, name: str) -> tuple[Tokens, ...]:
        """Role ARNs whose name is `name`, under any path: a session's ARN doesn't say which."""
        prefix = literal(self.caller.arn_prefix)
        return (prefix + literal(name), (*prefix, STAR, *literal(f"/{name}")))

    def _listed_fully(self, statement: Statement, over: bool) -> list[Box]:
        """What a caller has to be to escape a Deny with NotPrincipal: account, role and session all listed."""
        principals, caller = statement.principals, self.caller
        if principals.everyone or (over and (principals.rest or principals.unmapped)):
            return [()]
        names: list[str] = []
        holes = False
        for name in principals.aws:
            spelled = self._plain(name)
            if spelled is None:
                holes = holes or self._may_name(name)
            else:
                names.append(spelled)
        if holes and over:
            return [()]
        partition = caller.facts.partition
        if not {caller.account, f"arn:{partition}:iam::{caller.account}:root"} & set(names):
            return []
        if caller.kind == "root":
            return [()]
        own = [name for name in names if name.startswith(caller.arn_prefix)]
        if caller.kind != "role":
            return [(self._is(ARN, (literal(name),)),) for name in own]
        session = f"arn:{partition}:sts::{caller.account}:assumed-role/"
        return [
            (self._is(ARN, (literal(role),)), self._is(USERID, ((STAR, *literal(f":{session_name}")),)))
            for role in own
            for name in names
            if name.startswith(session)
            for role_name, _, session_name in (name.removeprefix(session).partition("/"),)
            if role_name == role.rpartition("/")[2] and session_name
        ]

    def _plain(self, name: Words) -> str | None:
        pieces = []
        for part in parts_of(name):
            if isinstance(part, str):
                pieces.append(part)
            elif isinstance(part, Symbol):
                pieces.append(self.spelling[part])
            else:
                return None
        return "".join(pieces)

    def _may_name(self, name: Words) -> bool:
        """Whether a principal with a hole may name the caller: not where its account already says otherwise."""
        known = []
        for part in parts_of(name):
            if isinstance(part, (str, Symbol)):
                known.append(part if isinstance(part, str) else self.spelling[part])
            else:
                break
        segments = "".join(known).split(":")
        return len(segments) < 6 or segments[4] == self.caller.account

    def _is(self, key: str, patterns: tuple[Tokens, ...], positive: bool = True, absent: bool = False) -> Atom:
        self.domain(key)
        return self._atom(key, absent=absent, positive=positive, patterns=patterns)

    # Actions and resources

    def _action(self, statement: Statement, over: bool) -> bool:
        return action_matches(statement, self.action.name, over, self.spelling)

    def _resource(self, statement: Statement, variables: bool | None, over: bool) -> Box | None:
        names = statement.resources
        wanted = over != statement.not_resource
        if names.rest and wanted:
            return () if not statement.not_resource else None
        patterns = []
        for value in names.values:
            pattern = self.pattern(value, "resource", variables)
            if pattern is None or (pattern.hole and not wanted):
                continue
            patterns.append(pattern.tokens)
        if (STAR,) in patterns:
            return () if not statement.not_resource else None
        return (self._is(RESOURCE, tuple(patterns), positive=not statement.not_resource),)

    # Values

    def pattern(self, words: Words, style: str, variables: bool | None) -> Pattern | None:
        """The pattern that `words` stand for; None where a variable in them can't be resolved.

        `style`: `literal`, `fold` (no case), `like` (`*` and `?`), `resource` (the same, variables after the fifth
        colon), `arn` (the same, and six segments compared one by one).
        """
        tokens: list[Token] = []
        hole = False
        colons = 0
        by_segment = style == "arn"
        gated = style in ("arn", "resource")

        def raw(piece: str) -> None:
            nonlocal colons
            for character in piece:
                if style not in ("literal", "fold") and character in "*?":
                    excluded = frozenset(":") if by_segment and colons < 5 and not hole else frozenset[str]()
                    tokens.append(Token(None, excluded, star=character == "*"))
                else:
                    verbatim(character)

        def verbatim(piece: str) -> None:
            nonlocal colons
            colons += piece.count(":")
            tokens.extend(literal(piece, fold_case=style == "fold"))

        for part in parts_of(words):
            if isinstance(part, Symbol):
                verbatim(self.spelling[part])
                continue
            if not isinstance(part, str):
                tokens.append(STAR)
                hole = True
                continue
            if variables is False or "${" not in part:
                raw(part)
                continue
            if variables is None:
                tokens.append(STAR)
                hole = True
                continue
            at = 0
            for match in _VARIABLE.finditer(part):
                raw(part[at : match.start()])
                at = match.end()
                if match.group(1) in ("*", "?", "$"):
                    verbatim(match.group(1))
                elif gated and colons < 5 and not hole:
                    raw(match.group())
                else:
                    resolved = self._resolve(match.group(1))
                    if resolved is None:
                        return None
                    if resolved is UNKNOWN:
                        tokens.append(STAR)
                        hole = True
                    else:
                        verbatim(str(resolved))
            raw(part[at:])
        if by_segment and not hole and colons < 5 and any(token.chars is None for token in tokens):
            # Fewer than six segments: no ARN is like that, but AWS doesn't say what a lone wildcard means.
            self.met.append(Cause("AWS doesn't say what an ARN pattern with fewer than six segments matches"))
            return Pattern((STAR,), hole=True)
        return Pattern(tuple(tokens), hole)

    def _resolve(self, expression: str) -> object:
        """What a policy variable stands for: a string, None where it can't be resolved, UNKNOWN where it is open."""
        name, comma, default = expression.partition(",")
        key = name.strip().lower()
        fallback = default.strip().strip("'") if comma else None
        if key in MULTI_VALUED:
            return None if fallback is None else fallback
        domain = self.domain(key)
        if isinstance(domain, Finite) and len(domain.values) == 1:
            value = domain.values[0]
            return fallback if value is None else value
        if isinstance(domain, Unclear):
            self.met.append(domain.cause)
        else:
            self.tied[key] = None
        return UNKNOWN

    # Conditions

    def _conditions(self, statement: Statement, variables: bool | None, over: bool) -> Box | None:
        atoms: list[Atom] = []
        if statement.unknown_conditions and not over:
            return None
        for condition in statement.conditions:
            atom = self._condition(condition, variables, over)
            if atom is UNKNOWN:
                if not over:
                    return None
            elif isinstance(atom, Atom):
                if atom.key not in self.domains or self.solves_not(atom):
                    return None
                atoms.append(atom)
        return tuple(atoms)

    def solves_not(self, atom: Atom) -> bool:
        """Whether `atom` surely fails: only looked at where the key has but one value."""
        domain = self.domains[atom.key]
        return isinstance(domain, Finite) and not any(
            atom.absent if value is None else atom.takes(value) for value in domain.values
        )

    def _condition(self, condition: Condition, variables: bool | None, over: bool) -> object:
        if isinstance(condition.operator, Unknown) or isinstance(condition.key, Unknown):
            return UNKNOWN
        operator, key = condition.operator, condition.key
        domain = self.domain(key)
        if isinstance(domain, Unclear):
            self.met.append(domain.cause)
            return UNKNOWN
        if operator.family == "null":
            return self._null(key, condition.values)
        if key in MULTI_VALUED and operator.quantifier == "one" and domain != ABSENT:
            self.met.append(
                Cause(f"AWS doesn't say what `{condition.spelled}`, a multi-valued key, means without a set operator")
            )
            return UNKNOWN
        if key == "aws:username" and self.caller.kind == "user" and not isinstance(domain, Finite):
            return self._username(condition, operator, variables, over)
        absent = {"all": True, "any": operator.if_exists, "one": operator.negated or operator.if_exists}[
            operator.quantifier
        ]
        every = operator.quantifier == "all"
        if isinstance(domain, Finite) and domain.values == (None,):
            # Nothing to compare with.
            return self._atom(key, absent=absent, positive=True, patterns=())
        if operator.family in ("numeric", "date", "ip"):
            return self._ordered(key, domain, operator, condition.values, absent, every, over)
        if isinstance(domain, Finite) and key in self.typed and self.typed[key][0] in ("numeric", "date", "ip"):
            self.met.append(Cause(f"`{condition.spelled}` is compared as a string here and by its kind elsewhere"))
            return UNKNOWN
        style = _STYLES["fold" if operator.fold_case else operator.family]
        patterns: list[Tokens] = []
        widest = over != operator.negated
        if condition.values.rest and widest:
            return self._atom(key, absent=absent, positive=not operator.negated, patterns=((STAR,),), every=every)
        for value in condition.values.values:
            pattern = self.pattern(value, style, variables)
            if pattern is None or (pattern.hole and not widest):
                continue
            patterns.append(pattern.tokens)
        return self._atom(key, absent=absent, positive=not operator.negated, patterns=tuple(patterns), every=every)

    def _null(self, key: str, values: Names) -> object:
        if values.rest or not all(isinstance(value, str) for value in values.values):
            return UNKNOWN
        wanted = {str(value).lower() for value in values.values}
        if not wanted <= {"true", "false"}:
            return UNKNOWN
        present = "false" in wanted
        return self._atom(key, absent="true" in wanted, positive=True, patterns=((STAR,),) if present else ())

    def _username(self, condition: Condition, operator: Operator, variables: bool | None, over: bool) -> object:
        """The name of a user is the end of its ARN, so a condition on it is one on the ARN."""
        widest = over != operator.negated
        prefix = literal(self.caller.arn_prefix)
        if operator.family not in _STYLES:
            return UNKNOWN
        if condition.values.rest and widest:
            patterns: list[Tokens] = [(STAR,)]
        else:
            patterns = []
            for value in condition.values.values:
                pattern = self.pattern(value, _STYLES["fold" if operator.fold_case else operator.family], variables)
                if pattern is None or (pattern.hole and not widest):
                    continue
                if any(token.chars is not None and "/" in token.chars for token in pattern.tokens):
                    continue
                name = tuple(
                    Token(None, token.excluded | {"/"}, token.star) if token.chars is None else token
                    for token in pattern.tokens
                )
                patterns += [prefix + name, (*prefix, STAR, *literal("/"), *name)]
        return self._is(ARN, tuple(patterns), positive=not operator.negated)

    def _ordered(
        self, key: str, domain: Domain, operator: Operator, values: Names, absent: bool, every: bool, over: bool
    ) -> object:
        if not isinstance(domain, Finite):
            self.met.append(Cause(f"`{key}` is compared as a {operator.family} here and otherwise elsewhere"))
            return UNKNOWN
        read = _READERS[operator.family]
        widest = over != operator.negated
        wanted = []
        holes = bool(values.rest)
        for value in values.values:
            spelled = self._plain(value)
            if spelled is None:
                holes = True
                continue
            parsed = read(spelled)
            if parsed is None:
                self.met.append(Cause(f"`{spelled}` is no {operator.family} value"))
                return UNKNOWN
            wanted.append(parsed)
        if holes and widest:
            return self._atom(key, absent=absent, positive=not operator.negated, patterns=((STAR,),), every=every)
        held = [(value, read(value)) for value in domain.values if value is not None]
        if any(parsed is None for _, parsed in held):
            return UNKNOWN
        inside = frozenset(value for value, parsed in held if any(_compare(operator, parsed, one) for one in wanted))
        return self._atom(key, absent=absent, positive=not operator.negated, finite=inside, every=every)

    # Atoms are shared, so that what is worked out about one serves all

    def _atom(
        self,
        key: str,
        *,
        absent: bool,
        positive: bool,
        patterns: tuple[Tokens, ...] = (),
        every: bool = False,
        finite: frozenset[str] | None = None,
    ) -> Atom:
        memo = (key, absent, positive, patterns, every, finite)
        atom = self._atoms.get(memo)
        if atom is None:
            automaton: Automaton | None = None
            if finite is None and patterns != ((STAR,),):
                automaton = self.interned.get(patterns)
                if automaton is None:
                    automaton = self.interned[patterns] = Automaton(patterns)
            atom = self._atoms[memo] = Atom(
                key, absent=absent, automaton=automaton, positive=positive, every=every, finite=finite
            )
        return atom


_STYLES = {"string": "literal", "fold": "fold", "like": "like", "arn": "arn", "bool": "fold", "binary": "literal"}


def _merged(atoms: Iterable[Atom]) -> Box:
    return tuple(dict.fromkeys(atoms))


def action_matches(statement: Statement, name: str, over: bool, spelling: Spelling) -> bool:
    """Whether the action `name` is one of the statement's; what is unknown counts as `over` says."""
    wanted = over != statement.not_action
    found = bool(statement.actions.rest) and wanted
    for value in statement.actions.values:
        if found:
            break
        if isinstance(value, str):
            found = _glob_fold(value, name)
        elif any(isinstance(part, Unknown) for part in parts_of(value)):
            found = wanted
        else:
            found = _glob_fold(spell(value, spelling), name)
    return found != statement.not_action


@functools.lru_cache(maxsize=8192)
def _glob_fold(pattern: str, name: str) -> bool:
    """Whether a pattern with `*` and `?` matches a name, without case; linear in the pattern, which may be hostile."""
    pattern, name = pattern.lower(), name.lower()
    if "*" not in pattern and "?" not in pattern:
        return pattern == name
    # Bit i says that what was read of the pattern so far matches the first i characters of the name.
    everywhere = (1 << len(name)) - 1
    places: dict[str, int] = {"?": everywhere}
    for index, character in enumerate(name):
        places[character] = places.get(character, 0) | 1 << index
    reached = 1
    for character in pattern:
        if character == "*":
            reached = -(reached & -reached) & (everywhere << 1 | 1)
        else:
            reached = (reached & places.get(character, 0)) << 1
        if not reached:
            return False
    return bool(reached >> len(name) & 1)


# Numbers, dates, addresses


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _date(word: str) -> float | None:
    if re.fullmatch(r"-?[0-9]{5,}(\.[0-9]+)?", word):
        return float(word)
    try:
        found = datetime.fromisoformat(word.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _network(word: str) -> Any:
    from ipaddress import ip_network

    try:
        return ip_network(word, strict=False)
    except ValueError:
        return None


_READERS: dict[str, Any] = {"numeric": _number, "date": _date, "ip": _network}


def _compare(operator: Operator, held: Any, wanted: Any) -> bool:
    if operator.family == "ip":
        return bool(held.version == wanted.version and held.subnet_of(wanted))
    match operator.comparison:
        case "<":
            return bool(held < wanted)
        case "<=":
            return bool(held <= wanted)
        case ">":
            return bool(held > wanted)
        case ">=":
            return bool(held >= wanted)
    return bool(held == wanted)


_ORDERED = frozenset(("numeric", "date", "ip"))


def measured(conditions: Sequence[Condition]) -> list[Condition]:
    """The conditions on keys that are compared as a number, a date or an address at least once: all that `cuts` needs.

    Most policies have none, and a proof cuts for every caller and action.
    """
    keys = {c.key for c in conditions if not isinstance(c.operator, Unknown) and c.operator.family in _ORDERED}
    return [condition for condition in conditions if condition.key in keys]


def cuts(
    conditions: Iterable[Condition], kinds: Mapping[str, str], spelling: Spelling
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """For each key compared as a number, a date or an address: its kind, and a value of each piece it is cut into.

    `kinds` says what keys hold by nature; a key that is a string by nature is cut where all operators on it agree.
    """
    families: dict[str, set[str]] = {}
    words: dict[str, list[str]] = {}
    for condition in conditions:
        if isinstance(condition.operator, Unknown) or isinstance(condition.key, Unknown):
            continue
        if condition.operator.family == "null":
            continue
        families.setdefault(condition.key, set()).add(condition.operator.family)
        for value in condition.values.values:
            parts = parts_of(value)
            if all(isinstance(part, (str, Symbol)) for part in parts):
                words.setdefault(condition.key, []).append(spell(value, spelling))
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for key, used in families.items():
        ordered = used & _ORDERED
        native = kinds.get(key, "string")
        if native in ordered:
            kind = native
        elif native == "string" and len(used) == 1 and ordered:
            kind = next(iter(ordered))
        else:
            continue
        found[key] = (kind, _pieces(kind, words.get(key, [])))
    return found


def _pieces(kind: str, words: list[str]) -> tuple[str, ...]:
    if kind == "ip":
        return _address_pieces(words)
    read = _READERS[kind]
    marks = sorted({parsed for word in words if (parsed := read(word)) is not None})
    points: list[float] = []
    for before, after in zip([None, *marks], [*marks, None], strict=True):
        if before is None and after is None:
            points.append(TIME_STARTS if kind == "date" else 1.0)
        elif before is None:
            points.append(marks[0] - (1.0 if kind == "numeric" else 86400.0))
        elif after is None:
            points.append(before + (1.0 if kind == "numeric" else 86400.0))
        else:
            points.append((before + after) / 2)
        if after is not None:
            points.append(after)
    if kind == "date":
        points = [point for point in points if point >= TIME_STARTS] or [TIME_STARTS]
        if TIME_STARTS not in points:
            points.insert(0, TIME_STARTS)
        return tuple(datetime.fromtimestamp(point, UTC).isoformat().replace("+00:00", "Z") for point in points)
    return tuple(f"{point:g}" if point == int(point) and abs(point) < 1e6 else repr(point) for point in points)


def _address_pieces(words: list[str]) -> tuple[str, ...]:
    from ipaddress import ip_address

    starts: dict[Any, None] = {}
    for word in words:
        network = _network(word)
        if network is None:
            continue
        starts[network.network_address] = None
        last = network.broadcast_address
        if int(last) + 1 < 2 ** (32 if network.version == 4 else 128):
            starts[last + 1] = None
    for default in ("198.51.100.7", "0.0.0.0", "2001:db8::7", "::"):  # noqa: S104
        starts.setdefault(ip_address(default), None)
    ordinary = [ip_address("198.51.100.7")]
    return tuple(str(address) for address in [*ordinary, *(one for one in starts if one not in ordinary)])
