"""What stands beside the policy that is asked and refuses requests of its own: SCPs, RCPs, S3's public access block.

A guard allows nothing. Where it binds a request, its Deny counts like one of the policy itself. Whom it binds is a
matter of accounts: an SCP goes by the caller's, an RCP by that of the resource.

Sources: AWS Organizations User Guide, "Service control policies (SCPs)" and "Resource control policies (RCPs)"; Amazon
S3 User Guide, "Blocking public access to your Amazon S3 storage".
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import msgspec

from orgtrail.iam.statements import PolicyDocument, Words, cut_name
from orgtrail.values import Cause

if TYPE_CHECKING:
    from orgtrail.iam.facts import Facts
    from orgtrail.iam.principals import Caller

#: Services whose resources RCPs reach, and those to which AWS has added them of late, so that both are possible
#: (Organizations guide, "List of AWS services that support RCPs").
_REACHED = frozenset({"s3", "kms", "sts"})
_PERHAPS_REACHED = frozenset({"logs"})

#: What a proof takes for granted that rests on an SCP or RCP.
SERVICE_LINKED = "service-linked roles, which no SCP or RCP binds, are taken to stay out"


class Guard(msgspec.Struct, frozen=True):
    """An SCP or an RCP, and the accounts that it binds.

    `bound` are the accounts below what it is attached to; None: all of the organization but its management account.
    `free` are those that surely aren't; None: all others. `doubt` says why it may not be there at all.
    """

    kind: Literal["SCP", "RCP"]
    called: str
    policy: PolicyDocument
    bound: tuple[Words, ...] | None = None
    free: tuple[Words, ...] | None = None
    doubt: Cause | None = None

    def words(self) -> tuple[Words, ...]:
        """The accounts that it speaks of."""
        return (*(self.bound or ()), *(self.free or ()))

    def binds(self, caller: "Caller", action: str, facts: "Facts", spelled: Callable[[Words], str]) -> bool | Cause:
        """Whether its Deny counts for what `caller` asks for; the cause says why that isn't known.

        `facts` are those of this organization: a service may act for another one, and then knows that one's.
        """
        account, is_member, stands_for_others = facts.owner_account, True, False
        if self.kind == "RCP":
            service = cut_name(action)[0]
            if service in _PERHAPS_REACHED:
                return Cause(f"whether RCPs reach `{service}` depends on the day: AWS adds services to its list")
            if service not in _REACHED:
                return False
        else:
            # Those outside are asked as such, whoever names them.
            if caller.account is None or caller.kind == "service" or caller.class_name == "outside":
                return False
            account, stands_for_others = caller.account, caller.stands_for_others
            is_member = caller.class_name != "trusted" or account in facts.member_accounts
        if account == facts.management_account:
            return False
        if self.bound is None and not is_member:
            what = f"whether the trusted account {account} is of the organization, so that SCPs bind it, isn't known"
            return self.doubt or Cause(what, "give --evidence FILE")
        return self.covers(account, spelled, stands_for_others=stands_for_others)

    def covers(self, account: str, spelled: Callable[[Words], str], *, stands_for_others: bool) -> bool | Cause:
        """Whether it binds the principals (or resources) of an account of the organization, not the management account.

        One that `stands_for_others` may be anywhere.
        """
        if self.bound is not None and account not in map(spelled, self.bound):
            if self.free is None or stands_for_others or account in map(spelled, self.free):
                return False
            what = f"where account {account} stands in the organization, so whether {self.called} binds it, isn't known"
            return self.doubt or Cause(what, "give the stack that holds the organization's units and accounts as well")
        return self.doubt or True
