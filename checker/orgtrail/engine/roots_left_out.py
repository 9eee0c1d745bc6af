"""What lies below a folder in which no trail was found: root modules of their own, which weren't checked."""

import os
from collections.abc import Iterable, Iterator

from orgtrail.inputs.roots import roots_below
from orgtrail.results import Notice

#: So many are named.
_NAMED = 3


def roots_left_out(folder: str, checked: Iterable[str]) -> Iterator[Notice]:
    """That root modules below a folder aren't checked, if there are any."""
    done = {os.path.realpath(one) for one in checked}
    found = [one for one in roots_below(folder) if os.path.realpath(one) not in done]
    if found:
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        named = ", ".join(f"`{os.path.normpath(one)}`" for one in found[:_NAMED])
        are = "are root modules of their own and aren't" if len(found) > 1 else "is a root module of its own and isn't"
        yield Notice(f"{named}{more} below `{folder}` {are} checked: give --recursive")
