"""The shared set of results, with what only the page shows: the record, source lines, a difference."""

import msgspec

from orgtrail.results import Excerpt, Fact, Origin, Report, Result, Run, ShownEvidence
from tests.report.fixture import REPORT


def _with_source(result: Result) -> Result:
    if result.rule != "trusted-access-before-trail" or result.fix is None:
        return result
    diff = (
        '--- a/main.tf\n+++ b/main.tf\n@@ -13,1 +13,2 @@\n   name = "org"\n'
        "+  depends_on = [aws_organizations_organization.this]\n"
    )
    lines = ('resource "aws_cloudtrail" "organization" {', '  name = "org"')
    return msgspec.structs.replace(
        result,
        fix=msgspec.structs.replace(result.fix, diff=diff),
        excerpt=Excerpt("main.tf", 12, lines, is_cut=True),
    )


#: As a plan with its source, under evidence, made by the command.
PAGE: Report = msgspec.structs.replace(
    REPORT,
    results=tuple(map(_with_source, REPORT.results)),
    views=(
        msgspec.structs.replace(
            REPORT.views[0],
            origin=Origin("0" * 64, 3, "1" * 64),
            accounts=(
                Fact("organization", "o-abcd123456", "shown"),
                Fact("management account", "", ""),
                Fact("trusted account (may read the logs)", "444444444444", "told"),
            ),
            evidence=ShownEvidence("seen.json, seen at 2026-01-30 11:00 UTC as arn:aws:sts::1:role/audit", 3.2, False),
        ),
        *REPORT.views[1:],
    ),
    run=Run("2026-01-31T12:00:00Z", ("orgtrail", "check", "plan.json", "state.json", "--var", "name=...")),
)
#: The same of its first input alone.
PAGE_OF_ONE: Report = msgspec.structs.replace(
    PAGE,
    inputs=PAGE.inputs[:1],
    results=tuple(one for one in PAGE.results if one.input == "plan.json"),
    views=PAGE.views[:1],
)
