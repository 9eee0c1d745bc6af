"""Fixes of rules: edits, and what they look like as HCL."""

from orgtrail.edits import Edit
from orgtrail.results import Fix


def mending(where: str, *edits: Edit) -> Fix:
    """A fix made of edits of one block; `where` says in words what to do."""
    # Only what is violated is shown with a fix.
    from orgtrail.terraform.language.hcl_edits import as_hcl

    return Fix(where, "\n".join(map(as_hcl, edits)), block=edits[0].block, edits=edits)
