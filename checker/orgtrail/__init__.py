"""Proves that an AWS organization trail will work, and that no member account can read its logs.

`check()` is what the command runs. Names are imported when they are asked for, so that `import orgtrail` costs nothing.
"""

import importlib

# Type checkers take this name for true, and importing typing would cost more than all of this file.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from orgtrail.api import settings_of, write
    from orgtrail.config import Settings
    from orgtrail.engine.run import check
    from orgtrail.errors import InputError
    from orgtrail.results import (
        FactWitness,
        Fix,
        Input,
        Notice,
        OrderWitness,
        Place,
        Report,
        RequestWitness,
        Result,
        Suppression,
    )
    from orgtrail.values import Cause

__version__ = "0.1.0"

_HOMES = {
    "check": "engine.run",
    "settings_of": "api",
    "write": "api",
    "Cause": "values",
    "FactWitness": "results",
    "Fix": "results",
    "Input": "results",
    "InputError": "errors",
    "Notice": "results",
    "OrderWitness": "results",
    "Place": "results",
    "Report": "results",
    "RequestWitness": "results",
    "Result": "results",
    "Settings": "config",
    "Suppression": "results",
}

__all__ = [
    "Cause",
    "FactWitness",
    "Fix",
    "Input",
    "InputError",
    "Notice",
    "OrderWitness",
    "Place",
    "Report",
    "RequestWitness",
    "Result",
    "Settings",
    "Suppression",
    "__version__",
    "check",
    "settings_of",
    "write",
]


def __getattr__(name: str) -> object:
    """A public name, from the module that it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"orgtrail.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
