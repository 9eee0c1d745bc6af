"""Imports without what they bring along and nobody here uses. Each takes a part of every start, and says how much.

Counted by callgrind, in millions of instructions: `orgtrail --version` takes 98 without this file and 82 with it, a
check of a small plan 456 and 402 (`make bench-instructions`).
"""

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType


@contextlib.contextmanager
def _stand_ins(modules: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """While something is imported, let it find these in place of modules that nobody has imported yet.

    Whoever imports one later gets the real one. Source: The Python Language Reference, "The import system".
    """
    absent = [name for name in modules if name not in sys.modules]
    # None there says that there is none.
    known: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
    known.update({name: modules[name] for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def _module(name: str, **members: object) -> ModuleType:
    made = ModuleType(name)
    vars(made).update(members)
    return made


def import_argparse() -> None:
    """Import argparse with its words in English, as orgtrail's are: gettext looks for others in files, each time."""
    words = _module("gettext", gettext=lambda text: text, ngettext=lambda one, many, count: one if count == 1 else many)
    with _stand_ins({"gettext": words}):
        import argparse  # noqa: F401


import_argparse()


def import_msgspec() -> None:
    """Import msgspec without what describes types to others.

    It takes typing_extensions for typing where it finds it, and inspect, ast and dis come with that; since Python 3.11
    it needs nothing of it. uuid brings platform, for a name that os has, too; the parts that write JSON schemas bring
    textwrap, which they ask for when they are asked.
    """
    with _stand_ins(
        {
            "typing_extensions": None,
            # uuid asks for it where there is uname.
            "platform": _module("platform", system=lambda: os.uname().sysname),
            "textwrap": _module("textwrap", dedent=lambda text: importlib.import_module("textwrap").dedent(text)),
        }
    ):
        import msgspec  # noqa: F401
