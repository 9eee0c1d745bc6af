"""Measures, in processor time, within one run: `python -m tools.bench [NAME...]`.

A section is a function in `SECTIONS`; it prints its own lines.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.iam import generated
from tests.iam.judged import SETTING
from tests.iam.second_opinion import opinion

from orgtrail.iam.document import parse
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import nobody_may
from tools.bench_scale import scale
from tools.bench_source import sources


def _asked(policy: Any) -> Outcome:
    return nobody_may(policy, generated.WORLD, ["member"], ["s3:GetObject", "s3:ListBucket"], generated.TARGET)


def _milliseconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def _line(what: str, took: float, bound: float) -> None:
    print(f"  {what:<44} {took:9.1f} ms   bound {bound:6.0f} ms   {'ok' if took <= bound else 'OVER'}")


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
    beside_cvc5()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"    peak resident memory of the whole run: {peak:.0f} MB")


def beside_cvc5() -> None:
    """The same questions put to the engine and to cvc5 (whose steps are bounded, too)."""
    named = {
        "recommended policy": [generated.recommended()],
        "100 random policies": [generated.policy(seed) for seed in range(100)],
        "30 random policies of 10 statements": [generated.policy(seed, statements=10) for seed in range(30)],
        "10 overlapping Denies": [generated.overlapping(10)],
    }
    print("  the same policies, members and the actions of the tests: orgtrail, cvc5 (both per policy), unanswered")
    for what, documents in named.items():
        own = [_milliseconds(lambda one=one: _asked_all(parse(one))) for one in documents]
        unanswered = 0
        other: list[float] = []
        for one in documents:
            said: list[object] = []
            other.append(_milliseconds(lambda one=one, said=said: said.append(opinion(one, SETTING))))
            unanswered += said == [None]
        print(
            f"    {what:<38} {statistics.mean(own):7.1f} ms {statistics.mean(other):9.1f} ms  "
            f"{unanswered} of {len(documents)} by cvc5"
        )


def _asked_all(policy: Any) -> Outcome:
    return nobody_may(policy, generated.WORLD, ["member"], generated.ACTIONS, generated.TARGET)


SECTIONS: dict[str, Callable[[], None]] = {"policies": policies, "sources": sources, "scale": scale}


def main() -> None:
    for name in sys.argv[1:] or SECTIONS:
        SECTIONS[name]()


if __name__ == "__main__":
    main()
