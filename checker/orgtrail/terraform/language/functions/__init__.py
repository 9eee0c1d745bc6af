"""Terraform's functions, as far as policies and names use them; any other one gives an Unknown that names it.

Each file adds its functions to the table through `function()`. Most functions work on what is known, and a hole in an
argument makes the whole result unknown; those marked `holes` know what to do with holes themselves.
Source: HashiCorp, Terraform language, "Functions"; checked against `terraform console` in the tests.
"""

from orgtrail.terraform.language.functions.table import MOST_ELEMENTS, TABLE, Files, Function
from orgtrail.terraform.language.operations import MOST_CHARACTERS, EvaluationError, Lazy, TooLarge, blame, plain
from orgtrail.values import Cause, Unknown, Value, is_known


def call(name: str, arguments: list[Value], files: Files) -> Value:
    """The value of `name(arguments)`."""
    _load()
    found = TABLE.get(name.removeprefix("core::"))
    if found is None:
        return Unknown(Cause(f"the function `{name}` isn't one that orgtrail evaluates"))
    if len(arguments) < found.least or (found.most is not None and len(arguments) > found.most):
        raise EvaluationError(f"{name}() doesn't take {len(arguments)} arguments")
    given = _given(found, name, arguments)
    if isinstance(given, Unknown):
        return given
    try:
        result = found.implementation(files, *given) if found.files else found.implementation(*given)
    except TooLarge as error:
        return Unknown(Cause(f"{name}(): {error}"))
    except (ArithmeticError, ValueError, MemoryError, RecursionError) as error:
        # Whatever a function does with numbers, encodings and depths that nobody thought of.
        return Unknown(Cause(f"{name}() can't be evaluated here: {error or type(error).__name__}"))
    return _bounded(name, result)


def _given(function: Function, name: str, arguments: list[Value]) -> list[Value] | Unknown:
    """The arguments as a function takes them; an Unknown where one has a hole and the function can't do with holes."""
    given: list[Value] = []
    for argument in arguments:
        if argument is None and not function.null:
            raise EvaluationError(f"an argument of {name}() is null")
        if not function.holes:
            if isinstance(argument, Unknown):
                return argument
            argument = plain(argument) if isinstance(argument, (Lazy, dict)) else argument
            if not is_known(argument):
                return blame(f"{name}()", argument)
        given.append(argument)
    return given


def _bounded(name: str, result: Value) -> Value:
    if isinstance(result, str) and len(result) > MOST_CHARACTERS:
        return Unknown(Cause(f"{name}() makes a string of more than {MOST_CHARACTERS} characters"))
    if isinstance(result, list) and len(result) > MOST_ELEMENTS:
        return Unknown(Cause(f"{name}() makes a list of more than {MOST_ELEMENTS} elements"))
    return result


def _load() -> None:
    """Fill the table, at the first call of any function."""
    if not TABLE:
        from orgtrail.terraform.language.functions import (  # noqa: F401 - each fills the table
            collections,
            encoding,
            filesystem,
            network,
            numbers,
            provider,
            strings,
        )
