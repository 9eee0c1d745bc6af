"""`python -m orgtrail`."""

from orgtrail.cli import program

program()
