"""A saved plan shown by terraform itself: only where the user asks for it, and in no folder that the file chose.

`terraform show` starts the providers of the folder that it runs in, whoever put them there. So it runs in the working
directory, or in the folder of `--source`: whoever names it there has run terraform in it.
"""

import os
import shutil
import subprocess

from orgtrail.config import Settings
from orgtrail.errors import InputError
from orgtrail.inputs.content import EXPECTED

_HINT = "run `terraform show -json FILE > plan.json` and give that"


def shown(named: str, settings: Settings) -> bytes:
    """What `terraform show -json` prints of a saved plan. Raises InputError."""
    if not os.path.isfile(named):
        raise InputError(named, "--with-terraform shows files only", "the path of a saved plan", _HINT)
    terraform = shutil.which("terraform") or shutil.which("tofu")
    if terraform is None:
        raise InputError(named, "--with-terraform finds neither terraform nor tofu on PATH", EXPECTED, _HINT)
    folder = settings.source or "."
    done = subprocess.run(  # noqa: S603 - the program is terraform, its arguments aren't read by a shell
        [terraform, f"-chdir={folder}", "show", "-json", "-no-color", os.path.realpath(named)],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        lines = [line.strip(" │╷╵") for line in done.stderr.decode(errors="replace").splitlines()]
        reason = " ".join(line for line in lines if line)[:300]
        raise InputError(named, f"terraform can't show this saved plan: {reason}", EXPECTED, _HINT)
    return done.stdout
