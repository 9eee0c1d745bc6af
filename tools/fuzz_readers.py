"""Hostile input for every reader: good files with pieces cut, doubled, swapped, nested, or replaced by awkward ones.

A seed is one input, so a failure that is printed can be made again: `python -m tools.fuzz_readers READER SEED`.
"""

import json
import random
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orgtrail import config, engine
from orgtrail.config import Settings
from orgtrail.errors import InputError

SECONDS = 2.0
MEGABYTES = 500
INPUTS = 200_000

AWKWARD: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, 2**70, "", "*", "${", "${aws:PrincipalOrgID}", "\ud800", "\x00", "\u202e", "a" * 10_000,
    [], {}, [[]], [None], {"": None}, {"references": ["local.x"]}, {"constant_value": {}}, ["*"] * 100,
)  # fmt: skip
TOKENS = (
    *(b"{", b"}", b"[", b"]", b'"', b"\\", b"${", b"%{", b"<<EOT\n", b",", b":", b"=", b"\x00", b"\xff", b"\n", b"*"),
    *(b"for", b"...", b"null", b"1e999", b"range(0, 1000000000)", b"setproduct(", b'file("/etc/passwd")', b"/*", b"("),
)


def mutated_value(value: Any, rng: random.Random, rate: float) -> Any:
    """`value` with about `rate` of its nodes changed."""
    if rng.random() < rate:
        return rng.choice(AWKWARD)
    if isinstance(value, dict):
        found = {key: mutated_value(one, rng, rate) for key, one in value.items() if rng.random() > rate}
        if found and rng.random() < rate:
            one, other = rng.choice(list(found)), rng.choice(list(found))
            found[one], found[other] = found[other], found[one]
        return found
    if isinstance(value, list):
        found_list = [mutated_value(one, rng, rate) for one in value if rng.random() > rate]
        return found_list * 2 if rng.random() < rate else found_list
    return value


def mutated_bytes(content: bytes, rng: random.Random) -> bytes:
    """`content` with a few pieces cut, doubled, moved or replaced by tokens."""
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(content) + 1)
        end = min(len(content), start + int(rng.expovariate(0.05)))
        match rng.randrange(4):
            case 0:
                content = content[:start] + content[end:]
            case 1:
                content = content[:end] + content[start:end] * rng.choice((1, 1, 2, 50)) + content[end:]
            case 2:
                content = content[:start] + rng.choice(TOKENS) * rng.choice((1, 1, 3, 2000)) + content[start:]
            case 3:
                content = content[:start] + rng.choice(TOKENS) + content[end:]
    return content


def _json(seed_files: list[bytes], rng: random.Random) -> bytes:
    chosen = rng.choice(seed_files)
    if rng.random() < 0.3:
        return mutated_bytes(chosen, rng)
    return json.dumps(mutated_value(json.loads(chosen), rng, rng.choice((0.001, 0.01, 0.05)))).encode()


def _text(seed_files: list[bytes], rng: random.Random) -> bytes:
    return mutated_bytes(rng.choice(seed_files), rng)


def _check(file: Path, settings: Settings | None = None) -> None:
    report = engine.check([str(file)], settings)
    for result in report.results:
        for cause in result.unknowns:
            if cause.what.startswith("a bug in orgtrail"):
                raise AssertionError(cause.what)


def _folder(file: Path) -> None:
    _check(file.parent)


def _evidence(file: Path) -> None:
    _check(Path("examples/no-bucket-policy/plan.json"), Settings(evidence=str(file)))


def _config(file: Path) -> None:
    config.read(file)


def _plans() -> list[bytes]:
    return [path.read_bytes() for path in sorted(Path("examples").glob("*/plan.json")) if path.stat().st_size < 60_000]


def _states() -> list[bytes]:
    found = []
    for content in _plans():
        plan = json.loads(content)
        state = {"format_version": "1.0", "terraform_version": "1.11.4", "values": plan["planned_values"]}
        found.append(json.dumps(state).encode())
    return found


def _policies() -> list[bytes]:
    from tests.iam import generated

    return [json.dumps(generated.policy(seed, unknowns=False)).encode() for seed in range(50)]


def _sources() -> list[bytes]:
    return [path.read_bytes() for path in sorted(Path("examples").glob("*/main.tf"))]


def _evidences() -> list[bytes]:
    evidence = {
        "orgtrail_evidence": "1",
        "seen_at": "2026-01-31T00:00:00Z",
        "organization": {"id": "o-abcd123456", "management_account": "111111111111"},
        "resources": [{"type": "aws_cloudtrail", "address": "a", "values": {"name": "org"}}],
    }
    return [json.dumps(evidence).encode()]


def _configs() -> list[bytes]:
    return [
        b'organization-id = "o-abcd123456"\ntrusted-accounts = ["111111111111"]\nfail-on = "warning"\n'
        b'[assume]\ntrusted-access = "elsewhere"\n[[ignore]]\nrule = "bucket-is-hardened"\nreason = "x"\n'
    ]


#: Each reader: the name of its file, good files, how they are changed, and who reads them.
READERS: dict[
    str, tuple[str, Callable[[], list[bytes]], Callable[[list[bytes], random.Random], bytes], Callable[[Path], None]]
] = {
    "plan": ("plan.json", _plans, _json, _check),
    "state": ("state.json", _states, _json, _check),
    "policy": ("policy.json", _policies, _json, _check),
    "source": ("main.tf", _sources, _text, _folder),
    "evidence": ("evidence.json", _evidences, _json, _evidence),
    "configuration": ("orgtrail.toml", _configs, _text, _config),
}


def attempt(reader: str, seed: int, good: list[bytes], folder: Path) -> str:
    """What is wrong with how `reader` takes the input of `seed`; empty where nothing is."""
    name, _, change, read = READERS[reader]
    file = folder / name
    file.write_bytes(change(good, random.Random(seed)))
    start = time.process_time()
    try:
        read(file)
    except InputError:
        pass
    except Exception:
        return traceback.format_exc(limit=-4)
    took = time.process_time() - start
    if took > SECONDS:
        return f"took {took:.1f} s"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"memory is at {peak:.0f} MB" if peak > MEGABYTES else ""


def fuzz(reader: str, seeds: range) -> int:
    """The number of failures of one reader, each printed the first time that it is seen."""
    seen: dict[str, int] = {}
    good = READERS[reader][1]()
    with tempfile.TemporaryDirectory() as scratch:
        for seed in seeds:
            wrong = attempt(reader, seed, good, Path(scratch))
            if wrong:
                sign = wrong.strip().splitlines()[-1][:80]
                if sign not in seen:
                    print(f"  {reader} {seed}: {wrong}", flush=True)
                seen[sign] = seen.get(sign, 0) + 1
    print(f"  {reader}: {len(seeds)} inputs, {sum(seen.values())} failures of {len(seen)} kinds", flush=True)
    return sum(seen.values())


def readers() -> int:
    """Every reader on its share of all inputs."""
    return sum(fuzz(reader, range(INPUTS // len(READERS))) for reader in READERS)


if __name__ == "__main__":
    count = int(sys.argv[2])
    raise SystemExit(min(1, fuzz(sys.argv[1], range(count, count + int((sys.argv[3:] or ["1"])[0])))))
