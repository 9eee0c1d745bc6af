"""The functions of the AWS provider. Source: Terraform Registry, hashicorp/aws, "Functions"."""

import msgspec

from orgtrail.arn import hides_segments, read_arn
from orgtrail.terraform.language.functions.collections import unknown_in
from orgtrail.terraform.language.functions.table import function
from orgtrail.terraform.language.operations import EvaluationError, blame, concatenate, to_string
from orgtrail.values import Unknown, Value

_FIELDS = ("partition", "service", "region", "account_id", "resource")


@function("provider::aws::arn_parse", holes=True)
def _arn_parse(arn: Value) -> Value:
    if isinstance(arn, Unknown):
        return arn
    string = to_string(arn)
    if string is None:
        raise EvaluationError("arn_parse() needs an ARN")
    if hides_segments(string):
        return blame("arn_parse()", arn)
    read = read_arn(string)
    if read is None:
        raise EvaluationError("arn_parse() can't read the ARN")
    return dict(zip(_FIELDS, msgspec.structs.astuple(read), strict=True))


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
