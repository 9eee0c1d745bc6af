"""`python -m orgtrail`."""

from orgtrail.cli import main

main()
