"""Whether CloudTrail may encrypt with a trail's key: the judging of `cloudtrail-can-use-key`."""

from collections.abc import Iterator

from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Case, Target
from orgtrail.organization.domain import Domain
from orgtrail.results import RequestWitness
from orgtrail.rules import Finding
from orgtrail.rules.cloudtrail_can_use_key.default_key import judge_default_keys
from orgtrail.rules.cloudtrail_can_use_key.key_state import judge_state, needs_decrypt
from orgtrail.rules.shared import repairs as _repairs
from orgtrail.rules.shared.policies import all_of, ask_of_keys, stopped
from orgtrail.values import Unknown

#: What CloudTrail calls to encrypt a log file, and to check the key when a trail is made.
_NEEDED = ("kms:GenerateDataKey", "kms:DescribeKey")


def judge(domain: Domain) -> Iterator[Finding]:
    """A finding for each policy of each key that a trail names, and for what is wrong with a key itself."""
    decrypts = needs_decrypt(domain)
    needed = _NEEDED if decrypts is None else (*_NEEDED, "kms:Decrypt")

    def question(case: Case, target: Target) -> Outcome:
        own = all_of(case.everything_is_allowed(["cloudtrail"], [action], target) for action in _NEEDED)
        if own.verdict != "proved" or decrypts is None:
            return own
        outcome = case.everything_is_allowed(["cloudtrail"], ["kms:Decrypt"], target)
        if outcome.verdict == "violated" and isinstance(decrypts, Unknown):
            return Outcome("undecided", unknowns=(decrypts.cause,))
        return all_of([own, outcome])

    yield from judge_default_keys(domain)
    yield from judge_state(domain)
    yield from ask_of_keys(
        domain,
        question,
        proved="CloudTrail may encrypt this trail's logs with the key",
        violated=_words,
        mend=_repairs.encryption_with(needed),
    )


def _words(seen: RequestWitness) -> str:
    if seen.action == "kms:Decrypt":
        # CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail": to create or update such a trail.
        return f"CloudTrail refuses the trail, whose bucket has an S3 Bucket Key: its kms:Decrypt {stopped(seen)}"
    return f"CloudTrail can't encrypt the logs: its {seen.action} {stopped(seen)}"
