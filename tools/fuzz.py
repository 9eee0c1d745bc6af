"""The long random tests: `python -m tools.fuzz [NAME...]`.

A part is a function in `PARTS` that returns the number of its failures.
"""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from workbench.asking import case as asked_of
from workbench.judges import generated, symbolic, wide
from workbench.judges.judged import Judged, judged, judged_wide, tally
from workbench.judges.symbolic import compared

from orgtrail.iam.document import parse
from orgtrail.iam.evaluate import decide
from tools import fuzz_readers

POLICIES = 20_000
REQUESTS = 20


def proofs_against_requests() -> int:
    """Random policies: no proof is contradicted by a random request, no witness by the second evaluator."""
    return _against_requests(contradictions)


def contradictions(seed: int) -> list[str]:
    """The actions for which a proof about the policy of a seed is contradicted by a random request."""
    parsed = parse(generated.policy(seed))
    case = asked_of(parsed, generated.WORLD)
    requests = [generated.request(seed * 1000 + turn) for turn in range(REQUESTS)]
    found = []
    for action in generated.ACTIONS:
        closed = case.nobody_may(["member"], [action], generated.TARGET)
        denied = case.everybody_is_denied(["member"], [action], generated.TARGET)
        bug = any("report" in cause.settle for cause in (*closed.unknowns, *denied.unknowns))
        for asked in requests:
            if asked.action == action:
                decision = decide(parsed, asked)
                bug = bug or (closed.verdict == "proved" and decision.allowed is not False)
                bug = bug or (denied.verdict == "proved" and decision.denied is not True)
        if bug:
            found.append(action)
    return found


def contradictions_of_everybody(seed: int) -> list[str]:
    """The same for the policies on who may ask, with requests of members, strangers, services and the anonymous."""
    parsed = parse(wide.policy(seed))
    case = asked_of(parsed, generated.WORLD)
    found = []
    for turn in range(REQUESTS):
        name, asked = wide.request(seed * 1000 + turn)
        closed = case.nobody_may([name], [asked.action], wide.LOGS)  # type: ignore[list-item]
        bug = any("report" in cause.settle for cause in closed.unknowns)
        if bug or (closed.verdict == "proved" and decide(parsed, asked).allowed is not False):
            found.append(f"{name} {asked.action}")
    return found


def everybody_against_requests() -> int:
    """Random policies on who may ask: no proof is contradicted by a random request of any class of callers."""
    return _against_requests(contradictions_of_everybody)


def _against_requests(contradictions_of: Callable[[int], list[str]]) -> int:
    failures = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for seed, contradicted in enumerate(pool.map(contradictions_of, range(POLICIES), chunksize=50)):
            for what in contradicted:
                failures += 1
                print(f"  policy {seed}, {what}: the proof and the evaluation disagree", flush=True)
            if seed % 1000 == 999:
                print(f"  {seed + 1} policies, {failures} disagreements", flush=True)
    return failures


def proofs_against_cvc5() -> int:
    """Random policies: the engine and the second opinion agree; the seeds go on where those of the tests end."""
    return _against_cvc5(judged)


def everybody_against_cvc5() -> int:
    """The same for the policies on who may ask, and on which objects."""
    return _against_cvc5(judged_wide)


def _against_cvc5(judge: Callable[[int], Judged]) -> int:
    failures = 0
    found = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for one in pool.map(judge, range(1000, 1000 + POLICIES), chunksize=50):
            found.append(one)
            if one.disagree:
                failures += 1
                print(f"  {one}", flush=True)
            if len(found) % 1000 == 0:
                print("  " + ", ".join(f"{count} {what}" for what, count in tally(found).items()), flush=True)
    return failures


def symbols_against_strings() -> int:
    """Random policies with symbols: what holds for a symbol holds for the strings it may be, and cvc5 agrees."""
    failures = 0
    found = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for one in pool.map(compared, range(1000, 1000 + POLICIES // 10), chunksize=20):
            found.append(one)
            if one.disagree:
                failures += 1
                print(f"  {one}", flush=True)
            if len(found) % 500 == 0:
                print("  " + ", ".join(f"{count} {what}" for what, count in symbolic.tally(found).items()), flush=True)
    return failures


PARTS: dict[str, Callable[[], int]] = {
    "proofs-against-requests": proofs_against_requests,
    "proofs-against-cvc5": proofs_against_cvc5,
    "everybody-against-requests": everybody_against_requests,
    "everybody-against-cvc5": everybody_against_cvc5,
    "symbols-against-strings": symbols_against_strings,
    "readers": fuzz_readers.all_readers,
}


def main() -> int:
    failures = 0
    for name in sys.argv[1:] or PARTS:
        print(name)
        failures += PARTS[name]()
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
