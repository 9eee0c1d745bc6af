"""`orgtrail completion`."""

import click

_HELP = """Print the script that completes commands in a shell.

\b
bash: save it as ~/.local/share/bash-completion/completions/orgtrail
zsh:  save it as _orgtrail in a folder of $fpath
fish: save it as ~/.config/fish/completions/orgtrail.fish
"""


@click.command(
    help=_HELP, epilog="\b\nExample: orgtrail completion bash > ~/.local/share/bash-completion/completions/orgtrail"
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes commands in a shell."""
    from click.shell_completion import get_completion_class

    from orgtrail.cli import cli

    found = get_completion_class(shell)
    assert found is not None, shell  # noqa: S101 - click knows each of the three
    click.echo(found(cli, {}, "orgtrail", "_ORGTRAIL_COMPLETE").source())
