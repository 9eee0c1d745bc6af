"""Many inputs on a Dask cluster: a real one on this machine, whose workers are processes that die."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from workbench import aws
from workbench.run import orgtrail

from orgtrail.config import Settings
from orgtrail.engine import cluster
from orgtrail.engine import run as engine
from orgtrail.errors import InputError

PLAN = Path("examples/no-bucket-policy/plan.json").resolve()
COUNT = 6
#: The input that is a pipe: whoever reads it waits until the test writes, so what happens meanwhile is no accident.
HELD = 2
#: After how many deaths Dask gives up on a task; orgtrail then tries it once more.
FATAL = 2


@pytest.fixture(scope="module")
def workers() -> Iterator[Any]:
    """Two worker processes. Dask gives up on a task whose workers died twice."""
    import dask
    from distributed import LocalCluster

    with pytest.MonkeyPatch.context() as patch:
        for name, value in _amazon().items():
            patch.setenv(name, value)
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": FATAL - 1}),
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1") as made,
        ):
            yield made


def _amazon() -> dict[str, str]:
    keys = {"AWS_ACCESS_KEY_ID": "mock", "AWS_SECRET_ACCESS_KEY": "mock", "AWS_DEFAULT_REGION": "us-east-1"}
    return keys | {"AWS_ENDPOINT_URL": aws.server().url}


@pytest.fixture
def plans(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{number}.json" for number in range(COUNT)]
    for file in files:
        shutil.copy(PLAN, file)
    return files


def hold(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@contextlib.contextmanager
def on(workers: Any, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
    """`orgtrail check ARGUMENTS` on the cluster."""
    command = [sys.executable, "-m", "orgtrail", "check", *arguments]
    command += ["--engine", "dask", "--scheduler", workers.scheduler_address, "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            # Where a test fails it waits for nobody.
            running.kill()


def kill_the_reader(workers: Any, pipe: Path) -> None:
    """Wait until a worker reads the pipe, then kill that worker."""
    with pipe.open("wb", buffering=0) as opened:
        # Whoever waits in open() has no descriptor yet. More than a pipe holds is only taken once somebody reads.
        opened.write(b" " * (fcntl.fcntl(opened, fcntl.F_GETPIPE_SZ) + 1))
        (reading,) = [nanny.pid for nanny in workers.workers.values() if nanny.pid and _has_open(nanny.pid, pipe)]
        process = psutil.Process(reading)
        process.kill()
        process.wait()


def _has_open(process: int, file: Path) -> bool:
    try:
        return any(_is(one, file) for one in Path(f"/proc/{process}/fd").iterdir())
    except FileNotFoundError:
        return False  # it has ended, and another takes its place


def _is(descriptor: Path, file: Path) -> bool:
    try:
        return descriptor.samefile(file)
    except FileNotFoundError:
        return False  # closed meanwhile, or of a file that is gone; the next may be the one


def test_cluster_finds_what_this_machine_finds(workers: Any, plans: list[Path]) -> None:
    plans[3].write_text('{"format_version": "1.2", "resource_changes": [')
    named = [str(one) for one in plans]
    report = engine.check(named, Settings(), views=True, scheduler=workers.scheduler_address)
    assert report == engine.check(named, Settings(), views=True)
    assert [one.path for one in report.inputs] == [one for one in named if "3.json" not in one]
    assert len(report.unreadable) == 1
    assert report.exit_code == 2


def test_input_of_a_worker_that_dies_is_checked_by_another(workers: Any, plans: list[Path]) -> None:
    hold(plans[HELD])
    with on(workers, *map(str, plans)) as running:
        kill_the_reader(workers, plans[HELD])
        plans[HELD].write_bytes(PLAN.read_bytes())
        out, err = running.communicate()
    assert (running.returncode, err) == (1, "")
    shown = json.loads(out)
    assert [one["path"] for one in shown["inputs"]] == [str(one) for one in plans]
    alone = json.loads(orgtrail("check", str(PLAN), "--format", "json").out)["results"]
    for file in plans:
        found = [one | {"input": str(PLAN)} for one in shown["results"] if one["input"] == str(file)]
        assert found == alone


def test_input_that_kills_its_workers_is_told_and_the_others_are_reported(workers: Any, plans: list[Path]) -> None:
    hold(plans[HELD])
    with on(workers, *map(str, plans)) as running:
        for _ in range(2 * FATAL):
            kill_the_reader(workers, plans[HELD])
        out, err = running.communicate()
    assert running.returncode == 2
    assert err == f"orgtrail: {plans[HELD]}: workers that checked it died; is it larger than their memory?\n"
    assert [one["path"] for one in json.loads(out)["inputs"]] == [str(one) for one in plans if one != plans[HELD]]


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_run_on_a_cluster_leaves_no_file(
    workers: Any, plans: list[Path], tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    hold(plans[HELD])
    report = tmp_path / "out" / "report.json"
    report.parent.mkdir()
    with on(workers, *map(str, plans), "--output", str(report)) as running, plans[HELD].open("wb"):
        running.send_signal(sent)
        _, err = running.communicate()
    assert (running.returncode, err.strip()) == (code, "")
    assert list(report.parent.iterdir()) == []


def test_inputs_come_from_a_bucket(workers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in _amazon().items():
        monkeypatch.setenv(name, value)
    aws.client("s3").create_bucket(Bucket="plans-of-all-stacks")
    for name in ("b/plan.json", "a/plan.json", "a/notes.txt"):
        aws.client("s3").put_object(Bucket="plans-of-all-stacks", Key=f"stacks/{name}", Body=PLAN.read_bytes())
    pattern = "s3://plans-of-all-stacks/stacks/*/plan.json"
    arguments = ["check", pattern, "--engine", "dask", "--scheduler", workers.scheduler_address, "--format", "json"]
    found = orgtrail(*arguments)
    assert (found.code, found.err) == (1, "")
    assert [one["path"] for one in json.loads(found.out)["inputs"]] == [
        pattern.replace("*", "a"),
        pattern.replace("*", "b"),
    ]


def test_relative_paths_are_found_by_workers_that_run_elsewhere(
    workers: Any, plans: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(plans[0].parent)
    report = engine.check(["0.json", "1.json"], Settings(), scheduler=workers.scheduler_address)
    assert [one.path for one in report.inputs] == [str(plans[0]), str(plans[1])]


def test_worker_of_another_version_is_refused(plans: list[Path]) -> None:
    with pytest.raises(InputError, match="a worker has orgtrail"):
        cluster._checked(str(plans[0]), settings=Settings(), views=False, version="0.0.1")


@pytest.mark.parametrize(
    ("scheduler", "words"),
    [
        ("tcp://127.0.0.1:1", "Timed out trying to connect"),
        ("carrier-pigeon://127.0.0.1:1", "unknown address scheme"),
        ("127.0.0.1", "missing port"),
    ],
)
def test_scheduler_that_is_not_there_is_one_line(scheduler: str, words: str) -> None:
    import dask

    with dask.config.set({"distributed.comm.timeouts.connect": "200ms"}):
        found = orgtrail("check", PLAN, "--engine", "dask", "--scheduler", scheduler)
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert f"{scheduler} can't be reached" in found.err
    assert words in found.err


def test_engine_and_scheduler_need_each_other() -> None:
    for given in (["--engine", "dask"], ["--scheduler", "tcp://127.0.0.1:8786"]):
        found = orgtrail("check", str(PLAN), *given)
        assert (found.code, found.err.count("\n")) == (2, 1)
        assert "need each other" in found.err


def test_standard_input_stays_here() -> None:
    with pytest.raises(InputError, match="workers can't read"):
        engine.check(["-"], Settings(), scheduler="tcp://127.0.0.1:1")


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"Dask isn't installed \(pip install 'orgtrail\[dask\]'\)"):
        engine.check([str(PLAN)], Settings(), scheduler="tcp://127.0.0.1:1")
