"""What of an input may make an organization trail where nobody here reads it: stacks of CloudFormation, landing zones.

Sources: CloudFormation User Guide, AWS::CloudTrail::Trail; Control Tower User Guide, "Logging in Amazon S3" (a landing
zone makes an organization trail since version 3.0); Terraform Registry, hashicorp/aws, aws_cloudformation_stack.
"""

import re
from collections.abc import Iterator

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.values import Cause, Json, Text, Value, causes, show

#: What makes whatever its template says, and the attribute that holds the template.
STACKS = {
    "aws_cloudformation_stack": "template_body",
    "aws_cloudformation_stack_set": "template_body",
    "awscc_cloudformation_stack": "template_body",
    "awscc_cloudformation_stack_set": "template_body",
}
LANDING_ZONES = {"aws_controltower_landing_zone": "manifest_json", "awscc_controltower_landing_zone": "manifest"}

_TRAIL = "AWS::CloudTrail::Trail"
#: What brings more resources into a template than are written there.
_MORE = ("AWS::CloudFormation::Stack", "AWS::Include", "AWS::Serverless::Application", "::MODULE", "Fn::Transform")
_ORGANIZATION = r"""IsOrganizationTrail["']?\s*:\s*["']?(\w*|\S)"""


class Maker(msgspec.Struct, frozen=True):
    """Something that may make an organization trail; `doubt` is None where it is seen that it makes none."""

    instance: Instance
    doubt: Cause | None


def found_makers(estate: Estate) -> Iterator[Maker]:
    """Every stack and landing zone of an input."""
    for kind, attribute in STACKS.items():
        for instance in estate.of_type(kind):
            if instance.stays:
                yield Maker(instance, _in_template(instance, attribute))
    for kind, attribute in LANDING_ZONES.items():
        for instance in estate.of_type(kind):
            if instance.stays:
                yield Maker(instance, _in_manifest(instance, attribute))


_SETTLE = "look at what it makes, and check it with `orgtrail audit`"


def _in_template(instance: Instance, attribute: str) -> Cause | None:
    body = instance.now.get(attribute)
    if body is None or body == "":
        return Cause(f"the template of `{instance.address}` isn't in the input", _SETTLE)
    text = _text(body)
    trails = text.count(_TRAIL)
    if trails:
        # One that says of each trail that it is none of the organization makes no organization trail.
        said = [word.lower() for word in re.findall(_ORGANIZATION, text)]
        if any(word != "false" for word in said) or any(causes(body)):
            return Cause(f"the template of `{instance.address}` makes a trail, which orgtrail doesn't read", _SETTLE)
    if any(sign in text for sign in _MORE):
        return Cause(f"the template of `{instance.address}` brings in more than is written in it", _SETTLE)
    unknown = next(causes(body), None)
    if unknown is not None:
        return Cause(f"the template of `{instance.address}` isn't known: {unknown.what}", unknown.settle or _SETTLE)
    return None


def _in_manifest(instance: Instance, attribute: str) -> Cause | None:
    manifest = instance.now.get(attribute)
    if re.search(r'"centralizedLogging"\s*:\s*\{[^{}]*"enabled"\s*:\s*false', _text(manifest)):
        return None
    what = f"`{instance.address}` makes an organization trail of its own, which orgtrail doesn't read"
    return Cause(what, "check it with `orgtrail audit`")


def _text(value: Value) -> str:
    """A template as text, holes and all."""
    if isinstance(value, str):
        return value
    if isinstance(value, Json):
        return _encoded(value.value)
    if isinstance(value, Text):
        return "".join(_text(part) for part in value.parts)
    return _encoded(value) if isinstance(value, dict | list) else ""


def _encoded(value: Value) -> str:
    match value:
        case dict():
            return "{" + ",".join(f'"{name}":{_encoded(inner)}' for name, inner in value.items()) + "}"
        case list():
            return "[" + ",".join(map(_encoded, value)) + "]"
        case bool():
            return str(value).lower()
    return f'"{show(value)}"'
