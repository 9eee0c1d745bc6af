"""The IAM roles of an Estate: who may assume them, and what their policies allow."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from orgtrail.estate import Instance
from orgtrail.iam.managed import managed_policy
from orgtrail.organization.policies import Policy, policy_in
from orgtrail.values import Cause, Rest, Symbol, Text, Unknown, Value, causes, show, text

if TYPE_CHECKING:
    from orgtrail.organization import Domain


class Role(msgspec.Struct, kw_only=True, eq=False):
    """One role that will exist."""

    instance: Instance
    domain: "Domain"

    @property
    def address(self) -> str:
        """The Terraform address."""
        return self.instance.address

    @property
    def account(self) -> str | Symbol:
        """The account that it is of. Asked of few: most roles are for services, in whichever account."""
        return self.domain.account_of(self.instance)


class Permissions(msgspec.Struct, frozen=True):
    """The documents of a role's policies by their names; one that nobody can read is an `Unknown`.

    `boundary` is the document of its permissions boundary, None where it has none.
    """

    documents: tuple[tuple[str, Value], ...]
    boundary: Value


def found_roles(domain: "Domain") -> Iterator[Role]:
    """Every role, service-linked ones apart: those trust AWS services only."""
    for instance in domain.estate.passing("aws_iam_role"):
        if instance.stays:
            yield Role(instance=instance, domain=domain)


def role_arn(domain: "Domain", role: Role) -> str | Symbol | Text:
    """A role's ARN: as AWS gave it, or as it will be."""
    arn = role.instance.now.get("arn")
    if isinstance(arn, str | Symbol | Text):
        return arn
    name, path = role.instance.now.get("name"), role.instance.now.get("path") or "/"
    if isinstance(name, str | Symbol | Text) and isinstance(path, str):
        made = text(f"arn:{domain.partition}:iam::", role.account, f":role{path}", name)
        if isinstance(made, str | Symbol | Text):
            return made
    return Symbol(f"{role.address}.arn", "arn")


def trust(domain: "Domain", role: Role) -> Policy:
    """The policy that says who may assume a role."""
    return policy_in(domain, role.instance, "assume_role_policy")


def permissions(domain: "Domain", role: Role) -> Permissions:
    """What a role's own policies, and those attached to it, are."""
    found = [*_inline(domain, role), *_separate(domain, role), *_attached(domain, role)]
    boundary = role.instance.now.get("permissions_boundary")
    limit = _document(domain, role.instance, "permissions_boundary", boundary)[1] if boundary else None
    return Permissions(tuple(found), limit)


def _inline(domain: "Domain", role: Role) -> Iterator[tuple[str, Value]]:
    instance = role.instance
    # Both are computed, too: for a role that isn't there yet they are unknown without meaning a policy.
    for attribute in ("inline_policy", "managed_policy_arns"):
        value = instance.now.get(attribute)
        if isinstance(value, Unknown):
            if domain.estate.configures(instance, attribute):
                yield f"`{instance.address}.{attribute}`", value
            continue
        for one in value if isinstance(value, list) else []:
            if isinstance(one, Unknown | Rest):
                yield f"`{instance.address}.{attribute}`", Unknown(one.cause)
            elif isinstance(one, dict):
                if one.get("policy"):
                    yield show(one.get("name") or "inline policy"), one.get("policy")
            else:
                yield _document(domain, instance, attribute, one)


def _separate(domain: "Domain", role: Role) -> Iterator[tuple[str, Value]]:
    for holder in domain.estate.of_type("aws_iam_role_policy"):
        if not holder.stays:
            continue
        is_own = _is_role(domain, holder, "role", role, holder.now.get("role"))
        if is_own is True:
            yield holder.address, policy_in(domain, holder, "policy").value
        elif isinstance(is_own, Unknown):
            yield holder.address, is_own


def _attached(domain: "Domain", role: Role) -> Iterator[tuple[str, Value]]:
    for holder in domain.estate.of_type("aws_iam_role_policy_attachment", "aws_iam_policy_attachment"):
        if not holder.stays:
            continue
        attribute = "role" if holder.type == "aws_iam_role_policy_attachment" else "roles"
        named = holder.now.get(attribute)
        listed: Iterable[Value] = named if isinstance(named, list) else [named]
        answers = [_is_role(domain, holder, attribute, role, one) for one in listed]
        if True in answers:
            yield _document(domain, holder, "policy_arn", holder.now.get("policy_arn"))
        elif unclear := [one for one in answers if isinstance(one, Unknown)]:
            yield holder.address, unclear[0]


def _is_role(domain: "Domain", holder: Instance, attribute: str, role: Role, named: Value) -> bool | Unknown:
    """Whether one of the names in an attribute is the role's."""
    own = role.instance.now.get("name")
    if isinstance(named, str) and isinstance(own, str):
        # Two accounts may have a role of one name each.
        return named == own and holder.provider == role.instance.provider
    if named is None:
        return False
    found = [other for other, _ in domain.estate.follow(holder, attribute)]
    if found:
        if role.instance not in found:
            return False
        if len(found) == 1:
            return True
    if named == own and isinstance(named, Symbol | Text):
        return True
    what = f"whether `{holder.address}` is for the role `{role.address}` isn't known"
    return Unknown(next(causes(named), Cause(what)))


def _document(domain: "Domain", holder: Instance, attribute: str, arn: Value) -> tuple[str, Value]:
    """The name and the document of a managed policy that an attribute names by ARN."""
    for policy in domain.estate.of_type("aws_iam_policy"):
        same = [other for other, _ in domain.estate.follow(holder, attribute)] == [policy]
        if policy.stays and (same or (isinstance(arn, str | Symbol | Text) and policy.now.get("arn") == arn)):
            return policy.address, policy_in(domain, policy, "policy").value
    if isinstance(arn, str):
        for data in domain.estate.of_type("aws_iam_policy", mode="data"):
            if data.now.get("arn") == arn and isinstance(data.now.get("policy"), str):
                return arn, data.now.get("policy")
        document = managed_policy(arn)
        if document is not None:
            return arn.rpartition("/")[2], document
    for data, read in domain.estate.follow(holder, attribute):
        if data.mode == "data" and data.type == "aws_iam_policy" and read == "arn" and data.now.get("policy"):
            return data.address, data.now.get("policy")
    what = f"the policy `{show(arn)}` that `{holder.address}` attaches isn't in this input"
    settle = "give the plan or state of the stack that holds it as another INPUT, or read it with a data source"
    return show(arn), Unknown(Cause(what, settle))
