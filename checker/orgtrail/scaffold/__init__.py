"""`orgtrail init`: a root module that uses the bundled modules, for the answers given as options."""

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from orgtrail import __version__
from orgtrail.errors import InputError
from orgtrail.scaffold.upgrade import STAMP, stamp, upgrade
from orgtrail.terraform.language.hcl_text import escaped

#: What every root module needs, and what one with guardrails needs more.
MODULES = ("alerts", "log-bucket", "log-key", "organization-trail", "trusted-access")
GUARDRAILS = "guardrails"
#: The facts for `orgtrail check`.
CONFIG = "orgtrail.toml"
FILES = ("terraform.tf", "providers.tf", "main.tf", "outputs.tf")

_ACCOUNT = (re.compile(r"[0-9]{12}"), "an account id of 12 digits")
_SHAPES = {
    "bucket_name": (
        re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
        "3 to 63 lower-case letters, digits, dots and hyphens",
    ),
    "trail_name": (
        re.compile(r"(?=.{3,128}$)[A-Za-z0-9]([._-]?[A-Za-z0-9])*"),
        "3 to 128 letters and digits, with single periods, underscores or hyphens between them",
    ),
    "region": (re.compile(r"[a-z]{2,5}(-[a-z]+)+-[0-9]+"), "the code of an AWS region, such as us-east-1"),
    "archive_account": _ACCOUNT,
    "trusted_accounts": _ACCOUNT,
    "delegated_administrator": _ACCOUNT,
    "archive_role": (re.compile(r"[A-Za-z0-9+=,.@_/-]{1,512}"), "the name of an IAM role"),
    "log_prefix": (
        re.compile(r"(?=.{0,200}$)[A-Za-z0-9!_.'()-]+(/[A-Za-z0-9!_.'()-]+)*"),
        "at most 200 letters, digits and !_.'()- with single slashes between them",
    ),
    "keep_services": (re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?"), "an AWS service such as config.amazonaws.com"),
}


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What the root module is to be. Each field is the option of `orgtrail init` with the same name."""

    bucket_name: str
    trail_name: str = "org"
    #: manage: this root module owns the organization. add: it owns one that is there, and turns nothing off in it.
    #: confirm: it is owned elsewhere.
    trusted_access: Literal["manage", "add", "confirm"] = "confirm"
    region: str = "us-east-1"
    #: The account that keeps the logs; None where the management account does.
    archive_account: str | None = None
    #: The role that Terraform assumes there.
    archive_role: str = "OrganizationAccountAccessRole"
    #: Accounts that may read the logs.
    trusted_accounts: tuple[str, ...] = ()
    delegated_administrator: str | None = None
    log_prefix: str | None = None
    #: Services besides CloudTrail that keep trusted access, where this root module owns the organization.
    keep_services: tuple[str, ...] = ()
    cloudwatch_logs: bool = False
    guardrails: bool = False
    #: Where the modules are, without `/organization-trail`; None copies them into `modules/`.
    modules: str | None = None


def init(folder: Path, answers: Answers) -> list[Path]:
    """Write the root module into `folder`, made where it isn't there; the files that were written, in reading order.

    Raises InputError where an answer has the wrong form, and where a file of the same name is there already: nothing is
    ever overwritten, and then nothing is written at all.
    """
    _check(answers)
    wanted = ("modules",) if answers.modules is None else ()
    taken = [name for name in (*FILES, CONFIG, *wanted) if (folder / name).exists()]
    if taken:
        hint = "nothing was written"
        if (folder / "modules" / STAMP).exists():
            hint += "; `orgtrail init --upgrade` renews the modules that it copied"
        raise InputError(str(folder), f"has {', '.join(taken)} already", "a folder without", hint)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Made aside and then moved: what is there after a full disk or Ctrl-C is whole.
        with tempfile.TemporaryDirectory(dir=folder, prefix=".orgtrail-") as scratch:
            written = _write(Path(scratch), answers)
            for name in (*wanted, *FILES, CONFIG):
                (Path(scratch) / name).rename(folder / name)
    except OSError as error:
        raise InputError(
            str(folder), (error.strerror or type(error).__name__).lower(), "a folder to write to"
        ) from None
    return [folder / name for name in written]


def next_steps(folder: Path, answers: Answers) -> str:
    """The commands that come next, ready to be pasted."""
    import shlex

    where = shlex.quote(str(folder))
    return (
        f"terraform -chdir={where} init\n"
        f"terraform -chdir={where} plan -out=tfplan\n"
        f"orgtrail check {where}/tfplan --config {where}/{CONFIG}\n"
        f"terraform -chdir={where} apply tfplan\n"
        # What is there then; a state may hold secrets, so no file is left of it.
        f"terraform -chdir={where} show -json | orgtrail check - --config {where}/{CONFIG}\n"
    )


def facts(answers: Answers) -> str:
    """The orgtrail.toml of the root module: what it was told of accounts, which a plan may not show."""
    lines = ["# What `orgtrail init` was told, and a plan may not show. `orgtrail check tfplan --config orgtrail.toml`"]
    if answers.archive_account:
        lines.append(f'archive-account = "{answers.archive_account}"')
    if answers.trusted_accounts:
        listed = ", ".join(f'"{one}"' for one in answers.trusted_accounts)
        lines.append(f"trusted-account = [{listed}]")
    return "\n".join(lines) + "\n"


def modules_folder() -> Path:
    """The bundled modules: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    candidates = (package.parents[1] / "modules", package / "modules")
    return next(folder for folder in candidates if (folder / "organization-trail" / "main.tf").is_file())


def renew(folder: Path) -> tuple[str, list[str]]:
    """Put this version's modules in place of those that an earlier one copied: its version, and what is different now.

    The root module's own files stay: they are the user's. Raises InputError where the modules were changed by hand.
    """
    try:
        before, changed = upgrade(folder, __version__, lambda into, names: _copy({*MODULES, *names}, into))
    except OSError as error:
        raise InputError(
            str(folder), (error.strerror or type(error).__name__).lower(), "a folder to write to"
        ) from None
    return before.orgtrail, changed


def _write(folder: Path, answers: Answers) -> list[str]:
    written = [*FILES, CONFIG]
    (folder / CONFIG).write_text(facts(answers), encoding="utf-8")
    for name, text in _rendered(answers).items():
        (folder / name).write_text(text, encoding="utf-8")
    if answers.modules is None:
        names = {*MODULES, *([GUARDRAILS] if answers.guardrails else [])}
        _copy(names, folder / "modules")
        stamp(folder / "modules", __version__)
        written += [f"modules/{name}/" for name in sorted(names)]
    return written


def _copy(names: set[str], into: Path) -> None:
    """Copy the bundled modules of these names that this version has, without their tests."""
    for name in sorted(names):
        module = modules_folder() / name
        if not module.is_dir():
            continue
        (into / name).mkdir(parents=True)
        for file in sorted(module.iterdir()):
            if file.suffix in (".tf", ".md"):
                shutil.copyfile(file, into / name / file.name)


def _rendered(answers: Answers) -> dict[str, str]:
    """File name -> text, formatted as `terraform fmt` would."""
    import jinja2

    environment = jinja2.Environment(  # noqa: S701 (HCL, not HTML: every value goes through `hcl` below)
        loader=jinja2.PackageLoader("orgtrail.scaffold"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["hcl"] = _hcl
    values = {
        "answers": answers,
        "version": __version__,
        "partition": _partition(answers.region),
        "arguments": _aligned(_arguments(answers)),
        "archive": "aws.log_archive" if answers.archive_account else "aws",
        "modules": answers.modules or "./modules",
        "guardrails": _aligned(_guardrails(answers)),
    }
    return {name: environment.get_template(f"{name}.j2").render(values) for name in FILES}


def _partition(region: str) -> str:
    """The partition of a region: what stands second in its ARNs."""
    of = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b"}
    return next((partition for prefix, partition in of.items() if region.startswith(prefix)), "aws")


def _arguments(answers: Answers) -> Iterable[tuple[str, str]]:
    """The arguments of the module call."""
    yield "trail_name", _hcl(answers.trail_name)
    yield "bucket_name", _hcl(answers.bucket_name)
    if answers.log_prefix:
        yield "log_prefix", _hcl(answers.log_prefix)
    yield "trusted_access_mode", _hcl(answers.trusted_access)
    if answers.archive_account:
        yield "log_archive_account_id", _hcl(answers.archive_account)
    if answers.trusted_access == "manage" and answers.keep_services:
        yield "other_service_access_principals", _hcl(answers.keep_services)
    if answers.trusted_access != "confirm" and answers.guardrails:
        yield "enabled_policy_types", _hcl(("SERVICE_CONTROL_POLICY",))
    if answers.trusted_accounts:
        yield "reader_account_ids", _hcl(answers.trusted_accounts)
    if answers.delegated_administrator:
        yield "delegated_administrator_account_id", _hcl(answers.delegated_administrator)
    if answers.cloudwatch_logs:
        yield "cloudwatch_logs", "{}"


def _guardrails(answers: Answers) -> Iterable[tuple[str, str]]:
    yield "targets", "{ root = module.organization_trail.organization_root_id }"
    yield "trail_name", _hcl(answers.trail_name)
    yield "bucket_name", _hcl(answers.bucket_name)
    yield "management_account_id", "module.organization_trail.management_account_id"
    yield "log_archive_account_id", "module.organization_trail.log_archive_account_id"
    if answers.trusted_accounts:
        yield "reader_account_ids", _hcl(answers.trusted_accounts)
    if answers.delegated_administrator:
        yield "delegated_administrator_account_ids", _hcl((answers.delegated_administrator,))
    yield "key", "{ arn = module.organization_trail.kms_key_arn }"


def _aligned(arguments: Iterable[tuple[str, str]]) -> str:
    """One argument a line, the equals signs under each other as `terraform fmt` has them."""
    pairs = list(arguments)
    width = max(len(name) for name, _ in pairs)
    return "\n".join(f"  {name:{width}} = {value}" for name, value in pairs)


def _hcl(value: str | Iterable[str]) -> str:
    """A string, or list of strings, as HCL writes it: nothing in it is a template."""
    if not isinstance(value, str):
        return f"[{', '.join(map(_hcl, value))}]"
    return f'"{escaped(value)}"'


def _check(answers: Answers) -> None:
    """Raise InputError for an answer that the modules would refuse."""
    for name, (shape, expected) in _SHAPES.items():
        value = getattr(answers, name)
        # An option that may be given again and again is named after one of its values.
        option = "--" + (name.removesuffix("s") if isinstance(value, tuple) else name).replace("_", "-")
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None and not shape.fullmatch(one):
                raise InputError(option, f"`{one}` can't be used", expected)
    if answers.keep_services and answers.trusted_access != "manage":
        hint = f"in {answers.trusted_access} mode the organization keeps all the services that it has"
        raise InputError("--keep-service", "needs --trusted-access manage", hint=hint)
