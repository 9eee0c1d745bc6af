"""Many inputs in one run: patterns, bad ones among good ones, all cores, and runs that are interrupted."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from workbench.run import orgtrail

from orgtrail.config import Settings
from orgtrail.engine import many
from orgtrail.engine import run as engine
from orgtrail.engine.one_input import Checked, checked
from orgtrail.errors import InputError

PLAN = Path("examples/no-bucket-policy/plan.json").resolve()
COUNT = many.WORTH_A_POOL + 4


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    for number in range(COUNT):
        folder = tmp_path / f"stack-{number:02}"
        folder.mkdir()
        shutil.copy(PLAN, folder / "plan.json")
    return tmp_path


def test_pattern_is_expanded_in_order(plans: Path) -> None:
    found = many.expanded([str(plans / "**" / "plan.json")])
    assert found == sorted(str(path) for path in plans.glob("*/plan.json"))
    assert len(found) == COUNT


def test_pattern_without_match_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="matches no file"):
        many.expanded([str(tmp_path / "*.json")])


def test_file_of_a_patterns_name_is_taken_as_it_is(tmp_path: Path) -> None:
    odd = tmp_path / "plan[1].json"
    odd.write_text("{}")
    assert many.expanded([str(odd)]) == [str(odd)]


def test_processes_find_what_one_process_finds(plans: Path) -> None:
    named = many.expanded([str(plans / "*" / "plan.json")])
    alone = engine.check(named, Settings())
    together = engine.check(named, Settings(), pool=True)
    assert together == alone
    assert [one.path for one in together.inputs] == named


@pytest.mark.parametrize("pool", [False, True])
def test_bad_inputs_do_not_stop_the_others(plans: Path, pool: bool) -> None:
    (plans / "stack-03" / "plan.json").write_text('{"format_version": "1.2", "resource_changes": [')
    named = many.expanded([str(plans / "*" / "plan.json")])
    report = engine.check(named, Settings(), pool=pool)
    assert len(report.inputs) == COUNT - 1
    assert report.exit_code == 2
    assert len(report.unreadable) == 1
    assert "stack-03" in report.unreadable[0]


def test_bad_input_is_told_beside_the_report(plans: Path) -> None:
    (plans / "stack-00" / "plan.json").write_text("nonsense")
    found = orgtrail("check", str(plans / "stack-00" / "plan.json"), str(PLAN), "--format", "json")
    shown = json.loads(found.out)
    assert found.code == 2
    assert found.err.count("\n") == 1
    assert "stack-00" in found.err
    assert shown["summary"]["exit_code"] == 2
    assert [one["path"] for one in shown["inputs"]] == [str(PLAN)]
    assert "stack-00" in shown["unreadable"][0]


def test_nothing_readable_is_no_report(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("")
    found = orgtrail("check", str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 2)


def test_worker_that_dies_is_told_and_the_others_are_reported(plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = many.expanded([str(plans / "*" / "plan.json")])
    monkeypatch.setattr(many, "checked", _dies_on_the_third)
    found = list(many.check_all(named, Settings(), lambda _: None, views=False))
    assert [bool(one.error) for one in found] == ["stack-02" in one for one in named]
    assert "died" in found[2].error


def _dies_on_the_third(named: str, settings: Settings, *, views: bool) -> Checked:
    if "stack-02" in named:
        os.kill(os.getpid(), signal.SIGKILL)
    return checked(named, settings, views=views)


def test_full_disk_is_one_line() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "orgtrail", "check", str(PLAN)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "orgtrail: can't write the output: no space left on device\n"


def test_closed_pipe_is_silent_and_keeps_the_verdict() -> None:
    assert orgtrail("check", str(PLAN)).code == 1
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "orgtrail", "check", str(PLAN)],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_run_leaves_no_file(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    output = tmp_path / "report.json"
    waiting = subprocess.Popen(
        [sys.executable, "-m", "orgtrail", "check", "/dev/stdin", "--format", "json", "--output", str(output)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stdin is not None
    # It reads standard input, so what is in the pipe has been taken once more than a pipe holds has been written.
    waiting.stdin.write("{" + " " * (1 << 17))
    waiting.stdin.flush()
    waiting.send_signal(sent)
    _, err = waiting.communicate()
    assert waiting.returncode == code
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_pool_leaves_no_file(plans: Path, sent: signal.Signals, code: int) -> None:
    held = plans / "stack-01" / "plan.json"
    held.unlink()
    os.mkfifo(held)
    report = plans / "report.json"
    command = [sys.executable, "-m", "orgtrail", "check", f"{plans}/*/plan.json", "--output", str(report)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        # It opens once one of the processes reads the other end.
        with held.open("wb"):
            running.send_signal(sent)
        out, err = running.communicate()
    assert (running.returncode, out, err.strip()) == (code, "", "")
    assert [one.name for one in plans.iterdir() if not one.is_dir()] == []


def test_workers_end_with_a_process_that_is_killed_outright(plans: Path) -> None:
    held = plans / "stack-01" / "plan.json"
    held.unlink()
    os.mkfifo(held)
    command = [sys.executable, "-m", "orgtrail", "check", f"{plans}/*/plan.json"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # It opens once a worker reads the other end, and that one then waits for a plan.
    with running, held.open("wb"):
        workers = psutil.Process(running.pid).children(recursive=True)
        running.kill()
        _, alive = psutil.wait_procs(workers, timeout=30)
    assert workers
    assert alive == []


@pytest.mark.parametrize("inputs", ["stack-01/plan.json", "*/plan.json"], ids=["one", "pool"])
@pytest.mark.parametrize("format_", ["text", "html"])
def test_disk_that_fills_up_leaves_no_report(plans: Path, inputs: str, format_: str) -> None:
    folder = plans / "reports"
    folder.mkdir()
    report = folder / "report"
    small = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200)); import orgtrail.__main__"
    command = [sys.executable, "-c", small, "check", f"{plans}/{inputs}", "--format", format_, "--output", str(report)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"{report}: can't be written: file too large" in done.stderr
    assert list(folder.iterdir()) == []


def test_report_takes_the_place_of_a_file_only(tmp_path: Path) -> None:
    """Not of a link to one, nor of a pipe or a device: as root, `--output /dev/stdout` would remove what that is."""
    pipe, link, file = tmp_path / "pipe", tmp_path / "link", tmp_path / "folder" / "file"
    os.mkfifo(pipe)
    file.parent.mkdir()
    link.symlink_to(file)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert orgtrail("check", str(PLAN), "--format", f"json={link}", "--format", f"text={pipe}").code == 1
        assert os.read(reading, 1 << 16)
    finally:
        os.close(reading)
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert json.loads(file.read_text())["results"]
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["file", "folder", "link", "pipe"]
