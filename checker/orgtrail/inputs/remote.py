"""Inputs that aren't files of this machine: URLs that fsspec has a driver for (`s3://bucket/plans/*.json`).

fsspec is an extra (`orgtrail[dask]`, with `orgtrail[s3]` for its S3 driver), and imported only where a URL is named.
"""

from typing import Any

from orgtrail.errors import InputError

_FSSPEC = "pip install 'orgtrail[dask,s3]'"


def is_url(named: str) -> bool:
    """Whether an input is named by a URL."""
    return "://" in named


def expanded(url: str) -> list[str]:
    """The URLs that a pattern matches, in order, or the URL itself where it is none. Raises InputError for no match."""
    # A presigned or queried address has a question mark that isn't a pattern's.
    magic = "*[" if url.startswith(("http:", "https:")) else "*[?"
    if not any(sign in url for sign in magic):
        return [url]
    try:
        system, path = _located(url)
        found = sorted(system.unstrip_protocol(one) for one in system.glob(path))
    except Exception as error:
        raise _unread(url, error) from None
    if not found:
        raise InputError(url, "matches nothing", "a pattern such as s3://bucket/plans/*.json")
    return found


def content(url: str) -> bytes:
    """The bytes behind a URL. Raises InputError, with what its driver says, where they can't be read."""
    try:
        system, path = _located(url)
        read: bytes = system.cat_file(path)
    except Exception as error:
        raise _unread(url, error) from None
    return read


def _located(url: str) -> Any:
    """The file system of a URL, and the path in it."""
    try:
        import fsspec
    except ImportError:
        raise InputError(url, "is a URL, and fsspec isn't installed", hint=_FSSPEC) from None
    return fsspec.core.url_to_fs(url)


def _unread(url: str, error: Exception) -> InputError:
    """Drivers raise what their libraries raise: botocore's errors, aiohttp's, the system's."""
    if isinstance(error, InputError):
        return error
    if isinstance(error, ImportError):
        scheme = url.partition("://")[0]
        how = _FSSPEC if scheme == "s3" else str(error)
        return InputError(url, f"no driver for {scheme}:// is installed", hint=how)
    if isinstance(error, ValueError) and "not known" in str(error):
        return InputError(url, f"{str(error)[0].lower()}{str(error)[1:]}", "a URL that fsspec has a driver for")
    if isinstance(error, FileNotFoundError):
        return InputError(url, "is not there")
    return InputError(url, f"can't be read ({type(error).__name__}: {error})")
