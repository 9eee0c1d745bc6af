"""Measures, in processor time, within one run: `python -m tools.bench [NAME...]`.

A section is a function in `SECTIONS`; it prints its own lines.
"""

import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from workbench.asking import nobody_may
from workbench.judges import generated
from workbench.judges.judged import SETTING
from workbench.judges.second_opinion import opinion

from orgtrail.config import Settings
from orgtrail.engine import run as engine
from orgtrail.iam.document import parse
from orgtrail.iam.outcome import Outcome
from tools import figures
from tools.bench_crowds import crowds
from tools.bench_many import many
from tools.bench_peers import peers
from tools.bench_scale import scale
from tools.bench_source import sources


def _asked(policy: Any) -> Outcome:
    return nobody_may(policy, generated.WORLD, ["member"], ["s3:GetObject", "s3:ListBucket"], generated.TARGET)


def _milliseconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


#: What was measured: what, figure with its unit, bound.
_TABLE: list[tuple[str, str, str]] = []


def _line(what: str, took: float, bound: float) -> None:
    print(f"  {what:<56} {took:9.1f} ms   bound {bound:6.0f} ms   {'ok' if took <= bound else 'OVER'}", flush=True)
    _TABLE.append((what, f"{took:.1f} ms", f"{bound:.0f} ms"))


def policies() -> None:
    """The policy engine on ordinary, random and hostile policies."""
    print("policies (members and s3:GetObject, s3:ListBucket)")
    recommended = generated.recommended()
    _asked(parse(recommended))
    took = statistics.median(_milliseconds(lambda: _asked(parse(recommended))) for _ in range(20))
    _line("recommended policy", took, 5)
    many = [generated.policy(seed, statements=10, unknowns=False) for seed in range(500)]
    times = [_milliseconds(lambda one=one: _asked(parse(one))) for one in many]
    _line("500 random policies of 10 statements, median", statistics.median(times), 20)
    print(f"    of these the slowest {max(times):.0f} ms, 95 of 100 under {sorted(times)[474]:.0f} ms")
    overlapping = generated.overlapping(60)
    _line("60 overlapping Denies", _milliseconds(lambda: _asked(parse(overlapping))), 1000)
    for name, hostile in generated.hostile().items():
        parsed = parse(hostile)
        outcome: list[Outcome] = []
        took = _milliseconds(lambda parsed=parsed, outcome=outcome: outcome.append(_asked(parsed)))
        _line(f"hostile: {name} ({outcome[0].verdict})", took, 2000)
        _line(f"hostile: {name}, all rules in one check", _milliseconds(lambda one=hostile: _checked(one)), 2000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"    peak resident memory so far: {peak:.0f} MB")
    _TABLE.append(("peak resident memory of all these in one process", f"{peak:.0f} MB", "200 MB"))
    beside = beside_cvc5()
    if "--write" in sys.argv:
        figures.write(
            "Policies",
            "`python -m tools.bench policies --write`. A question is whether members may read or list.",
            ["what", "measured", "bound"],
            [list(row) for row in _TABLE],
        )
        figures.write(
            "Policies beside an SMT solver",
            "The same policies put to cvc5 in the same run (its steps are bounded, too), mean of each.",
            ["policies", "orgtrail", "cvc5", "without an answer of cvc5"],
            [[what, f"{own:.1f} ms", f"{other:.1f} ms", unanswered] for what, own, other, unanswered in beside],
        )


def _checked(document: Any) -> None:
    """All rules on one policy, as `orgtrail check policy.json` runs them."""
    settings = Settings(
        bucket="logs",
        organization_id=generated.ORGANIZATION,
        management_account=generated.MANAGEMENT,
        archive_account=generated.OWNER,
    )
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        engine.check([file.name], settings)


def beside_cvc5() -> list[tuple[str, float, float, str]]:
    """The same questions put to the engine and to cvc5: milliseconds of each, and how often cvc5 had no answer."""
    named = {
        "recommended policy": [generated.recommended()],
        "100 random policies": [generated.policy(seed) for seed in range(100)],
        "30 random policies of 10 statements": [generated.policy(seed, statements=10) for seed in range(30)],
        "10 overlapping Denies": [generated.overlapping(10)],
    }
    print("  the same policies, members and the actions of the tests: orgtrail, cvc5 (both per policy), unanswered")
    found = []
    for what, documents in named.items():
        own = [_milliseconds(lambda one=one: _asked_all(parse(one))) for one in documents]
        unanswered = 0
        other: list[float] = []
        for one in documents:
            said: list[object] = []
            other.append(_milliseconds(lambda one=one, said=said: said.append(opinion(one, SETTING))))
            unanswered += said == [None]
        told = (what, statistics.mean(own), statistics.mean(other), f"{unanswered} of {len(documents)}")
        print(f"    {what:<38} {told[1]:7.1f} ms {told[2]:9.1f} ms  {told[3]} by cvc5", flush=True)
        found.append(told)
    return found


def _asked_all(policy: Any) -> Outcome:
    return nobody_may(policy, generated.WORLD, ["member"], generated.ACTIONS, generated.TARGET)


SECTIONS: dict[str, Callable[[], None]] = {
    "policies": policies,
    "sources": sources,
    "scale": scale,
    "crowds": crowds,
    "many": many,
    "peers": peers,
}


def main() -> None:
    for name in [one for one in sys.argv[1:] if one != "--write"] or SECTIONS:
        SECTIONS[name]()


if __name__ == "__main__":
    main()
