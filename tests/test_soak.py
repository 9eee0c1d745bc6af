"""Memory stays flat: a small soak (`make soak` is the long one)."""

import gc
import tracemalloc

from tools import soak

from orgtrail.engine import run as engine

#: What one more plan may leave behind, in bytes, while bounded caches still fill.
A_PLAN = 8 * 1024


def test_plans_leave_next_to_nothing_behind() -> None:
    with soak.plans(36) as named:
        for one in named[:12]:
            engine.check([one])
        gc.collect()
        tracemalloc.start()
        try:
            for one in named[12:24]:
                engine.check([one])
            gc.collect()
            before, _ = tracemalloc.get_traced_memory()
            for one in named[24:]:
                engine.check([one])
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert (after - before) / 12 < A_PLAN


def test_growth_is_the_last_quarter_over_the_second() -> None:
    assert soak.growth([50, 90, 100, 100, 100, 100, 101, 101]) == 1
    assert soak.growth([*range(40)]) > soak.SLACK
