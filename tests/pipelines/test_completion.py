"""Completion, asked in each shell as somebody who types and presses Tab."""

import os
import re
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from workbench.run import orgtrail

SIGNS = {"bash": "complete -o bashdefault -F", "zsh": "#compdef orgtrail", "fish": "complete -c orgtrail"}

#: What is typed, and what it becomes.
ASKED = {
    "orgtrail ch": "check",
    "orgtrail check --trust": "--trusted-account",
    "orgtrail check --fail-on w": "warning",
    "orgtrail check pl": "plan.json",
    "orgtrail check --select trusted-access-k": "trusted-access-kept",
    "orgtrail explain logs-not-p": "logs-not-public",
    "orgtrail completion z": "zsh",
    "orgtrail report-case pl": "plan.json",
}


@pytest.fixture
def script(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The shell's script, in a folder that holds a plan, too."""
    shell = request.param
    if shutil.which(shell) is None:
        if os.environ.get("CI"):
            pytest.fail(f"CI runs every test, and {shell} isn't installed")
        pytest.skip(f"needs {shell}")
    (tmp_path / "plan.json").touch()
    run = orgtrail("completion", shell)
    assert run.code == 0, run.err
    (tmp_path / "scripts").mkdir()
    made = tmp_path / "scripts" / "_orgtrail"
    made.write_text(run.out)
    return made


@pytest.mark.parametrize(("shell", "sign"), SIGNS.items())
def test_a_script_for_each_shell(shell: str, sign: str) -> None:
    run = orgtrail("completion", shell)
    assert run.code == 0, run.err
    assert sign in run.out
    assert all(word in run.out for word in ("check", "trusted-account", "markdown"))


def asked(folder: Path, *command: str) -> str:
    home = {"HOME": str(folder / "scripts"), "XDG_CONFIG_HOME": str(folder / "scripts"), "TERM": "dumb"}
    done = subprocess.run(
        command, cwd=folder, env=os.environ | home, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


@pytest.mark.parametrize("script", ["bash"], indirect=True)
def test_bash(script: Path) -> None:
    for typed, wanted in ASKED.items():
        words = typed.split()
        ask = f"source {script}; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; _shtab_orgtrail"
        said = asked(script.parents[1], "bash", "--norc", "-c", f"{ask}; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
        assert said.split() == [wanted], typed


@pytest.mark.parametrize("script", ["fish"], indirect=True)
def test_fish(script: Path) -> None:
    lines = "\n".join(f"echo '>> {typed}'; complete -C '{typed}'" for typed in ASKED)
    said = asked(script.parents[1], "fish", "--no-config", "-c", f"source {script}\n{lines}")
    for typed, answer in re.findall(r"^>> (.*)\n((?:(?!>>).*\n)*)", said, re.MULTILINE):
        assert [line.split("\t")[0] for line in answer.splitlines()] == [ASKED[typed]], typed
    assert said.count(">> ") == len(ASKED)


@pytest.mark.parametrize("script", ["zsh"], indirect=True)
def test_zsh(script: Path) -> None:
    """In a terminal: zsh completes nowhere else. Ctrl-X prints what stands on the line, and empties it."""
    begin = (
        "PS1='' PS2='' RPS1=''; unsetopt zle_bracketed_paste prompt_sp 2>/dev/null; "
        f"fpath=({script.parent} $fpath); autoload -Uz compinit; compinit -u -D; "
        'shown() { print -r -- "<<$BUFFER>>"; BUFFER=""; }; zle -N shown; bindkey "^X" shown; echo be""gun\n'
    )
    pty = pytest.importorskip("pty", reason="Windows has no such terminals")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(script.parents[1])
        os.execvpe("zsh", ["zsh", "-f", "-i"], os.environ | {"TERM": "dumb", "HOME": str(script.parent)})
    try:
        os.write(terminal, begin.encode())
        _until(terminal, "begun")
        for typed, wanted in ASKED.items():
            os.write(terminal, f"{typed}\t\x18".encode())
            line = re.findall(r"<<(.*?)>>", _until(terminal, ">>"))[-1]
            assert line.split() == [*typed.split()[:-1], wanted], typed
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


def _until(terminal: int, word: str) -> str:
    """What a terminal shows, up to a word."""
    shown, end = "", time.monotonic() + 30
    while word not in shown:
        assert time.monotonic() < end, shown
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 65536).decode(errors="replace")
    return shown
