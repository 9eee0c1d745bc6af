"""Several policies that count together, such as those of one role."""

from collections.abc import Sequence

from orgtrail.iam.statements import PolicyDocument, Statement
from orgtrail.values import Cause, Unknown, Value, show, unique


def joined(policies: Sequence[PolicyDocument]) -> PolicyDocument:
    """Several policies that count together, as one."""
    versions: list[Value] = [policy.version for policy in policies if policy.statements]
    version = next((one for one in versions if isinstance(one, Unknown)), None)
    variables = any("${" in show(word) for policy in policies for one in policy.statements for word in _words(one))
    if version is None and variables and len(set(map(str, versions))) > 1:
        version = Unknown(Cause("policies of two versions count together, of which one knows no variables"))
    return PolicyDocument(
        version=version if version is not None else "2012-10-17",
        statements=tuple(statement for policy in policies for statement in policy.statements),
        rest=unique(cause for policy in policies for cause in policy.rest),
        problems=tuple(problem for policy in policies for problem in policy.problems),
    )


def _words(statement: Statement) -> list[Value]:
    return [*statement.resources.values, *(word for one in statement.conditions for word in one.values.values)]
