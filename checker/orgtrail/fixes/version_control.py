"""Whether git keeps the text of a file, asked without running anything that a folder brings along.

A repository's configuration names programs: monitors, filters, hooks, pagers. `git ls-files` on the index runs none of
them, and the comparison is ours. Sources: git's documentation, "git-ls-files", "git-config" (core.fsmonitor,
safe.bareRepository) and "gitattributes" (filters run where the content of files is asked for, as by `git status`).
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

#: No monitor, no hooks, and no folder with the files of a bare repository taken for one.
_SETTINGS = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "safe.bareRepository=explicit")


def is_kept(path: Path) -> bool | None:
    """Whether git's index holds the text that a file has now; None where no git and no repository can say so."""
    folder = path.resolve().parent
    git = _git(folder)
    if git is None:
        return None
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    done = subprocess.run(  # noqa: S603 - git, with one file name that no shell reads
        [git, "--no-optional-locks", *settings, "ls-files", "--stage", "-z", "--", path.name],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        return None
    listed = done.stdout.split(b"\0")[0].split()
    return len(listed) >= 2 and _is_named(listed[1].decode(), path.read_bytes())


def _git(folder: Path) -> str | None:
    """The git on PATH, but for one that lies in or below the folder itself or is found from where one stands."""
    found = shutil.which("git", path=os.pathsep.join(one for one in os.get_exec_path() if os.path.isabs(one)))
    return None if found is None or Path(found).resolve().is_relative_to(folder) else found


def _environment() -> dict[str, str]:
    """What git is told: where programs are, and nothing that changes what it runs or which repository it takes."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


def _is_named(name: str, content: bytes) -> bool:
    """Whether git's index calls a content so: as it is, or with the line ends that git keeps for a file of CRLF."""
    # Git's own names, no signatures; newer repositories have the longer ones.
    digest = "sha256" if len(name) == 64 else "sha1"
    return any(
        hashlib.new(digest, b"blob %d\0%b" % (len(one), one), usedforsecurity=False).hexdigest() == name
        for one in (content, content.replace(b"\r\n", b"\n"))
    )
