"""The rule `logs-not-queried-for-members`."""

from orgtrail.rules import rule


@rule("error", since="0.1.0", answers="members kept out", looks_at=("aws_athena_workgroup",), unasked=("Athena",))
def logs_not_queried_for_members() -> None:
    """No Athena workgroup beside a table on the logs writes its results where they may not be read.

    Why:
        The results of a query are copies of what was asked for. A workgroup whose `output_location` is a bucket of
        another account writes them there, whoever runs the query, and the log bucket's policy sees only the one who
        asked.

    Holds when:
        Where the input has a table on files of the log bucket (`aws_glue_catalog_table`): every `aws_athena_workgroup`
        of the accounts that may read the logs writes its results into a bucket of such an account, or has no
        `output_location` of its own. Who may use a workgroup of another account needs the log bucket's policy, which is
        judged. `orgtrail audit` doesn't ask Athena yet.

    Fix:
        Write results into a bucket of the account that owns the logs.

    Sources:
        Amazon Athena User Guide, "Specify a query result location"
        https://docs.aws.amazon.com/athena/latest/ug/query-results-specify-location.html
    """
