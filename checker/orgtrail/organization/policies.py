"""Resource policies: what stands in an attribute, or will when it is known, put together from policy documents."""

from collections.abc import Callable

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, causes, show

#: Arguments of a policy document data source that hold other documents.
_MERGED_DOCUMENTS = ("source_policy_documents", "override_policy_documents", "source_json", "override_json")

_ANOTHER_STACK = "give the plan or state of the stack that holds it as another INPUT, or --evidence FILE"


class Policy(msgspec.Struct, kw_only=True, eq=False):
    """One resource policy. `value` is its JSON with holes, or an `Unknown`; `grounds` say how it was found.

    `is_perhaps` where what it belongs to isn't known, so that it may be of something else. `kept` is the policy if it
    outlives what the plan replaces, where that isn't known. `bucket` is the name of the bucket that it is set for;
    `set_by` and `owner` are the accounts that set it and own the bucket, where both are known.
    """

    instance: Instance
    attribute: str
    value: Value
    grounds: tuple[str, ...] = ()
    is_perhaps: bool = False
    kept: "Policy | None" = None
    bucket: str | Symbol | Text | None = None
    set_by: str = ""
    owner: str = ""

    @property
    def address(self) -> str:
        """The Terraform address of what holds the policy."""
        return self.instance.address

    @property
    def is_unchanged(self) -> bool:
        """Whether it is there already, as it is."""
        before = (self.instance.before or {}).get(self.attribute)
        return isinstance(before, str) and before == self.value and not self.instance.is_made


def policy_in(estate: Estate, holder: Instance, attribute: str) -> Policy:
    """The policy in an attribute of a resource, put together from policy documents where it is still unknown."""
    if holder.may_be_lost is None:
        return _policy(estate, holder, attribute, holder.now.get(attribute))
    kept = _policy(estate, holder, attribute, (holder.if_kept or {}).get(attribute))
    return Policy(instance=holder, attribute=attribute, value=Unknown(holder.may_be_lost), kept=kept)


def _policy(estate: Estate, holder: Instance, attribute: str, value: Value) -> Policy:
    grounds: list[str] = []
    if isinstance(value, Unknown):
        value = _referenced(estate, holder, attribute, value, grounds)
    return Policy(instance=holder, attribute=attribute, value=value, grounds=tuple(grounds))


def going_of(
    estate: Estate, kind: str, attribute: str, called: Callable[[Value], Instance | None]
) -> dict[Instance, Instance]:
    """The policy resource of each key or topic that the plan destroys, by the holder that it names in `attribute`.

    The provider puts AWS's default policy back. Source: Terraform Registry, hashicorp/aws, `aws_kms_key_policy` and
    `aws_sns_topic_policy`; what a plan applied to moto left.
    """
    found: dict[Instance, Instance] = {}
    for going in estate.leaving(kind):
        holder = called((going.before or {}).get(attribute)) if not going.is_made else None
        if holder is not None:
            found[holder] = going
    return found


def taken_by_chance(holder: Instance, going: Instance) -> Policy:
    """The policy of a key or topic where a second resource that sets it is destroyed, which puts AWS's default back."""
    what = (
        f"`{going.address}` sets the same policy and is destroyed: where that comes last, AWS's default takes its place"
    )
    cause = Cause(
        what, f"add a `moved` block from `{going.address}` to `{holder.address}`, so that one becomes the other"
    )
    return Policy(instance=holder, attribute="policy", value=Unknown(cause))


def document_of(estate: Estate, policy: Policy) -> Instance | None:
    """The policy document whose JSON a policy is, word for word; None where none is, or nobody can tell."""
    if policy.value is None or any(causes(policy.value)):
        found = [source for source, _ in estate.follow(policy.instance, policy.attribute)]
        return found[0] if len(found) == 1 and found[0].type == "aws_iam_policy_document" else None
    for document in _documents_behind(estate, policy.instance):
        if policy.value in (document.now.get("json"), document.now.get("minified_json")):
            return document
    return None


def _documents_behind(estate: Estate, holder: Instance) -> list[Instance]:
    """The policy documents that a resource's policy may come from.

    A folder may hold thousands, each of which would have to be evaluated, but shows what the resource refers to.
    """
    found = estate.of_type("aws_iam_policy_document", mode="data")
    graph = estate.graph
    start = graph.resource(holder.block) if graph and not estate.shows_before else None
    if graph is None or start is None:
        return found
    behind = {str(node) for node in graph.reachable(start[0])}
    return [document for document in found if document.block in behind]


def _referenced(estate: Estate, instance: Instance, attribute: str, value: Value, grounds: list[str]) -> Value:
    """The value of the one thing that an unknown attribute refers to, where that is a policy document."""
    found = list(estate.follow(instance, attribute))
    if len(found) != 1:
        return value
    document, read = found[0]
    if document.type != "aws_iam_policy_document" or read not in {"json", "minified_json"}:
        return value
    grounds.append(f"`{instance.address}.{attribute}` refers to nothing but `{document.address}.{read}`")
    return _rendered(estate, document, grounds)


def _rendered(estate: Estate, document: Instance, grounds: list[str]) -> Value:
    """The JSON of a policy document whose values may have holes."""
    values = dict(document.now)
    rendered = values.get("json")
    if isinstance(rendered, str):
        return rendered
    for argument in _MERGED_DOCUMENTS:
        given = values.get(argument)
        if given and any(causes(given)):
            values[argument] = _merged(estate, document, argument, given, grounds)
    from orgtrail.provider import policy_document

    return policy_document.render(values)


def _merged(estate: Estate, document: Instance, argument: str, given: Value, grounds: list[str]) -> Value:
    """Documents to merge, each unknown one replaced by what it refers to where that is clear."""
    listed = given if isinstance(given, list) else [given]
    targets = list(estate.follow_all(document, argument))
    if len(targets) != len(listed):
        return given
    return [
        _rendered(estate, target, grounds)
        if isinstance(value, Unknown) and target is not None and target.type == "aws_iam_policy_document"
        else value
        for value, target in zip(listed, targets, strict=True)
    ]


def out_of_sight(what: str, name: Value, holder: Instance) -> Cause:
    """What to say of a bucket or key (`what`) that `holder` names, and that the input doesn't show."""
    cause = next(iter(causes(name)), None)
    if cause is None:
        return Cause(f"the {what} `{show(name)}` isn't in this input", _ANOTHER_STACK)
    return Cause(f"which {what} `{holder.address}` names isn't known: {cause.what}", cause.settle or _ANOTHER_STACK)
