"""A statement as boxes over the dimensions of a request, for one caller and one action.

Parts that nobody knows are taken both ways: `over` gives boxes that hold all the statement may match, `under` boxes
that hold only what it surely matches.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import NamedTuple, TypeAlias

import msgspec

from orgtrail.arn import cut
from orgtrail.iam.accounts import style_of
from orgtrail.iam.action_names import action_matches
from orgtrail.iam.actions import Action
from orgtrail.iam.conditions import MULTI_VALUED, Operator
from orgtrail.iam.domains import ABSENT, Finite, Free, Unclear, Unspecified, ValueSet
from orgtrail.iam.log_objects import keys_at
from orgtrail.iam.measures import READERS, comparison
from orgtrail.iam.patterns import STAR, Interned, Token, Tokens, beginnings, glob, joined, literal
from orgtrail.iam.principals import ANY_ACCOUNT, Caller
from orgtrail.iam.search import Atom, Box
from orgtrail.iam.statements import Condition, Names, Statement, Words, causes_in
from orgtrail.iam.steps import Steps
from orgtrail.iam.strings import MatchStyle, Pattern, pattern
from orgtrail.iam.symbols import Spelling, plain
from orgtrail.values import Cause, Symbol, Unknown, parts_of, show

#: The dimension that holds the resource's ARN.
RESOURCE = "resource"
ARN = "aws:principalarn"
USERID = "aws:userid"

#: A part of a condition that nobody knows: true when over-approximated, false when under-approximated.
UNKNOWN = object()


def unsaid(key: str) -> Cause:
    """Why a key isn't known that a service may send or not."""
    return Cause(f"AWS doesn't say whether `{key}` is there when a service calls")


class Boxes(NamedTuple):
    """What a statement matches. `unknown` are the causes for which its boxes are only an approximation."""

    label: str
    boxes: tuple[Box, ...]
    unknown: tuple[Cause, ...]


#: How a key is tried of which AWS doesn't say whether it is there: not at all, with any value, with this one, or not
#: looked into (`OPEN`, no key has such a value).
Presence: TypeAlias = bool | str
OPEN = "\0open"
Typed: TypeAlias = Mapping[str, tuple[str, ...]]
_SLASH = frozenset("/")
_OWN_ACCOUNT = re.compile(r"\$\{\s*aws:PrincipalAccount\s*\}", re.IGNORECASE)


class Reading(NamedTuple):
    """What of a statement is the same for every caller: its causes of not knowing, and who it names.

    `accounts` are whole accounts, by number or by the ARN of their root, `arns` the other principals (by an ARN, or an
    id that IAM made up), `holes` those that aren't known in full. `weight` is how much work the statement is, in steps.
    """

    causes: tuple[Cause, ...]
    accounts: frozenset[str]
    arns: tuple[str, ...]
    holes: tuple[Words, ...]
    weight: int


def reading_of(statement: Statement, spelling: Spelling) -> Reading:
    """Reads a statement."""
    names = [(name, plain(name, spelling)) for name in statement.principals.aws]
    known = [name for _, name in names if name is not None]
    lists = (statement.resources, *(condition.values for condition in statement.conditions))
    words = [value for listed in lists for value in listed.values]
    return Reading(
        causes=causes_in(statement),
        accounts=frozenset(name for name in known if name.isdigit() or name.endswith(":root")),
        arns=tuple(name for name in known if not name.isdigit() and not name.endswith(":root")),
        holes=tuple(name for name, spelled in names if spelled is None),
        weight=2 + len(statement.conditions) + sum(1 + len(str(value)) // 100 for value in words) + len(names) // 8,
    )


#: What an atom is made of: key, absent, positive, patterns, every, finite.
_AtomKey: TypeAlias = tuple[str, bool, bool, tuple[Tokens, ...], bool, frozenset[str] | None]


class Shared(NamedTuple):
    """What all frames of a scene share: the spelling, automata and readings made so far, and the bound on the work."""

    spelling: Spelling
    interned: Interned
    readings: dict[int, Reading]
    steps: Steps


class Trial(NamedTuple):
    """What a frame tries. With `worst`, a caller that stands for others is taken for all of them.

    `present` says how keys are tried of which AWS doesn't say whether they are there, `pinned` fixes keys that policy
    variables tie to others.
    """

    worst: bool
    present: Mapping[str, Presence]
    pinned: Mapping[str, str | None]


class Frame:
    """One caller, one action, one spelling: what statements are turned into boxes for.

    `typed` says for keys that are numbers, dates or addresses where the policy cuts them (see `cuts`), `entangled` are
    keys that hang together in a way that boxes can't say. `met` collects the causes that were met on the way.
    """

    def __init__(
        self,
        caller: Caller,
        action: Action,
        resource: ValueSet,
        typed: Typed,
        entangled: Mapping[str, Cause],
        shared: Shared,
        trial: Trial,
    ) -> None:
        self.caller = caller
        self.action = action
        self.typed = typed
        self.entangled = entangled
        self.spelling, self.interned, self.readings, self.steps = shared
        self.worst, self.present, self.pinned = trial
        self.domains: dict[str, ValueSet] = {RESOURCE: resource}
        self.tied: dict[str, None] = {}
        self._atoms: dict[_AtomKey, Atom] = {}
        self._boxes: dict[tuple[int, bool | None, bool, bool], Boxes] = {}
        self.met: list[Cause] = []

    # Domains

    def domain(self, key: str) -> ValueSet:
        """The domain of `key`, with numbers, dates and addresses cut into finitely many values."""
        found = self.domains.get(key)
        if found is None:
            found = self._domain(key)
            self.domains[key] = found
        return found

    def _domain(self, key: str) -> ValueSet:
        if key in self.pinned:
            return Finite((self.pinned[key],))
        if key in self.entangled:
            return Unclear(self.entangled[key])
        if key == USERID and not self.worst and self.caller.kind in ("role", "user"):
            return self.caller.with_own_id()
        found = self.caller.domain(key, self.action)
        user = self.pinned.get("aws:username")
        if key == ARN and user is not None and self.caller.kind == "user":
            # The name of a user is the end of its ARN.
            return Finite((f"{self.caller.arn_prefix}{user}", f"{self.caller.arn_prefix}team/{user}"))
        if isinstance(found, Unspecified):
            found = self._tried(key, found.present)
        if isinstance(found, Free) and found.or_perhaps and not self.worst:
            found = msgspec.structs.replace(found, or_perhaps=())
        if isinstance(found, Free) and found.kind in ("ip", "public ip") and key not in self.typed and not self.worst:
            # Compared as a string: these two are surely spelled like this.
            return Finite((*((None,) if found.optional else ()), "198.51.100.7", "2001:db8::7"))
        if isinstance(found, Free) and key in self.typed:
            return Finite((*((None,) if found.optional else ()), *self.typed[key]))
        return found

    def _tried(self, key: str, present: Finite | Free) -> ValueSet:
        """A key of which AWS doesn't say whether it is there, as it is tried: else both ways are open."""
        way = self.present.get(key)
        if way is OPEN:
            return Unclear(unsaid(key))
        if way is False:
            return ABSENT
        if isinstance(present, Free):
            return msgspec.structs.replace(present, optional=way is None)
        both = (None, *present.values) if way is None else present.values
        return Finite((way,)) if isinstance(way, str) else Finite(both)

    # Statements

    def boxes(self, statement: Statement, variables: bool | None, over: bool, denying: bool = False) -> Boxes:
        """The boxes of `statement`, approximated from above (`over`) or from below.

        `denying` says what a statement is taken for of which nobody knows whether it allows or denies.
        """
        memo = (id(statement), variables, over, denying)
        found = self._boxes.get(memo)
        if found is None:
            self.steps.spend(self.reading(statement).weight)
            found = self._boxes[memo] = self._made(statement, variables, over, denying)
        return found

    def _made(self, statement: Statement, variables: bool | None, over: bool, denying: bool) -> Boxes:
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
        known = self.reading(statement).causes
        return tuple(dict.fromkeys((*known, *self.met))) if self.met else known

    def reading(self, statement: Statement) -> Reading:
        """What is the same for every caller of a statement."""
        found = self.readings.get(id(statement))
        if found is None:
            found = self.readings[id(statement)] = reading_of(statement, self.spelling)
        return found

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
        self.steps.spend(math.prod(map(len, escaped)))
        return [_merged(tuple(atom.negation() for atom in chosen)) for chosen in product(*escaped)]

    def _matched(self, statement: Statement, over: bool) -> list[Box]:
        principals, caller = statement.principals, self.caller
        if principals.everyone or (over and principals.rest):
            return [()]
        if caller.kind == "service":
            for name in principals.services:
                spelled = plain(name, self.spelling)
                if spelled == caller.service or (spelled is None and over):
                    return [()]
            return []
        if caller.kind == "anonymous":
            return []
        self.met += map(behind, principals.unmapped)
        if over and principals.unmapped:
            return [()]
        reading = self.reading(statement)
        if not reading.accounts.isdisjoint(self._account_names()):
            return [()]
        if over and any(map(self._may_name, reading.holes)):
            return [()]
        return [box for box in map(self._named, reading.arns) if box is not None]

    def _account_names(self) -> tuple[str, str]:
        """The two ways to name the whole account of the caller."""
        return str(self.caller.account), f"arn:{self.caller.facts.partition}:iam::{self.caller.account}:root"

    def _named(self, name: str) -> Box | None:
        """The atoms under which the caller is the principal with the ARN `name`; None where it never is."""
        caller = self.caller
        if name.startswith(caller.arn_prefix):
            return (self._is(ARN, (literal(name),)),)
        if caller.kind in ("role", "user") and name.startswith(caller.own_id[:4]):
            ending = (":", STAR) if caller.kind == "role" else ()
            return (self._is(USERID, (joined((name, *ending)),)),)
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
        return (joined((*prefix, name)), joined((*prefix, Token(None, excluded=_SLASH), STAR, f"/{name}")))

    def _listed_fully(self, statement: Statement, over: bool) -> list[Box]:
        """What a caller has to be to escape a Deny with NotPrincipal: account, role and session all listed."""
        principals, caller = statement.principals, self.caller
        if principals.everyone or (over and (principals.rest or principals.unmapped)):
            return [()]
        reading = self.reading(statement)
        if over and (
            any(map(self._may_name, reading.holes)) or any(not name.startswith("arn:") for name in reading.arns)
        ):
            return [()]
        if reading.accounts.isdisjoint(self._account_names()):
            return []
        names = reading.arns
        if caller.kind == "root":
            return [()]
        own = [name for name in names if name.startswith(caller.arn_prefix)]
        if caller.kind != "role":
            return [(self._is(ARN, (literal(name),)),) for name in own]
        return [
            (self._is(ARN, (literal(role),)), self._is(USERID, ((STAR, *literal(f":{session}")),)))
            for role in own
            for session in self._sessions(role.rpartition("/")[2], names)
        ]

    def _sessions(self, role: str, names: Iterable[str]) -> Iterator[str]:
        """The sessions of a role in the caller's account that are among `names`."""
        start = f"arn:{self.caller.facts.partition}:sts::{self.caller.account}:assumed-role/"
        for name in names:
            named, _, session = name.removeprefix(start).partition("/")
            if name.startswith(start) and named == role and session:
                yield session

    def _may_name(self, name: Words) -> bool:
        """Whether a principal with a hole may name the caller: not where its account already says otherwise."""
        known = []
        for part in parts_of(name):
            if isinstance(part, (str, Symbol)):
                known.append(part if isinstance(part, str) else self.spelling[part])
            else:
                break
        segments = cut("".join(known))
        return len(segments) < 6 or segments[4] == self.caller.account

    def _is(self, key: str, patterns: tuple[Tokens, ...], positive: bool = True, absent: bool = False) -> Atom:
        self.domain(key)
        return self._atom(key, absent=absent, positive=positive, patterns=patterns)

    # Actions and resources

    def listing(self, places: tuple[tuple[str, str], ...]) -> Box:
        """The atom under which a listing can hold objects of one of `places`: by the prefix that it asks for."""
        if not places or self.is_open("s3:prefix"):
            return ()
        keys = (key for place in places for key in keys_at(*place, self.caller.facts.whose))
        return (self._is("s3:prefix", tuple(one for key in keys for one in beginnings(key)), absent=True),)

    def is_open(self, key: str) -> bool:
        """Whether nobody knows what `key` holds, so that it is no dimension of a search."""
        return isinstance(self.domain(key), (Unclear, Unspecified))

    def dimensions(self) -> dict[str, ValueSet]:
        """The domains of all keys that boxes were made over so far."""
        return {key: domain for key, domain in self.domains.items() if not isinstance(domain, (Unclear, Unspecified))}

    def _action(self, statement: Statement, over: bool) -> bool:
        return action_matches(statement, self.action.name, over, self.spelling)

    def _resource(self, statement: Statement, variables: bool | None, over: bool) -> Box | None:
        patterns = self._patterns(statement.resources, "resource", variables, widest=over != statement.not_resource)
        if (STAR,) in patterns:
            return () if not statement.not_resource else None
        box = (self._is(RESOURCE, patterns, positive=not statement.not_resource),)
        others = self._of_others(statement) if over and variables and not statement.not_resource else ()
        return (*box, self._is(RESOURCE, others, positive=False)) if others else box

    def _of_others(self, statement: Statement) -> tuple[Tokens, ...]:
        """What a resource with the caller's account in it doesn't name: that of an account which is asked by itself.

        Only where it is the one resource, and it is plain where the account stands: else it may be named otherwise.
        """
        resources = statement.resources
        if not (self.worst and self.caller.stands_for_others) or resources.rest or len(resources.values) != 1:
            return ()
        pieces = _OWN_ACCOUNT.split(resources.values[0]) if isinstance(resources.values[0], str) else []
        if len(pieces) != 2 or "${" in "".join(pieces) or "*" in pieces[0] or "?" in pieces[0]:
            return ()
        facts = self.caller.facts
        known = (facts.management_account, facts.owner_account, *facts.trusted_accounts, *facts.named_accounts)
        return tuple(glob(account.join(pieces)) for account in dict.fromkeys(known))

    # Values

    def pattern(self, words: Words, style: MatchStyle, variables: bool | None) -> Pattern | None:
        """The pattern that `words` stand for; None where a variable in them can't be resolved."""
        found = pattern(words, style, variables, self.spelling, self._resolve)
        if found is not None and found.cause is not None:
            self.met.append(found.cause)
        return found

    def _resolve(self, expression: str) -> str | Tokens | None:
        """What a policy variable stands for; a pattern where it is open."""
        name, comma, default = expression.partition(",")
        key = name.strip().lower()
        fallback = default.strip().strip("'") if comma else None
        if key in MULTI_VALUED:
            return fallback
        domain = self.domain(key)
        if isinstance(domain, Finite) and len(domain.values) == 1:
            value = domain.values[0]
            if value is None:
                return fallback
            if not (self.worst and self.caller.stands_for_others and self.caller.own_account in value):
                return value
            # The account is only one of many, which this string may treat differently.
            before, _, after = value.partition(self.caller.own_account)
            self.tied[key] = None
            return (*literal(before), *ANY_ACCOUNT, *literal(after))
        if isinstance(domain, Unclear):
            self.met.append(domain.cause)
        else:
            self.tied[key] = None
        if isinstance(domain, Free) and not domain.or_perhaps:
            return self._of_any_account(domain.shape)
        return (STAR,)

    def _of_any_account(self, shape: Tokens) -> Tokens:
        """A shape, with every account in place of that of a caller that stands for others."""
        if not (self.worst and self.caller.stands_for_others):
            return shape
        found: list[str | Token] = []
        for part in shape:
            before, account, after = part.partition(self.caller.own_account) if isinstance(part, str) else ("", "", "")
            found += (before, *ANY_ACCOUNT, after) if account else (part,)
        return joined(found)

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
        if isinstance(domain, Finite) and key in self.typed:
            self.met.append(Cause(f"`{condition.spelled}` is compared as a string here and by its kind elsewhere"))
            return UNKNOWN
        patterns = self._patterns(condition.values, style_of(operator), variables, widest=over != operator.negated)
        return self._atom(key, absent=absent, positive=not operator.negated, patterns=patterns, every=every)

    def _patterns(
        self, names: Names, style: MatchStyle | None, variables: bool | None, *, widest: bool
    ) -> tuple[Tokens, ...]:
        """What some value of a list matches; `widest` says how the parts count that nobody knows."""
        if style is None or (names.rest and widest):
            return ((STAR,),)
        patterns: list[Tokens] = []
        for value in names.values:
            found = self.pattern(value, style, variables)
            if found is not None and (widest or not found.hole):
                patterns.append(found.tokens)
        return tuple(patterns)

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
        style = style_of(operator)
        if style is None:
            return UNKNOWN
        prefix = literal(self.caller.arn_prefix)
        patterns: list[Tokens] = []
        for found in self._patterns(condition.values, style, variables, widest=over != operator.negated):
            if any("/" in (part if isinstance(part, str) else part.chars or ()) for part in found):
                continue
            name = tuple(
                part if isinstance(part, str) or part.chars is not None else part._replace(excluded=_SLASH)
                for part in found
            )
            patterns += [joined((*prefix, *name)), joined((*prefix, STAR, "/", *name))]
        return self._is(ARN, tuple(patterns), positive=not operator.negated)

    def _ordered(
        self, key: str, domain: ValueSet, operator: Operator, values: Names, absent: bool, every: bool, over: bool
    ) -> object:
        if not isinstance(domain, Finite):
            self.met.append(Cause(f"`{key}` is compared as a {operator.family} here and otherwise elsewhere"))
            return UNKNOWN
        caller = self.caller
        if self.worst and caller.stands_for_others and any(caller.own_account in (v or "") for v in domain.values):
            self.met.append(Cause(f"`{key}`, an account, is compared as a {operator.family}"))
            return UNKNOWN
        read = READERS[operator.family]
        widest = over != operator.negated
        wanted = []
        holes = bool(values.rest)
        for value in values.values:
            spelled = plain(value, self.spelling)
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
        self.steps.spend(1 + (len(domain.values) + len(wanted)) // 4)
        held = [(value, read(value)) for value in domain.values if value is not None]
        if any(parsed is None for _, parsed in held):
            what = f"AWS doesn't say how `{key}` compares where a caller gives no {operator.family} value"
            self.met.append(Cause(what))
        holds = comparison(operator, wanted)
        inside = frozenset(value for value, parsed in held if (widest if parsed is None else holds(parsed)))
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
            automaton = self.interned[patterns] if finite is None and patterns != ((STAR,),) else None
            atom = self._atoms[memo] = Atom(
                key, absent=absent, automaton=automaton, positive=positive, every=every, finite=finite
            )
        return atom


def behind(name: Words) -> Cause:
    """Why nobody can tell who a principal is that isn't named by account or ARN, and what would settle it."""
    shown = show(name)
    if shown.startswith("arn:") and ":iam::cloudfront:" in shown:
        what = f"whose distributions use `{shown.partition(':user/')[2]}` can't be seen"
        return Cause(what, "use origin access control: cloudfront.amazonaws.com with aws:SourceArn")
    if re.fullmatch("[0-9a-f]{64}", shown):
        return Cause(f"whose canonical user `{shown}` is can't be seen", "name the account by its id")
    return Cause(f"who comes in through the federated principal `{shown}` can't be seen", "name the role they assume")


def _merged(atoms: Iterable[Atom]) -> Box:
    return tuple(dict.fromkeys(atoms))
