"""What a terminal gets and a pipe doesn't: colour, a table, progress; and the help of every command."""

import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from workbench.run import orgtrail

from orgtrail.cli import COMMANDS, parser_of
from orgtrail.cli.arguments import arguments_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PLAN = str(EXAMPLES / "no-ordering" / "plan.json")
CHECK = (sys.executable, "-m", "orgtrail", "check", "--select", "trusted-access-before-trail")
SOURCE = ("--source", str(EXAMPLES / "no-ordering"))


def on_a_terminal(*command: str, **environment: str) -> str:
    """What a command prints on a terminal that is its standard output and standard error."""
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=kept | {"TERM": "xterm"} | environment
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so where the other end is closed
            break
        if not piece:
            break
        said += piece
    process.wait(60)
    os.close(ours)
    return said.decode()


def in_a_pipe(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environment)


def test_a_terminal_gets_the_same_words_in_colour() -> None:
    said = on_a_terminal(*CHECK, PLAN, *SOURCE)
    assert "\x1b[1;31mfails\x1b[0m" in said
    plain = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", said).split())
    assert plain == " ".join(in_a_pipe(*CHECK, PLAN, *SOURCE).stdout.split())


def test_a_pipe_gets_plain_text() -> None:
    done = in_a_pipe(*CHECK, PLAN, *SOURCE)
    assert (done.returncode, done.stderr) == (1, "")
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert (lines[0], lines[1][:3], lines[2][:12], lines[3]) == ("1 rule fails", "NO ", "asked only: ", "")
    assert lines[4].startswith("fails  trusted-access-before-trail: ")


@pytest.mark.parametrize(
    ("option", "environment"), [(("--no-color",), {}), ((), {"NO_COLOR": "1"}), ((), {"TERM": "dumb"})]
)
def test_who_wants_no_colour_gets_none(option: tuple[str, ...], environment: dict[str, str]) -> None:
    said = on_a_terminal(*CHECK, PLAN, PLAN, PLAN, *SOURCE, *option, **environment)
    assert "\x1b" not in said
    assert said.startswith("1 rule fails\r\nNO ")


def test_progress_is_for_terminals(tmp_path: Path) -> None:
    # One input that is named three times is one input.
    plans = [str(shutil.copy(PLAN, tmp_path / f"{number}.json")) for number in range(3)]
    said = on_a_terminal(*CHECK, *plans, *SOURCE)
    # How many of its steps the bar draws depends on how fast they go; that it is drawn doesn't.
    assert re.search(r"[0-3]/3", said)
    assert in_a_pipe(*CHECK, *plans, *SOURCE).stderr == ""


def test_a_terminal_that_knows_no_utf8_gets_escapes(tmp_path: Path) -> None:
    done = in_a_pipe(*CHECK, PLAN, *SOURCE, "--format", "markdown", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (1, "")
    assert "\\u274c" in done.stdout


def test_quiet_says_nothing_where_nothing_counts() -> None:
    good = str(EXAMPLES / "ordered-by-bucket-policy" / "plan.json")
    assert in_a_pipe(*CHECK, good, "--quiet").stdout == ""
    assert in_a_pipe(*CHECK, PLAN, *SOURCE, "--quiet").stdout.startswith("1 rule fails\n")


def test_verbose_shows_what_is_not_applicable() -> None:
    command = (sys.executable, "-m", "orgtrail", "check", PLAN, "--select", "members-cannot-decrypt-logs")
    assert "not applicable" not in in_a_pipe(*command).stdout
    assert "not applicable  members-cannot-decrypt-logs: " in in_a_pipe(*command, "--verbose").stdout


def test_without_a_command_there_is_help() -> None:
    done = in_a_pipe(sys.executable, "-m", "orgtrail")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == in_a_pipe(sys.executable, "-m", "orgtrail", "--help").stdout


def test_the_list_of_commands_is_whole() -> None:
    said = orgtrail("--help").out
    assert all(re.search(rf"^    {name} +[A-Z].*\.$", said, re.MULTILINE) for name in COMMANDS)
    assert "..." not in said.partition("commands:")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_with_an_example(name: str) -> None:
    help_ = orgtrail(name, "--help").out
    parser = parser_of(name)
    example = (parser.epilog or "").split()
    assert help_.startswith(f"usage: orgtrail {name} ")
    assert " ".join(example[:3]) in " ".join(help_.split())
    assert example[0] == "Example:"
    assert (parser.description or "").strip()
    declared = list(arguments_of(parser))
    for argument in declared:
        assert argument.help, argument
    known = {flag for argument in declared for flag in argument.option_strings}
    # The options of the example are ones that there are.
    after = example[example.index("orgtrail") :]
    assert {word for word in after if word.startswith("--")} <= known | {"--"}
