"""The rule `logs-not-granted-through-lake-formation`."""

from orgtrail.rules import rule


@rule(
    "error",
    since="0.1.0",
    answers="members kept out",
    looks_at=("aws_lakeformation_permissions", "aws_lakeformation_data_lake_settings"),
    unasked=("Lake Formation",),
)
def logs_not_granted_through_lake_formation() -> None:
    """Lake Formation gives nobody who may not read the logs access to the place where they lie, or to a table on them.

    Why:
        Where the log bucket is registered with Lake Formation, it hands out credentials of its own for the files behind
        a table to whoever holds a grant on the table, in any account. The bucket policy sees only the role of the
        registration.

    Holds when:
        Where an `aws_lakeformation_resource` registers the log bucket (or a prefix of it): no
        `aws_lakeformation_permissions` on that location, or on a table, a database or tags that may lead there, is for
        a principal of an account that may not read the logs, or for an organization or a unit of it. Tables of the
        input whose `location` is elsewhere aren't the trail's. Administrators in `aws_lakeformation_data_lake_settings`
        are of accounts that may read the logs, and so are those whose engines may filter for themselves
        (`external_data_filtering_allow_list`). Shares by AWS RAM that aren't Lake Formation's own aren't followed, and
        `orgtrail audit` doesn't ask Lake Formation yet.

    Fix:
        Grant to principals of the account that owns the logs, or name the account with `--trusted-account`.

    Sources:
        AWS Lake Formation Developer Guide, "Cross-account data sharing in Lake Formation"
        https://docs.aws.amazon.com/lake-formation/latest/dg/cross-account-permissions.html
        AWS Lake Formation Developer Guide, "Adding an Amazon S3 location to your data lake"
        https://docs.aws.amazon.com/lake-formation/latest/dg/register-data-lake.html
    """
