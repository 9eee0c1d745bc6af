"""Where the project is published: the one place for its addresses. Who publishes a copy of it changes them here."""

REPOSITORY = "https://github.com/orgtrail/orgtrail"
SITE = "https://orgtrail.github.io/orgtrail"


def rule_page(rule_id: str) -> str:
    """The page of a rule, at an address that stays."""
    return f"{SITE}/rules/{rule_id}/"
