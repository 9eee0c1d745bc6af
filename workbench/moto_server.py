"""moto's server, with the two calls of CloudTrail that it doesn't know and the modules make: run it as a script.

RegisterOrganizationDelegatedAdmin and DeregisterOrganizationDelegatedAdmin do what AWS says they do: they call
AWS Organizations in the management account with CloudTrail's service principal.
"""

import os
import sys
import threading

from moto.cloudtrail.responses import CloudTrailResponse
from moto.organizations.models import FakeDelegatedAdministrator, organizations_backends
from moto.server import main

CLOUDTRAIL = "cloudtrail.amazonaws.com"


def register_organization_delegated_admin(self: CloudTrailResponse) -> str:
    backend = organizations_backends[self.current_account]["aws"]
    account = self._get_param("MemberAccountId")
    backend.register_delegated_administrator(AccountId=account, ServicePrincipal=CLOUDTRAIL)
    return "{}"


def deregister_organization_delegated_admin(self: CloudTrailResponse) -> str:
    backend = organizations_backends[self.current_account]["aws"]
    account = self._get_param("DelegatedAdminAccountId")
    backend.deregister_delegated_administrator(AccountId=account, ServicePrincipal=CLOUDTRAIL)
    return "{}"


def end_with_parent() -> None:
    """End when whoever started this ends, however that happens: then nobody holds the other end of standard input."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    FakeDelegatedAdministrator.SUPPORTED_SERVICES.append(CLOUDTRAIL)
    for call in (register_organization_delegated_admin, deregister_organization_delegated_admin):
        setattr(CloudTrailResponse, call.__name__, call)
    main()
