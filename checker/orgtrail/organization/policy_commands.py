"""Commands of provisioners that set or delete the policy of a bucket or key, beside what Terraform manages.

Read are the calls themselves, in the AWS CLI, its PowerShell modules and the SDKs; what a script that the command
starts does isn't seen.
"""

import re

import msgspec

from orgtrail.estate import Estate, Instance
from orgtrail.organization.trusted_access import COMMAND_TYPES
from orgtrail.values import Unknown, Value, show

_BUCKET = r"(?i)(?<![\w-])(?:(?:put|delete)[-_]?bucket[-_]?policy|(?:write|remove)-s3bucketpolicy)(?![\w-])"
_KEY = r"(?i)(?<![\w-])(?:put[-_]?key[-_]?policy|write-kmskeypolicy)(?![\w-])"
#: A name that is written out: a flag's word, or a string of a program; a variable of one is neither.
_NAMED = (
    r"(?i)(?:(?:--bucket[=\s]\s*|-bucketname\s+)[\"'\\]*|\bbucket[\"']?\s*[=:]\s*\\?[\"'])"
    r"([a-z0-9][a-z0-9.-]*[a-z0-9])(?![\w$%{-])"
)
#: Commands that only print the rest of their line.
_PRINTING = r"(?i)\s*(?:echo|printf|write-host|write-output|:|true|#)"


class PolicyCommand(msgspec.Struct, frozen=True):
    """A provisioner that sets or deletes a policy. `bucket` is the one that it names; empty where that isn't clear."""

    instance: Instance
    of: str
    bucket: str = ""


def found_policy_commands(estate: Estate) -> list[PolicyCommand]:
    """Every command that Terraform runs when it makes something, and that changes a policy."""
    return [
        found
        for instance in estate.of_type(*COMMAND_TYPES)
        if instance.stays
        for provisioner in instance.provisioners
        if not provisioner.on_destroy
        for found in _calls(instance, provisioner.command)
    ]


def _calls(instance: Instance, command: Value) -> list[PolicyCommand]:
    if command is None or isinstance(command, Unknown):
        return []
    found = []
    for line in re.split(r"\|\||&&|[;|&\n]", re.sub(r"[\\`^][ \t]*\r?\n", " ", show(command))):
        if re.match(_PRINTING, line):
            continue
        if re.search(_BUCKET, line):
            named = re.search(_NAMED, line)
            found.append(PolicyCommand(instance, "bucket", named[1] if named else ""))
        elif re.search(_KEY, line):
            found.append(PolicyCommand(instance, "key"))
    return found
