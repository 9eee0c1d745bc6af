"""Policy documents, as AWS parses them, with holes: any part may be unknown and says why.

Source: IAM User Guide, "IAM JSON policy element reference" and "Grammar of the IAM JSON policy language"; the size
limits are those of the S3 User Guide ("Bucket policies") and the KMS guide ("Quotas").
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeAlias

import msgspec

from orgtrail import jsontext
from orgtrail.iam.conditions import Operator, operator_named
from orgtrail.iam.statements import (
    NO_POLICY,
    Condition,
    Effect,
    Names,
    PolicyDocument,
    Principals,
    Problem,
    Statement,
    Words,
    cut_name,
)
from orgtrail.values import Cause, Json, Rest, Symbol, Text, Unknown, Value, causes, is_known, show

PolicyKind: TypeAlias = Literal["bucket", "key"]

#: Bytes of a policy that AWS still accepts.
SIZE_LIMITS: dict[PolicyKind, int] = {"bucket": 20_480, "key": 32_768}
#: S3's words where it refuses a principal.
INVALID_PRINCIPAL = "Invalid principal in policy"


def parse(value: Value, kind: PolicyKind = "bucket") -> PolicyDocument:
    """The policy that `value` is: JSON text (with holes too), the encoding of a value, the value itself, or unknown.

    Never raises on what stands inside: what AWS would refuse is in `problems`.
    """
    problems: list[Problem] = []
    match value:
        case Unknown(cause):
            return PolicyDocument(version=value, rest=(cause,))
        case Symbol(identity):
            return _unseen(Cause(f"the policy document `{identity}` isn't known before it is applied"))
        case None | "":
            return NO_POLICY
        case str():
            if len(value.encode()) > SIZE_LIMITS[kind] and len(_compact(value)) > SIZE_LIMITS[kind]:
                problems.append(Problem("", f"the policy is longer than {SIZE_LIMITS[kind]:,} bytes, AWS refuses it"))
            document = _loads(value, problems)
        case Text():
            document = _loads(value, problems)
        case Json(inner):
            document = inner
        case _:
            document = value
    if isinstance(document, Unknown):
        return msgspec.structs.replace(parse(document), problems=tuple(problems))
    reader = _Reader(problems)
    return reader.policy(document)


def for_everybody(value: Value, **more: Value) -> Value:
    """A document with what its statements leave out by their nature, so that it reads like a resource policy.

    An identity policy or an SCP has no principal, it is for everybody it is attached to; `more` are other elements,
    such as the `Resource` that a role's trust policy has none of.
    """
    if not isinstance(value, str | Text | Json | dict):
        return value
    try:
        found = value if isinstance(value, dict) else jsontext.decode(value)
    except ValueError:
        return value
    if not isinstance(found, dict):
        return found
    listed = found.get("Statement")
    statements = listed if isinstance(listed, list) else [listed]
    added: dict[str, Value] = more or {"Principal": "*"}
    return {**found, "Statement": [{**added, **one} if isinstance(one, dict) else _unread(one) for one in statements]}


def _unread(statement: Value) -> Value:
    return statement if isinstance(statement, Unknown | Rest) else Unknown(Cause("a statement isn't an object"))


def _unseen(cause: Cause) -> PolicyDocument:
    return PolicyDocument(version=Unknown(cause), rest=(cause,))


def _compact(source: str) -> bytes:
    try:
        return json.dumps(json.loads(source), separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return source.encode()


# JSON text


def _loads(value: str | Text, problems: list[Problem]) -> Value:
    """The document that JSON text spells, with what AWS refuses of its form in `problems`."""

    def pairs(found: list[tuple[Value, Value]]) -> dict[str, Value]:
        document: dict[str, Value] = {}
        for name, element in found:
            key = name if isinstance(name, str) else _unknown_name(name)
            if key in document:
                problems.append(Problem(f"...{show(name)}", f"the key `{show(name)}` stands twice in one object"))
            document[key] = element
        return document

    try:
        return jsontext.decode(value, pairs)
    except ValueError as error:
        if isinstance(value, Text):
            return Unknown(next(causes(value), Cause("the policy text has a hole where JSON needs more than a value")))
        problems.append(Problem("", f"the policy isn't JSON: {error}"))
        return []


def _unknown_name(name: Value) -> str:
    """A name with a hole can't be a dict's key: its cause stands for it, and the reader sees by its mark what it is."""
    cause = next(causes(name), Cause(f"the key `{show(name)}` of the policy isn't known"))
    return _UNKNOWN_KEY + cause.what + "\0" + cause.settle


_UNKNOWN_KEY = "\0unknown\0"


def _unknown_key(key: str) -> Cause | None:
    if not key.startswith(_UNKNOWN_KEY):
        return None
    what, _, settle = key[len(_UNKNOWN_KEY) :].partition("\0")
    return Cause(what, settle)


# Meaning


class _Reader:
    """Reads a document into a `PolicyDocument`, and collects what AWS would refuse."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def problem(self, place: str, what: str, words: str = "", respell: tuple[str, str] | None = None) -> None:
        self.problems.append(Problem(place, what, words, respell))

    def policy(self, document: Value) -> PolicyDocument:
        if not isinstance(document, dict):
            if not self.problems:
                self.problem("", f"a policy is a JSON object, this is {_short(document)}")
            return PolicyDocument(version="2012-10-17", problems=tuple(self.problems))
        fields, rest = self.fields(document, "", ("Version", "Id", "Statement"))
        version = self.version(fields.get("Version"))
        statements: list[Statement] = []
        listed = fields.get("Statement")
        if listed is None and not rest:
            self.problem("Statement", "the policy has no statement")
        for index, element in enumerate(_listed(listed)):
            match element:
                case Unknown(cause) | Rest(cause):
                    rest.append(cause)
                case Symbol(identity):
                    rest.append(Cause(f"`{identity}` isn't known before it is applied"))
                case Json(inner) | inner:
                    statement = self.statement(inner, f"Statement[{index}]")
                    if statement is not None:
                        statements.append(statement)
        # Two statements of one name aren't refused everywhere, but make a report ambiguous: number them.
        times = Counter(statement.label for statement in statements)
        numbers: Counter[str] = Counter()
        for position, statement in enumerate(statements):
            if times[statement.label] > 1:
                numbers[statement.label] += 1
                label = f"{statement.label}#{numbers[statement.label]}"
                statements[position] = msgspec.structs.replace(statement, label=label)
        return PolicyDocument(version, tuple(statements), tuple(rest), tuple(self.problems))

    def version(self, found: Value) -> str | Unknown:
        match found:
            case None:
                return "2008-10-17"
            case Unknown():
                return found
            case "2012-10-17" | "2008-10-17":
                return str(found)
            case str():
                self.problem("Version", f"`{found}` is no version of the policy language")
                return "2008-10-17"
            case _ if is_known(found):
                self.problem("Version", f"{_short(found)} is no version of the policy language")
                return "2008-10-17"
        return Unknown(next(causes(found), Cause("the policy's `Version` isn't known")))

    def fields(
        self, found: dict[str, Value], place: str, allowed: tuple[str, ...]
    ) -> tuple[dict[str, Value], list[Cause]]:
        by_lower = {name.lower(): name for name in allowed}
        fields: dict[str, Value] = {}
        rest: list[Cause] = []
        for key, element in found.items():
            cause = _unknown_key(key)
            if cause is not None:
                rest.append(cause)
                continue
            name = by_lower.get(key.lower())
            where = f"{place}.{key}" if place else key
            if name is None:
                self.problem(where, f"`{key}` is no element of a {'statement' if place else 'policy'}")
                continue
            if name != key:
                self.problem(where, f"AWS spells this element `{name}`", respell=(key, name))
            if name in fields:
                self.problem(where, f"`{name}` stands twice")
            fields[name] = element
        return fields, rest

    def statement(self, found: Value, place: str) -> Statement | None:
        if not isinstance(found, dict):
            self.problem(place, f"a statement is a JSON object, this is {_short(found)}")
            return None
        fields, rest = self.fields(found, place, _ELEMENTS)
        for element in rest:
            # An element whose name is unknown may be any of them; nothing of the statement is certain then.
            return _wholly_unknown(place, element)
        sid = fields.get("Sid")
        label = sid if isinstance(sid, str) and sid else place
        principals, not_principal = self.either(fields, "Principal", place)
        actions, not_action = self.either(fields, "Action", place)
        resources, not_resource = self.either(fields, "Resource", place)
        conditions, unknown_conditions = self.conditions(fields.get("Condition"), f"{place}.Condition")
        suffix = {True: "Not", False: ""}
        return Statement(
            label=label,
            effect=self.effect(fields.get("Effect"), place),
            principals=self.principals(principals, f"{place}.{suffix[not_principal]}Principal"),
            not_principal=not_principal,
            actions=self.names(actions, f"{place}.{suffix[not_action]}Action", self.action),
            not_action=not_action,
            resources=self.names(resources, f"{place}.{suffix[not_resource]}Resource", self.resource),
            not_resource=not_resource,
            conditions=conditions,
            unknown_conditions=unknown_conditions,
        )

    def either(self, fields: dict[str, Value], name: str, place: str) -> tuple[Value, bool]:
        plain, negated = fields.get(name), fields.get(f"Not{name}")
        if plain is not None and negated is not None:
            self.problem(place, f"`{name}` and `Not{name}` exclude each other")
        if plain is None and negated is None:
            words = f"Missing required field {name}"
            self.problem(place, f"the statement has neither `{name}` nor `Not{name}`", words)
        return (plain, False) if negated is None else (negated, True)

    def effect(self, found: Value, place: str) -> Effect | Unknown:
        match found:
            case "Allow" | "Deny":
                return "Allow" if found == "Allow" else "Deny"
            case Unknown():
                return found
            case _ if found is not None and not is_known(found):
                return Unknown(next(causes(found), Cause(f"`{place}.Effect` isn't known before it is applied")))
        words = f"Invalid effect: {found}" if isinstance(found, str) and len(found) <= 40 else ""
        meant = found.capitalize() if isinstance(found, str) and found.lower() in ("allow", "deny") else ""
        respell = (str(found), meant) if meant else None
        self.problem(f"{place}.Effect", f"{_short(found)} is neither `Allow` nor `Deny`", words, respell)
        return Unknown(Cause(f"`{place}.Effect` is {_short(found)}, neither `Allow` nor `Deny`"))

    def names(self, found: Value, place: str, check: Any) -> Names:
        values: list[Words] = []
        rest: list[Cause] = []
        if isinstance(found, list) and not found:
            self.problem(place, "the list is empty")
        for element in _listed(found):
            match element:
                case Rest(cause):
                    rest.append(cause)
                case Json():
                    values.append(Unknown(next(causes(element), Cause(f"`{place}` isn't known"))))
                case Unknown(cause) if not isinstance(found, list):
                    # Unknown as a whole: a string or a list of them.
                    rest.append(cause)
                case str() | Symbol() | Text() | Unknown():
                    if isinstance(element, str):
                        check(element, place)
                    values.append(element)
                case _:
                    self.problem(place, f"{_short(element)} isn't a string")
        return Names(tuple(values), tuple(rest))

    def action(self, name: str, place: str) -> None:
        service, rest = cut_name(name)
        if name != "*" and (not service or not rest or "*" in service or "?" in service):
            self.problem(place, f"`{name}` isn't an action; an action is `service:Name`")

    def resource(self, name: str, place: str) -> None:
        if name != "*" and not name.startswith(("arn:", "*", "${")):
            self.problem(place, f"`{name}` isn't an ARN or `*`")

    def principals(self, found: Value, place: str) -> Principals:
        match found:
            case "*":
                return Principals(everyone=True)
            case None:
                return Principals()
            case Unknown(cause):
                return Principals(rest=(cause,))
            case dict():
                if not found:
                    self.problem(place, "the element names nobody")
                return _joined(self.of_kind(kind, listed, place) for kind, listed in found.items())
            case _ if not is_known(found):
                return Principals(rest=(next(causes(found), Cause(f"`{place}` isn't known before it is applied")),))
        self.problem(place, f"{_short(found)} isn't a principal; expected `*` or an object")
        return Principals()

    def of_kind(self, kind: Any, listed: Value, place: str) -> Principals:
        """The principals under one member of the element, such as `AWS`."""
        cause = _unknown_key(kind)
        if cause is not None:
            return Principals(rest=(cause,))
        if kind == "*":  # Terraform writes a `*` block so; AWS takes it for everyone.
            return Principals(everyone=True)
        if kind not in _KINDS_OF_PRINCIPALS:
            self.problem(f"{place}.{kind}", f"`{kind}` is no kind of principal")
            return Principals()
        names = self.names(listed, f"{place}.{kind}", lambda name, where: None)
        if kind != "AWS":
            named = tuple(one for one in names.values if self.may_be_principal(kind, one, place))
            if kind == "Service":
                return Principals(services=named, rest=names.rest)
            return Principals(unmapped=named, rest=names.rest)
        nobodys = tuple(one for one in names.values if isinstance(one, str) and one != "*" and _is_nobodys(one))
        others = tuple(one for one in names.values if one != "*" and one not in nobodys)
        aws = tuple(one for one in others if self.may_be_principal(kind, one, place))
        return Principals(everyone="*" in names.values, aws=aws, unmapped=nobodys, rest=names.rest)

    def may_be_principal(self, kind: str, name: Words, place: str) -> bool:
        """The same for a name that may not be known."""
        return not isinstance(name, str) or self.principal(kind, name, f"{place}.{kind}")

    def principal(self, kind: str, name: str, place: str) -> bool:
        """Whether `name` can be a principal of its kind; a wildcard inside one is refused by AWS."""
        if kind == "AWS" and re.fullmatch("A(?:IDA|ROA)[A-Z0-9]+", name):
            # AWS shows the id of a principal that was deleted, but a document doesn't say that this is such a one (IAM
            # User Guide, "AWS JSON policy elements: Principal").
            return True
        if kind == "AWS" and not name.startswith("arn:") and not (len(name) == 12 and name.isdigit()):
            self.problem(place, f"`{name}` is no account, ARN or `*`", INVALID_PRINCIPAL)
            return False
        if any(wildcard in name for wildcard in "*?"):
            self.problem(place, f"`{name}`: AWS takes no wildcard inside a principal", INVALID_PRINCIPAL)
            return False
        return True

    def conditions(self, found: Value, place: str) -> tuple[tuple[Condition, ...], tuple[Cause, ...]]:
        conditions: list[Condition] = []
        unknown: list[Cause] = []
        match found:
            case None:
                pass
            case dict():
                for name, keys in found.items():
                    where = f"{place}.{name}"
                    cause = _unknown_key(name)
                    if cause is not None:
                        unknown.append(cause)
                    elif isinstance(keys, dict):
                        conditions += self.condition(name, keys, where)
                    elif is_known(keys):
                        self.problem(where, f"{_short(keys)} isn't an object of condition keys")
                    else:
                        unknown.append(next(causes(keys), Cause(f"`{where}` isn't known before it is applied")))
            case _ if is_known(found):
                self.problem(place, f"{_short(found)} isn't an object of condition operators")
            case _:
                unknown.append(next(causes(found), Cause(f"`{place}` isn't known before it is applied")))
        return tuple(conditions), tuple(unknown)

    def condition(self, name: str, keys: dict[str, Value], place: str) -> Iterator[Condition]:
        parsed = operator_named(name)
        operator: Operator | Unknown
        if parsed is None:
            near = _near(name)
            hint = f"; `{near}` is" if near else ""
            words, respell = f"Invalid Condition type : {name}", (name, near) if near else None
            self.problem(place, f"`{name}` is no condition operator{hint}", words, respell)
            operator = Unknown(Cause(f"`{place}` isn't a condition operator that AWS knows"))
        else:
            operator, proper = parsed
            if not proper:
                self.problem(place, f"AWS spells the operator `{name}` otherwise", respell=(name, _near(name)))
        seen: set[str] = set()
        for key, listed in keys.items():
            cause = _unknown_key(key)
            if cause is None and key.lower() in seen:
                self.problem(f"{place}.{key}", "the same condition key stands twice under one operator")
            seen.add(key.lower())
            if cause is None and ":" not in key:
                self.problem(f"{place}.{key}", f"`{key}` is no condition key; a key is `service:Name`")
            values = self.names(_stringly(listed), f"{place}.{key}", lambda name, where: None)
            yield Condition(
                operator,
                key.lower() if cause is None else Unknown(cause),
                values,
                spelled=key if cause is None else "?",
            )


#: The members of a `Principal`.
_KINDS_OF_PRINCIPALS = ("AWS", "Service", "Federated", "CanonicalUser")


def _joined(parts: Iterable[Principals]) -> Principals:
    listed = list(parts)
    return Principals(
        everyone=any(part.everyone for part in listed),
        aws=tuple(name for part in listed for name in part.aws),
        services=tuple(name for part in listed for name in part.services),
        unmapped=tuple(name for part in listed for name in part.unmapped),
        rest=tuple(cause for part in listed for cause in part.rest),
    )


def _is_nobodys(name: str) -> bool:
    """Whether a principal is an origin access identity of CloudFront, which doesn't say whose it is."""
    return re.match(r"arn:[^:]*:iam::cloudfront:user/", name) is not None


_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)


def _wholly_unknown(place: str, cause: Cause) -> Statement:
    nothing = Names(rest=(cause,))
    return Statement(
        label=place,
        effect=Unknown(cause),
        principals=Principals(rest=(cause,)),
        not_principal=False,
        actions=nothing,
        not_action=False,
        resources=nothing,
        not_resource=False,
        unknown_conditions=(cause,),
    )


def _listed(found: Value) -> list[Value]:
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _stringly(found: Value) -> Value:
    """Numbers and booleans of a condition are taken for the strings that spell them."""
    match found:
        case bool():
            return "true" if found else "false"
        case int() | float():
            return json.dumps(found)
        case list():
            return [_stringly(element) for element in found]
    return found


def _short(found: Value) -> str:
    shown = show(found) if not is_known(found) else json.dumps(found)
    # A part of a secret is found by nobody who takes secrets out.
    return f"`{shown}`" if len(shown) <= 40 else f"a value of {len(shown)} characters"


def _near(operator: str) -> str:
    """The operator that may have been meant; empty where none is spelled alike."""
    from difflib import get_close_matches

    from orgtrail.iam.conditions import NAMES

    prefix, colon, name = operator.rpartition(":")
    known = (*NAMES, *(f"{one}IfExists" for one in NAMES if one != "Null"))
    found = {one.lower(): one for one in known}.get(name.lower()) or next(
        iter(get_close_matches(name, known, 1, 0.8)), ""
    )
    quantifier = {"forallvalues": "ForAllValues", "foranyvalue": "ForAnyValue"}.get(prefix.lower(), prefix)
    return f"{quantifier}{colon}{found}" if found else ""
