"""What the runner of GitHub Actions takes for commands in a log, modelled on its public source (ActionCommand.cs).

Version 2: a line that begins, behind white space, with `::`, has a command's name, and another `::` further on. Version
1: `##[` anywhere in a line, with a `]` behind it. Azure's agent does the same with `##vso[`.
"""

import re

_V2 = re.compile(r"\s*::([a-z-]+)(?: [^\n]*?)?::")
_V1 = re.compile(r"##(?:vso|teamcity)?\[[^\]]*\]?")


def commands(log: str) -> list[str]:
    """The commands in a log, as they stand there."""
    found = []
    for line in re.split(r"[\n\r]", log):
        second = _V2.match(line)
        found += [second.group()] if second else _V1.findall(line)
    return found
