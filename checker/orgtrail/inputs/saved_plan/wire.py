"""The wire format of protocol buffers, as far as a reader needs it: numbered fields, one behind the other.

Source: Protocol Buffers documentation, "Encoding".
"""

from collections.abc import Iterator

import msgspec

#: What a field holds: a number, or the bytes of a text, of a blob or of a message inside.
Field = int | bytes

_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
#: A number of 64 bits takes ten bytes of seven.
_LONGEST_VARINT = 10


class BrokenError(Exception):
    """Why bytes aren't a message."""


def fields(message: bytes) -> Iterator[tuple[int, Field]]:
    """Each field of a message with its number, in the order of writing. Raises BrokenError where it isn't a message."""
    at, end = 0, len(message)
    while at < end:
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _BYTES:
            size, at = _varint(message, at)
            if at + size > end:
                raise BrokenError("a field is cut short")
            yield key >> 3, message[at : at + size]
            at += size
        elif kind == _VARINT:
            number, at = _varint(message, at)
            yield key >> 3, number
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            size = 8 if kind == _EIGHT_BYTES else 4
            if at + size > end:
                raise BrokenError("a number is cut short")
            yield key >> 3, int.from_bytes(message[at : at + size], "little")
            at += size
        else:
            raise BrokenError(f"a field is of type {kind}")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number, and where it ends. Most have one byte."""
    try:
        byte = message[at]
        if byte < 0x80:
            return byte, at + 1
        number, shift = byte & 0x7F, 7
        for place in range(at + 1, at + _LONGEST_VARINT):
            byte = message[place]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number & 0xFFFF_FFFF_FFFF_FFFF, place + 1
            shift += 7
    except IndexError:
        raise BrokenError("a number is cut short") from None
    raise BrokenError("a number is too long")


class Message(msgspec.Struct, frozen=True):
    """The fields of one message by number. Of one that stands once the last counts, as the format has it."""

    found: dict[int, list[Field]]

    @classmethod
    def of(cls, content: bytes) -> "Message":
        """Read a message. Raises BrokenError."""
        found: dict[int, list[Field]] = {}
        for number, field in fields(content):
            found.setdefault(number, []).append(field)
        return cls(found)

    def number(self, field: int) -> int:
        """A number, or an enumeration; 0 where it isn't there, as the format has it."""
        value = self.found.get(field, (0,))[-1]
        if not isinstance(value, int):
            raise BrokenError(f"field {field} isn't a number")
        return value

    def flag(self, field: int) -> bool:
        """A truth value."""
        return self.number(field) != 0

    def blob(self, field: int) -> bytes:
        """Bytes, or a message that isn't read yet; none where it isn't there."""
        found = self.blobs(field)
        return found[-1] if found else b""

    def blobs(self, field: int) -> list[bytes]:
        """All of a repeated field."""
        found = self.found.get(field, [])
        if not all(isinstance(one, bytes) for one in found):
            raise BrokenError(f"field {field} isn't bytes")
        return found  # type: ignore[return-value]

    def text(self, field: int) -> str:
        """A text; empty where it isn't there."""
        return as_text(self.blob(field))

    def texts(self, field: int) -> list[str]:
        """All of a repeated text."""
        return [as_text(one) for one in self.blobs(field)]

    def inside(self, field: int) -> "Message":
        """A message inside this one; an empty one where it isn't there."""
        return Message.of(self.blob(field))

    def all_inside(self, field: int) -> "list[Message]":
        """All of a repeated message."""
        return [Message.of(one) for one in self.blobs(field)]


def as_text(content: bytes) -> str:
    """Bytes as text. Raises BrokenError where they aren't."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise BrokenError("a text isn't UTF-8") from None
