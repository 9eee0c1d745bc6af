"""Flips one semantic rule of the policy engine at a time, and shows that the tests see it: `python -m tools.mutants`.

Each mutant is a copy of the package with one text replaced; the tests of `tests/iam` run against the copy and have to
fail. `--list` only checks that every mutant still applies; arguments choose mutants by a part of their name.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ROOT / "checker" / "orgtrail" / "iam"
TESTS = (
    "tests/iam/test_evaluate.py",
    "tests/iam/test_hostile_policies.py",
    "tests/iam/test_prove.py",
    "tests/iam/test_second_opinion.py",
)
#: The random policies for cvc5 take longer than all else and come last in the tests; what they once found is enough.
LEFT_OUT = "not test_cvc5_agrees"
#: Seconds for the tests of one mutant; without one they take about twenty.
PATIENCE = 300


class Mutant(NamedTuple):
    """What is flipped, in which file, and how."""

    name: str
    file: str
    old: str
    new: str


def _m(name: str, file: str, old: str, new: str) -> Mutant:
    return Mutant(name, f"{file}.py", old, new)


MUTANTS = (
    _m("a missing key fails a negated operator", "evaluate", "return operator.negated or operator.if_exists",
       "return operator.if_exists"),
    _m("IfExists fails for a missing key", "evaluate", "return operator.negated or operator.if_exists",
       "return operator.negated"),
    _m("ForAllValues fails for a missing key", "evaluate", 'if operator.quantifier == "all":\n                return True',
       'if operator.quantifier == "all":\n                return False'),
    _m("ForAnyValue holds for a missing key", "evaluate", "                return operator.if_exists\n",
       "                return True\n"),
    _m("ForAllValues is ForAnyValue", "evaluate", 'return _all(results) if operator.quantifier == "all" else _any(results)',
       "return _any(results)"),
    _m("negation is forgotten", "evaluate", "_not(found) if operator.negated else found", "found"),
    _m("an explicit Deny doesn't win", "evaluate", "allowed = _all((_any(allows), _not(denied)))",
       "allowed = _any(allows)"),
    _m("actions compare with case", "evaluate", "self.request.action, re.IGNORECASE)", "self.request.action)"),
    _m("a newline isn't matched by *", "evaluate", "flags |= re.DOTALL", "flags |= 0"),
    _m("IgnoreCase compares with case", "evaluate", "re.IGNORECASE if operator.fold_case else 0",
       "0 if operator.fold_case else 0"),
    _m("StringEquals knows wildcards", "evaluate", 'wildcards=operator.family == "like"', "wildcards=True"),
    _m("an ARN is compared as one string", "evaluate", '*head, tail = shape.split(":", 5)',
       "return re.fullmatch(shape, held, re.DOTALL) is not None\n        *head, tail = shape.split(':', 5)"),
    _m("variables stand anywhere", "evaluate", "if not (after_fifth_colon and colons < 5):", "if True:"),
    _m("variables don't need the 2012 version", "document", 'self.version == "2012-10-17"', "True"),
    _m("a default is ignored", "evaluate", 'return default.strip().strip("\'") if comma else _UNRESOLVED',
       "return _UNRESOLVED"),
    _m("multi-valued keys fill variables", "evaluate", "held = None if key in _MULTI_VALUED else",
       "held = 'AWSLogs' if key in _MULTI_VALUED else"),
    _m("a multi-valued key needs no set operator", "evaluate",
       'if key in _MULTI_VALUED and operator.quantifier == "one":\n            return None',
       'if key in _MULTI_VALUED and operator.quantifier == "x":\n            return None'),
    _m("Null is turned round", "evaluate", '(held is None) == (plain.lower() == "true")',
       '(held is None) != (plain.lower() == "true")'),
    _m("NotPrincipal is Principal", "evaluate", "return _not(self.listed(statement))", "return self.listed(statement)"),
    _m("one listed name is enough to escape a Deny", "evaluate", "return _all(needed)", "return _any(needed)"),
    _m("NotAction is Action", "evaluate", "return _not(matched) if statement.not_action else matched", "return matched"),
    _m("NotResource is Resource", "evaluate", "return _not(matched) if statement.not_resource else matched",
       "return matched"),
    _m("less is less or equal", "evaluate", '"<": held < wanted', '"<": held <= wanted'),
    _m("a role's ARN isn't its sessions'", "evaluate", "{request.account}:root\", request.principal]",
       "{request.account}:root\"]"),
    _m("an owner needs a bucket policy", "evaluate", "if same_account and", "if False and"),
    _m("prove: a missing key fails a negated operator", "boxes", '"one": operator.negated or operator.if_exists',
       '"one": operator.if_exists'),
    _m("prove: ForAllValues fails for a missing key", "boxes", 'absent = {"all": True,', 'absent = {"all": False,'),
    _m("prove: unknown parts are taken as known", "boxes", "widest = over != operator.negated", "widest = True"),
    _m("prove: an unknown Deny counts", "prove", 'self.effects(self.policy, frame, "Deny", over=not worst) for box',
       'self.effects(self.policy, frame, "Deny", over=True) for box'),
    _m("prove: actions aren't bound to resource types", "prove", "if kind not in action.resources:\n                        continue\n                    sign",
       "sign"),
    _m("prove: a Deny is escaped by half", "search", "absent=not self.absent,", "absent=self.absent,"),
    _m("prove: members may be services", "principals", 'case "aws:principalisawsservice":\n                return fixed("false")',
       'case "aws:principalisawsservice":\n                return fixed("true")'),
    _m("prove: a NotPrincipal of unknown effect only allows", "boxes", "isinstance(statement.effect, Unknown) and denying",
       "False"),
    _m("prove: a hole among numbers hides the rest", "boxes", "if holes and widest:", "if holes:"),
    _m("prove: members carry a source ARN", "principals", '        "aws:sourcearn",\n', ""),
)  # fmt: skip
# ruff: noqa: E501 - a mutant quotes the line that it flips


def mutated(mutant: Mutant) -> str:
    """The mutant's file; SystemExit where the text to flip is gone."""
    source = (ENGINE / mutant.file).read_text(encoding="utf-8")
    if mutant.old not in source:
        raise SystemExit(f"{mutant.name}: {mutant.file} doesn't hold what this mutant flips")
    return source.replace(mutant.old, mutant.new)


def killed(mutant: Mutant) -> bool:
    """Whether the tests see the mutant."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "checker"
        shutil.copytree(ROOT / "checker", copy)
        (copy / "orgtrail" / "iam" / mutant.file).write_text(mutated(mutant), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", LEFT_OUT, *TESTS]
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            # A mutant that makes the engine run away is seen, too.
            return True
        return done.returncode == 1


def main() -> int:
    if "--list" in sys.argv[1:]:
        for mutant in MUTANTS:
            mutated(mutant)
            print(mutant.name)
        return 0
    survivors = 0
    chosen = [mutant for mutant in MUTANTS if not sys.argv[1:] or any(part in mutant.name for part in sys.argv[1:])]
    for mutant in chosen:
        dead = killed(mutant)
        survivors += not dead
        print(f"{'killed  ' if dead else 'SURVIVED'} {mutant.name}", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} killed")
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main())
