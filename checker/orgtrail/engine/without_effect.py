"""Options that meant nothing to any input: whoever gives one believes that it counts."""

from collections.abc import Iterable, Iterator

from orgtrail.config import Settings
from orgtrail.results import Input, Notice

#: The settings that are for one kind of input, with their options and what they are for.
_FOR = {
    "source": ("--source", "plan", "a plan"),
    "no_source": ("--no-source", "plan", "a plan"),
    "variables": ("--var", "directory", "a folder"),
    "var_files": ("--var-file", "directory", "a folder"),
    "bucket": ("--bucket", "policy", "a bare policy"),
}


def without_effect(settings: Settings, inputs: Iterable[Input]) -> Iterator[Notice]:
    """A notice for each option that no input is for."""
    kinds = {one.kind for one in inputs}
    for name, (option, kind, what) in _FOR.items():
        if getattr(settings, name) and kinds and kind not in kinds:
            yield Notice(f"{option} had no effect: no input is {what}")
