"""The zip around a saved plan: only the members that Terraform writes, none larger than what is read here.

The sizes are known, and added up, before anything is unpacked: a file of a few kilobytes can say that it holds
gigabytes. Source: PKWARE, ".ZIP File Format Specification" (APPNOTE), 4.3.7 to 4.3.16.
"""

import re
import struct
import zlib
from collections.abc import Iterator

import msgspec

from orgtrail.inputs.content import ZIP

#: Bytes of everything unpacked: always fine, fine where it isn't packed too well, and never.
_ALWAYS = 16_000_000
_NEVER = 2_000_000_000
#: Plans of 40,000 like resources pack by 60; zeros pack by 1,000.
_PACKED_AT_MOST = 200
_MOST_MEMBERS = 100_000

_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65_535
_ENTRY = struct.Struct("<4s6HIIIHHHHHII")
_LOCAL = struct.Struct("<4s5HIIIHH")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 1

#: What `terraform plan -out` puts in. Keys of modules are names of calls with dots between, and none for the root.
_KNOWN = re.compile(
    r"tfplan|tfstate|tfstate-prev|\.terraform\.lock\.hcl|tfconfig/modules\.json|tfconfig/m-[^/\\]*/[^/\\]+"
)


class RefusedError(Exception):
    """Why a file isn't read as a saved plan, as the end of a sentence."""


class _Member(msgspec.Struct, frozen=True):
    method: int
    check: int
    packed: int
    size: int
    start: int


class Archive:
    """The members of a saved plan by their names. Raises RefusedError where it is none."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._members: dict[str, _Member] = {}
        for name, member in _entries(content):
            if not _KNOWN.fullmatch(name) or name.endswith(("/.", "/..")) or "\0" in name:
                raise RefusedError(f"holds {_shown(name)}, which Terraform doesn't put into a saved plan")
            if name in self._members:
                raise RefusedError(f"holds {_shown(name)} twice")
            self._members[name] = member
        size = sum(member.size for member in self._members.values())
        if size > _NEVER or size > max(_ALWAYS, _PACKED_AT_MOST * len(content)):
            raise RefusedError(f"would be {size // 1_000_000} MB unpacked, out of {len(content) // 1000} kB")
        if "tfplan" not in self._members:
            raise RefusedError("holds no `tfplan`")

    def names(self) -> list[str]:
        """The names of its members, in their order."""
        return list(self._members)

    def read(self, name: str) -> bytes:
        """The content of a member, nothing where there is none. Raises RefusedError."""
        member = self._members.get(name)
        if member is None:
            return b""
        content = _unpacked(self._content, name, member)
        if zlib.crc32(content) != member.check:
            raise RefusedError(f"is damaged: {_shown(name)} has another checksum")
        return content


def _shown(name: str) -> str:
    return repr(name[:80])


def _entries(content: bytes) -> Iterator[tuple[str, _Member]]:
    """What the central directory lists, which is what Terraform goes by."""
    end = content.rfind(_END, max(0, len(content) - _END_SIZE - _LONGEST_COMMENT))
    if end < 0 or end + _END_SIZE > len(content):
        raise RefusedError("is cut short: the list of its members is missing")
    count, size, at = struct.unpack_from("<HII", content, end + 10)
    if count == 0xFFFF or at == 0xFFFFFFFF:
        raise RefusedError("is larger than any saved plan (zip64)")
    if at + size > end:
        raise RefusedError("is damaged: the list of its members isn't where it should be")
    # 65,534 members fit into that field.
    for _ in range(min(count, _MOST_MEMBERS)):
        if at + _ENTRY.size > end:
            raise RefusedError("is damaged: the list of its members is cut short")
        entry = _ENTRY.unpack_from(content, at)
        sign, flags, method, check, packed, unpacked = entry[0], entry[3], entry[4], *entry[7:10]
        name_size, extra, comment, start = *entry[10:13], entry[16]
        if sign != b"PK\x01\x02":
            raise RefusedError("is damaged: the list of its members is broken")
        raw = content[at + _ENTRY.size : at + _ENTRY.size + name_size]
        if flags & _ENCRYPTED or method not in (_STORED, _DEFLATED):
            raise RefusedError(f"holds {_shown(raw.decode(errors='replace'))} in a form that Terraform doesn't write")
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            raise RefusedError("holds a member whose name isn't UTF-8") from None
        yield name, _Member(method, check, packed, unpacked, start)
        at += _ENTRY.size + name_size + extra + comment


def _unpacked(content: bytes, name: str, member: _Member) -> bytes:
    if member.start + _LOCAL.size > len(content):
        raise RefusedError(f"is damaged: {_shown(name)} isn't where it should be")
    local = _LOCAL.unpack_from(content, member.start)
    start = member.start + _LOCAL.size + local[9] + local[10]
    if local[0] != ZIP or start + member.packed > len(content):
        raise RefusedError(f"is damaged: {_shown(name)} is cut short")
    packed = memoryview(content)[start : start + member.packed]
    if member.method == _STORED:
        found = bytes(packed)
    else:
        unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            # One byte more than it says shows that it says too little.
            found = unpack.decompress(packed, member.size + 1)
        except zlib.error:
            raise RefusedError(f"is damaged: {_shown(name)} can't be unpacked") from None
    if len(found) != member.size:
        raise RefusedError(f"is damaged: {_shown(name)} hasn't the size that it should have")
    return found
