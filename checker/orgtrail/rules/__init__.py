"""The rules, one file or folder each. A rule is found by its name; there is no second list.

A rule is a function with its file's name, decorated with `@rule(...)`. Its docstring is its documentation: the first
line says what holds, and the sections that follow (`Why`, `Fix`, `Sources`) are what `orgtrail explain` shows. It takes
the `Domain` that was found in an Estate and yields a `Finding` for each subject; it knows nothing of files or formats.
"""

import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal

import msgspec

from orgtrail.errors import InputError
from orgtrail.results import Fix, Severity, Verdict, Witness
from orgtrail.values import Cause

if TYPE_CHECKING:
    from orgtrail.organization.domain import Domain


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says of one subject. `address` and `at` name the place by meaning; the Estate knows the line."""

    address: str
    verdict: Verdict
    message: str
    #: The attribute of the block at `address` that the finding is about, as a path; empty for the block itself.
    at: tuple[str | int, ...] = ()
    witness: Witness | None = None
    unknowns: tuple[Cause, ...] = ()
    because: tuple[str, ...] = ()
    fix: Fix | None = None


#: The questions that orgtrail is there for: does trusted access come first, do members stay out of the logs, can
#: CloudTrail deliver them?
Concern = Literal["trusted access first", "members kept out", "logs delivered"]

Check = Callable[["Domain"], Iterable[Finding]]


class Rule(msgspec.Struct, frozen=True):
    """One rule of the catalogue.

    `since` is the version of orgtrail that brought it, `answers` the question whose answer is no where it is violated.
    """

    id: str
    severity: Severity
    since: str
    check: Check
    answers: Concern | None = None

    @property
    def summary(self) -> str:
        """What holds where the rule is obeyed, in one sentence."""
        return (self.check.__doc__ or "").strip().splitlines()[0]


def rule(severity: Severity, since: str, *, answers: Concern | None = None) -> Callable[[Check], Rule]:
    """Make a rule of a function; its id is the function's name with dashes."""

    def decorate(check: Check) -> Rule:
        return Rule(check.__name__.replace("_", "-"), severity, since, check, answers)

    return decorate


#: What lies beside the rules: what they share, and their examples.
_NO_RULES = {"shared", "examples"}


@cache
def ids() -> tuple[str, ...]:
    """The ids of all rules, in alphabetical order, without importing one."""
    names = {name.removesuffix(".py") for folder in __path__ for name in os.listdir(folder)}
    return tuple(sorted(name.replace("_", "-") for name in names - _NO_RULES if not name.startswith("_")))


@cache
def load(rule_id: str) -> Rule:
    """The rule with this id. Raises KeyError where there is none."""
    if rule_id not in ids():
        raise KeyError(rule_id)
    name = rule_id.replace("-", "_")
    found: Rule = getattr(importlib.import_module(f"orgtrail.rules.{name}"), name)
    return found


def unknown(subject: str, rule_id: str) -> InputError:
    """The error for an id that no rule has, given in `subject`, with the ids that may have been meant."""
    from difflib import get_close_matches

    written = rule_id.lower().replace("_", "-")
    near = get_close_matches(written, ids(), n=3)
    if not near and len(written) > 2:
        near = sorted((one for one in ids() if written in one), key=lambda one: one.index(written))[:5]
    meant = ", ".join(f"`{one}`" for one in near)
    hint = f"did you mean {meant}?" if near else ""
    return InputError(subject, f"there is no rule `{rule_id}`", "one that `orgtrail rules` lists", hint)


def catalogue() -> Iterator[Rule]:
    """Every rule, in alphabetical order of ids."""
    return (load(rule_id) for rule_id in ids())
