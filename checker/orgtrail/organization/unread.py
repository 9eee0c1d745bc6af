"""What of an input may make an organization trail where nobody here reads it: stacks of CloudFormation, landing zones.

Sources: CloudFormation User Guide, AWS::CloudTrail::Trail; Control Tower User Guide, "Logging in Amazon S3" (a landing
zone makes an organization trail since version 3.0); Terraform Registry, hashicorp/aws, aws_cloudformation_stack.
"""

import re
from collections.abc import Iterable, Iterator

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

CLOUD_CONTROL = "aws_cloudcontrolapi_resource"

_TRAIL = "AWS::CloudTrail::Trail"
_POLICY = "AWS::S3::BucketPolicy"
#: What brings more resources into a template than are written there.
_MORE = ("AWS::CloudFormation::Stack", "AWS::Include", "AWS::Serverless::Application", "::MODULE", "Fn::Transform")
_BUCKET = r"""\bBucket["']?\s*:\s*["']?[a-z0-9][a-z0-9.-]{2,62}\b"""
_ORGANIZATION = r"""IsOrganizationTrail["']?\s*:\s*["']?(\w*|\S)"""


class Maker(msgspec.Struct, frozen=True):
    """Something that may make an organization trail, or the policy of a log bucket.

    `doubt` is None where it is seen that it makes neither.
    """

    instance: Instance
    doubt: Cause | None


def found_makers(estate: Estate, log_buckets: Iterable[Value]) -> Iterator[Maker]:
    """Every stack and landing zone of an input, and what it makes by Cloud Control; `log_buckets` are their names."""
    names = [name for name in log_buckets if isinstance(name, str)]
    for kind, attribute in STACKS.items():
        for instance in estate.of_type(kind):
            if instance.stays:
                yield Maker(instance, _in_template(instance, attribute, names))
    for instance in estate.of_type(CLOUD_CONTROL):
        if instance.stays:
            yield Maker(instance, _by_cloud_control(instance, names))
    for kind, attribute in LANDING_ZONES.items():
        for instance in estate.of_type(kind):
            if instance.stays:
                yield Maker(instance, _in_manifest(instance, attribute))


_SETTLE = "look at what it makes, and check it with `orgtrail audit`"


def _by_cloud_control(instance: Instance, names: list[str]) -> Cause | None:
    """Source: Terraform Registry, hashicorp/aws, aws_cloudcontrolapi_resource."""
    kind, state = instance.now.get("type_name"), instance.now.get("desired_state")
    if not isinstance(kind, str):
        return Cause(f"what `{instance.address}` makes isn't known", _SETTLE)
    if kind not in (_TRAIL, _POLICY):
        return None
    return _told(instance, f"{kind} {_text(state)}", state)


def _told(instance: Instance, text: str, body: Value, names: list[str] | None = None) -> Cause | None:
    """Why what a text makes of trails and of log buckets' policies isn't read; None where it makes neither."""
    if _TRAIL in text:
        # One that says of each trail that it is none of the organization makes no organization trail.
        said = [word.lower() for word in re.findall(_ORGANIZATION, text)]
        if any(word != "false" for word in said) or any(causes(body)):
            return Cause(f"`{instance.address}` makes a trail, which orgtrail doesn't read", _SETTLE)
    if _POLICY in text and (names is None or _may_be_ours(text, names)):
        return Cause(f"`{instance.address}` writes a bucket's policy, which orgtrail doesn't read", _SETTLE)
    return None


def _may_be_ours(text: str, names: list[str]) -> bool:
    """Whether a template that writes bucket policies may write a log bucket's: it names one, or lets CloudTrail in."""
    if any(name in text for name in names):
        return True
    # Buckets that are spelled out are others than those of the input.
    spelled = re.search(_BUCKET, text) is not None and bool(names)
    return "cloudtrail.amazonaws.com" in text and not spelled


def _in_template(instance: Instance, attribute: str, names: list[str]) -> Cause | None:
    body = instance.now.get(attribute)
    if body is None or body == "":
        return Cause(f"the template of `{instance.address}` isn't in the input", _SETTLE)
    text = _text(body)
    told = _told(instance, text, body, names)
    if told is not None:
        return told
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
