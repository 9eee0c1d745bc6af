"""Recorded saved plans, laid out as they were planned: the source in them, and what `show -json` says beside them."""

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from workbench import rule_plans, saved_plans
from workbench.terraform import REPOSITORY

from orgtrail import rules


class Recorded(NamedTuple):
    """One recorded root: what Terraform saved, what it showed of that, and the folder that it was planned in."""

    name: str
    saved: bytes
    shown: dict[str, Any]
    folder: Path | None = None


def of_cases() -> Iterator[Recorded]:
    """The examples and configurations."""
    for file in sorted(saved_plans.FOLDER.glob("*.tfplan")):
        folder, case = file.stem.split(".", 1)
        where = REPOSITORY / ("examples" if folder == "examples" else "tests/configurations") / case
        if (where / "plan.json").is_file():
            yield Recorded(f"{folder}/{case}", file.read_bytes(), json.loads((where / "plan.json").read_text()), where)


def of_rules() -> Iterator[Recorded]:
    """The examples of the rules, as far as both were recorded of the same text."""
    for rule_id in rules.ids():
        saved = saved_plans.of_rule(rule_id)
        for title, plan in rule_plans.recorded(rule_id).items():
            if plan["digest"] in saved:
                yield Recorded(f"{rule_id}: {title}", saved[plan["digest"]], plan["plan"])


def laid_out(recorded: Recorded, scratch: Path) -> Path:
    """The root module as it was planned, with `tfplan` and `plan.json` in it."""
    root = scratch / "examples" / "root"
    root.mkdir(parents=True)
    if recorded.folder is not None:
        unwanted = shutil.ignore_patterns("expect.json", "before", "elsewhere", "*.json.lock")
        shutil.copytree(recorded.folder, root, ignore=unwanted, dirs_exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(recorded.saved)) as archive:
        listed = archive.read("tfconfig/modules.json")
        for module in json.loads(listed):
            folder = root / module["Dir"]
            folder.mkdir(parents=True, exist_ok=True)
            start = f"tfconfig/m-{module['Key']}/"
            for name in archive.namelist():
                if name.startswith(start):
                    (folder / name.removeprefix(start)).write_bytes(archive.read(name))
    installed = root / ".terraform" / "modules"
    installed.mkdir(parents=True, exist_ok=True)
    (installed / "modules.json").write_text(json.dumps({"Modules": json.loads(listed)}))
    (root / "tfplan").write_bytes(recorded.saved)
    (root / "plan.json").write_text(json.dumps(recorded.shown))
    return root


def changed(saved: bytes, **members: bytes | None) -> bytes:
    """A saved plan with members replaced, added, or (None) taken out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = members.pop(name) if name in members else old.read(name)
            if content is not None:
                new.writestr(name, content)
        for name, content in members.items():
            if content is not None:
                new.writestr(name, content)
    return made.getvalue()
