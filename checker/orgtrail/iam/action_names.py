"""Which actions a statement names."""

import functools

from orgtrail.iam.statements import Statement
from orgtrail.iam.symbols import Spelling, spell
from orgtrail.values import Unknown, parts_of


def action_matches(statement: Statement, name: str, over: bool, spelling: Spelling) -> bool:
    """Whether the action `name` is one of the statement's; what is unknown counts as `over` says."""
    wanted = over != statement.not_action
    found = bool(statement.actions.rest) and wanted
    for value in statement.actions.values:
        if found:
            break
        if isinstance(value, str):
            found = _glob_fold(value, name)
        elif any(isinstance(part, Unknown) for part in parts_of(value)):
            found = wanted
        else:
            found = _glob_fold(spell(value, spelling), name)
    return found != statement.not_action


@functools.lru_cache(maxsize=8192)
def _glob_fold(pattern: str, name: str) -> bool:
    """Whether a pattern with `*` and `?` matches a name, without case; linear in the pattern, which may be hostile."""
    pattern, name = pattern.lower(), name.lower()
    if "*" not in pattern and "?" not in pattern:
        return pattern == name
    # Bit i says that what was read of the pattern so far matches the first i characters of the name.
    everywhere = (1 << len(name)) - 1
    places: dict[str, int] = {"?": everywhere}
    for index, character in enumerate(name):
        places[character] = places.get(character, 0) | 1 << index
    reached = 1
    for character in pattern:
        if character == "*":
            reached = -(reached & -reached) & (everywhere << 1 | 1)
        else:
            reached = (reached & places.get(character, 0)) << 1
        if not reached:
            return False
    return bool(reached >> len(name) & 1)
