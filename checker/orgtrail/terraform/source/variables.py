"""The values of a root module's variables, from where Terraform takes them.

Later ones win: `terraform.tfvars`, `terraform.tfvars.json`, `*.auto.tfvars[.json]` in the order of their names, then
`--var-file` and `--var`. Environment variables aren't read: a check must not depend on who runs it.
Source: HashiCorp, Terraform language, "Input Variables".
"""

from collections.abc import Iterable
from pathlib import Path

from orgtrail import files
from orgtrail.errors import InputError
from orgtrail.terraform.language import syntax
from orgtrail.terraform.language.block import SourceFile
from orgtrail.terraform.language.blocks import read_assignments
from orgtrail.terraform.source.modules import largest


def assigned(directory: Path, var_files: Iterable[str], variables: Iterable[str]) -> dict[str, syntax.Node]:
    """The expression that each variable is given. Raises InputError for a file that can't be read."""
    given: dict[str, syntax.Node] = {}
    names = {path.name for path in directory.iterdir()}
    automatic = sorted(name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    for name in [one for one in ("terraform.tfvars", "terraform.tfvars.json") if one in names] + automatic:
        given.update(_file(directory / name, str(directory / name)))
    for named in var_files:
        given.update(_file(Path(named), named))
    for written in variables:
        name, _, value = written.partition("=")
        given[name.strip()] = _of_command_line(value)
    return given


def _file(path: Path, shown: str) -> dict[str, syntax.Node]:
    try:
        file = SourceFile(shown, files.read(path, largest(shown), pipes=True))
    except OSError as error:
        raise InputError(shown, (error.strerror or "can't be read").lower(), "a file of variable values") from None
    found = read_assignments(file)
    for place, message in file.errors:
        raise InputError(str(place), message, "NAME = VALUE on each line")
    return {name: attribute.node for name, attribute in found.items()}


def _of_command_line(value: str) -> syntax.Node:
    """What Terraform makes of a value on the command line: text, unless a variable's type asks for more."""
    return Written(value)


class Written(syntax.Literal, frozen=True):
    """A value from the command line: a string, or an expression where the variable's type isn't a primitive one."""
