"""Hostile input for every reader, on every core: `make fuzz`, or `python -m tools.fuzz_readers READER [FIRST [COUNT]]`.

A seed is one input: what is printed with a seed is made again by `python -m tools.fuzz_readers READER SEED`, and put
into a folder by `python -m tools.fuzz_readers READER SEED --keep FOLDER`.
"""

import io
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from workbench import readers, saved_plans

from tools import mutations

#: How many inputs each reader gets; what is cheap to read gets more.
SHARES = {
    "plan": 20_000,
    "state": 15_000,
    "policy": 3_000,
    "source": 10_000,
    "joined": 3_000,
    "several": 1_000,
    "evidence": 65_000,
    "configuration": 83_000,
    "saved": 100_000,
}
#: Of so many inputs, one also goes through the drawn reports, the graph and the access matrix.
WHOLE = 100
#: A worker that takes longer for one input (in seconds on the clock) hangs.
PATIENCE = 180.0
#: Nobody gets more memory than this (bytes): a hostile input must not take the machine down.
ADDRESS_SPACE = 3 * 2**30

Files = dict[str, bytes]

#: One line for each reader that was run.
TABLE: list[str] = []
_HEAD = "  reader           inputs  failures  slowest s  at seed  memory MB  total s"


def _examples(name: str, *, largest: int = 60_000) -> list[Path]:
    found = [*Path("examples").glob(f"*/{name}"), *Path("tests/configurations").glob(f"*/{name}")]
    return sorted(path for path in found if path.stat().st_size < largest)


@cache
def _plans() -> list[bytes]:
    recorded = sorted(Path("tests/recorded").rglob("*.json"))[::7]
    return [path.read_bytes() for path in [*_examples("plan.json"), *recorded] if path.stat().st_size < 60_000]


@cache
def _states() -> list[bytes]:
    found = []
    for content in _plans():
        plan = json.loads(content)
        state = {
            "format_version": "1.0",
            "terraform_version": "1.11.4",
            "values": plan.get("planned_values", {}),
        }
        found.append(json.dumps(state).encode())
    return found


@cache
def _policies() -> list[bytes]:
    from workbench.judges import generated

    return [json.dumps(generated.policy(seed, statements=3, unknowns=False)).encode() for seed in range(50)]


@cache
def _sources() -> list[bytes]:
    modules = [path for path in Path("modules").glob("*/*.tf") if path.stat().st_size < 20_000]
    return [path.read_bytes() for path in [*_examples("main.tf"), *sorted(modules)]]


@cache
def _json_sources() -> list[bytes]:
    return [path.read_bytes() for path in _examples("main.tf.json")]


def _plan(rng: random.Random) -> Files:
    return {"plan.json": mutations.document(_plans(), rng)}


def _state(rng: random.Random) -> Files:
    return {"plan.json": mutations.document(_states(), rng)}


def _policy(rng: random.Random) -> Files:
    return {"policy.json": mutations.document(_policies(), rng)}


def _source(rng: random.Random) -> Files:
    made = {"main.tf": mutations.hcl(_sources(), rng)}
    if rng.random() < 0.2:
        made["more.tf"] = mutations.hcl(_sources(), rng)
    if rng.random() < 0.1:
        made["main_override.tf"] = mutations.hcl(_sources(), rng)
    if rng.random() < 0.1:
        made["other.tf.json"] = mutations.document(_json_sources(), rng)
    if rng.random() < 0.1:
        made["values.tfvars"] = mutations.content(b'x = { a = ["b"] }\ny = "z"\nregion = "us-east-1"\n', rng)
    return made


def _joined(rng: random.Random) -> Files:
    both = [path for path in _examples("plan.json") if (path.parent / "main.tf").exists()]
    chosen = rng.choice(both)
    plan, source = chosen.read_bytes(), (chosen.parent / "main.tf").read_bytes()
    which = rng.randrange(3)
    return {
        "plan.json": plan if which == 0 else mutations.document([plan], rng),
        "main.tf": source if which == 1 else mutations.hcl([source], rng),
    }


def _several(rng: random.Random) -> Files:
    return {
        "a.json": mutations.document(_plans(), rng),
        "b.json": mutations.document(_states(), rng),
        "c.json": rng.choice(_plans()),
    }


@cache
def _evidences() -> list[bytes]:
    resources = []
    for content in _plans()[:12]:
        for change in json.loads(content)["resource_changes"]:
            values = change["change"]["after"]
            if values:
                resources.append({"type": change["type"], "address": change["address"], "values": values})
    evidence = {
        "orgtrail_evidence": "1",
        "seen_at": "2026-01-31T00:00:00Z",
        "organization": {"id": "o-abcd123456", "management_account": "111111111111"},
        "resources": [{"type": "aws_cloudtrail", "address": "a", "values": {"name": "org"}}],
    }
    return [json.dumps(evidence).encode(), json.dumps(evidence | {"resources": resources[:8]}).encode()]


def _evidence(rng: random.Random) -> Files:
    return {"evidence.json": mutations.document(_evidences(), rng)}


_CONFIGURATION = b"""organization-id = "o-abcd123456"
trusted-account = ["111111111111"]
fail-on = "warning"
format = ["text", "sarif=x.sarif"]
evidence-max-age = 12.5
[assume]
trusted-access = "elsewhere"
[[ignore]]
rule = "bucket-is-hardened"
reason = "x"
until = 2030-01-01
address = "aws_s3_bucket.logs"
"""


def _configuration(rng: random.Random) -> Files:
    return {"orgtrail.toml": mutations.content(_CONFIGURATION, rng)}


@cache
def _saved_plans() -> list[dict[str, bytes]]:
    """The members of some recorded saved plans."""
    found = []
    for file in sorted(saved_plans.FOLDER.glob("*.tfplan"))[::3]:
        with zipfile.ZipFile(file) as archive:
            found.append({name: archive.read(name) for name in archive.namelist()})
    return found


def _saved(rng: random.Random) -> Files:
    """A saved plan of which some members, or the zip around them, were tampered with."""
    members = dict(rng.choice(_saved_plans()))
    way = rng.random()
    for name in rng.sample(sorted(members), rng.choice((0, 1, 1, 1, 2)) if way < 0.8 else 0):
        members[name] = mutations.content(members[name], rng)
    if way > 0.95:
        members[rng.choice(("tfconfig/m-x/a.tf", "../x", "tfstate", "tfplan ", "tfconfig/m-/b.tf"))] = rng.randbytes(40)
    elif way > 0.9:
        del members[rng.choice(sorted(members))]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    whole = made.getvalue()
    return {"tfplan": mutations.content(whole, rng) if 0.6 < way < 0.9 else whole}


MAKERS: dict[str, Callable[[random.Random], Files]] = {
    "saved": _saved,
    "plan": _plan,
    "state": _state,
    "policy": _policy,
    "source": _source,
    "joined": _joined,
    "several": _several,
    "evidence": _evidence,
    "configuration": _configuration,
}


def make(reader: str, seed: int, folder: Path) -> None:
    """Write the input of `seed` into `folder`, which holds nothing else afterwards."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in MAKERS[reader](random.Random(f"{reader} {seed}")).items():
        (folder / name).write_bytes(content)


def attempt(reader: str, seed: int, folder: Path) -> tuple[str, float]:
    """What is wrong with how `reader` takes the input of `seed` (empty where nothing is), and its longest run."""
    make(reader, seed, folder)
    return readers.wrong(reader, folder, whole=seed % WHOLE == 0)


def _work(reader: str, seeds: range, at: Any, found: Any) -> None:
    """One worker: `at` holds the seed that it is at, so that a death or a hang can be told of."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    slowest = (0.0, -1)
    with tempfile.TemporaryDirectory() as scratch:
        for seed in seeds:
            at.value = seed
            wrong, took = attempt(reader, seed, Path(scratch))
            slowest = max(slowest, (took, seed))
            if wrong:
                found.put((seed, wrong))
    found.put((*slowest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
    at.value = -1


class _Worker:
    """A process that takes some of the seeds, and is started again behind a seed that kills it or makes it hang."""

    def __init__(self, reader: str, seeds: range, found: Any) -> None:
        self.reader, self.seeds, self.found = reader, seeds, found
        self.at = multiprocessing.Value("q", seeds.start)
        self._start()

    def _start(self) -> None:
        self.seen, self.since = -2, time.monotonic()
        self.process = multiprocessing.Process(target=_work, args=(self.reader, self.seeds, self.at, self.found))
        self.process.start()

    def watch(self) -> bool:
        """Whether there is still something to do; tells `found` of a death or a hang."""
        at = self.at.value
        if at == -1:
            return False
        if at != self.seen:
            self.seen, self.since = at, time.monotonic()
        alive = self.process.is_alive()
        if alive and time.monotonic() - self.since < PATIENCE:
            return True
        why = f"hangs for more than {PATIENCE:.0f} s" if alive else f"kills the process ({self.process.exitcode})"
        if self.at.value == -1:
            return False
        self.process.kill()
        self.process.join()
        self.found.put((at, why))
        self.seeds = range(at + self.seeds.step, self.seeds.stop, self.seeds.step)
        self.at.value = self.seeds.start
        if self.seeds:
            self._start()
        return bool(self.seeds)


def fuzz(reader: str, seeds: range, cores: int | None = None) -> int:
    """The number of failures of one reader, each kind printed the first time that it is seen."""
    start, count = time.monotonic(), cores or os.cpu_count() or 1
    found: Any = multiprocessing.Queue()
    kinds: dict[str, list[int]] = {}
    workers = [_Worker(reader, seeds[number::count], found) for number in range(count) if seeds[number::count]]

    costs: list[tuple[float, int, int]] = []

    def tell() -> None:
        while not found.empty():
            told_of = found.get()
            if len(told_of) == 3:
                costs.append(told_of)
                continue
            seed, wrong = told_of
            sign = _sign(wrong)
            if sign not in kinds:
                print(f"  {reader} {seed}: {wrong.strip()}", flush=True)
            kinds.setdefault(sign, []).append(seed)

    told = start
    while sum(worker.watch() for worker in workers):
        time.sleep(0.2)
        tell()
        if time.monotonic() - told > 60:
            told = time.monotonic()
            at = min((worker.at.value for worker in workers if worker.at.value >= 0), default=seeds.stop)
            print(f"  {reader}: at seed {at} of {seeds.stop}, {told - start:.0f} s", flush=True)
    for worker in workers:
        worker.process.join()
    time.sleep(0.2)
    tell()
    failures = sum(map(len, kinds.values()))
    took = time.monotonic() - start
    print(f"  {reader}: {len(seeds)} inputs, {failures} failures of {len(kinds)} kinds, {took:.0f} s", flush=True)
    seconds, slow, _ = max(costs, default=(0.0, -1, 0))
    memory = max((one[2] for one in costs), default=0)
    TABLE.append(f"  {reader:<14} {len(seeds):>8} {failures:>9} {seconds:>9.2f} {slow:>8} {memory:>10} {took:>9.0f}")
    for sign, failed in kinds.items():
        print(f"    {len(failed)} x {sign}: seeds {', '.join(map(str, failed[:8]))}", flush=True)
    return failures


def _sign(wrong: str) -> str:
    """What failures of one kind have in common: the last two places of a traceback and its error, without numbers."""
    lines = [line.strip() for line in wrong.strip().splitlines()]
    places = [line.partition(", in ")[2] or line for line in lines if line.startswith("File ")]
    words = "".join("#" if sign.isdigit() else sign for sign in lines[-1][:60])
    return " < ".join([words, *reversed(places[-2:])])


def all_readers() -> int:
    """Every reader on its share of all inputs."""
    print(f"  {sum(SHARES.values())} inputs", flush=True)
    failures = sum(fuzz(reader, range(share)) for reader, share in SHARES.items())
    print("\n".join(("", _HEAD, *TABLE)), flush=True)
    return failures


def main(arguments: list[str]) -> int:
    if not arguments:
        return min(1, all_readers())
    reader, first = arguments[0], int((arguments[1:2] or ["0"])[0])
    if "--keep" in arguments:
        folder = Path(arguments[-1])
        folder.mkdir(parents=True)
        make(reader, first, folder)
        return 0
    default = SHARES[reader] if len(arguments) == 1 else 1
    count = int((arguments[2:3] or [default])[0])
    return min(1, fuzz(reader, range(first, first + count)))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
