"""Which controls of which catalogues a rule answers a part of: the one table, with where each catalogue is published.

A rule carries a control only where what the rule proves is part of what the control asks. `part` says which: no
control is met by a plan alone, since every one of them also asks what people do. Titles are in our own words. The
numbers of the CIS benchmark are those that AWS's own mapping gives for 3.0 and 5.0; for 7.0, which AWS doesn't map yet,
those that Prowler's published mapping carries (the benchmark itself is only given to who registers).
"""

from collections.abc import Iterator
from functools import cache

import msgspec


class Framework(msgspec.Struct, frozen=True):
    """One catalogue of controls, in one version."""

    id: str
    title: str
    version: str
    source: str

    @property
    def label(self) -> str:
        """How people call it."""
        return f"{self.title} {self.version}"


class FrameworkControl(msgspec.Struct, frozen=True):
    """One control of a catalogue; `part` is what of it the `rules` answer."""

    framework: str
    id: str
    title: str
    part: str
    rules: tuple[str, ...]

    @property
    def name(self) -> str:
        """What scripts call it, such as `nist-800-53-r5/au-9`."""
        return f"{self.framework}/{self.id.lower()}"

    @property
    def label(self) -> str:
        """What people call it, such as `NIST SP 800-53 rev. 5 AU-9`."""
        return f"{FRAMEWORKS[self.framework].label} {self.id}"


FRAMEWORKS = {
    one.id: one
    for one in (
        Framework("cis-aws-3.0", "CIS AWS Foundations", "v3.0.0", "https://www.cisecurity.org/benchmark/amazon_web_services"),
        Framework("cis-aws-5.0", "CIS AWS Foundations", "v5.0.0", "https://www.cisecurity.org/benchmark/amazon_web_services"),
        Framework("cis-aws-7.0", "CIS AWS Foundations", "v7.0.0", "https://www.cisecurity.org/benchmark/amazon_web_services"),
        Framework("nist-800-53-r5", "NIST SP 800-53", "rev. 5", "https://doi.org/10.6028/NIST.SP.800-53r5"),
        Framework("pci-dss-4.0.1", "PCI DSS", "4.0.1", "https://www.pcisecuritystandards.org/document_library/"),
        Framework("iso-27001-2022", "ISO/IEC 27001", "2022", "https://www.iso.org/standard/27001"),
        Framework(
            "security-hub",
            "AWS Security Hub",
            "CSPM",
            "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
        ),
    )
}  # fmt: skip

#: What is logged.
_COVERAGE = ("trail-covers-organization", "trail-logs-management-events", "trail-excludes-no-events")
#: That it is logged at all, and goes on.
_GENERATED = (
    "trusted-access-before-trail",
    "trusted-access-kept",
    "organization-all-features",
    "trail-in-management-account",
    "trail-maker-is-allowed",
    "delegated-admin-after-trusted-access",
    "event-data-store-after-trusted-access",
    "service-linked-role-intact",
    "service-linked-role-exists",
    "organization-has-trail",
    "organization-trail-kept",
    "trail-is-read",
)
#: That what is logged arrives.
_DELIVERED = (
    "bucket-policy-before-trail",
    "cloudtrail-can-write-logs",
    "cloudtrail-can-use-key",
    "policies-are-valid",
    "trail-delivers-logs",
)
#: Who may read what is logged, by the bucket, by the key and by every way around them.
_READING = (
    "members-cannot-read-logs",
    "members-explicitly-denied",
    "members-cannot-decrypt-logs",
    "members-cannot-assume-log-readers",
    "logs-not-public",
    "logs-not-lent-to-services",
    "outsiders-cannot-decrypt-logs",
    "key-not-granted-to-members",
    "log-group-not-linked-to-members",
    "log-group-policy-is-closed",
    "logs-not-backed-up-to-members",
    "logs-not-granted-through-lake-formation",
    "logs-not-listed-for-members",
    "logs-not-queried-for-members",
    "logs-not-replicated-to-members",
    "logs-not-served-by-cloudfront",
    "logs-not-shared-by-acl",
    "logs-not-shared-through-access-points",
    "logs-not-streamed-to-members",
    "logs-not-transferred-to-members",
)
#: Who may change it.
_CHANGING = (
    "members-cannot-alter-logs",
    "outsiders-cannot-alter-logs",
    "cloudtrail-write-is-scoped",
    "service-writes-are-scoped",
    "bucket-is-hardened",
    "log-bucket-kept",
)
_PROTECTED = (*_READING, *_CHANGING, "trail-validates-log-files", "trail-encrypts-with-kms")

_EVERY_REGION = ("trail-covers-organization", "trail-logs-management-events")


def _cis(framework: str, numbers: dict[str, str]) -> Iterator[FrameworkControl]:
    """The recommendations of one version of the CIS benchmark, which moves them about."""

    def one(topic: str, title: str, part: str, *rules: str) -> Iterator[FrameworkControl]:
        if topic in numbers:
            yield FrameworkControl(framework, numbers[topic], title, part, rules)

    yield from one(
        "regions",
        "CloudTrail logs in every region",
        "the organization trail is on in all regions, with management events that read and that write",
        *_EVERY_REGION,
    )
    yield from one(
        "validation",
        "CloudTrail's log files can be validated",
        "the organization trail writes digests",
        "trail-validates-log-files",
    )
    yield from one(
        "encryption",
        "CloudTrail's logs are encrypted with a KMS key of the customer's",
        "the organization trail names a key",
        "trail-encrypts-with-kms",
    )
    yield from one("tls", "Buckets refuse HTTP", "the log bucket does, of all buckets", "bucket-is-hardened")
    yield from one(
        "public access",
        "Buckets block public access",
        "the log bucket does, of all buckets",
        "bucket-is-hardened",
    )
    yield from one(
        "everybody",
        "No policy of a resource lets everybody in",
        "those of the log bucket and its key don't, of all resources",
        "logs-not-public",
        "outsiders-cannot-alter-logs",
        "outsiders-cannot-decrypt-logs",
    )


_THREE = {"regions": "3.1", "validation": "3.2", "encryption": "3.5", "tls": "2.1.1", "public access": "2.1.4"}
_SEVEN = {
    "regions": "4.1",
    "validation": "4.2",
    "encryption": "4.5",
    "tls": "3.1.1",
    "public access": "3.1.4",
    "everybody": "2.21",
}

CONTROLS = (
    *_cis("cis-aws-3.0", _THREE),
    *_cis("cis-aws-5.0", _THREE),
    *_cis("cis-aws-7.0", _SEVEN),
    FrameworkControl(
        "nist-800-53-r5",
        "AU-2",
        "Which events are logged is decided",
        "the management events of all accounts and regions are; which events an organization needs isn't asked",
        _COVERAGE,
    ),
    FrameworkControl(
        "nist-800-53-r5",
        "AU-9",
        "Audit records are protected from being read, changed and deleted",
        "policies, key and settings where CloudTrail's logs lie; the owner's own people and alerts aren't asked",
        _PROTECTED,
    ),
    FrameworkControl(
        "nist-800-53-r5",
        "AU-9(4)",
        "Only few privileged users manage audit logging",
        "no member and no stranger does; which people of the managing accounts do isn't asked",
        (
            "members-cannot-alter-logs",
            "outsiders-cannot-alter-logs",
            "delegated-administrator-is-trusted",
            "trail-in-management-account",
        ),
    ),
    FrameworkControl(
        "nist-800-53-r5",
        "AU-11",
        "Audit records are kept as long as they are needed",
        "no lifecycle rule expires them before `--retention-days`",
        ("logs-are-retained", "log-bucket-kept"),
    ),
    FrameworkControl(
        "nist-800-53-r5",
        "AU-12",
        "Systems make the audit records that were decided on",
        "the trail comes about, logs what it should and delivers it",
        (*_COVERAGE, *_GENERATED, *_DELIVERED),
    ),
    FrameworkControl(
        "pci-dss-4.0.1",
        "10.2",
        "Audit logs exist, so that what happened can be found out",
        "the calls to AWS of all accounts are logged; what runs on the systems isn't asked",
        (*_COVERAGE, *_GENERATED, *_DELIVERED),
    ),
    FrameworkControl(
        "pci-dss-4.0.1",
        "10.3.1",
        "Who needs audit logs for the job may read them, and nobody else",
        "no member account and no stranger may; who of the owner's people needs them isn't asked",
        _READING,
    ),
    FrameworkControl(
        "pci-dss-4.0.1",
        "10.3.2",
        "Audit logs are protected from changes",
        "by policies and settings of the log bucket; the owner's own people aren't asked about",
        (*_CHANGING, "trail-validates-log-files"),
    ),
    FrameworkControl(
        "pci-dss-4.0.1",
        "10.5.1",
        "Audit logs are kept for a year at least",
        "no lifecycle rule expires them before `--retention-days`, a year unless told",
        ("logs-are-retained",),
    ),
    FrameworkControl(
        "iso-27001-2022",
        "A.8.15",
        "Logs are made, kept, protected and analysed",
        "CloudTrail's are made, kept and protected; whether anybody analyses them isn't asked",
        (*_COVERAGE, *_GENERATED, *_DELIVERED, *_PROTECTED, "logs-are-retained"),
    ),
    FrameworkControl(
        "security-hub",
        "CloudTrail.1",
        "A trail for all regions logs management events that read and that write",
        "the organization trail of the input does",
        _EVERY_REGION,
    ),
    FrameworkControl(
        "security-hub",
        "CloudTrail.2",
        "Trails are encrypted with a KMS key",
        "the organization trail of the input is",
        ("trail-encrypts-with-kms",),
    ),
    FrameworkControl(
        "security-hub",
        "CloudTrail.3",
        "At least one trail is on",
        "the organization trail is, and stays",
        ("trail-covers-organization", "organization-has-trail", "organization-trail-kept"),
    ),
    FrameworkControl(
        "security-hub",
        "CloudTrail.4",
        "Log file validation is on",
        "the organization trail of the input has it",
        ("trail-validates-log-files",),
    ),
    FrameworkControl(
        "security-hub",
        "CloudTrail.5",
        "Trails send their events to CloudWatch Logs",
        "the organization trail names a log group, and can write to it",
        ("trail-feeds-cloudwatch", "cloudtrail-can-feed-cloudwatch", "trail-delivers-copies"),
    ),
    FrameworkControl(
        "security-hub",
        "CloudTrail.6",
        "The bucket that holds CloudTrail's logs isn't public",
        "by policy and ACL, for reading and listing",
        ("logs-not-public", "logs-not-shared-by-acl"),
    ),
)

#: The rules that answer no part of any of these, and why.
NO_CONTROL = {
    "audit-is-complete": "asks about orgtrail's own view, not about the organization",
    "bucket-policy-is-as-planned": "compares a plan with what AWS shows; the other rules judge both",
    "bucket-policy-is-read": "says what orgtrail couldn't read, not what is so",
    "cloudtrail-can-notify": "no control asks for notifications of new log files",
    "notifications-not-open-to-members": "notifications name log files; no control asks who hears of them",
    "organization-settings-kept": "about trusted access of other services, and policy types",
    "trusted-access-single-owner": "about two resources that undo each other, whatever they say",
}

_DATA = "data events of S3 objects"
_ACCESS = "access logging of the log bucket"

#: What those catalogues ask about CloudTrail and its bucket beside these, which no rule answers.
NOT_ASKED = {
    "cis-aws-3.0": {"3.4": _ACCESS, "3.8": _DATA, "3.9": _DATA},
    "cis-aws-5.0": {"3.4": _ACCESS, "3.8": _DATA, "3.9": _DATA},
    "cis-aws-7.0": {"4.4": _ACCESS},
    "pci-dss-4.0.1": {"10.3.3": "logs are backed up at once", "10.3.4": "changes of logs raise alerts"},
    "security-hub": {
        "CloudTrail.7": _ACCESS,
        "CloudTrail.9": "trails have tags",
        "CloudTrail.10": "event data stores have a KMS key of the customer's",
    },
}


@cache
def of(rule_id: str) -> tuple[FrameworkControl, ...]:
    """The controls that a rule answers a part of, in the order of the table."""
    return tuple(one for one in CONTROLS if rule_id in one.rules)


def names_of(rule_id: str) -> list[str]:
    """The same as scripts call them."""
    return [one.name for one in of(rule_id)]


def lines_of(rule_id: str) -> list[str]:
    """The same for people, each catalogue in a line."""
    found: dict[str, list[str]] = {}
    for one in of(rule_id):
        found.setdefault(FRAMEWORKS[one.framework].label, []).append(one.id)
    return [f"{label}: {', '.join(ids)}" for label, ids in found.items()]
