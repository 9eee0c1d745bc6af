"""What a peer is given of a case: Terraform files, or the bucket policy alone."""

import json
import shutil
import subprocess
from pathlib import Path

from tools.exam_scoring import Case

_BUCKET = """\
resource "aws_s3_bucket" "logs" {{
  bucket = "{bucket}"
}}

resource "aws_s3_bucket_policy" "logs" {{
  bucket = aws_s3_bucket.logs.id
  policy = {policy}
}}
"""


def bare_policy(case: Case) -> dict[str, object] | None:
    """The bucket policy of a case that is nothing else, or None."""
    path = case.folder / "policy.json"
    if not path.exists() or any(case.folder.glob("*.tf")):
        return None
    try:
        found: dict[str, object] = json.loads(path.read_text())
    except ValueError:
        return None
    return found


def option(case: Case, name: str, default: str = "") -> str:
    """The value of an option in the case's arguments."""
    words: list[str] = list(case.expect["args"])
    return words[words.index(name) + 1] if name in words else default


def options(case: Case, name: str) -> list[str]:
    """Every value of a repeated option."""
    words: list[str] = list(case.expect["args"])
    return [words[n + 1] for n, word in enumerate(words) if word == name]


def write_terraform(case: Case, target: Path) -> bool:
    """Write the case's Terraform files to `target`, a bare policy inside a resource; False where there are none."""
    sources = [*case.folder.glob("*.tf"), *case.folder.glob("*.tf.json")]
    policy = case.folder / "policy.json"
    if not sources and not policy.exists():
        return False
    target.mkdir(parents=True)
    for source in sources:
        shutil.copy(source, target / source.name)
    if not sources:
        # A heredoc keeps the text as it is but for its interpolations, which a bare policy means literally.
        text = policy.read_text().replace("${", "$${").strip()
        told = _BUCKET.format(bucket=option(case, "--bucket"), policy=f"<<-EOT\n{text}\nEOT")
        (target / "main.tf").write_text(told)
    return True


def packaged(name: str, python: str | None) -> str:
    """The version of a package that another python has."""
    script = f"import importlib.metadata as m; print(m.version({name!r}))"
    run = subprocess.run([python or "python3", "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return run.stdout.strip()
