"""How a report is to look: the only thing that a format is told beside the results."""

import msgspec


class TextStyle(msgspec.Struct, frozen=True):
    """`color` is for terminals, `verbose` shows what isn't applicable too, `width` is a terminal's columns."""

    color: bool = False
    verbose: bool = False
    width: int = 100


PLAIN = TextStyle()
