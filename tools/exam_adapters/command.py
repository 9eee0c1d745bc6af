"""Any command that takes the arguments of `orgtrail check` and writes its JSON report."""

from tools.exam_adapters import orgtrail
from tools.exam_scoring import Case, Mark


def version(command: str | None) -> str:
    """Any command: it doesn't say."""
    return command or ""


def ask(case: Case, command: str | None) -> Mark:
    """The mark of what the command says."""
    if command is None:
        raise SystemExit("--command says which")
    return orgtrail.ask(case, command)
