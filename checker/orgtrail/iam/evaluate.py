"""One concrete request against a policy: allowed or not, and which statements decided.

Written apart from `prove.py`: values are compared by regular expressions, decimals and addresses as they come. It
judges every witness before anybody sees it. Source: IAM User Guide, "Policy evaluation logic" and the
`reference_policies_*` pages.
"""

import functools
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from orgtrail.arn import cut, cut_user_id
from orgtrail.iam.actions import OWNER_ONLY
from orgtrail.iam.conditions import MULTI_VALUED, Operator
from orgtrail.iam.statements import Condition, Names, PolicyDocument, Statement, Words
from orgtrail.values import Symbol, Unknown, parts_of


class Request(msgspec.Struct, frozen=True):
    """One call. `principal` is the ARN of the role, user or root (`*` for an anonymous caller, a name for a service).

    `session` is the name of a role's session, `acting_for` the account that a service acts for. `context` holds the
    condition keys in lower case; a multi-valued key holds a tuple.
    """

    principal: str
    account: str
    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]]
    session: str = ""
    service: str = ""
    acting_for: str = ""


class Decision(msgspec.Struct, frozen=True):
    """What the policy says. None: it depends on a part that isn't known.

    `allowed_by` and `denied_by` are the labels of the statements that surely match.
    """

    allowed: bool | None
    denied: bool | None
    allowed_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()


def decide(
    policy: PolicyDocument, request: Request, spelling: Mapping[Symbol, str] | None = None, same_account: bool = False
) -> Decision:
    """Whether `policy` lets `request` through. An explicit Deny wins; where nothing matches, it is denied implicitly.

    `same_account`: the caller is of the bucket's own account, where an identity policy may allow by itself.
    """
    judge = _Judge(request, spelling or {}, policy.has_variables)
    allows: list[bool | None] = []
    denies: list[bool | None] = []
    allowed_by: list[str] = []
    denied_by: list[str] = []
    for statement in policy.statements:
        matched = judge.statement(statement)
        if isinstance(statement.effect, Unknown):
            if matched is not False:
                allows.append(None)
            if matched is not False or judge.statement(msgspec.structs.replace(statement, effect="Deny")) is not False:
                denies.append(None)
        elif statement.effect == "Allow":
            allows.append(matched)
            if matched:
                allowed_by.append(statement.label)
        else:
            denies.append(matched)
            if matched:
                denied_by.append(statement.label)
    if policy.rest:
        allows.append(None)
        denies.append(None)
    if same_account and request.action.lower().startswith("s3:"):
        allows.append(True)
        allowed_by.append("an identity policy of the owner's account")
    denied = _any(denies)
    if same_account and request.principal.endswith(":root") and request.action in OWNER_ONLY:
        return Decision(True, False, ("the bucket's owner, whose root no bucket policy stops",))
    allowed = _all((_any(allows), _not(denied)))
    return Decision(allowed, denied, tuple(allowed_by), tuple(denied_by))


class Parts(msgspec.Struct, frozen=True):
    """Which parts of a statement apply to a request, its conditions in order. None: it depends on what isn't known."""

    principal: bool | None
    action: bool | None
    resource: bool | None
    conditions: tuple[bool | None, ...]


def parts(statement: Statement, request: Request, spelling: Mapping[Symbol, str], variables: bool | None) -> Parts:
    """What of a statement applies to a request."""
    judge = _Judge(request, spelling, variables)
    conditions = tuple(map(judge.condition, statement.conditions))
    return Parts(judge.principal(statement), judge.action(statement), judge.resource(statement), conditions)


def beside(decision: Decision, guard: Decision, *, sure: bool) -> Decision:
    """A decision, given what another policy denies that has to let the request through, too, if it is there."""
    denied = guard.denied if sure or guard.denied is False else None
    if denied is False:
        return decision
    labels = guard.denied_by if sure else ()
    allowed = _all((decision.allowed, _not(denied)))
    return Decision(allowed, _any((decision.denied, denied)), decision.allowed_by, (*decision.denied_by, *labels))


# Three-valued logic: None is "depends on what isn't known".


def _any(values: Any) -> bool | None:
    found: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is None:
            found = None
    return found


def _all(values: Any) -> bool | None:
    return _not(_any([_not(value) for value in values]))


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


class _Expression(msgspec.Struct, frozen=True):
    """A regular expression; where it stands for a string with a `hole`, what matches may match, and nothing else."""

    regular: str
    hole: bool = False

    def matches(self, word: str, flags: int = 0) -> bool | None:
        if not _matches(self.regular, word, flags):
            return False
        return None if self.hole else True


class _Judge:
    def __init__(self, request: Request, spelling: Mapping[Symbol, str], variables: bool | None) -> None:
        self.request = request
        self.spelling = spelling
        self.variables = variables

    def statement(self, statement: Statement) -> bool | None:
        """Whether the statement applies to the request."""
        parts = [
            self.principal(statement),
            self.action(statement),
            self.resource(statement),
            *(self.condition(condition) for condition in statement.conditions),
        ]
        parts += [None for _ in statement.unknown_conditions]
        return _all(parts)

    # Principal

    def principal(self, statement: Statement) -> bool | None:
        if not statement.not_principal:
            return self.listed(statement)
        if statement.effect == "Deny" and self.request.account:
            return _not(self.listed_fully(statement))
        return _not(self.listed(statement))

    def listed(self, statement: Statement) -> bool | None:
        principals, request = statement.principals, self.request
        if principals.everyone:
            return True
        found: list[bool | None] = [None for _ in principals.rest]
        if request.service:
            found += [self.equal(name, request.service) for name in principals.services]
        elif request.account:
            found += [None for _ in principals.unmapped]
            for name in principals.aws:
                found.append(_any(self.equal(name, own) for own in (*self.own_names(), *self.own_id())))
        return _any(found)

    def own_id(self) -> list[str]:
        """The id that IAM gave the caller, which AWS takes for a principal, too."""
        userid = self.request.context.get("aws:userid")
        return [cut_user_id(userid)[0]] if isinstance(userid, str) and userid.startswith(("AROA", "AIDA")) else []

    def own_names(self) -> list[str]:
        """Every way to name the caller in a Principal element."""
        request = self.request
        partition = cut(request.principal)[1]
        names = [request.account, f"arn:{partition}:iam::{request.account}:root", request.principal]
        if request.session:
            role = request.principal.rpartition("/")[2]
            names.append(f"arn:{partition}:sts::{request.account}:assumed-role/{role}/{request.session}")
        return names

    def listed_fully(self, statement: Statement) -> bool | None:
        principals = statement.principals
        if principals.everyone:
            return True
        names = self.own_names()
        # More names than are seen can only list more of the caller.
        ids = [name for name in principals.aws if isinstance(name, str) and name.startswith(("AROA", "AIDA"))]
        unseen: list[bool | None] = [None for _ in (*principals.rest, *principals.unmapped, *ids)]

        def any_is(wanted: list[str]) -> bool | None:
            return _any([*(self.equal(name, own) for name in principals.aws for own in wanted), *unseen])

        needed = [any_is(names[:2])]
        if not self.request.principal.endswith(":root"):
            needed += [any_is([own]) for own in names[2:]]
        return _all(needed)

    def equal(self, words: Words, wanted: str) -> bool | None:
        plain = self.plain(words)
        return None if plain is None else plain == wanted

    def plain(self, words: Words) -> str | None:
        pieces = []
        for part in parts_of(words):
            if isinstance(part, str):
                pieces.append(part)
            elif isinstance(part, Symbol) and part in self.spelling:
                pieces.append(self.spelling[part])
            else:
                return None
        return "".join(pieces)

    # Action and resource

    def action(self, statement: Statement) -> bool | None:
        found: list[bool | None] = [None for _ in statement.actions.rest]
        for value in statement.actions.values:
            plain = self.plain(value)
            # Names of actions are ASCII; without the flag, a `\u017f` would be an `s`.
            flags = re.IGNORECASE | re.ASCII
            found.append(None if plain is None else _matches(_wildcards(plain), self.request.action, flags))
        matched = _any(found)
        return _not(matched) if statement.not_action else matched

    def resource(self, statement: Statement) -> bool | None:
        found: list[bool | None] = [None for _ in statement.resources.rest]
        for value in statement.resources.values:
            pattern = self.expression(value, wildcards=True, after_fifth_colon=True)
            if pattern is not None:
                found.append(pattern.matches(self.request.resource))
        matched = _any(found)
        return _not(matched) if statement.not_resource else matched

    def expression(self, words: Words, wildcards: bool, after_fifth_colon: bool = False) -> "_Expression | None":
        """A regular expression for `words`; None: a variable in it has no value."""
        pieces: list[str] = []
        colons = 0
        hole = False
        for part in parts_of(words):
            if isinstance(part, Symbol) and part in self.spelling:
                pieces.append(re.escape(self.spelling[part]))
                colons += self.spelling[part].count(":")
                continue
            if not isinstance(part, str) or ("${" in part and self.variables is None):
                pieces.append(".*")
                hole = True
                continue
            for piece in re.split(r"(\$\{[^{}]*\})", part) if self.variables else [part]:
                if piece.startswith("${") and piece.endswith("}") and self.variables:
                    if piece[2:-1] in ("*", "?", "$"):
                        pieces.append(re.escape(piece[2:-1]))
                        continue
                    if not (after_fifth_colon and colons < 5 and not hole):
                        value = self.variable(piece[2:-1])
                        if value is None:
                            return None
                        pieces.append(re.escape(value))
                        colons += value.count(":")
                        continue
                pieces.append(_wildcards(piece) if wildcards else re.escape(piece))
                colons += piece.count(":")
        return _Expression("".join(pieces), hole)

    def variable(self, expression: str) -> str | None:
        name, comma, default = expression.partition(",")
        key = name.strip().lower()
        held = None if key in MULTI_VALUED else self.request.context.get(key)
        if isinstance(held, str):
            return held
        return default.strip().strip("'") if comma else None

    # Conditions

    def condition(self, condition: Condition) -> bool | None:
        operator, key = condition.operator, condition.key
        if isinstance(operator, Unknown) or isinstance(key, Unknown):
            return None
        held = self.request.context.get(key)
        if held == ():
            held = None
        if operator.family == "null":
            return self.null(held, condition.values)
        if held is None:
            if operator.quantifier == "all":
                return True
            if operator.quantifier == "any":
                return operator.if_exists
            return operator.negated or operator.if_exists
        if key in MULTI_VALUED and operator.quantifier == "one":
            return None
        values = (held,) if isinstance(held, str) else held
        results = [self.holds(operator, value, condition.values) for value in values]
        return _all(results) if operator.quantifier == "all" else _any(results)

    def holds(self, operator: Operator, value: str, wanted: Names) -> bool | None:
        """Whether the condition holds for one value of the key."""
        answers = [self.compare(operator, value, one) for one in wanted.values]
        found = _any([*answers, *(None for _ in wanted.rest)])
        return _not(found) if operator.negated else found

    def null(self, held: object, values: Names) -> bool | None:
        found: list[bool | None] = [None for _ in values.rest]
        for value in values.values:
            plain = self.plain(value)
            if plain is None or plain.lower() not in ("true", "false"):
                found.append(None)
            else:
                found.append((held is None) == (plain.lower() == "true"))
        return _any(found)

    def compare(self, operator: Operator, held: str, wanted: Words) -> bool | None:
        match operator.family:
            case "string" | "like":
                pattern = self.expression(wanted, wildcards=operator.family == "like")
                if pattern is None:
                    return False
                return pattern.matches(held, re.IGNORECASE if operator.fold_case else 0)
            case "arn":
                return self.compare_arn(held, wanted)
        plain = self.plain(wanted)
        if plain is None:
            return None
        match operator.family:
            case "bool":
                return held.lower() == plain.lower()
            case "binary":
                return held == plain
            case "ip":
                from ipaddress import ip_address, ip_network

                try:
                    return ip_address(held) in ip_network(plain, strict=False)
                except ValueError:
                    return None
            case "numeric":
                return _order(operator, _decimal(held), _decimal(plain))
        return _order(operator, _moment(held), _moment(plain))

    def compare_arn(self, held: str, wanted: Words) -> bool | None:
        pattern = self.expression(wanted, wildcards=True, after_fifth_colon=True)
        if pattern is None:
            return False
        shape = pattern.regular
        if pattern.hole:
            # The hole may hold colons, so that nobody knows where the segments are; what stands before it is known.
            return None if _matches(shape, held) and self.begins(held, wanted) else False
        colons = shape.count(":")
        if colons < 5:
            return None if ".*" in shape or re.search(r"(?<!\\)\.", shape) else _matches(shape, held)
        *head, tail = cut(shape)
        segments = cut(held)
        if len(segments) < 6:
            return False
        return all(_matches(one, segment) for one, segment in zip([*head, tail], segments, strict=True))

    def begins(self, held: str, wanted: Words) -> bool:
        """Whether an ARN begins, segment by segment, as `wanted` does before its first hole."""
        known = ""
        for part in parts_of(wanted):
            if isinstance(part, Symbol) and part in self.spelling:
                known += self.spelling[part]
            elif isinstance(part, str):
                known += part.partition("${")[0]
            if not isinstance(part, str) and not (isinstance(part, Symbol) and part in self.spelling):
                break
            if isinstance(part, str) and "${" in part:
                break
        *whole, begun = cut(known)
        segments = cut(held)
        same = all(_matches(_wildcards(one), segment) for one, segment in zip(whole, segments, strict=False))
        return same and _matches(_wildcards(begun) + ".*", ":".join(segments[len(whole) :]))


def _matches(pattern: str, word: str, flags: int = 0) -> bool:
    """Whether the regular expression of a glob matches all of a word.

    Each piece between two stars is looked for once, as early as it fits: `re` itself would try every way to place
    hundreds of stars.
    """
    first, *others = pattern.split(".*")
    at = _end(first, word, 0, flags, here=True)
    if not others:
        return at == len(word)
    *pieces, last = others
    for piece in pieces:
        at = None if at is None else _end(piece, word, at, flags)
    return at is not None and _ends(last, word, at, flags)


def _end(piece: str, word: str, at: int, flags: int, *, here: bool = False) -> int | None:
    """Where a piece ends that is found in `word`, not before `at` (right there, if `here`); None where it isn't."""
    text = None if flags & re.IGNORECASE else _text(piece)
    if text is None:
        compiled = re.compile(piece, flags | re.DOTALL)
        found = compiled.match(word, at) if here else compiled.search(word, at)
        return None if found is None else found.end()
    begin = (at if word.startswith(text, at) else -1) if here else word.find(text, at)
    return None if begin < 0 else begin + len(text)


def _ends(piece: str, word: str, at: int, flags: int) -> bool:
    """Whether `word` ends with a piece that begins not before `at`."""
    text = None if flags & re.IGNORECASE else _text(piece)
    if text is None:
        return re.compile(rf"(?:{piece})\Z", flags | re.DOTALL).search(word, at) is not None
    return len(word) - len(text) >= at and word.endswith(text)


@functools.lru_cache(4096)
def _text(piece: str) -> str | None:
    """What a piece of a regular expression spells; None where a `?` of the glob stands in it."""
    if not re.fullmatch(r"(?:[^\\.]|\\.)*", piece, re.DOTALL):
        return None
    return re.sub(r"\\(.)", r"\1", piece, flags=re.DOTALL)


_WILDCARDS = re.compile(r"(\*+|\?)")


@functools.lru_cache(4096)
def _wildcards(word: str) -> str:
    pieces = _WILDCARDS.split(word)
    return "".join(
        re.escape(piece) if index % 2 == 0 else "." if piece == "?" else ".*" for index, piece in enumerate(pieces)
    )


_INFINITE = Decimal("1.8e308")


def _decimal(word: str) -> Decimal | None:
    try:
        found = Decimal(word)
    except InvalidOperation:
        return None
    # What is written larger than any number of a machine is none to AWS either.
    return found if found.is_finite() and abs(found) < _INFINITE else None


def _moment(word: str) -> Decimal | None:
    if re.fullmatch(r"-?[0-9]{5,}(\.[0-9]+)?", word):
        return Decimal(word)
    try:
        found = datetime.fromisoformat(word.replace("Z", "+00:00"))
    except ValueError:
        return None
    return Decimal(str((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()))


def _order(operator: Operator, held: Decimal | None, wanted: Decimal | None) -> bool | None:
    if held is None or wanted is None:
        return None
    return {
        "==": held == wanted,
        "<": held < wanted,
        "<=": held <= wanted,
        ">": held > wanted,
        ">=": held >= wanted,
    }[operator.comparison]
