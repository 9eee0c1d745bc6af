"""Files are written whole or not at all, several together: a fault at every byte, and at every step."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from workbench.run import orgtrail

from orgtrail import output
from orgtrail.errors import InputError

OLD = b"old\n"
SIZE = 300


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As on a disk that is full after so many bytes of one file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("one.tf", "two.tf"):
        (tmp_path / name).write_bytes(OLD)
    return tmp_path


def test_a_fault_at_every_byte_of_one_file(folder: Path) -> None:
    for size in range(SIZE):
        with no_file_larger_than(size), pytest.raises(InputError, match="can't be written: file too large"):
            output.write_whole(str(folder / "one.tf"), "x" * SIZE)
        assert (folder / "one.tf").read_bytes() == OLD
        assert sorted(one.name for one in folder.iterdir()) == ["one.tf", "two.tf"]
    with no_file_larger_than(SIZE):
        output.write_whole(str(folder / "one.tf"), "x" * SIZE)
    assert (folder / "one.tf").read_text() == "x" * SIZE


def test_a_fault_at_every_byte_of_the_second_file(folder: Path) -> None:
    contents = {folder / "one.tf": b"new", folder / "two.tf": b"x" * SIZE, folder / "three.tf": b"new"}
    for size in range(len(b"new"), SIZE):
        with no_file_larger_than(size), pytest.raises(OSError, match="File too large"):
            output.replace_all(contents)
        assert [one.read_bytes() for one in sorted(folder.iterdir())] == [OLD, OLD]


@pytest.mark.parametrize("step", ["open", "fsync", "chmod", "link", "replace", "unlink"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "Ctrl-C"])
def test_a_fault_at_every_step(folder: Path, step: str, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three files, one of them new: all are new, or all are as they were, and nothing lies about."""
    contents = {folder / "one.tf": b"new", folder / "three.tf": b"new", folder / "two.tf": b"new"}
    real = getattr(os, step)
    for failing in range(12):
        calls = 0

        def faulty(*arguments: object, **more: object) -> object:
            nonlocal calls
            calls += 1
            if calls == failing + 1:  # noqa: B023 - called in this round only
                raise error
            return real(*arguments, **more)

        for one in folder.iterdir():
            one.unlink()
        for name in ("one.tf", "two.tf"):
            (folder / name).write_bytes(OLD)
        with monkeypatch.context() as patch:
            patch.setattr(os, step, faulty)
            with suppress(OSError, KeyboardInterrupt):
                output.replace_all(contents)
        shown = {one.name: one.read_bytes() for one in folder.iterdir() if not one.name.startswith(".")}
        assert shown in (
            {"one.tf": OLD, "two.tf": OLD},
            {"one.tf": b"new", "two.tf": b"new", "three.tf": b"new"},
        ), (step, failing, shown)


def test_a_link_stays_one_and_a_mode_is_kept(folder: Path) -> None:
    (folder / "link.tf").symlink_to("one.tf")
    (folder / "one.tf").chmod(0o600)
    output.write_whole(str(folder / "link.tf"), "new")
    assert (folder / "link.tf").is_symlink()
    assert (folder / "one.tf").read_text() == "new"
    assert (folder / "one.tf").stat().st_mode & 0o777 == 0o600


def test_a_report_that_cannot_be_written_is_one_line(folder: Path) -> None:
    plan = Path(__file__).resolve().parents[1] / "examples" / "no-ordering" / "plan.json"
    for where in (folder / "none" / "report.txt", folder):
        run = orgtrail("check", plan, "--output", where)
        assert run.code == 2
        assert run.err.count("\n") == 1
        assert str(where) in run.err


def test_out_of_memory_is_one_line(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    with plan.open("w") as file:
        file.write('{"format_version": "1.2", "planned_values": {}, "resource_changes": [')
        one = (
            '{"address": "aws_s3_bucket.b%d", "mode": "managed", "type": "aws_s3_bucket", "name": "b%d", "change": %s}'
        )
        change = '{"actions": ["create"], "before": null, "after": {"bucket": "b"}, "after_unknown": {}}'
        file.write(",\n".join(one % (number, number, change) for number in range(200_000)))
        file.write("]}")
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2);"
        "from orgtrail.cli import main; main(sys.argv[2:])"
    )
    for most in range(100_000_000, 300_000_000, 50_000_000):
        command = [sys.executable, "-c", script, str(most), "check", str(plan)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode in (0, 2), (most, done.returncode)
        if done.returncode:
            assert (done.stdout, done.stderr.count("\n")) == ("", 1), (most, done.stderr)
            assert "memory" in done.stderr, most
