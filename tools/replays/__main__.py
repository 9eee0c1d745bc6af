"""`python -m tools.replays FOLDER [COUNT]`: what the simulator and orgtrail's evaluator say of random requests."""

import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.judges import generated
from workbench.judges.guarded import Drawn, guard

from orgtrail.iam import evaluate
from orgtrail.iam.document import for_everybody, parse
from orgtrail.iam.public import is_public
from orgtrail.values import Cause

SCRIPT = Path(__file__).with_name("replay.mjs")


def simulation(seed: int) -> tuple[dict[str, Any], bool | None, str]:
    """What the simulator is asked, what orgtrail says, and what the case is about."""
    document = generated.policy(seed, unknowns=False)
    document = {**document, "Statement": [one for one in document["Statement"] if not _odd(one)]}
    request = generated.request(seed * 7 + 3)
    asked: dict[str, Any] = {
        "principal": _principal(request),
        "action": request.action,
        "resource": request.resource,
        "owner": generated.OWNER,
        "context": _context(request),
        "policy": document,
    }
    parsed = parse(document)
    decision = evaluate.decide(parsed, request)
    about = ("policy", "guard", "block")[seed % 3]
    if about == "guard":
        drawn = guard(seed)
        if _binds(drawn, request.account):
            asked[drawn.kind.lower()] = drawn.document
            beside = evaluate.decide(parse(for_everybody(drawn.document)), request)
            decision = evaluate.beside(decision, beside, sure=True)
    elif about == "block":
        asked["block"] = True
        public = is_public(parsed)
        if isinstance(public, Cause):
            return asked, None, about
        if public:
            return asked, False, about
    return asked, decision.allowed, about


def known(asked: dict[str, Any]) -> str:
    """The kind of a difference that `differences.md` explains; empty where it isn't one of them."""
    policies = [asked["policy"], *(asked[name] for name in ("scp", "rcp") if name in asked)]
    if "\n" in asked["resource"]:
        return "a newline in an object's key"
    if any(one["Version"] == "2008-10-17" and "${" in json.dumps(one) for one in policies):
        return "a variable under Version 2008-10-17"
    if any("${" in json.dumps(_negated(one)) for policy in policies for one in policy["Statement"]):
        return "a variable without a value, where it is negated"
    if any('"1767225600"' in json.dumps(one) for one in policies):
        return "a date written as seconds"
    if any(re.search(r'"ForAnyValue:\w+IfExists"', json.dumps(one)) for one in policies):
        return "ForAnyValue with IfExists, for a key that isn't there"
    if any(re.search(r"IpAddress.*?(0\.0\.0\.0/0|::)", json.dumps(one)) for one in policies) or (
        ":" in str(asked["context"].get("aws:SourceIp", "")) and "IpAddress" in json.dumps(policies)
    ):
        return "addresses of two versions, and all of one"
    return ""


def _negated(statement: dict[str, Any]) -> list[Any]:
    conditions = statement.get("Condition", {})
    return [statement.get("NotResource", ""), *(lines for name, lines in conditions.items() if "Not" in name)]


def _odd(statement: dict[str, Any]) -> bool:
    """What one of the two doesn't take, by its own page: who is behind a canonical user isn't known to either."""
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    return isinstance(principal, dict) and bool({"Federated", "CanonicalUser"} & set(principal))


def _binds(drawn: Drawn, account: str) -> bool:
    """Whether a guard binds a member: an SCP by where the caller stands, an RCP by where the bucket does."""
    if drawn.kind == "RCP":
        return drawn.place in ("root", "owner")
    return drawn.place == "root" or account == {"member": generated.MEMBERS[0]}.get(drawn.place, generated.MEMBERS[1])


def _principal(request: evaluate.Request) -> str:
    if request.session:
        role = request.principal.rpartition("/")[2]
        return f"arn:aws:sts::{request.account}:assumed-role/{role}/{request.session}"
    return request.principal


_NAMES = {name.lower(): name for name in (*generated._KEYS, "aws:PrincipalOrgPaths", "aws:ResourceAccount")}


def _context(request: evaluate.Request) -> dict[str, Any]:
    return {
        _NAMES.get(key, key): list(held) if isinstance(held, tuple) else held for key, held in request.context.items()
    }


def replayed(folder: str, seeds: range) -> Iterator[tuple[int, str, bool | None, dict[str, Any], dict[str, Any]]]:
    """For each seed: what it is about, orgtrail's answer, the simulator's, and what was asked."""
    made = [simulation(seed) for seed in seeds]
    given = json.dumps({"folder": str(Path(folder).resolve()), "cases": [asked for asked, _, _ in made]})
    done = subprocess.run(["node", SCRIPT], input=given, capture_output=True, text=True, check=True)
    for seed, (asked, own, about), said in zip(seeds, made, json.loads(done.stdout), strict=True):
        yield seed, about, own, said, asked


def main(folder: str, count: str = "3000") -> int:
    """Print a table, then the requests over which the two differ."""
    table: Counter[tuple[str, str]] = Counter()
    differing = []
    for seed, about, own, said, asked in replayed(folder, range(int(count))):
        if own is None or "error" in said:
            outcome = "not asked" if own is None else "refused by the simulator"
        else:
            kind = known(asked)
            outcome = "agree" if own == said["allowed"] else f"known: {kind}" if kind else "differ"
        table[about, outcome] += 1
        if outcome == "differ":
            differing.append((seed, about, own, asked))
    for (about, outcome), many in sorted(table.items()):
        print(f"{about:8} {outcome:52} {many}")
    for seed, about, own, asked in random.Random(0).sample(differing, min(20, len(differing))):
        print(f"\nseed {seed} ({about}): orgtrail {'allows' if own else 'refuses'} {json.dumps(asked)}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
