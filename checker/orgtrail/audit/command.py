"""What `orgtrail audit` does: see, save, judge; with a line on the terminal that says how far it is."""

import time
from collections.abc import Sequence

from orgtrail.audit import Way, see
from orgtrail.config import Settings
from orgtrail.engine import judging
from orgtrail.engine import run as engine
from orgtrail.errors import InputError
from orgtrail.evidence import elsewhere_of, estate_of_evidence, live_input, write
from orgtrail.inputs import recognise as inputs
from orgtrail.output import say, write_whole
from orgtrail.report.progress import over_calls
from orgtrail.results import Report
from orgtrail.rules import load

#: The rule that compares a plan or a state with what AWS shows.
DRIFT = "bucket-policy-is-as-planned"


def run(
    way: Way, named: Sequence[str], settings: Settings, *, save: str | None, quiet: bool, views: bool = False
) -> Report:
    """The report on the living organization, and on how each plan or state in `named` differs from it.

    `save` is the file for the evidence, `views` as in `engine.check`.

    Raises InputError where nothing can be seen, or a file is of no use.
    """
    judging.select(settings)  # a wrong rule id is said before AWS is asked
    if way.endpoint_url and not way.endpoint_url.startswith(("http://", "https://")):
        raise InputError("--endpoint-url", f"`{way.endpoint_url}` isn't a URL", "one such as http://127.0.0.1:5000")
    planned = [inputs.read(one, settings) for one in named]
    for estate in planned:
        if estate.input.kind not in {"plan", "state"}:
            raise InputError(estate.input.path, f"is a {estate.input.kind}", "a plan or state to compare with AWS")
    started = time.monotonic()
    with over_calls(shown=not quiet) as listener:
        evidence = see(way, listener)
    if not quiet:
        took = time.monotonic() - started
        say(f"orgtrail: asked AWS {sum(evidence.calls.values())} times in {took:.1f} s")
    if save:
        write_whole(save, write(evidence), "json")
    live = estate_of_evidence(evidence, live_input(evidence))
    found = [(live, judging.run(live, judging.select(settings), settings))]
    drift = [load(DRIFT)] if DRIFT in {rule.id for rule in judging.select(settings)} else []
    for estate in planned:
        found.append((estate, judging.run(estate, drift, settings, elsewhere_of(evidence, "the living organization"))))
    return engine.report(found, settings, views=views)
