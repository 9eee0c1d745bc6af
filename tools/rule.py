"""A rule from its two files: `make rule NAME=...` (`python -m tools.rule NAME`).

Where the files aren't there, they are begun: `rules/<rule>.py`, and its examples. Where they are, all that follows from
them is remade: the recorded plans of the examples, with the real terraform; what the rule says of each fate of its
subject (`workbench.lifecycle`), to be reviewed; its page and the catalogue.
"""

import subprocess
import sys
from pathlib import Path

from workbench import lifecycle, rule_plans
from workbench.terraform import REPOSITORY

from orgtrail import __version__, examples, rules
from tools import rule_pages

FOLDER = Path(next(iter(rules.__path__)))

_RULE = '''"""The rule `{id}`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule


@rule("warning", since="{since}")
def {name}(domain: Domain) -> Iterable[Finding]:
    """What holds where the rule is obeyed, in one sentence.

    Why:
        What breaks without it, and who doesn't notice.

    Holds when:
        What exactly has to be so; what is undecided, and what isn't looked at.

    Fix:
        What to write.

    Sources:
        The guide, "The page"
        https://docs.aws.amazon.com/
    """
    raise NotImplementedError
'''

#: Two bad and two good examples, an undecided one, and one that the rule isn't about.
_KINDS = ("bad", "bad", "good", "good", "undecided", "not-applicable")
_EXAMPLE = """
## {kind}: what example {number} shows

```hcl
resource "aws_cloudtrail" "org" {{
  name                  = "org"
  s3_bucket_name        = "acme-org-trail-logs"
  is_organization_trail = true
}}
```
"""


def begin(rule_id: str) -> list[Path]:
    """Write the files of a rule that aren't there yet, to be filled; those that were written."""
    name = rule_id.replace("-", "_")
    wanted = {examples.FOLDER / f"{rule_id}.md": _examples(rule_id)}
    if not (FOLDER / name).is_dir():
        wanted[FOLDER / f"{name}.py"] = _RULE.format(id=rule_id, name=name, since=__version__)
    missing = [file for file in wanted if not file.exists()]
    for file in missing:
        file.write_text(wanted[file])
    return missing


def _examples(rule_id: str) -> str:
    listed = (_EXAMPLE.format(kind=kind, number=number) for number, kind in enumerate(_KINDS, 1))
    return f"# {rule_id}\n{''.join(listed)}"


def remake(rule_id: str) -> None:
    """Remake what follows from the two files of a rule."""
    if not rules.load(rule_id).live:
        rule_plans.record(rule_id, fresh=False)
        changed = lifecycle.write(rule_id)
        print(f"review the rows of {rule_id}.md" + "".join(f"\n  {line}" for line in changed))
    rule_pages.main()


def main() -> None:
    """Begin a rule, or remake what follows from it."""
    if len(sys.argv) != 2:
        sys.exit("usage: make rule NAME=trail-does-something")
    rule_id = sys.argv[1].replace("_", "-")
    begun = begin(rule_id)
    if begun:
        where = [str(file.relative_to(REPOSITORY)) for file in begun]
        sys.exit(f"write {' and '.join(where)}, then run this again" if where else 0)
    remake(rule_id)
    # The form of what was written by hand.
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", "."], cwd=REPOSITORY, check=True)
    print(f"now run `.venv/bin/pytest -n 2 -k {rule_id}`, then `make test`")


if __name__ == "__main__":
    main()
