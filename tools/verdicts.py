"""Whether what is said of every recorded plan is still said: `python -m tools.verdicts COMMIT [--messages]`.

Every recorded plan (examples, configurations, with and without their source; rules' examples; saved plans; the exam's
cases) is checked twice: with the package of a commit, and with the package as it is here. What differs in rule, verdict
or address is printed, and in the message too with `--messages`. It ends with 1 where anything differs. What the commit
hasn't got (new plans) is checked with both all the same, as both read the plans that are here.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import msgspec

REPOSITORY = Path(__file__).resolve().parents[1]


class Told(msgspec.Struct, frozen=True, order=True):
    """One result: `message` is left out where messages don't matter."""

    rule: str
    address: str
    verdict: str
    message: str = ""


#: What was checked, and what was said of it; or the one line that says why nothing was.
Said = dict[str, list[Told] | str]


def _asked() -> Iterator[tuple[str, Path, list[str]]]:
    """Each check: its name, the folder that it runs in, and its words."""
    for parent in ("examples", "tests/configurations"):
        for folder in sorted((REPOSITORY / parent).glob("*/plan.json")):
            name = f"{parent}/{folder.parent.name}"
            yield name, folder.parent, ["plan.json", "--no-source"]
            yield f"{name} with its source", folder.parent, ["plan.json", "--source", "."]
            yield f"{name} as a folder", folder.parent, ["."]
    for file in sorted((REPOSITORY / "tests" / "recorded" / "saved").glob("*.tfplan")):
        yield f"saved {file.stem}", file.parent, [file.name, "--no-source"]
    for folder in sorted((REPOSITORY / "tests" / "exam" / "cases").glob("*/expect.json")):
        yield f"exam {folder.parent.name}", folder.parent, json.loads(folder.read_text())["args"]


def _examples(scratch: Path) -> Iterator[tuple[str, Path, list[str]]]:
    """The recorded plans of the rules' examples, written out, with the options that they are checked with."""
    from workbench import rule_plans

    from orgtrail import rules

    for rule_id in rules.ids():
        plans = rule_plans.recorded(rule_id)
        for number, example in enumerate(rule_plans.planned(rule_id)):
            if example.title in plans:
                file = scratch / f"{rule_id}-{number}.json"
                file.write_text(json.dumps(plans[example.title]["plan"]))
                yield f"{rule_id}: {example.title}", scratch, [file.name, "--no-source", *example.options]


def said() -> Said:
    """What the package that is imported says of everything."""
    from orgtrail import cli

    found: Said = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, folder, words in (*_asked(), *_examples(Path(scratch))):
            os.chdir(folder)
            out, err = io.StringIO(), io.StringIO()
            with redirect_stdout(out), redirect_stderr(err), suppress(SystemExit):
                cli.main(["check", *words, "--format", "json"])
            found[name] = _read(out.getvalue()) or err.getvalue().strip()
    os.chdir(REPOSITORY)
    return found


def _read(out: str) -> list[Told]:
    if not out.startswith("{"):
        return []
    results = json.loads(out)["results"]
    return sorted(Told(one["rule"], one["address"], one["verdict"], one["message"]) for one in results)


def _said_by(package: Path) -> Said:
    """What the package in a folder says, asked in a process of its own."""
    env = {**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{REPOSITORY}", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "tools.verdicts"]
    done = subprocess.run(command, check=True, capture_output=True, env=env, cwd=REPOSITORY)
    return msgspec.json.decode(done.stdout, type=Said)


def differences(old: Said, new: Said, *, messages: bool) -> Iterator[str]:
    """One line for each result that was said and isn't any more, or the other way round."""
    for name in sorted({*old, *new}):
        before, after = old.get(name, []), new.get(name, [])
        if isinstance(before, str) or isinstance(after, str):
            if before != after and (messages or isinstance(before, str) != isinstance(after, str)):
                yield f"{name}: {before!r} is now {after!r}"
            continue
        if not messages:
            before, after = ([msgspec.structs.replace(one, message="") for one in which] for which in (before, after))
        for sign, ones, others in (("-", before, after), ("+", after, before)):
            yield from (
                f"{sign} {name}: {one.rule} {one.verdict} {one.address} {one.message}".rstrip()
                for one in ones
                if one not in others
            )


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--messages"]
    if not words:
        sys.stdout.buffer.write(msgspec.json.encode(said()))
        return
    old = _said_at(words[0])
    new = _said_by(REPOSITORY / "checker")
    found = list(differences(old, new, messages="--messages" in sys.argv))
    results = sum(len(one) for one in new.values() if not isinstance(one, str))
    print(*found, f"{len(new)} checks, {results} results, {len(found)} differences", sep="\n")
    sys.exit(1 if found else 0)


def _said_at(commit: str) -> Said:
    """What the package of a commit says; or what was written to a file before, with `tools.verdicts > FILE`."""
    if Path(commit).is_file():
        return msgspec.json.decode(Path(commit).read_bytes(), type=Said)
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, commit], check=True, cwd=REPOSITORY)
        try:
            return _said_by(tree / "checker")
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], check=True, cwd=REPOSITORY)


if __name__ == "__main__":
    main()
