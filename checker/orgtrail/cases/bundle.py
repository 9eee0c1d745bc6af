"""An input as files that can be written again, and checked again."""

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from orgtrail import files
from orgtrail.cases import trees
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.results import Report
from orgtrail.terraform.plans.plan import ResourceChange

#: Files of a folder beside .tf files that a configuration may read.
_READ = (".json", ".tfvars", ".tftpl", ".tpl", ".yaml", ".yml", ".txt")
#: A larger file, or more of them, is no source that anybody wrote.
_LARGEST = 5_000_000
_MOST = 2_000


class Bundle(msgspec.Struct, frozen=True):
    """Files by their names: of JSON as trees, of all others as text. `named` is the INPUT, `source` goes with it."""

    files: dict[str, Any]
    named: str
    settings: Settings
    source: str | None = None
    evidence: str | None = None
    var_files: tuple[str, ...] = ()

    def with_files(self, changed: dict[str, Any]) -> "Bundle":
        """The same with other files."""
        return msgspec.structs.replace(self, files=changed)

    @property
    def size(self) -> int:
        """How many bytes it is, without the spaces of JSON."""
        return sum(len(one.encode()) if isinstance(one, str) else trees.size_of(one) for one in self.files.values())

    def written(self) -> Iterator[tuple[str, bytes]]:
        """Each file with what stands in it."""
        for name, one in self.files.items():
            yield name, one.encode() if isinstance(one, str) else trees.written_tree(one)

    def report(self, rule: str | None) -> Report:
        """What a check says of it: of one rule, or of all. Raises InputError."""
        from orgtrail.engine import run

        with tempfile.TemporaryDirectory() as scratch:
            for name, content in self.written():
                path = Path(scratch, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            there = {
                "source": str(Path(scratch, self.source)) if self.source is not None else None,
                "evidence": str(Path(scratch, self.evidence)) if self.evidence else None,
                "var_files": tuple(str(Path(scratch, one)) for one in self.var_files),
                "select": (rule,) if rule else (),
                "no_source": self.source is None,
            }
            settings = msgspec.structs.replace(self.settings, **there)
            return run.check([str(Path(scratch, self.named))], settings)


def bundle_of(named: str, settings: Settings) -> Bundle:
    """The files of one INPUT, and of what the settings name. Raises InputError."""
    found: dict[str, Any] = {}
    evidence = None
    if settings.evidence:
        evidence = "evidence.json"
        found[evidence] = _tree(settings.evidence, _content(settings.evidence))
    var_files: list[str] = []
    for one in settings.var_files:
        name = f"{len(var_files)}.tfvars" + (".json" if one.endswith(".json") else "")
        found[name] = _text_or_tree(Path(one), one)
        var_files.append(name)
    plain = msgspec.structs.replace(
        settings, source=None, evidence=None, var_files=(), select=(), ignore=(), suppressions=(), baseline=None
    )
    source: str | None = None
    if os.path.isdir(named):
        inner, input_ = _folder(Path(named), settings)
        found |= inner
    else:
        inner, input_, source = _one_file(named, settings)
        found |= inner
    given = settings.source if source is None else None
    if given is not None and not os.path.isdir(named):
        inner, root = _folder(Path(given), settings)
        found |= {f"source/{name}": one for name, one in inner.items()}
        source = os.path.normpath(f"source/{root}")
    return Bundle(found, input_, plain, source, evidence, tuple(var_files))


def _one_file(named: str, settings: Settings) -> tuple[dict[str, Any], str, str | None]:
    """A file by the name that it gets in a case; of a saved plan its source, too, and where the root of that lies."""
    from orgtrail.inputs import content

    data = content.content_of(named)
    if data.startswith(content.ZIP):
        if not settings.with_terraform:
            return _saved_plan(named, data)
        from orgtrail.inputs.with_terraform import shown

        data = shown(named, settings)
    tree = _tree(named, content.as_text(named, data))
    is_plan = isinstance(tree, dict) and "resource_changes" in tree
    if isinstance(tree, dict) and "Statement" in tree:
        name = "policy.json"
    else:
        name = "state.json" if isinstance(tree, dict) and "values" in tree and not is_plan else "plan.json"
    return {name: tree}, name, None


def _saved_plan(named: str, data: bytes) -> tuple[dict[str, Any], str, str | None]:
    """A saved plan as the plan in JSON that it says, beside its source."""
    from orgtrail.inputs.saved_plan import source
    from orgtrail.inputs.saved_plan.archive import Archive, RefusedError
    from orgtrail.inputs.saved_plan.estate import WAY_OUT, as_plan
    from orgtrail.inputs.saved_plan.message import Saved
    from orgtrail.inputs.saved_plan.wire import BrokenError

    try:
        archive = Archive(data)
        plan = as_plan(Saved(archive.read("tfplan")), archive)
        files_in, root = source.unpacked(archive)
        found: dict[str, Any] = {"plan.json": trees.read_tree(msgspec.json.encode(_plain(plan)))}
    except (RefusedError, BrokenError, RecursionError, msgspec.DecodeError) as error:
        raise InputError(named, f"can't be read as a saved plan: it {error}", "a saved plan", WAY_OUT) from None
    for name, content in files_in.items():
        text = content.decode(errors="replace")
        found[f"source/{name}"] = trees.read_tree(content) if name.endswith(".json") else text
    return found, "plan.json", os.path.normpath(f"source/{root}")


def _plain(value: Any) -> Any:
    """What a plan holds, as plain data by the names of Terraform's JSON; what isn't there is left out."""
    match value:
        case msgspec.Raw():
            return msgspec.json.decode(value) if bytes(value) else None
        case msgspec.Struct():
            names = {field.name: field.encode_name for field in msgspec.structs.fields(value)}
            # A change of a saved plan is read when it is asked for.
            held = (
                (names[name], value.change if isinstance(value, ResourceChange) and name == "raw_change" else given)
                for name in value.__struct_fields__
                for given in (getattr(value, name),)
            )
            return {name: _plain(one) for name, one in held if not (isinstance(one, msgspec.Raw) and not bytes(one))}
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value


def _tree(named: str, content: bytes) -> Any:
    try:
        return trees.read_tree(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        said = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise InputError(named, f"isn't JSON that can be read ({said})", "JSON") from None


def _content(named: str) -> bytes:
    try:
        return files.read(named, _LARGEST)
    except (OSError, ValueError) as error:
        said = files.reason(error) if isinstance(error, OSError) else str(error)
        raise InputError(named, said, "a file") from None


def _text_or_tree(path: Path, named: str) -> Any:
    content = _content(str(path))
    if path.name.endswith(".json"):
        return _tree(named, content)
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise InputError(named, "isn't utf-8 text", "text") from None


def _folder(folder: Path, settings: Settings) -> tuple[dict[str, Any], str]:
    """The files of a root module and of the modules that it calls, and where among them the root lies."""
    from orgtrail.terraform.source.modules import Tree
    from orgtrail.terraform.source.root_module import source_of

    found = source_of(Tree(folder, allow_outside=settings.allow_outside))
    places = {folder.resolve(), *(module.folder.directory.resolve() for module in found.root.walk())}
    common = Path(os.path.commonpath([str(one) for one in places]))
    listed = [path for place in sorted(places) for path in sorted(place.iterdir()) if _is_source(path)]
    manifest = folder.resolve() / ".terraform" / "modules" / "modules.json"
    if manifest.is_file():
        listed.append(manifest)
    if len(listed) > _MOST:
        raise InputError(str(folder), f"holds more than {_MOST} files", "a smaller root module")
    files_in = {str(path.relative_to(common)): _text_or_tree(path, str(path)) for path in listed}
    return files_in, str(folder.resolve().relative_to(common))


def _is_source(path: Path) -> bool:
    is_ours = path.name.endswith((".tf", ".tofu", *_READ)) and not re.match(r"(plan|tfplan|state).*\.json$", path.name)
    return path.is_file() and not path.is_symlink() and is_ours and path.stat().st_size < _LARGEST
