"""A saved plan is read as it is, and says what `terraform show -json` says of it with its source."""

import struct
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from workbench.run import check

from orgtrail.config import Settings
from orgtrail.engine import run as engine
from tests.inputs import recorded as saved

RECORDED = [*saved.of_cases(), *saved.of_rules()]
PLAN = next(one for one in RECORDED if one.name == "examples/recommended-policy").saved

#: Nothing of a plan is asked of AWS: the facts that most of them need.
FACTS = Settings(management_account="123456789012")


def _results(named: Path, settings: Settings) -> list[dict[str, Any]]:
    found = engine.check([str(named)], settings).results
    return [{name: value for name, value in msgspec.to_builtins(one).items() if name != "input"} for one in found]


def test_there_are_many() -> None:
    assert len(RECORDED) >= 150
    assert len({one.name for one in RECORDED}) == len(RECORDED)


@pytest.mark.parametrize("share", range(12))
def test_saved_and_shown_give_the_same_results(share: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Field by field, places and witnesses too; terraform isn't on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for number, recorded in enumerate(RECORDED[share::12]):
        root = saved.laid_out(recorded, tmp_path / str(number))
        monkeypatch.chdir(root)
        shown = _results(Path("plan.json"), msgspec.structs.replace(FACTS, source="."))
        assert _results(Path("tfplan"), FACTS) == shown, recorded.name


def test_a_saved_plan_needs_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "tfplan").write_bytes(PLAN)
    run = check(tmp_path / "tfplan", "--select", "trusted-access-before-trail")
    assert (run.code, run.err) == (0, "")
    (result,) = run.json()["results"]
    assert result["verdict"] == "proved"
    assert result["location"]["file"] == str(tmp_path / "main.tf")


def test_a_file_beside_the_source_isnt_in_the_plan(tmp_path: Path) -> None:
    recorded = next(one for one in RECORDED if one.name == "configurations/file-and-template")
    (tmp_path / "tfplan").write_bytes(recorded.saved)
    alone = check(tmp_path / "tfplan").out
    assert "isn't in the saved plan, which holds .tf files only" in alone
    assert "give --source DIR" in alone
    beside = check(tmp_path / "tfplan", "--source", recorded.folder or "").out
    assert "isn't in the saved plan" not in beside


def _zipped(members: list[tuple[str, bytes]]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _field(number: int, content: bytes | int) -> bytes:
    def varint(value: int) -> bytes:
        return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + varint(value >> 7)

    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def _planned(message: bytes) -> bytes:
    return saved.changed(PLAN, tfplan=message)


def _lying(content: bytes) -> bytes:
    """A bomb whose directory says that it is small."""
    packed = bytearray(content)
    at = packed.rfind(b"PK\x01\x02")
    packed[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(packed)


_WHOLE = _field(1, 3) + _field(14, b"1.11.4")

#: name -> (content, words that the message must hold)
REFUSED: dict[str, tuple[bytes, str]] = {
    "another version": (_planned(_field(1, 4)), "is of version 4 of the format, not 3"),
    "no version": (_planned(b""), "is of version 0 of the format"),
    "cut short": (PLAN[:2000], "the list of its members is missing"),
    "a text": (b"PK\x03\x04 and so on", "the list of its members is missing"),
    "a member of nobody's": (saved.changed(PLAN, **{"evil.sh": b"touch x"}), "holds 'evil.sh'"),
    "a climbing member": (saved.changed(PLAN, **{"tfconfig/m-/../../x.tf": b""}), "Terraform doesn't put"),
    "a folder up": (saved.changed(PLAN, **{"tfconfig/m-/..": b""}), "Terraform doesn't put"),
    "a backslash": (saved.changed(PLAN, **{"tfconfig/m-/..\\x.tf": b""}), "Terraform doesn't put"),
    "twice the same": (_zipped([("tfplan", _WHOLE), ("tfplan", _WHOLE)]), "holds 'tfplan' twice"),
    "no plan": (_zipped([("tfstate", b"{}")]), "holds no `tfplan`"),
    "another zip": (_zipped([("readme.txt", b"hello")]), "holds 'readme.txt'"),
    "no source": (_zipped([("tfplan", _WHOLE), ("tfstate", b'{"version": 4}')]), "holds no source"),
    "a module that isn't listed": (saved.changed(PLAN, **{"tfconfig/m-x/a.tf": b""}), "that its list doesn't have"),
    "a list that isn't one": (saved.changed(PLAN, **{"tfconfig/modules.json": b"{}"}), "a list of modules"),
    "source that isn't HCL": (saved.changed(PLAN, **{"tfconfig/m-/main.tf": b"{{{"}), "its source can't be read"),
    "state of another version": (saved.changed(PLAN, tfstate=b'{"version": 3}'), "a state of version 3"),
    "state that isn't JSON": (saved.changed(PLAN, tfstate=b"]"), "a state that can't be read"),
    "no message": (_planned(b"\xff\xff\xff"), "is damaged: a number is cut short"),
    "a longer field": (_planned(_WHOLE + b"\x1a\x7f"), "is damaged: a field is cut short"),
    "a group": (_planned(_WHOLE + b"\x1b"), "is damaged: a field is of type 3"),
    "a number without end": (_planned(b"\x08" + b"\xff" * 11), "is damaged: a number is too long"),
    "an old change": (_planned(_WHOLE + _field(3, _field(1, b"x"))), "as Terraform before 1.1 wrote it"),
    "an address that is none": (_planned(_WHOLE + _field(3, _field(13, b"x"))), "isn't the address of a resource"),
    "an errored plan": (_planned(_WHOLE + _field(20, 1)), "ended with errors"),
    "zeros": (_zipped([("tfplan", bytes(50_000_000))]), "would be 50 MB unpacked"),
    "zeros that say nothing": (_lying(_zipped([("tfplan", bytes(50_000_000))])), "hasn't the size"),
    "many zeros": (_zipped([(f"tfconfig/m-/{n}.tf", bytes(1_000_000)) for n in range(30)]), "would be 30 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    content, words = REFUSED[name]
    (tmp_path / "tfplan").write_bytes(content)
    start = time.process_time()
    run = check(tmp_path / "tfplan")
    assert (run.code, run.out, run.err.count("\n")) == (2, "", 1)
    assert words in run.err
    assert name == "an errored plan" or "terraform show -json" in run.err
    assert time.process_time() - start < 0.5


_TRAIL = _field(13, b"aws_cloudtrail.x")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_field(1, 77), "an action has the number 77"),
        (_field(1, 1), "a change lacks a value"),
        (_field(1, 1) + _field(2, _field(1, b"\xc1")), "a value can't be read"),
        (_field(1, 1) + _field(2, _field(1, b"\x91" * 5000)), "nested"),
        (_field(1, 1) + _field(2, _field(1, b"\x81\xa1a\xd4\x07\x00")), "an extension of type 7"),
        (_field(1, 1) + _field(2, _field(1, b"\x81\xa1a\xc4\x01x")), "a value is bytes"),
        (_field(1, 1) + _field(2, _field(1, b"\x81\x01\x01")), "the name of an attribute isn't a text"),
    ],
)
def test_a_change_that_can_t_be_read_is_named(change: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "tfplan").write_bytes(_planned(_WHOLE + _field(3, _TRAIL + _field(9, change))))
    run = check(tmp_path / "tfplan")
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "`aws_cloudtrail.x`" in run.err
    assert words in run.err


def test_a_checksum_is_checked(tmp_path: Path) -> None:
    content = bytearray(PLAN)
    at = content.rfind(b"PK\x01\x02")
    content[at + 16 : at + 20] = struct.pack("<I", zlib.crc32(b"x"))
    last = zipfile.ZipFile(BytesIO(PLAN)).namelist()[-1]
    (tmp_path / "tfplan").write_bytes(content)
    # The last member is the lock file, which nobody reads.
    assert last == ".terraform.lock.hcl"
    assert check(tmp_path / "tfplan", "--select", "trusted-access-kept").code == 0
    at = content.find(b"PK\x01\x02")
    content[at + 16 : at + 20] = struct.pack("<I", zlib.crc32(b"x"))
    (tmp_path / "tfplan").write_bytes(content)
    assert "has another checksum" in check(tmp_path / "tfplan").err


def test_terraform_runs_only_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A saved plan that lies among somebody's providers starts none of them."""
    program = tmp_path / "bin" / "terraform"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\npwd > {tmp_path}/ran\necho "$@" >> {tmp_path}/ran\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "tfplan").write_bytes(PLAN)
    monkeypatch.chdir(program.parent)
    assert check(theirs / "tfplan", "--select", "trusted-access-kept").code == 0
    assert not (tmp_path / "ran").exists()
    assert "terraform can't show this saved plan" in check(theirs / "tfplan", "--with-terraform").err
    where, arguments = (tmp_path / "ran").read_text().splitlines()
    assert where == str(program.parent)
    assert arguments.startswith("-chdir=. show -json")
