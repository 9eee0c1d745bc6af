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


#: A variable of a shell, of PowerShell, of cmd.exe.
_VARIABLE = r"\$(?:env:)?\{?(\w+)\}?|%(\w+)%"


def commanded(command: Value, environment: Value = None) -> dict[str, bool | Unknown]:
    """`enable` and `disable`, where the command calls them for CloudTrail: True, or unknown where for which service is.

    Nothing where it calls neither. `environment` are the variables that it is given.
    """
    if command is None or isinstance(command, Unknown):
        return {}
    found: dict[str, bool | Unknown] = {}
    for verb, written in _calls(show(command)):
        principal = _from(environment, written, show(command)) or written
        if principal == _NAMED:
            found[verb] = True
        elif _may_be_anything(principal):
            cause = next(causes(command), None)
            what = f"the command calls {verb}-aws-service-access for `{written or 'a service'}`, whichever that is"
            found.setdefault(verb, Unknown(cause or Cause(what, f"write {_NAMED} into the command")))
    return found


def _from(environment: Value, written: str, command: str) -> str | None:
    """What a variable of the environment stands for, where the command does nothing with it but read it."""
    variable = re.fullmatch(_VARIABLE, written)
    if variable is None or not isinstance(environment, dict):
        return None
    name = variable[1] or variable[2]
    given = environment.get(name)
    set_anew = re.search(rf"(?<![\w${{%:]){name}(?!\w)", command)
    return given if isinstance(given, str) and not set_anew else None


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
