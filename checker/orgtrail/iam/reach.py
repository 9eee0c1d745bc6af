"""Whether a policy may speak of something at all: a look at its words, so that most of a crowd needn't be proved.

It errs on one side only, and gives no opinion on what AWS may refuse. Where it says no, no Allow of the policy matches
a request of these services on that ARN or anything that begins with it: by the service of its actions, or by what its
resources begin with.
"""

import re
from collections.abc import Collection

from orgtrail.iam.statements import PolicyDocument, Statement, Words, cut_name
from orgtrail.values import Unknown

#: Where a pattern stops being plain text.
_OPEN = r"[*?$]"


def may_allow(policy: PolicyDocument, services: Collection[str], arn: Words) -> bool:
    """Whether an Allow may match an action of one of the services on an ARN, or on what begins with it."""
    return bool(policy.rest or policy.problems) or any(
        _may_match(statement, services, arn) for statement in policy.statements
    )


def _may_match(statement: Statement, services: Collection[str], arn: Words) -> bool:
    if statement.effect == "Deny":
        return False
    if isinstance(statement.effect, Unknown) or statement.not_action or statement.not_resource:
        return True
    if statement.actions.rest or statement.resources.rest:
        return True
    return any(_is_of(word, services) for word in statement.actions.values) and any(
        _may_begin_with(word, arn) for word in statement.resources.values
    )


def _is_of(action: Words, services: Collection[str]) -> bool:
    if not isinstance(action, str):
        return True
    service = cut_name(action)[0].lower()
    return service in services or re.search(_OPEN, service) is not None


def _may_begin_with(resource: Words, arn: Words) -> bool:
    if not isinstance(resource, str) or not isinstance(arn, str):
        return True
    plain = re.split(_OPEN, resource, maxsplit=1)[0]
    return plain.startswith(arn) or arn.startswith(plain)
