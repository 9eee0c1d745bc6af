"""The real terraform with the real AWS provider, pointed at moto's server: `Workspace(root).plan()`.

The root module is copied to a scratch folder, and what points its provider at the server is written beside it in
`provider_override.tf`, so that examples read as users would write them. The provider comes from a filesystem mirror
(`ORGTRAIL_PROVIDER_MIRROR`, or one that the machine has) or is downloaded.
"""

import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from workbench import aws

REPOSITORY = Path(__file__).resolve().parents[1]


class TerraformError(Exception):
    """terraform ended with an error; the message is its own output."""


#: Where a machine may have a mirror of providers that nobody names: in a folder of its own below one of the root's.
_NOT_A_DISK = ("proc", "sys", "dev", "run")


@functools.cache
def provider_mirror() -> Path | None:
    """A folder that holds hashicorp/aws for `filesystem_mirror`, or None where terraform has to download it."""
    if given := os.environ.get("ORGTRAIL_PROVIDER_MIRROR"):
        return Path(given)
    tops = sorted(top for top in Path("/").iterdir() if top.is_dir() and top.name not in _NOT_A_DISK)
    found = (provider for top in tops for provider in top.glob("*/registry.terraform.io/hashicorp/aws"))
    return next((provider.parents[2] for provider in found), None)


@functools.cache
def missing() -> str:
    """What keeps the real terraform from running here, for a skip message; empty where nothing does."""
    if shutil.which("terraform") is None:
        return "terraform isn't on PATH"
    if provider_mirror() is None and not _can_be_downloaded():
        return "the AWS provider is in no mirror (ORGTRAIL_PROVIDER_MIRROR), and can't be downloaded"
    return ""


#: How long terraform may take to download the provider, in seconds.
_PATIENCE = 300


def _can_be_downloaded() -> bool:
    """Whether terraform gets the AWS provider from its registry; it is kept for all that comes after."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "main.tf").write_text(
            'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
        )
        try:
            done = subprocess.run(
                ["terraform", f"-chdir={scratch}", "init", "-no-color", "-input=false"],
                env=base_environment(),
                capture_output=True,
                check=False,
                timeout=_PATIENCE,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


@functools.cache
def base_environment() -> Mapping[str, str]:
    """The environment that terraform runs in: no credentials of the user's, no prompts, one shared plugin cache."""
    home = Path(tempfile.gettempdir()) / f"orgtrail-terraform-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_"))}
    mirror = provider_mirror()
    rc = home / f"{'mirror' if mirror else 'direct'}.tfrc"
    lines = ["disable_checkpoint = true"]
    if mirror:
        lines.append(f'provider_installation {{ filesystem_mirror {{ path = "{mirror}" }} }}')
    else:
        (home / "plugins").mkdir(exist_ok=True)
        lines.append(f'plugin_cache_dir = "{home / "plugins"}"')
    scratch = rc.with_suffix(f".{os.getpid()}")
    scratch.write_text("\n".join(lines) + "\n")
    scratch.replace(rc)
    return kept | {
        "TF_CLI_CONFIG_FILE": str(rc),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        # The provider spends a third of its time collecting garbage; a little more memory buys that back.
        "GOGC": "400",
    }


def override(aliases: Mapping[str, str]) -> str:
    """The text of provider_override.tf. `aliases` maps a provider's alias to the account it acts in."""
    url = aws.server().url
    settings = f"""
  region                      = "us-east-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
  max_retries                 = 3
  endpoints {{
{"".join(f'    {service} = "{url}"' + chr(10) for service in aws.SERVICES)}  }}
"""
    blocks = [f'provider "aws" {{{settings}}}\n']
    for alias, account in aliases.items():
        role = f'  assume_role {{\n    role_arn = "arn:aws:iam::{account}:role/OrganizationAccountAccessRole"\n  }}\n'
        blocks.append(f'provider "aws" {{\n  alias = "{alias}"{settings}{role if account else ""}}}\n')
    return "\n".join(blocks)


class Workspace:
    """A scratch copy of one root module, initialised for the real terraform.

    `root` is copied; relative `source = "../../modules/..."` keep their meaning because `modules/` is linked beside it.
    `aliases` maps provider aliases to account ids ("" for the management account); those that `root` doesn't declare
    are left out. `files` adds or replaces files.
    """

    def __init__(
        self,
        root: Path,
        scratch: Path,
        *,
        aliases: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        overrides: bool = True,
    ) -> None:
        # Two folders deep, as in examples/<case>, so that ../../modules is found.
        self.folder = scratch / "examples" / root.name
        ignore = shutil.ignore_patterns(".terraform*", "*.tfstate*", "plan.json", "report.*")
        shutil.copytree(root, self.folder, ignore=ignore)
        modules = scratch / "modules"
        if not modules.exists() and (REPOSITORY / "modules").exists():
            shutil.copytree(REPOSITORY / "modules", modules, ignore=shutil.ignore_patterns(".terraform*"))
        for name, content in (files or {}).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        if overrides:
            written = "".join(path.read_text() for path in self.folder.glob("*.tf"))
            declared = set(re.findall(r'^\s*alias\s*=\s*"([^"]+)"', written, re.MULTILINE))
            overridden = {alias: account for alias, account in (aliases or {}).items() if alias in declared}
            (self.folder / "provider_override.tf").write_text(override(overridden))
        self.run("init", "-backend=false" if not overrides else "-reconfigure")

    @classmethod
    def of(cls, folder: Path) -> "Workspace":
        """The workspace of `folder` as it stands (no copy, nothing pointed at the server), initialised."""
        workspace = cls.__new__(cls)
        workspace.folder = folder
        workspace.run("init", "-backend=false")
        return workspace

    def run(self, *arguments: str, check: bool = True, environment: Mapping[str, str] | None = None) -> str:
        """Standard output of `terraform ARGUMENTS`; its output as a TerraformError where it fails."""
        verb, *rest = arguments
        color = ["-no-color"] if verb in {"init", "plan", "apply", "destroy", "validate", "show", "test"} else []
        done = subprocess.run(
            ["terraform", f"-chdir={self.folder}", verb, *color, *rest],
            env={**base_environment(), **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=600,
        )
        if check and done.returncode not in ((0, 2) if "-detailed-exitcode" in rest else (0,)):
            raise TerraformError(f"terraform {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")
        return done.stdout if check else done.stdout + done.stderr

    def plan(self, *arguments: str, out: str = "tfplan") -> dict[str, Any]:
        """What `terraform show -json` says of a new plan."""
        self.run("plan", f"-out={out}", *arguments)
        return self.show(out)

    def apply(self, *arguments: str) -> str:
        return self.run("apply", "-auto-approve", *arguments)

    def destroy(self, *arguments: str) -> str:
        return self.run("destroy", "-auto-approve", *arguments)

    def show(self, *arguments: str) -> dict[str, Any]:
        """`terraform show -json` of a saved plan, or of the state where no plan is named."""
        shown: dict[str, Any] = json.loads(self.run("show", "-json", *arguments))
        return shown

    def console(self, expressions: Iterable[str]) -> list[str]:
        """What `terraform console` prints for each expression (one line each)."""
        lines = []
        for expression in expressions:
            done = subprocess.run(
                ["terraform", f"-chdir={self.folder}", "console"],
                env=base_environment(),
                input=expression + "\n",
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            lines.append(done.stdout.strip() if done.returncode == 0 else f"error: {done.stderr.strip()}")
        return lines
