"""One input checked: read, made a domain, judged. What runs many inputs stands on this, here or on another machine."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail.config import Settings
from orgtrail.engine import judging
from orgtrail.engine.judging import bug, results
from orgtrail.errors import InputError
from orgtrail.estate import Comment, Estate
from orgtrail.inputs import recognise as inputs
from orgtrail.organization.domain import Domain
from orgtrail.redaction import cleaned, redacted, without_secrets
from orgtrail.results import Input, Notice, Result, View

if TYPE_CHECKING:
    from orgtrail.evidence import Elsewhere


class Checked(msgspec.Struct, frozen=True):
    """What came of one input: plain data that may travel between processes and machines.

    `error` says why it couldn't be read, and is empty where it could. `view` is there where it was asked for. What an
    input that was checked alone `holds` for others, and `wants` of them, is said in words that both write alike.
    """

    input: Input | None = None
    results: tuple[Result, ...] = ()
    comments: tuple[Comment, ...] = ()
    view: View | None = None
    error: str = ""
    holds: frozenset[str] = frozenset()
    wants: frozenset[str] = frozenset()
    notices: tuple[Notice, ...] = ()
    #: Whether it holds a trail that is, or may be, the organization's.
    has_trail: bool = False


def checked(named: str, settings: Settings, *, views: bool = False) -> Checked:
    """What comes of one input that is checked alone."""
    try:
        domain = read(named, settings, digest=views)
        found = found_in(domain, views=views)
    except InputError as error:
        return Checked(error=str(error))
    except MemoryError:
        return Checked(
            error=f"{named}: there isn't memory enough for it; expected a smaller input, or a larger machine"
        )
    return _as_alone(found, domain)


def _as_alone(found: Checked, domain: Domain) -> Checked:
    """With what others may join it by, and what it wants of them."""
    from orgtrail.organization import neighbours

    trails = domain.organization_trails
    holds = neighbours.holds(domain.estate, domain.accounts, trails)
    wants = neighbours.wants(domain.estate, domain.accounts, trails, domain.log_buckets, domain.log_keys)
    return msgspec.structs.replace(found, holds=frozenset(holds), wants=frozenset(wants))


def read(named: str, settings: Settings, *, digest: bool = False) -> Domain:
    """The domain in what the user names, with the digest of that. Raises InputError where it can't be read."""
    estate = inputs.read(named, settings, digest=digest)
    with reading(estate):
        return Domain(estate, settings, elsewhere(settings))


def found_beside(own: Domain, beside: list[Domain], *, views: bool) -> Checked:
    """What comes of an input, given together with others."""
    # Each was read alone and is asked alone what it holds, so that no two wait for each other.
    with reading(own.estate):
        return found_in(Domain(own.estate, own.settings, own.surroundings.elsewhere, beside), views=views)


def found_in(domain: Domain, *, views: bool) -> Checked:
    """What comes of one domain."""
    with reading(domain.estate):
        return as_checked(domain, results(domain, judging.select(domain.settings)), views=views)


def elsewhere(settings: Settings) -> "Elsewhere | None":
    """What evidence shows of the world around all inputs. Raises InputError where it can't be read."""
    if not settings.evidence:
        return None
    from orgtrail import evidence

    return evidence.elsewhere(settings.evidence, settings.evidence_max_age)


@contextlib.contextmanager
def reading(estate: Estate) -> Iterator[None]:
    """While what an input holds is read, now or when a rule asks for it: whatever is wrong with it is an InputError.

    The message says nothing that Terraform marks sensitive.
    """
    try:
        yield
    except InputError as error:
        raise without_secrets(error, estate.secrets) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        found = f"isn't as Terraform writes it ({error})"
        raise without_secrets(InputError(estate.input.path, found), estate.secrets) from None


def _with_source(results: tuple[Result, ...], domain: Domain) -> tuple[tuple[Result, ...], tuple[Notice, ...]]:
    """Results with the lines that they are about, where there is source and something to look at; what went wrong."""
    described = domain.estate.described
    if described is None or not any(one.verdict in ("violated", "undecided") for one in results):
        return results, ()
    from orgtrail.fixes.written import with_source
    from orgtrail.terraform.source.described import Described

    assert isinstance(described, Described)  # noqa: S101 - the only source that there is
    try:
        return tuple(redacted(one, domain.secrets) for one in with_source(results, described)), ()
    except (InputError, MemoryError):
        raise
    except Exception as error:
        # What can't be shown keeps no verdict from anybody, and is said.
        cause = cleaned(bug("what the source shows of the results", error), domain.secrets)
        return results, (Notice(f"{cause.what}: {cause.settle}"),)


def as_checked(domain: Domain, results: Iterable[Result], *, views: bool) -> Checked:
    """Results as plain data, and what the formats draw that were asked for."""
    found, wrong = _with_source(tuple(results), domain)
    drawn = None
    if views:
        from orgtrail.views.view import unseen, view

        try:
            drawn = view(domain, found)
        except (InputError, MemoryError):
            raise
        except Exception as error:
            # What can't be drawn keeps no verdict from anybody.
            drawn = unseen(domain, bug("what the report draws", error))
    return Checked(
        domain.estate.input,
        found,
        tuple(domain.estate.comments()),
        drawn,
        notices=(*domain.estate.notices, *wrong),
        has_trail=bool(domain.organization_trails),
    )
