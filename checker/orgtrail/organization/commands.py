"""What a shell command does to trusted access for CloudTrail: enables it, disables it, or perhaps.

Read are the calls themselves, in the AWS CLI, its PowerShell modules and the SDKs; what a script that the command
starts does isn't seen.
"""

import re
from collections.abc import Iterator

from orgtrail.values import Cause, Unknown, Value, causes, show

_NAMED = "cloudtrail.amazonaws.com"

_CALL = r"(?i)(?<![\w-])(enable|disable)(?:[-_]aws[-_]service[-_]access|-ORGAWSServiceAccess|AWSServiceAccess)(?![\w-])"
_PRINCIPAL = (
    r"(?i)(?:--service-principal|-?ServicePrincipal[\"']?)\s*[=:\s]\s*[\"'\\]*"
    r"([^\s\"'\\,;)}]+(?:\}[^\s\"',;)]*)?)"
)
#: Ends of lines that don't end the command: of shells, of PowerShell, of cmd.exe.
_CONTINUED = r"[\\`^][ \t]*\r?\n"
_SEPARATORS = r"\|\||&&|[;|&\n]"
#: Commands that only print the rest of their line.
_PRINTING = r"(?i)\s*(?:echo|printf|write-host|write-output|:|true)\b"
_COMMENT = r"(?m)(?:^|(?<=\s))#.*$"


def commanded(command: Value) -> dict[str, bool | Unknown]:
    """`enable` and `disable`, where the command calls them for CloudTrail: True, or unknown where for which service is.

    Nothing where it calls neither.
    """
    if command is None or isinstance(command, Unknown):
        return {}
    found: dict[str, bool | Unknown] = {}
    for verb, principal in _calls(show(command)):
        if principal == _NAMED:
            found[verb] = True
        elif _may_be_anything(principal):
            cause = next(causes(command), None)
            what = f"the command calls {verb}-aws-service-access for `{principal or 'a service'}`, whichever that is"
            found.setdefault(verb, Unknown(cause or Cause(what, f"write {_NAMED} into the command")))
    return found


def _calls(text: str) -> Iterator[tuple[str, str]]:
    """Each call in a command: its verb, and the service that it names (empty where it stands somewhere else)."""
    text = re.sub(_CONTINUED, " ", re.sub(_COMMENT, "", text))
    for simple in re.split(_SEPARATORS, text):
        for call in re.finditer(_CALL, simple):
            if not re.match(_PRINTING, simple):
                principal = re.search(_PRINCIPAL, simple[call.end() :]) or re.search(_PRINCIPAL, simple)
                yield call[1].lower(), principal[1] if principal else ""


def _may_be_anything(principal: str) -> bool:
    return not principal or any(mark in principal for mark in "$%{`@<")
