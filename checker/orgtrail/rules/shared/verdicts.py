"""What rules about plain facts share: requirements, judged together into one finding for each subject."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from orgtrail.edits import AddResource, Edit, SetArgument
from orgtrail.estate import Instance
from orgtrail.organization.trails import Trail
from orgtrail.results import FactWitness, Fix
from orgtrail.rules import Finding
from orgtrail.values import Cause, Json, Rest, Symbol, Text, Unknown, Value, causes, show, unique


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One fact that has to hold for a subject.

    `attribute` names it, `found` and `expected` say it in words. `edit` is what makes it hold, if that is mechanical;
    `ground` is what to say where it holds.
    """

    attribute: str
    holds: bool | Unknown
    found: str
    expected: str
    edit: Edit | None = None
    ground: str = ""


def flag(instance: Instance, attribute: str, default: bool) -> bool | Unknown:
    """A boolean argument; the provider's default where it isn't set."""
    value = instance.now.get(attribute)
    if isinstance(value, Unknown):
        return value
    return default if value is None else value is True


def required_flag(instance: Instance, attribute: str, default: bool, wanted: bool = True) -> Requirement:
    """The requirement that a boolean argument, which the provider sets to `default`, is `wanted`."""
    found = flag(instance, attribute, default)
    said = "not known" if isinstance(found, Unknown) else str(found).lower()
    left_out = instance.now.get(attribute) is None
    return Requirement(
        attribute=attribute,
        holds=found if isinstance(found, Unknown) else found is wanted,
        found=f"{said} (not set)" if left_out else said,
        expected=str(wanted).lower(),
        edit=SetArgument(instance.block, attribute, wanted),
        ground=f"`{instance.address}.{attribute}` is {said}",
    )


def is_set(value: Value) -> bool | Unknown:
    """Whether an optional argument is set; the provider takes an empty string for none."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Text):
        # Whatever stands in its holes, a known piece or a fixed string makes it longer than nothing.
        sure = any(isinstance(part, str | Symbol) for part in value.parts)
        return sure or Unknown(why_unknown(value, "part of the value isn't known"))
    return isinstance(value, Symbol | Json) or bool(value)


def judge(address: str, requirements: Iterable[Requirement], holds: str, breaks: str) -> Finding:
    """One finding on the subject at `address`: `holds` and `breaks` are the messages, the facts are added to them."""
    listed = list(requirements)
    broken = [one for one in listed if one.holds is False]
    if broken:
        first = broken[0]
        facts = ", ".join(_facts(broken))
        edits = [one.edit for one in broken if one.edit is not None]
        return Finding(
            address=address,
            verdict="violated",
            message=f"{breaks}: {facts}",
            at=(first.attribute,),
            witness=FactWitness(first.attribute, first.found, first.expected),
            fix=_mended(edits),
        )
    doubted = [one.holds.cause for one in listed if isinstance(one.holds, Unknown)]
    if doubted:
        names = ", ".join(one.attribute for one in listed if isinstance(one.holds, Unknown))
        return undecided(address, f"{names} {'aren' if ',' in names else 'isn'}'t known", doubted)
    return Finding(
        address=address, verdict="proved", message=holds, because=tuple(one.ground for one in listed if one.ground)
    )


def _facts(broken: list[Requirement]) -> Iterator[str]:
    """What was found, those of which the same was found together."""
    alike: dict[str, list[str]] = {}
    for one in broken:
        alike.setdefault(one.found, []).append(one.attribute)
    for found, names in alike.items():
        *others, last = names
        yield f"{', '.join(others)} and {last} are {found}" if others else f"{last} is {found}"


def _mended(edits: list[Edit]) -> Fix | None:
    if not edits:
        return None
    blocks = list(dict.fromkeys(edit.block for edit in edits))
    done = "add beside" if all(isinstance(edit, AddResource) for edit in edits) else "set or add in"
    if all(isinstance(edit, SetArgument) for edit in edits):
        done = "set in"
    where = " and ".join(f"`{block}`" for block in blocks)
    return mending(f"{done} the {'block' if len(blocks) == 1 else 'blocks'} of {where}", *edits)


def mending(where: str, *edits: Edit) -> Fix:
    """A fix made of edits of one block; `where` says in words what to do."""
    # Only what is violated is shown with a fix.
    from orgtrail.terraform.language.hcl_edits import as_hcl

    return Fix(where, "\n".join(map(as_hcl, edits)), block=edits[0].block, edits=edits)


def broken(instance: Instance, attribute: str, message: str, expected: str) -> Finding:
    """A violated finding on what one argument of an instance holds."""
    witness = FactWitness(attribute, show(instance.now.get(attribute)), expected)
    return Finding(address=instance.address, at=(attribute,), verdict="violated", message=message, witness=witness)


def first_listed(value: Value, wanted: Iterable[str]) -> str | bool | Unknown:
    """The first of `wanted` that a list holds; False where it holds none, unknown where it may."""
    if not isinstance(value, list):
        return value if isinstance(value, Unknown) else False
    found = next((one for one in wanted if one in value), None)
    if found is not None:
        return found
    unclear = next((one for one in value if isinstance(one, Unknown | Rest)), None)
    return Unknown(unclear.cause) if unclear else False


def if_organization(trails: Sequence[Trail], finding: Finding) -> Finding:
    """`finding`, unless it is a violation by trails of which none is known to be an organization trail."""
    doubts = [trail.is_organization.cause for trail in trails if isinstance(trail.is_organization, Unknown)]
    if finding.verdict != "violated" or not doubts or len(doubts) < len(trails):
        return finding
    message = f"whether this is an organization trail isn't known; if it is, {finding.message}"
    return undecided(finding.address, message, doubts)


def proved(address: str, message: str, *because: str) -> Finding:
    """A proof with its grounds."""
    return Finding(address=address, verdict="proved", message=message, because=because)


def undecided(address: str, message: str, doubts: Iterable[Cause]) -> Finding:
    """Undecided, with what is to blame."""
    return Finding(address=address, verdict="undecided", message=message, unknowns=unique(doubts))


def why_unknown(value: Value, otherwise: str) -> Cause:
    """Why a value isn't known: its first cause, or the phrase `otherwise` where it holds none."""
    found = next(iter(causes(value)), None)
    return found or Cause(otherwise if value is None else f"{otherwise} ({show(value)})")
