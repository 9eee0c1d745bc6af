"""What nobody outside the organization may do, given that an account that only a policy names may be a member."""

from collections.abc import Callable, Sequence

import msgspec

from orgtrail.iam.facts import ACCOUNT
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.principals import ClassName
from orgtrail.iam.prove import Case, Target
from orgtrail.iam.symbols import words_of
from orgtrail.values import parts_of

#: So many accounts are asked as members first.
_MOST = 20

AskOfClasses = Callable[[Case, Sequence[ClassName], Target], Outcome]


def nobody_outside(case: Case, classes: Sequence[ClassName], target: Target, ask: AskOfClasses) -> Outcome:
    """The answer for strangers; what an account that is named gets as a member, the members' rule tells of."""
    counted: list[str] = []
    named = _named(case)
    while True:
        world = msgspec.structs.replace(case.world, exempt_accounts=(*case.world.exempt_accounts, *counted))
        outcome = ask(case.in_world(world), classes, target)
        account = outcome.witness.account if outcome.witness else ""
        if account not in named or account in counted or len(counted) == _MOST or case.world.accounts_known:
            break
        alone = msgspec.structs.replace(case.world, only_member=account)
        if ask(case.in_world(alone), ["member"], target).verdict != "violated":
            break
        counted.append(account)
    if not counted:
        return outcome
    ground = f"what {', '.join(counted)} may, named by the policy and by nothing else, is asked of members"
    return msgspec.structs.replace(outcome, because=(*outcome.because, ground), but_for=tuple(counted))


def _named(case: Case) -> frozenset[str]:
    texts = (part for word in words_of(case.policy) for part in parts_of(word) if isinstance(part, str))
    return frozenset(account for one in texts for account in ACCOUNT.findall(one))
