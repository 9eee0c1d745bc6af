"""`orgtrail completion`."""

from orgtrail.cli.arguments import Parser

USAGE = "[OPTIONS] SHELL"
EXAMPLE = "orgtrail completion bash > ~/.local/share/bash-completion/completions/orgtrail"


def declare(parser: Parser) -> None:
    """The command's arguments."""
    parser.add_argument("shell", metavar="{bash,zsh,fish}", choices=["bash", "zsh", "fish"], help="The shell.")


def completion(shell: str) -> None:
    """Print the script that completes commands in a shell.

      bash: save it as ~/.local/share/bash-completion/completions/orgtrail
      zsh:  save it as _orgtrail in a folder of $fpath
      fish: save it as ~/.config/fish/completions/orgtrail.fish

    Then start a new shell.
    """
    import shtab

    from orgtrail import rules
    from orgtrail.cli import everything
    from orgtrail.cli.arguments import arguments_of

    whole = everything()
    for argument in arguments_of(whole):
        if argument.metavar in ("FILE", "INPUT", "OTHER", "FORMAT[=FILE]"):
            argument.complete = shtab.FILE  # type: ignore[attr-defined]
        elif argument.metavar == "DIR":
            argument.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif argument.metavar == "RULE":
            argument.choices = rules.ids()
    print(shtab.complete(whole, shell))
