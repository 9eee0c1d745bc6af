"""`orgtrail init`."""

from typing import Any

from orgtrail.cli import options
from orgtrail.cli.arguments import Parser

USAGE = "[OPTIONS] DIR"
EXAMPLE = "orgtrail init trail --bucket-name acme-org-trail-logs --archive-account 222222222222"


def declare(parser: Parser) -> None:
    """The command's arguments."""
    parser.add_argument("folder", metavar="DIR", help="Where the root module will be.")
    parser.add_argument("--bucket-name", metavar="NAME", help="The bucket that the logs will be in (needed).")
    parser.add_argument("--trail-name", metavar="NAME", help="The trail's name (default: org).")
    parser.add_argument(
        "--trusted-access",
        choices=["manage", "add", "confirm"],
        help="Own the organization here, add to one that is there, or confirm that another stack turned trusted access"
        " on (default: confirm).",
    )
    parser.add_argument(
        "--region", metavar="REGION", help="The trail's home region, and the bucket's (default: us-east-1)."
    )
    parser.add_argument(
        "--archive-account", metavar="ID", help="The account that keeps the logs (default: the management account)."
    )
    parser.add_argument(
        "--archive-role", metavar="NAME", help="The role to assume there (default: OrganizationAccountAccessRole)."
    )
    options.trusted_accounts(parser)
    parser.add_argument("--delegated-administrator", metavar="ID", help="An account that may look after CloudTrail.")
    parser.add_argument("--log-prefix", metavar="PREFIX", help="What stands before AWSLogs/ in the bucket.")
    parser.repeatable(
        "--keep-service",
        dest="keep_services",
        metavar="PRINCIPAL",
        help="With --trusted-access manage: a service that keeps its trusted access.",
    )
    parser.flag("--cloudwatch-logs", default=None, help="Send the events to CloudWatch Logs, too.")
    parser.flag("--guardrails", default=None, help="Add a service control policy that protects the trail.")
    parser.add_argument("--modules", metavar="SOURCE", help="Where the modules are (default: copied into DIR/modules).")
    parser.flag("--upgrade", help="Renew the modules that an earlier version copied into DIR/modules.")


def init(folder: str, upgrade: bool = False, **told: Any) -> None:
    """Write a root module that uses the bundled modules.

    It is ready for `terraform init`. Nothing that is there already is overwritten. With --upgrade, the modules that an
    earlier version copied there give way to this version's, unless they were changed by hand.
    """
    from pathlib import Path

    from orgtrail import __version__, scaffold
    from orgtrail.errors import InputError

    given = {name: value for name, value in told.items() if value not in (None, ())}
    if upgrade:
        if given:
            raise InputError("--upgrade", "takes no other option", hint="the root module's own files stay as they are")
        before, changed = scaffold.renew(Path(folder))
        for name in changed:
            print(f"changed {Path(folder) / 'modules' / name}")
        print(f"modules of orgtrail {before} -> {__version__}, {len(changed)} files changed")
        return
    if "bucket_name" not in given:
        raise InputError("--bucket-name", "is missing", "the name of the bucket that the logs will be in")
    answers = scaffold.Answers(**given)
    for path in scaffold.init(Path(folder), answers):
        print(f"wrote {path}")
    print(f"\nNext:\n{scaffold.next_steps(Path(folder), answers)}", end="")
