"""The functions of the AWS provider. Source: Terraform Registry, hashicorp/aws, "Functions"."""

from orgtrail.terraform.language.functions import function
from orgtrail.terraform.language.functions.collections import unknown_in
from orgtrail.terraform.language.operations import EvaluationError, blame, can_hold, concatenate, to_string
from orgtrail.values import Part, Unknown, Value, parts_of, text

_FIELDS = ("partition", "service", "region", "account_id", "resource")


@function("provider::aws::arn_parse", holes=True)
def _arn_parse(arn: Value) -> Value:
    if isinstance(arn, Unknown):
        return arn
    string = to_string(arn)
    if string is None:
        raise EvaluationError("arn_parse() needs an ARN")
    fields: list[list[Part]] = [[]]
    for part in parts_of(string):
        if not isinstance(part, str):
            if len(fields) < 6 and (isinstance(part, Unknown) or can_hold(part, ":")):
                return blame("arn_parse()", arn)
            fields[-1].append(part)
            continue
        first, *others = part.split(":", 6 - len(fields))
        fields[-1].append(first)
        fields += [[other] for other in others]
    if len(fields) != 6 or fields[0] != ["arn"]:
        raise EvaluationError("arn_parse() can't read the ARN")
    return {name: text(*field) for name, field in zip(_FIELDS, fields[1:], strict=True)}


@function("provider::aws::arn_build", 5, 5, holes=True)
def _arn_build(*fields: Value) -> Value:
    lost = unknown_in(*fields)
    if lost is not None:
        return lost
    made: list[Value] = ["arn"]
    for field in fields:
        made += [":", field]
    return concatenate(made)


@function("provider::aws::trim_iam_role_path")
def _trim_iam_role_path(arn: Value) -> Value:
    if not isinstance(arn, str):
        raise EvaluationError("trim_iam_role_path() needs an ARN")
    head, slash, path = arn.partition(":role/")
    if not slash or not head.startswith("arn:") or ":iam:" not in head:
        raise EvaluationError("trim_iam_role_path() needs the ARN of a role")
    return f"{head}:role/{path.rpartition('/')[2]}"
