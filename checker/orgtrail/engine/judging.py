"""What the rules say of one domain: findings become results, with their places and without secrets."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail import rules
from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.estate import Estate
from orgtrail.organization.domain import Domain
from orgtrail.redaction import redacted
from orgtrail.results import Fix, Result
from orgtrail.rules import Finding, Rule
from orgtrail.values import Cause

if TYPE_CHECKING:
    from orgtrail.evidence import Elsewhere


def select(settings: Settings) -> list[Rule]:
    """The rules that `--select` and `--ignore` leave. Raises InputError for an id that no rule has."""
    known = rules.ids()
    for option, given in (("--select", settings.select), ("--ignore", settings.ignore)):
        for rule_id in given:
            if rule_id not in known:
                raise rules.unknown(option, rule_id)
    return [rules.load(one) for one in settings.select or known if one not in settings.ignore]


def run(
    estate: Estate, selected: Iterable[Rule], settings: Settings, elsewhere: "Elsewhere | None" = None
) -> Iterator[Result]:
    """The results of the selected rules on one Estate, without what Terraform marks sensitive.

    `elsewhere` is what evidence shows of the world around it.
    """
    yield from results(Domain(estate, settings, elsewhere), selected)


def results(domain: Domain, selected: Iterable[Rule]) -> Iterator[Result]:
    """The results of the selected rules on one domain, without what Terraform marks sensitive."""
    estate = domain.estate
    for rule in selected:
        for finding in _isolated(rule, domain):
            yield redacted(_result(rule, finding, estate), domain.secrets)


def _isolated(rule: Rule, domain: Domain) -> list[Finding]:
    """What a rule finds. A rule that raises is undecided and names the bug; the other rules run all the same."""
    try:
        found = list(rule.findings(domain))
    except (InputError, msgspec.DecodeError, UnicodeDecodeError, MemoryError):
        # What is wrong with the input isn't wrong with the rule.
        raise
    except Exception as error:
        cause = bug(f"`{rule.id}`", error)
        return [Finding(address="", verdict="undecided", message="this rule could not be run", unknowns=(cause,))]
    if found:
        return found
    if domain.is_live and rule.unasked:
        message = f"an audit doesn't ask for {' and '.join(rule.unasked)}: check the plan or state that may hold some"
        return [Finding(address="", verdict="not-applicable", message=message)]
    return [Finding(address="", verdict="not-applicable", message="the input holds nothing that this rule is about")]


def bug(where: str, error: Exception) -> Cause:
    """What keeps a verdict from being known where orgtrail itself raised."""
    what = f"a bug in orgtrail: {where} raised {type(error).__name__}: {error}"
    return Cause(what, "please report it with the input, or the part of it that you can share")


def _drift(finding: Finding, estate: Estate) -> Iterator[str]:
    """What was done outside of Terraform to the subject of a finding, and to what its grounds name."""
    if not estate.drift:
        return
    named = [finding.address, *(word for ground in finding.because for word in ground.split("`")[1::2])]
    for address in dict.fromkeys(named):
        told = estate.drift.get(address)
        if told:
            yield told


def _placed(fix: Fix | None, estate: Estate) -> Fix | None:
    """A fix with the place of the block that it goes into."""
    if fix is None or not fix.block:
        return fix
    return msgspec.structs.replace(fix, place=estate.place_of_block(fix.block))


def _result(rule: Rule, finding: Finding, estate: Estate) -> Result:
    return Result(
        rule=rule.id,
        verdict=finding.verdict,
        severity=rule.severity,
        input=estate.input.path,
        address=finding.address,
        message=finding.message,
        location=estate.place(finding.address, *finding.at),
        witness=finding.witness,
        unknowns=finding.unknowns,
        because=(*finding.because, *_drift(finding, estate)),
        fix=_placed(finding.fix, estate),
        assumptions=finding.assumptions,
        order=finding.order,
    )
