"""Input on which fuzzing found a failure: each file of tests/corpus is one, and none fails any more."""

import shutil
from pathlib import Path

import pytest
from workbench import readers
from workbench.terraform import REPOSITORY

CORPUS = REPOSITORY / "tests" / "corpus"
#: The reader and the folder of each.
KEPT = sorted(folder for reader in readers.READERS for folder in (CORPUS / reader).glob("*") if folder.is_dir())


def test_there_is_a_corpus() -> None:
    assert len(KEPT) >= 10


@pytest.mark.parametrize("kept", KEPT, ids=[f"{one.parent.name}/{one.name}" for one in KEPT])
def test_what_failed_once(kept: Path, tmp_path: Path) -> None:
    folder = tmp_path / "input"
    shutil.copytree(kept, folder)
    wrong = readers.failure(kept.parent.name, folder)
    assert not wrong, wrong
