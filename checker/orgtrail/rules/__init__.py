"""The rules, one file or folder each. A rule is found by its name; there is no second list.

A rule is a function with its file's name, decorated with `@rule(...)`. Its docstring is its documentation: the first
line says what holds, and the sections that follow (`Why`, `Fix`, `Sources`) are what `orgtrail explain` shows. It takes
the `Domain` that was found in an Estate and yields a `Finding` for each subject; it knows nothing of files or formats.
A rule in a folder is a face (the function, without parameters, in `__init__.py`) and its judging (`judge` in
`judging.py`), which is imported only for an input that holds what the rule looks at.
"""

import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal, cast

import msgspec

from orgtrail.errors import InputError
from orgtrail.results import Fix, Severity, Step, Verdict, Witness
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
    #: The ids of what it takes for true (docs/assumptions.md).
    assumptions: tuple[str, ...] = ()
    #: The way through the dependency graph that it rests on.
    order: tuple[Step, ...] = ()


#: The questions that orgtrail is there for: does trusted access come first, do members stay out of the logs, can
#: CloudTrail deliver them?
Concern = Literal["trusted access first", "members kept out", "logs delivered"]

Check = Callable[["Domain"], Iterable[Finding]]
#: The face of a rule in a folder: a docstring alone.
Face = Callable[[], None]


class Rule(msgspec.Struct, frozen=True):
    """One rule of the catalogue.

    `since` is the version of orgtrail that brought it, `answers` the question whose answer is no where it is violated.
    An input that holds nothing of what it `looks_at` isn't asked: types of resources, or of arguments that are set
    (`aws_cloudtrail.sns_topic_name`). A `live` one judges what only a living organization shows, in an audit or as
    evidence. `unasked` names what an audit doesn't ask AWS for, so that a living organization shows nothing of it.
    `check` judges; it is None for a rule in a folder, whose file `judging.py` does.
    """

    id: str
    severity: Severity
    since: str
    check: Check | None
    page: str = ""
    module: str = ""
    answers: Concern | None = None
    looks_at: tuple[str, ...] = ()
    live: bool = False
    unasked: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What holds where the rule is obeyed, in one sentence."""
        return self.page.strip().splitlines()[0]

    def findings(self, domain: "Domain") -> Iterable[Finding]:
        """What the rule says of an input: nothing where the input has nothing that it is about."""
        if not self._is_about(domain):
            return ()
        # What judges is imported only now: most inputs have no grants, access points or subscriptions.
        check: Check = self.check or importlib.import_module(f"{self.module}.judging").judge
        return check(domain)

    def _is_about(self, domain: "Domain") -> bool:
        if self.live and not (domain.is_live or domain.surroundings.seen):
            return False
        stacks = (domain, *domain.surroundings.stacks)
        return not self.looks_at or any(stack.estate.has(what) for stack in stacks for what in self.looks_at)


def rule(
    severity: Severity,
    since: str,
    *,
    answers: Concern | None = None,
    looks_at: tuple[str, ...] = (),
    live: bool = False,
    unasked: tuple[str, ...] = (),
) -> Callable[[Check | Face], Rule]:
    """Make a rule of a function; its id is the function's name with dashes, its docstring its page.

    A function without parameters is the face of a rule in a folder: `judge(domain)` in `judging.py` is what judges.
    """

    def decorate(function: Check | Face) -> Rule:
        is_face = function.__code__.co_argcount == 0
        return Rule(
            id=function.__name__.replace("_", "-"),
            severity=severity,
            since=since,
            page=function.__doc__ or "",
            module=function.__module__,
            check=None if is_face else cast("Check", function),
            answers=answers,
            looks_at=looks_at,
            live=live,
            unasked=unasked,
        )

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
