"""What is made of policies before they are asked: several as one, and a key's without what is for log files only."""

from collections.abc import Sequence

import msgspec

from orgtrail.iam.statements import PolicyDocument, Statement
from orgtrail.values import Cause, Unknown, Value, show, unique


def joined(policies: Sequence[PolicyDocument]) -> PolicyDocument:
    """Several policies that count together, as one."""
    versions: list[Value] = [policy.version for policy in policies if policy.statements]
    version = next((one for one in versions if isinstance(one, Unknown)), None)
    if (
        version is None
        and len(set(map(str, versions))) > 1
        and any("${" in show(word) for policy in policies for one in policy.statements for word in _words(one))
    ):
        version = Unknown(Cause("policies of two versions count together, of which one knows no variables"))
    return PolicyDocument(
        version=version if version is not None else "2012-10-17",
        statements=tuple(statement for policy in policies for statement in policy.statements),
        rest=unique(cause for policy in policies for cause in policy.rest),
        problems=tuple(problem for policy in policies for problem in policy.problems),
    )


def _words(statement: Statement) -> list[Value]:
    return [*statement.resources.values, *(word for one in statement.conditions for word in one.values.values)]


def without_trail_context(parsed: PolicyDocument) -> PolicyDocument:
    """A key policy without what it allows for log files alone: where SNS or S3 encrypts, no request names a trail."""

    def is_for_logs(statement: Statement) -> bool:
        return statement.effect == "Allow" and any(
            isinstance(one.key, str)
            and one.key == "kms:encryptioncontext:aws:cloudtrail:arn"
            and not isinstance(one.operator, Unknown)
            and not one.operator.negated
            and not one.operator.if_exists
            for one in statement.conditions
        )

    kept = tuple(one for one in parsed.statements if not is_for_logs(one))
    return msgspec.structs.replace(parsed, statements=kept)
