"""The rule `trail-validates-log-files`."""

from collections.abc import Iterable

from orgtrail.organization.domain import Domain
from orgtrail.rules import Finding, rule
from orgtrail.rules.shared.verdicts import judge, required_flag


@rule("warning", since="0.1.0")
def trail_validates_log_files(domain: Domain) -> Iterable[Finding]:
    """The organization trail writes signed digests, which show a changed or missing log file.

    Why:
        Whoever gets at the bucket can change what happened. With log file validation, CloudTrail writes a signed digest
        of the files every hour; without it, nobody can tell a whole set of logs from one that lost its worst day. That
        goes for the logs of every account.

    Holds when:
        `enable_log_file_validation` is true. The provider's default is false.

    Fix:
        Set `enable_log_file_validation = true`.

    Sources:
        CloudTrail User Guide, "Validating CloudTrail log file integrity"
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
    """
    for trail in domain.organization_trails:
        yield judge(
            trail.address,
            [required_flag(trail.instance, "enable_log_file_validation", default=False)],
            "the trail writes signed digests of its log files",
            "a changed log file can't be told from a genuine one",
        )
