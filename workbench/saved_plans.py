"""Saved plans (`terraform plan -out`) of every recorded root, kept beside what `show -json` says of them.

`tests/recorded/saved/<folder>.<case>.tfplan` belongs to `<folder>/<case>/plan.json`. The examples of a rule are packed,
`rules/<rule>.zip`, a member for each, named by its digest: there are hundreds, of some four kilobytes each.
"""

import zipfile
from pathlib import Path

from workbench.terraform import REPOSITORY

FOLDER = REPOSITORY / "tests" / "recorded" / "saved"


def of_case(case: Path) -> Path:
    """Where the saved plan of an example or configuration is kept."""
    return FOLDER / f"{case.parent.name}.{case.name}.tfplan"


def of_rule(rule_id: str) -> dict[str, bytes]:
    """The saved plans of a rule's examples, by their digests."""
    file = FOLDER / "rules" / f"{rule_id}.zip"
    if not file.is_file():
        return {}
    with zipfile.ZipFile(file) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def keep(rule_id: str, plans: dict[str, bytes]) -> None:
    """Pack the saved plans of a rule's examples; the same plans make the same bytes."""
    file = FOLDER / "rules" / f"{rule_id}.zip"
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w") as pack:
        for name, content in sorted(plans.items()):
            pack.writestr(zipfile.ZipInfo(name), content)
