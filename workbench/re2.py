"""Whether google-re2 is here: an extra, without which patterns of Terraform source aren't known."""

import functools
import importlib


@functools.cache
def has_re2() -> bool:
    """Whether it can be imported."""
    try:
        importlib.import_module("re2")
    except ImportError:
        return False
    return True
