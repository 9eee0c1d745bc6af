"""The examples of a rule: bad and good HCL that `explain` shows, the documentation prints and the tests run.

They stand in `rules/examples/<rule>.md`. An example is a heading that names its
verdict and says what it shows, and an HCL block:

    ## bad: the trail waits for nothing

Verdicts are bad (violated), good (proved), undecided and not-applicable. A first block that is marked `hcl before` is
what was applied earlier. A comment line `<!-- options: ... -->` holds further options of `check`, `<!-- facts: ... -->`
how the example is recorded (`alias=account` for provider aliases, `only=folder` where the recording provider is too
old for it), and where one form alone says something else (`plan=undecided`, `folder=undecided`).
"""

import re
from pathlib import Path

import msgspec

from orgtrail.results import Verdict

_VERDICTS: dict[str, Verdict] = {
    "bad": "violated",
    "good": "proved",
    "undecided": "undecided",
    "not-applicable": "not-applicable",
}
_HEADING = re.compile(r"^## (bad|good|undecided|not-applicable): (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```hcl( before)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"^<!-- (\w+): (.*?) -->$", re.MULTILINE)

FOLDER = Path(__file__).parent / "rules" / "examples"


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One example. `before` is what was applied earlier, None where nothing was."""

    kind: str
    title: str
    hcl: str
    before: str | None = None
    options: tuple[str, ...] = ()
    facts: dict[str, str] = {}

    @property
    def verdict(self) -> Verdict:
        """What the rule says of it."""
        return _VERDICTS[self.kind]


def examples(rule_id: str) -> list[Example]:
    """The examples of a rule, in the order of writing; none where the installation has no file for it."""
    file = FOLDER / f"{rule_id}.md"
    return parse(file.read_text(encoding="utf-8")) if file.is_file() else []


def parse(text: str) -> list[Example]:
    """The examples in the text of one file."""
    headings = list(_HEADING.finditer(text))
    found = []
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        section = text[heading.end() : following.start() if following else len(text)]
        blocks = {bool(block[1]): block[2] for block in _BLOCK.finditer(section)}
        comments = {comment[1]: comment[2] for comment in _COMMENT.finditer(section)}
        found.append(
            Example(
                kind=heading[1],
                title=heading[2].strip(),
                hcl=blocks.get(False, ""),
                before=blocks.get(True),
                options=tuple(comments.get("options", "").split()),
                facts=dict(fact.split("=", 1) for fact in comments.get("facts", "").split()),
            )
        )
    return found
