"""The condition operators of IAM policies, taken apart by name.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Multivalued context keys". What an operator
means for one value is written twice on purpose: in `evaluate.py` for a concrete request and in `prove.py` for all.
"""

from typing import Literal, TypeAlias

import msgspec

#: How values are compared. `string` compares whole strings, `like` knows `*` and `?`, `arn` goes by six segments.
Family: TypeAlias = Literal["string", "like", "arn", "numeric", "date", "bool", "binary", "ip", "null"]
#: How the values of a multi-valued key count: `one` (no set operator), every one, at least one.
Quantifier: TypeAlias = Literal["one", "all", "any"]
#: `==` for all families that know only equality; numbers and dates have an order, too.
Comparison: TypeAlias = Literal["==", "<", "<=", ">", ">="]


class Operator(msgspec.Struct, frozen=True):
    """One condition operator.

    `negated` operators hold where no value matches, and for a missing key. `fold_case` compares strings without case.
    `if_exists` holds for a missing key.
    """

    family: Family
    negated: bool = False
    comparison: Comparison = "=="
    fold_case: bool = False
    if_exists: bool = False
    quantifier: Quantifier = "one"


_BASE: dict[str, Operator] = {
    "StringEquals": Operator("string"),
    "StringNotEquals": Operator("string", negated=True),
    "StringEqualsIgnoreCase": Operator("string", fold_case=True),
    "StringNotEqualsIgnoreCase": Operator("string", negated=True, fold_case=True),
    "StringLike": Operator("like"),
    "StringNotLike": Operator("like", negated=True),
    "ArnEquals": Operator("arn"),
    "ArnLike": Operator("arn"),
    "ArnNotEquals": Operator("arn", negated=True),
    "ArnNotLike": Operator("arn", negated=True),
    "NumericEquals": Operator("numeric"),
    "NumericNotEquals": Operator("numeric", negated=True),
    "NumericLessThan": Operator("numeric", comparison="<"),
    "NumericLessThanEquals": Operator("numeric", comparison="<="),
    "NumericGreaterThan": Operator("numeric", comparison=">"),
    "NumericGreaterThanEquals": Operator("numeric", comparison=">="),
    "DateEquals": Operator("date"),
    "DateNotEquals": Operator("date", negated=True),
    "DateLessThan": Operator("date", comparison="<"),
    "DateLessThanEquals": Operator("date", comparison="<="),
    "DateGreaterThan": Operator("date", comparison=">"),
    "DateGreaterThanEquals": Operator("date", comparison=">="),
    "Bool": Operator("bool"),
    "BinaryEquals": Operator("binary"),
    "IpAddress": Operator("ip"),
    "NotIpAddress": Operator("ip", negated=True),
    "Null": Operator("null"),
}
#: The operators without set operator and `IfExists`, as AWS spells them.
NAMES = tuple(_BASE)
_BY_LOWER_NAME = {name.lower(): (name, operator) for name, operator in _BASE.items()}
_QUANTIFIERS: dict[str, Quantifier] = {"forallvalues": "all", "foranyvalue": "any"}


def operator_named(name: str) -> tuple[Operator, bool] | None:
    """The operator that `name` spells, and whether AWS spells it so; None where AWS has no such operator.

    `Null` takes neither a set operator nor `IfExists`.
    """
    prefix, colon, rest = name.partition(":")
    if not colon:
        prefix, rest = "", name
    quantifier: Quantifier = "one"
    if prefix:
        found_quantifier = _QUANTIFIERS.get(prefix.lower())
        if found_quantifier is None:
            return None
        quantifier = found_quantifier
    if_exists = rest.lower().endswith("ifexists")
    bare = rest[: -len("IfExists")] if if_exists else rest
    found = _BY_LOWER_NAME.get(bare.lower())
    if found is None:
        return None
    spelled, operator = found
    if operator.family == "null" and (if_exists or quantifier != "one"):
        return None
    proper = (
        bare == spelled
        and (not if_exists or rest.endswith("IfExists"))
        and prefix in ("", "ForAllValues", "ForAnyValue")
    )
    return msgspec.structs.replace(operator, if_exists=if_exists, quantifier=quantifier), proper


#: Keys that hold several values at once. Without a set operator AWS leaves open what a condition on them means.
MULTI_VALUED = frozenset(
    (
        "aws:principalorgpaths",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:vpceorgpaths",
        "aws:principalservicenameslist",
        "aws:calledvia",
        "aws:tagkeys",
        "s3:requestobjecttagkeys",
        "kms:encryptioncontextkeys",
        "kms:grantoperations",
        "kms:resourcealiases",
    )
)
