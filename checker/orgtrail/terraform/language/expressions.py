"""Evaluates expressions as Terraform does, over values with holes: what nobody can know yet stays a hole with a cause.

An error that Terraform would report is raised as `EvaluationError`; `try()` and `can()` catch it. Something unknown is
no error: it is an `Unknown`, and whatever hangs on it becomes one with the same cause.
Source: HashiCorp, Terraform language, "Expressions"; HCL Native Syntax Specification.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from orgtrail.secrets import holds_secret, secrets_in
from orgtrail.terraform.language import functions, syntax
from orgtrail.terraform.language.functions.table import Files
from orgtrail.terraform.language.operations import (
    EvaluationError,
    Lazy,
    Set,
    TooLarge,
    arithmetic,
    blame,
    compare,
    concatenate,
    equal,
    first_cause,
    is_text,
    to_bool,
    to_number,
    to_string,
    weight,
)
from orgtrail.values import Cause, Json, Rest, Text, Unknown, Value, show


class Scope(Protocol):
    """Where names lead: one module instance, perhaps one instance of a block in it."""

    def lookup(self, name: str) -> Value:
        """What the first name of a traversal stands for; raises EvaluationError where there is no such name."""
        ...

    def files(self) -> Files:
        """What `file()` and its like may read."""
        ...

    def step(self, count: int = 1) -> None:
        """Count steps of work; raises `Exhausted` where there were too many."""
        ...

    def hide(self, value: Value) -> None:
        """Keep the strings in `value` out of every report."""
        ...

    def hidden(self) -> set[str]:
        """The strings that no report prints."""
        ...


class Exhausted(Exception):  # noqa: N818 (no error of the user's: a bound on the work was hit)
    """Too much work for one configuration; what was being evaluated is unknown."""


def evaluate(node: syntax.Node, scope: Scope, bound: dict[str, Value] | None = None) -> Value:
    """The value of `node`; `bound` holds the names that for-expressions and dynamic blocks brought in."""
    return _Evaluator(scope).value(node, bound or {})


#: Elements and characters (by 64) of one value that is worked with.
HEAVIEST = 150_000


#: Functions that make something else of text only by taking it apart: what is secret in it stays as it is.
_TAKE_APART = frozenset({"jsondecode", "yamldecode", "csvdecode", "nonsensitive", "jsonencode", "lookup", "contains"})


class _Evaluator:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def weighed(self, what: str, *values: Value) -> None:
        """Count the work of walking over `values`. Raises TooLarge."""
        for value in values:
            if isinstance(value, (list, dict, str, Text, Json)):
                heavy = weight(value, HEAVIEST)
                if heavy > HEAVIEST:
                    raise TooLarge(f"{what} would work with more than orgtrail evaluates")
                self.scope.step(heavy // 8)

    def value(self, node: syntax.Node, bound: dict[str, Value]) -> Value:
        self.scope.step()
        return _HANDLERS[type(node)](self, node, bound)

    def literal(self, node: syntax.Literal, bound: dict[str, Value]) -> Value:
        return node.value

    def refused(self, node: syntax.Unreadable, bound: dict[str, Value]) -> Value:
        return Unknown(node.cause)

    def root(self, node: syntax.Root, bound: dict[str, Value]) -> Value:
        if node.name in bound:
            return bound[node.name]
        return self.scope.lookup(node.name)

    def attribute(self, node: syntax.GetAttribute, bound: dict[str, Value]) -> Value:
        return attribute_of(self.value(node.of, bound), node.name)

    def index(self, node: syntax.Index, bound: dict[str, Value]) -> Value:
        return element_of(self.value(node.of, bound), self.value(node.key, bound))

    def splat(self, node: syntax.Splat, bound: dict[str, Value]) -> Value:
        of = self.value(node.of, bound)
        if of is None:
            return []
        if isinstance(of, Unknown):
            return of
        elements = of if isinstance(of, list) else [of]
        return [self._each(element, node, bound) for element in elements]

    def _each(self, element: Value, node: syntax.Splat, bound: dict[str, Value]) -> Value:
        if isinstance(element, Rest):
            return element
        for step in node.steps:
            if isinstance(step, str):
                element = attribute_of(element, step)
            else:
                element = element_of(element, self.value(step, bound))
        return element

    def call(self, node: syntax.Call, bound: dict[str, Value]) -> Value:
        if node.name in _LAZY:
            if node.spread:
                raise EvaluationError(f"{node.name}() takes no spread arguments here")
            return _LAZY[node.name](self, node.arguments, bound)
        arguments = [self.value(argument, bound) for argument in node.arguments]
        if node.spread and arguments:
            last = arguments.pop()
            if isinstance(last, Unknown):
                return last
            if not isinstance(last, list):
                raise EvaluationError("`...` needs a list")
            rest = next((one for one in last if isinstance(one, Rest)), None)
            if rest is not None:
                return Unknown(rest.cause)
            arguments += last
        self.weighed(f"{node.name}()", *arguments)
        if node.name == "templatefile":
            return self._template_file(arguments)
        result = functions.call(node.name, arguments, self.scope.files())
        self.weighed(f"{node.name}()", result)
        self._keep_hidden(node.name, arguments, result)
        return result

    def _keep_hidden(self, name: str, arguments: list[Value], result: Value) -> None:
        """What is marked sensitive stays so, when a function has made something else of it, too."""
        if name == "sensitive":
            self.scope.hide(result)
            return
        secrets = self.scope.hidden()
        if not secrets or name in _TAKE_APART:
            return
        if any(isinstance(one, str) and holds_secret(one, secrets) for one in arguments):
            self.scope.hide([one for one in secrets_in(result, True) if not holds_secret(one, secrets)])

    def _template_file(self, arguments: list[Value]) -> Value:
        from orgtrail.terraform.language.hcl import parse_template

        if len(arguments) != 2:
            raise EvaluationError("templatefile() takes a path and an object")
        path, given = arguments
        if not isinstance(path, str):
            return blame("the template file", path)
        if isinstance(given, Unknown):
            return given
        if not isinstance(given, dict):
            raise EvaluationError("templatefile() takes an object of values")
        content = self.scope.files().read(path)
        if isinstance(content, Unknown):
            return content
        inner = _Evaluator(TemplateScope(self.scope, given))
        value = inner.value(parse_template(content), {})
        return to_string(value) if not isinstance(value, (list, dict)) else value

    def list_of(self, node: syntax.Tuple, bound: dict[str, Value]) -> Value:
        return [self.value(item, bound) for item in node.items]

    def object_of(self, node: syntax.Object, bound: dict[str, Value]) -> Value:
        made: dict[str, Value] = {}
        for key, item in node.items:
            name = to_string(self.value(key, bound))
            if name is None:
                raise EvaluationError("the key of an object can't be null")
            if not isinstance(name, str):
                return blame("an object's key", name)
            made[name] = self.value(item, bound)
        return made

    def template(self, node: syntax.Template, bound: dict[str, Value]) -> Value:
        return self._joined([self.value(part, bound) for part in node.parts])

    def _joined(self, parts: list[Value]) -> Value:
        made = concatenate(parts)
        self.weighed("a template", made)
        return made

    def template_for(self, node: syntax.TemplateFor, bound: dict[str, Value]) -> Value:
        made: list[Value] = []
        for inner in self._rounds(node.key, node.value, self.value(node.collection, bound), bound):
            if isinstance(inner, Cause):
                made.append(Unknown(inner))
            else:
                made.append(self.value(node.body, inner))
        return self._joined(made)

    def unary(self, node: syntax.Unary, bound: dict[str, Value]) -> Value:
        operand = self.value(node.operand, bound)
        if node.operator == "!":
            answer = to_bool(operand)
            if answer is None:
                raise EvaluationError("`!` needs a bool, not null")
            return answer if isinstance(answer, Unknown) else not answer
        number = to_number(operand)
        if number is None:
            raise EvaluationError("`-` needs a number, not null")
        return number if isinstance(number, Unknown) else -number

    def binary(self, node: syntax.Binary, bound: dict[str, Value]) -> Value:
        operator = node.operator
        left = self.value(node.left, bound)
        if operator in {"&&", "||"}:
            return self._logical(operator, left, node.right, bound)
        right = self.value(node.right, bound)
        self.weighed(f"`{operator}`", left, right)
        if operator == "==":
            return equal(left, right)
        if operator == "!=":
            answer = equal(left, right)
            return answer if isinstance(answer, Unknown) else not answer
        if operator in {"<", ">", "<=", ">="}:
            return compare(operator, left, right)
        return arithmetic(operator, left, right)

    def _logical(self, operator: str, left: Value, right: syntax.Node, bound: dict[str, Value]) -> Value:
        decides = operator == "||"
        one, other = to_bool(left), to_bool(self.value(right, bound))
        if one is None or other is None:
            raise EvaluationError(f"`{operator}` needs bools, not null")
        if one is decides or other is decides:
            return decides
        return one if isinstance(one, Unknown) else other

    def conditional(self, node: syntax.Conditional, bound: dict[str, Value]) -> Value:
        condition = to_bool(self.value(node.condition, bound))
        if condition is None:
            raise EvaluationError("a condition can't be null")
        if isinstance(condition, Unknown):
            then, otherwise = self._tried(node.then, bound), self._tried(node.otherwise, bound)
            self.weighed("a condition", *(one for one in (then, otherwise) if not isinstance(one, EvaluationError)))
            same = not isinstance(then, EvaluationError) and not isinstance(otherwise, EvaluationError)
            if same and first_cause(then, otherwise) is None and equal(then, otherwise) is True:  # type: ignore[arg-type]
                return then  # type: ignore[return-value]
            return condition
        chosen = self.value(node.then if condition else node.otherwise, bound)
        if isinstance(chosen, (bool, int, float)):
            # Both branches have one type; a number beside a string becomes a string.
            other = node.otherwise if condition else node.then
            if isinstance(other, syntax.Template) or (
                isinstance(other, syntax.Literal) and isinstance(other.value, str)
            ):
                return to_string(chosen)
        return chosen

    def _tried(self, node: syntax.Node, bound: dict[str, Value]) -> "Value | EvaluationError":
        try:
            return self.value(node, bound)
        except EvaluationError as error:
            return error

    def _rounds(
        self, key: str, name: str, collection: Value, bound: dict[str, Value]
    ) -> Iterator[dict[str, Value] | Cause]:
        """The names of each round of a loop; a Cause for any number of rounds that nobody knows."""
        for number, element in elements(collection):
            if isinstance(element, Rest):
                yield element.cause
                continue
            yield {**bound, name: element, **({key: number} if key else {})}

    def for_tuple(self, node: syntax.ForTuple, bound: dict[str, Value]) -> Value:
        collection = self.value(node.collection, bound)
        if isinstance(collection, Unknown):
            return collection
        made: list[Value] = []
        for inner in self._rounds(node.key, node.value, collection, bound):
            if isinstance(inner, Cause):
                made.append(Rest(inner))
                continue
            kept = self._kept(node.condition, inner)
            if isinstance(kept, Unknown):
                made.append(Rest(kept.cause))
            elif kept:
                made.append(self.value(node.result, inner))
        return made

    def _kept(self, condition: syntax.Node | None, inner: dict[str, Value]) -> "bool | Unknown":
        if condition is None:
            return True
        answer = to_bool(self.value(condition, inner))
        if answer is None:
            raise EvaluationError("the condition of a for can't be null")
        return answer

    def for_object(self, node: syntax.ForObject, bound: dict[str, Value]) -> Value:
        collection = self.value(node.collection, bound)
        if isinstance(collection, Unknown):
            return collection
        made: dict[str, Value] = {}
        groups: dict[str, list[Value]] = {}
        for inner in self._rounds(node.key, node.value, collection, bound):
            if isinstance(inner, Cause):
                return Unknown(inner)
            kept = self._kept(node.condition, inner)
            if isinstance(kept, Unknown):
                return kept
            if not kept:
                continue
            name = to_string(self.value(node.name, inner))
            if name is None:
                raise EvaluationError("the key of an object can't be null")
            if not isinstance(name, str):
                return blame("an object's key", name)
            item = self.value(node.result, inner)
            if node.group:
                groups.setdefault(name, []).append(item)
            elif name in made:
                raise EvaluationError(f"two elements of the for have the key `{name}`")
            else:
                made[name] = item
        return dict(sorted(groups.items())) if node.group else made

    # Functions whose arguments aren't all evaluated.

    def try_(self, arguments: tuple[syntax.Node, ...], bound: dict[str, Value]) -> Value:
        if not arguments:
            raise EvaluationError("try() needs an argument")
        error = EvaluationError("")
        for argument in arguments:
            try:
                value = self.value(argument, bound)
            except EvaluationError as failed:
                error = failed
                continue
            self.weighed("try()", value)
            cause = first_cause(value) if not isinstance(value, Lazy) else None
            # It may still fail when what is unknown becomes known, so another argument may win.
            return value if cause is None or isinstance(value, Unknown) else Unknown(cause)
        raise EvaluationError(f"no argument of try() succeeds: {error}")

    def can(self, arguments: tuple[syntax.Node, ...], bound: dict[str, Value]) -> Value:
        if len(arguments) != 1:
            raise EvaluationError("can() takes one argument")
        try:
            value = self.value(arguments[0], bound)
        except EvaluationError:
            return False
        self.weighed("can()", value)
        cause = first_cause(value) if not isinstance(value, Lazy) else None
        return True if cause is None else Unknown(cause)


class TemplateScope:
    """A template file sees the values that it is given, and nothing else."""

    def __init__(self, outer: Scope, given: dict[str, Value]) -> None:
        self.outer = outer
        self.given = given

    def lookup(self, name: str) -> Value:
        """What the template is given under a name."""
        if name in self.given:
            return self.given[name]
        raise EvaluationError(f"the template isn't given `{name}`")

    def files(self) -> Files:
        """What the scope around it may read."""
        return self.outer.files()

    def step(self, count: int = 1) -> None:
        """Count steps of work."""
        self.outer.step(count)

    def hide(self, value: Value) -> None:
        """Keep the strings in `value` out of every report."""
        self.outer.hide(value)

    def hidden(self) -> set[str]:
        """The strings that no report prints."""
        return self.outer.hidden()


def elements(collection: Value) -> Iterator[tuple[Value, Value]]:
    """Key and value of each element, in Terraform's order; a `Rest` as value stands for any number of them."""
    if isinstance(collection, Unknown):
        yield collection, Rest(collection.cause)
    elif isinstance(collection, Set):
        for element in collection:
            yield element, element
    elif isinstance(collection, list):
        lost: Cause | None = None
        for number, element in enumerate(collection):
            if isinstance(element, Rest):
                lost = lost or element.cause
            yield number if lost is None else Unknown(lost), element
    elif isinstance(collection, dict):
        for key in sorted(collection.keys(), key=str.encode):
            yield key, collection[key]
    elif collection is None:
        raise EvaluationError("null can't be iterated over")
    else:
        raise EvaluationError("only lists, sets, maps and objects can be iterated over")


def attribute_of(of: Value, name: str) -> Value:
    """`of.name`."""
    if isinstance(of, dict):
        try:
            return of[name]
        except KeyError:
            raise EvaluationError(f"there is no attribute `{name}`") from None
    if isinstance(of, Unknown):
        return of
    if of is None:
        raise EvaluationError(f"null has no attribute `{name}`")
    if isinstance(of, list) and len(of) and not name.isdigit():
        raise EvaluationError(f"a list has no attribute `{name}`")
    raise EvaluationError(f"`{show(of)[:40] if is_text(of) else type(of).__name__}` has no attribute `{name}`")


def element_of(of: Value, key: Value) -> Value:
    """`of[key]`."""
    if isinstance(of, Unknown):
        return of
    if isinstance(key, Unknown):
        return key
    if isinstance(of, dict):
        name = to_string(key)
        if name is None:
            raise EvaluationError("an index can't be null")
        if not isinstance(name, str):
            return blame("the element", name)
        return attribute_of(of, name)
    if isinstance(of, Set):
        raise EvaluationError("a set has no order, so no index")
    if isinstance(of, list):
        return _element_at(of, to_number(key))
    if of is None:
        raise EvaluationError("null has no elements")
    raise EvaluationError("only lists, maps and objects have an index")


def _element_at(of: list[Value], number: "int | float | Unknown | None") -> Value:
    """The element of a list at an index; behind a hole of any length nobody knows which it is."""
    if number is None:
        raise EvaluationError("an index can't be null")
    if isinstance(number, Unknown):
        return number
    rest = next((position for position, one in enumerate(of) if isinstance(one, Rest)), None)
    if rest is not None and number >= rest:
        one = of[rest]
        return Unknown(one.cause) if isinstance(one, Rest) else one
    if not isinstance(number, int) or not 0 <= number < len(of):
        raise EvaluationError(f"there is no element {number} in a list of {len(of)}")
    return of[number]


_HANDLERS: dict[type, Callable[..., Value]] = {
    syntax.Literal: _Evaluator.literal,
    syntax.Unreadable: _Evaluator.refused,
    syntax.Root: _Evaluator.root,
    syntax.GetAttribute: _Evaluator.attribute,
    syntax.Index: _Evaluator.index,
    syntax.Splat: _Evaluator.splat,
    syntax.Call: _Evaluator.call,
    syntax.Tuple: _Evaluator.list_of,
    syntax.Object: _Evaluator.object_of,
    syntax.Template: _Evaluator.template,
    syntax.TemplateFor: _Evaluator.template_for,
    syntax.Unary: _Evaluator.unary,
    syntax.Binary: _Evaluator.binary,
    syntax.Conditional: _Evaluator.conditional,
    syntax.ForTuple: _Evaluator.for_tuple,
    syntax.ForObject: _Evaluator.for_object,
}

_LAZY: dict[str, Callable[[_Evaluator, tuple[syntax.Node, ...], dict[str, Value]], Value]] = {
    "try": _Evaluator.try_,
    "can": _Evaluator.can,
}
