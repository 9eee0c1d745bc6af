"""Reads files that somebody else may have put there: no device, no pipe that nobody writes to, nothing without end."""

import os
import stat
from collections.abc import Iterator
from io import FileIO

MEGABYTE = 1_000_000

#: How long a pipe may stay without a writer, in tenths of a second: both ends of `<(...)` are opened at once.
_PATIENCE = 50


def read(path: "str | os.PathLike[str]", most: int, *, pipes: bool = False) -> bytes:
    """The content of a regular file of at most `most` bytes; with `pipes` also what a pipe brings.

    Raises OSError, whose `strerror` says what is wrong, and ValueError for a path with a NUL in it.
    """
    return b"".join(pieces(path, most, pipes=pipes))


def pieces(path: "str | os.PathLike[str]", most: int, *, pipes: bool = False) -> Iterator[bytes]:
    """As `read`, but a file in one piece, and a pipe or what has no size in those in which it comes."""
    # Without O_NONBLOCK, opening a pipe would wait for a writer, for ever perhaps.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb", buffering=0) as file:
        kind = os.fstat(descriptor)
        if stat.S_ISREG(kind.st_mode):
            if kind.st_size > most:
                raise _too_large(most)
            yield from bounded(_of_file(file, kind.st_size), most)
        elif pipes and stat.S_ISFIFO(kind.st_mode):
            yield from bounded(_of_pipe(descriptor), most)
        else:
            raise OSError(None, "isn't a regular file")


#: What is smaller fits beside any process that runs at all.
_NOTEWORTHY = 10 * MEGABYTE


def require_memory(size: int) -> None:
    """Raise MemoryError where `size` bytes can't be had.

    msgspec checks some of what it asks for and not all: under a limit that falls into the wrong moment, it crashes.
    """
    if size > _NOTEWORTHY:
        import mmap

        # The system hands out such a piece without filling it, so this takes neither time nor memory.
        try:
            mmap.mmap(-1, size).close()
        except OSError:
            raise MemoryError from None


def reason(error: OSError) -> str:
    """What was wrong, as it stands inside a sentence."""
    said = error.strerror or type(error).__name__
    return said[0].lower() + said[1:]


def bounded(found: Iterator[bytes], most: int) -> Iterator[bytes]:
    """`found`, of at most `most` bytes. Raises OSError where there are more."""
    for piece in found:
        most -= len(piece)
        if most < 0:
            raise OSError(None, "never ends, or is larger than any input")
        yield piece


def _of_file(file: "FileIO", size: int) -> Iterator[bytes]:
    if size:
        yield file.read(size) or b""
    # It may have grown. A file in /proc says that it has no size, and some of those never end.
    # What is asked for is set aside first, so the rest, of which there is seldom any, is asked for in little.
    while more := file.read(1 << 16):
        yield more


def _of_pipe(descriptor: int) -> Iterator[bytes]:
    import time

    for _ in range(_PATIENCE):
        try:
            piece = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            break  # somebody writes, and has nothing to say yet
        if piece:
            yield piece
            break
        time.sleep(0.1)
    else:
        raise OSError(None, "is a pipe that nobody writes to")
    os.set_blocking(descriptor, True)
    while piece := os.read(descriptor, 1 << 20):
        yield piece


def _too_large(most: int) -> OSError:
    return OSError(None, f"is larger than {most // MEGABYTE} MB")
