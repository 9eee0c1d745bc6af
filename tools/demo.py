"""`make demo`: a good and a bad example, checked before your eyes."""

import json
import shlex

from workbench.terraform import REPOSITORY

from orgtrail.cli import main as orgtrail


def main() -> None:
    for name in ("recommended-policy", "organization-wide-read"):
        case = REPOSITORY / "examples" / name
        expect = json.loads((case / "expect.json").read_text())
        relative = case.relative_to(REPOSITORY)
        arguments = ["check", f"{relative}/plan.json", "--source", str(relative), *expect["options"]]
        print(f"\n# {expect['about']}\n$ orgtrail {shlex.join(arguments)}\n", flush=True)
        try:
            orgtrail(arguments)
        except SystemExit as done:
            print(f"\nexit code {done.code}")


if __name__ == "__main__":
    main()
