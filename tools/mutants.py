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
#: The quick ones first: a mutant is dead with the first test that fails.
TESTS = (
    "tests/iam/test_evaluate.py",
    "tests/iam/test_patterns.py",
    "tests/iam/test_prove.py",
    "tests/iam/test_possible_requests.py",
    "tests/iam/test_services.py",
    "tests/iam/test_log_objects.py",
    "tests/iam/test_second_opinion.py",
    "tests/iam/test_hostile_policies.py",
    "tests/iam/test_written.py",
    "tests/iam/test_symbolic.py",
)
#: Tests of many random or hostile policies take longer than all others together: they run where those saw nothing. The
#: random policies for cvc5 are left out; what they once found is enough.
LONG = "no_witness_fails or nothing_proved or test_hostile or share_one_bound or symbols_end"
PARTS = (f"not (cvc5_agrees or {LONG})", LONG)
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
    # What a proof takes for true (docs/assumptions.md), turned round or dropped: each is killed by a case or a judge.
    _m("axiom members-allow-themselves: a member has to be named", "boxes", "if principals.everyone or (over and principals.rest):",
       "if (principals.everyone and self.caller.class_name != 'member') or (over and principals.rest):"),
    _m("axiom owner-allows-itself: the owner needs an Allow", "scene", "return caller.same_account and self.facts.owner_allows",
       "return False"),
    _m("axiom named-accounts: who is named is no stranger", "scene",
       "return [*self.others(keys, strangers=True), *(one for one in facts.named_accounts if one not in known)]",
       "return self.others(keys, strangers=True)"),
    _m("axiom service-sources: every service sends its account", "services", "return Finite((self.acts_for, None))",
       "return Finite((self.acts_for,))"),
    _m("axiom services-are-nobody: a service is of the organization", "services", 'case "aws:principalorgid" | "aws:principalorgpaths" | "aws:vpcsourceip":\n                return ABSENT',
       'case "aws:principalorgid":\n                return fixed(self.facts.organization_id)\n            case "aws:vpcsourceip":\n                return ABSENT'),
    _m("axiom load-balancers: a load balancer is a member", "scene", "and one not in LOAD_BALANCERS", ""),
    _m("axiom cloudtrail-requests: CloudTrail says nothing of its trail", "services",
       "return Finite(facts.trail_arns) if facts.trail_arns else self.some_trail()\n            case \"aws:sourceaccount\"",
       "return ABSENT\n            case \"aws:sourceaccount\""),
    _m("axiom unsaid-keys: what isn't said is missing", "boxes", "way = self.present.get(key)", "way = self.present.get(key) or False"),
    _m("axiom log-names: a name of CloudTrail's holds slashes", "log_objects", '_REST = some_of(_LETTERS + _DIGITS + "_.-")',
       '_REST = some_of(_LETTERS + _DIGITS + "_.-/")'),
    _m("axiom log-names: CloudTrail writes what ends in anything", "log_objects", '_REST, ".json.gz")', '_REST)'),
    _m("axiom log-names: an organization trail writes below every account", "log_objects",
       "management = _ACCOUNT if whose.management is None else literal(whose.management)", "management = _ACCOUNT"),
    _m("axiom own-ids: a member chooses its role's id", "boxes", "if key == USERID and not self.worst and self.caller.kind",
       "if False and self.caller.kind"),
    _m("axiom ids-still-to-be-made: an id to come may be written already", "symbols", "| {*world.to_be_made}", ""),
    _m("axiom public-addresses: requests come from private addresses", "principals", 'Free(kind="public ip", optional=False)',
       'Free(kind="ip", optional=False)'),
    _m("axiom tls-versions: there is a TLS above 1.3", "principals", 'Finite(("1.2", "1.3"))', 'Finite(("1.2", "1.3", "1.4"))'),
    _m("axiom tls-versions: plain HTTP has a version", "principals", "return ABSENT if self.plain else Finite", "return Finite"),
    _m("axiom one-moment: the past counts", "measures", "points = [point for point in points if point >= since] or [since]", "pass"),
    _m("axiom owner-only-calls: a bucket policy lets members set it", "questions", "action.name not in OWNER_ONLY", "True"),
    _m("axiom keys-across-accounts: KMS does everything for everybody", "questions", "or action.name in KMS_CROSS_ACCOUNT", "or True"),
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
    _m("actions compare with case", "evaluate", "flags = re.IGNORECASE | re.ASCII", "flags = 0"),
    _m("a newline isn't matched by ?", "evaluate", "re.compile(piece, flags | re.DOTALL)",
       "re.compile(piece, flags)"),
    _m("what stands behind the last star may stand before it", "evaluate",
       "return len(word) - len(text) >= at and word.endswith(text)", "return word.endswith(text)"),
    _m("what stands before the first star may stand anywhere", "evaluate",
       "(at if word.startswith(text, at) else -1) if here else word.find(text, at)", "word.find(text, at)"),
    _m("IgnoreCase compares with case", "evaluate", "re.IGNORECASE if operator.fold_case else 0",
       "0 if operator.fold_case else 0"),
    _m("StringEquals knows wildcards", "evaluate", 'wildcards=operator.family == "like"', "wildcards=True"),
    _m("an ARN is compared as one string", "evaluate", '*head, tail = cut(shape)',
       "return re.fullmatch(shape, held, re.DOTALL) is not None\n        *head, tail = cut(shape)"),
    _m("variables stand anywhere", "evaluate", "if not (after_fifth_colon and colons < 5 and not hole):", "if True:"),
    _m("variables don't need the 2012 version", "statements", 'self.version == "2012-10-17"', "True"),
    _m("a default is ignored", "evaluate", 'return default.strip().strip("\'") if comma else None',
       "return None"),
    _m("multi-valued keys fill variables", "evaluate", "held = None if key in MULTI_VALUED else",
       "held = 'AWSLogs' if key in MULTI_VALUED else"),
    _m("a multi-valued key needs no set operator", "evaluate",
       'if key in MULTI_VALUED and operator.quantifier == "one":\n            return None',
       'if key in MULTI_VALUED and operator.quantifier == "x":\n            return None'),
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
    _m("a hole may be anything", "evaluate", "return None if self.hole else True", "return True"),
    _m("what is known of an ARN with a hole doesn't count", "evaluate", "if _matches(shape, held) and self.begins(held, wanted)",
       "if True"),
    _m("the owner's root is bound by the bucket policy", "evaluate", 'request.principal.endswith(":root") and', "False and"),
    _m("anonymous callers are of every account", "evaluate", "        elif request.account:\n", "        else:\n"),
    _m("a service is any service", "evaluate", "found += [self.equal(name, request.service) for name in principals.services]",
       "found += [True for name in principals.services]"),
    _m("a bare address is a network", "evaluate", "ip_address(held) in ip_network(plain, strict=False)",
       "ip_address(held) in ip_network(plain if '/' in plain else plain + '/24', strict=False)"),
    _m("an epoch isn't a date", "evaluate", 'if re.fullmatch(r"-?[0-9]{5,}(\\.[0-9]+)?", word):\n        return Decimal(word)',
       "if False:\n        return Decimal(word)"),
    _m("Bool compares with case", "evaluate", "return held.lower() == plain.lower()", "return held == plain"),
    _m("an unknown statement allows nothing", "evaluate", "        allows.append(None)\n        denies.append(None)\n    if same",
       "        denies.append(None)\n    if same"),
    _m("keys compare with case", "document", "key.lower() if cause is None else Unknown(cause)",
       "key if cause is None else Unknown(cause)"),
    _m("a policy without Version is of 2012", "document", 'case None:\n                return "2008-10-17"',
       'case None:\n                return "2012-10-17"'),
    _m("a second key replaces the first", "document", "if key in document:\n                problems", "if False:\n                problems"),
    _m("IfExists is dropped", "conditions", "if_exists=if_exists, quantifier=quantifier", "quantifier=quantifier"),
    _m("set operators are dropped", "conditions", "if_exists=if_exists, quantifier=quantifier", "if_exists=if_exists"),
    _m("ArnNotLike is ArnLike", "conditions", '"ArnNotLike": Operator("arn", negated=True)', '"ArnNotLike": Operator("arn")'),
    _m("prove: a missing key fails a negated operator", "boxes", '"one": operator.negated or operator.if_exists',
       '"one": operator.if_exists'),
    _m("prove: ForAllValues fails for a missing key", "boxes", 'absent = {"all": True,', 'absent = {"all": False,'),
    _m("prove: unknown values are taken as known", "boxes", "if found is not None and (widest or not found.hole):",
       "if found is not None:"),
    _m("prove: unseen values are left out", "boxes", "if style is None or (names.rest and widest):", "if style is None:"),
    _m("prove: NotResource is Resource", "boxes", "positive=not statement.not_resource", "positive=True"),
    _m("prove: NotPrincipal is Principal", "boxes", "        if not statement.not_principal:\n            return self._matched",
       "        if True:\n            return self._matched"),
    _m("prove: one listed name is enough to escape a Deny", "boxes", "return (self._is(ARN, self._role(role)), self._is(USERID",
       "return (self._is(USERID"),
    _m("prove: NotAction is Action", "action_names", "return found != statement.not_action", "return found"),
    _m("prove: an unknown Deny counts", "questions", 'denies = self._denies(frame, over=not worst)',
       'denies = self._denies(frame, over=True)'),
    _m("prove: actions aren't bound to resource types", "questions", "if (\"object\" if kind == LOG else kind) in action.resources:", "if True:"),
    _m("prove: a bucket policy lets strangers change it", "questions", "action.name not in OWNER_ONLY", "True"),
    _m("prove: a key policy serves other accounts for everything", "questions", "or action.name in KMS_CROSS_ACCOUNT", "or True"),
    _m("prove: a Deny is escaped by half", "search", "absent=not self.absent,", "absent=self.absent,"),
    _m("prove: every value of a key is some value", "search", "every=not self.every,", "every=self.every,"),
    _m("prove: members may be services", "principals", 'case "aws:principalisawsservice":\n                return fixed("false")',
       'case "aws:principalisawsservice":\n                return fixed("true")'),
    _m("prove: a NotPrincipal of unknown effect only allows", "boxes", "isinstance(statement.effect, Unknown) and denying",
       "False"),
    _m("prove: a hole among numbers hides the rest", "boxes", "if holes and widest:", "if holes:"),
    _m("prove: members carry a source ARN", "principals", '        "aws:sourcearn",\n', ""),
    _m("prove: anonymous callers have an id", "principals", '    "aws:userid": ABSENT,\n', ""),
    _m("prove: CloudTrail carries the organization's id", "services", 'case "aws:principalorgid" | "aws:principalorgpaths" | "aws:vpcsourceip"',
       'case "aws:principalorgpaths" | "aws:vpcsourceip"'),
    _m("prove: every request comes through an endpoint", "principals", "return ABSENT if self.endpoint else Free(kind=\"public ip\", optional=False)",
       "return ABSENT"),
    _m("prove: what is unspecified is there", "boxes", "        if way is False:\n", "        if False:\n"),
    _m("prove: whoever lists something lists the logs", "questions", 'not action.takes("s3:prefix")', "True"),
    _m("prove: a trail's name holds colons", "principals", 'literal(":trail/"), *_TRAIL_NAME)', 'literal(":trail/"), STAR)'),
    _m("prove: one value that isn't said is all", "questions", "(False, *(value for value in listed if value is not None))",
       "(False, *(value for value in listed[:1]))"),
    _m("prove: every object has tags of its request", "principals", 'Free(samples=("any",)) if action.takes(key) else ABSENT\n        if key == "aws:tagkeys"',
       'Free(samples=("any",))\n        if key == "aws:tagkeys"'),
    _m("prove: one account stands for all", "accounts", "        layer = following\n",
       "        layer = dict(list(following.items())[:1])\n"),
    _m("prove: an account stands for itself alone", "boxes", "if not (self.worst and self.caller.stands_for_others and self.caller.own_account in value):",
       "if True:"),
    _m("prove: what is no number is left out", "measures", "(*pieces, UNREADABLE)", "pieces"),
    _m("prove: two clocks run apart", "scene", '("aws:epochtime", "aws:currenttime",', '("aws:epochtime", "aws:nothing",'),
    _m("prove: a variable is text in the fifth segment", "strings", "self.colons < 5 and not self.hole", "self.colons < 6 and not self.hole"),
    _m("prove: a wildcard of an ARN crosses colons", "strings", 'not_crossing=":" if self.colons < 5 else ""', 'not_crossing=""'),
    _m("prove: any other character is none", "patterns", "    found.append(next(other for other in others if other not in told_apart))\n", ""),
    _m("prove: a star is a character", "patterns", "again |= places", "once |= places"),
    _m("prove: symbols are spelled one at a time", "symbols", "depth = len(options) if total <= MOST_SPELLINGS else 2", "depth = 1"),
    _m("prove: ways that weren't tried don't matter", "symbols", "    if cut:\n        raise TooManySpellings", "    if False:\n        raise TooManySpellings"),
    _m("prove: a symbol is whatever starts alike", "symbols", "found.update(dict.fromkeys(_told_apart(symbol, spelled, steps, interned)))", "pass"),
    _m("prove: a symbol is never a literal", "symbols", "return list(found)[: MOST_CANDIDATES + 1]", "return []"),
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
    return any(_fails(mutant, part) for part in PARTS)


def _fails(mutant: Mutant, part: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "checker"
        shutil.copytree(ROOT / "checker", copy)
        (copy / "orgtrail" / "iam" / mutant.file).write_text(mutated(mutant), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", part, *TESTS]
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
