"""Functions on numbers. Source: HashiCorp, Terraform language, "Numeric Functions"."""

import math
from collections.abc import Callable
from decimal import Decimal

from orgtrail.terraform.language.functions.collections import as_list
from orgtrail.terraform.language.functions.table import function
from orgtrail.terraform.language.operations import EvaluationError, number, to_number
from orgtrail.values import Value


def _numbers(values: tuple[Value, ...] | list[Value], name: str) -> list[int | float]:
    found = [to_number(value) for value in values]
    if not all(isinstance(one, (int, float)) for one in found):
        raise EvaluationError(f"{name}() needs numbers")
    return found  # type: ignore[return-value]


@function("sum")
def _sum(value: Value) -> Value:
    numbers = _numbers(as_list(value, "sum"), "sum")
    if not numbers:
        raise EvaluationError("sum() needs a list that isn't empty")
    return number(sum((Decimal(repr(one)) for one in numbers), Decimal(0)))


@function("max", 1, None)
def _max(*values: Value) -> Value:
    return max(_numbers(values, "max"))


@function("min", 1, None)
def _min(*values: Value) -> Value:
    return min(_numbers(values, "min"))


def _of_one(name: str, work: "Callable[..., int | float]") -> None:
    @function(name)
    def implementation(value: Value) -> Value:
        return number(work(_numbers([value], name)[0]))


_of_one("abs", abs)
_of_one("ceil", math.ceil)
_of_one("floor", math.floor)


@function("signum")
def _signum(value: Value) -> Value:
    one = _numbers([value], "signum")[0]
    return (one > 0) - (one < 0)


@function("parseint", 2, 2)
def _parseint(value: Value, base: Value) -> Value:
    radix = to_number(base)
    if not isinstance(value, str) or not isinstance(radix, int) or not 2 <= radix <= 36:
        raise EvaluationError("parseint() needs a string and a base from 2 to 36")
    try:
        if len(value) > 4000 or "_" in value or value != value.strip():
            raise ValueError
        return int(value, radix)
    except ValueError:
        raise EvaluationError("parseint() can't read the number") from None


@function("pow", 2, 2)
def _pow(base: Value, exponent: Value) -> Value:
    one, other = _numbers([base, exponent], "pow")
    try:
        return number(float(one) ** float(other))
    except (OverflowError, ZeroDivisionError, TypeError):
        raise EvaluationError("pow() gives no finite number") from None
