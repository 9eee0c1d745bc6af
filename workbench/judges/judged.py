"""Random policies put to both: the engine and the second opinion."""

from typing import Any, NamedTuple

from orgtrail.iam.document import parse
from orgtrail.results import Verdict
from workbench.asking import case as asked_of
from workbench.judges import generated, wide
from workbench.judges.second_opinion import Asked, Class, Opinion, Setting, opinion

SETTING = Setting(
    organization=generated.ORGANIZATION,
    management=generated.MANAGEMENT,
    owner=generated.OWNER,
    trusted=(generated.TRUSTED,),
    bucket=generated.BUCKET,
    objects=f"{generated.BUCKET}/AWSLogs/",
    key=generated.KEY,
    trail=generated.TRAIL,
    named=generated.MEMBERS[0],
)
_PUT = ("s3:PutObject",)
_MEMBERS: tuple[Class, Asked, generated.Kind, tuple[str, ...]] = ("member", "nobody may", "bucket", generated.ACTIONS)
#: What is asked, by the last digits of a seed: half of all about members, each other question once or more in twenty.
QUESTIONS: tuple[tuple[Class, Asked, generated.Kind, tuple[str, ...]], ...] = (
    *(_MEMBERS for _ in range(8)),
    ("member", "everybody is denied", "bucket", generated.ACTIONS),
    ("member", "everybody is denied", "bucket", generated.ACTIONS),
    ("cloudtrail", "everything is allowed", "delivery", _PUT),
    ("deputy", "nobody may", "delivery", _PUT),
    ("outside", "nobody may", "bucket", generated.ACTIONS),
    ("anonymous", "nobody may", "bucket", generated.ACTIONS),
    ("management", "nobody may", "bucket", generated.ACTIONS),
    ("trusted", "nobody may", "bucket", generated.ACTIONS),
    ("named", "nobody may", "bucket", generated.ACTIONS),
    ("owner", "nobody may", "bucket", generated.ACTIONS),
    ("member", "nobody may", "key", generated.KEY_ACTIONS),
    ("cloudtrail", "everything is allowed", "key", ("kms:GenerateDataKey", "kms:DescribeKey")),
)


class Judged(NamedTuple):
    """One policy, by its seed, and what was said. `opinion` is None where cvc5 ran out of steps (or of words)."""

    seed: int
    asked: Class
    question: Asked
    verdict: Verdict
    opinion: Opinion | None

    @property
    def disagree(self) -> bool:
        """Whether the two contradict each other; where parts of a request are tied, the engine may be undecided."""
        if self.opinion is None or self.opinion == self.verdict:
            return False
        return self.verdict != "undecided" or not _ties(str(policy(self.seed)), self.asked)


def _ties(document: str, asked: Class) -> bool:
    # Variables tie keys; a stranger's place in its organization is tied to that organization's id.
    outside = asked == "outside" and "aws:PrincipalOrgPaths" in document and "aws:PrincipalOrgID" in document
    return "${aws:" in document or outside


def policy(seed: int) -> dict[str, Any]:
    """The policy of a seed: three statements at most, so that cvc5 keeps up."""
    return generated.policy(seed, statements=1 + seed % 3, kind=QUESTIONS[seed % 20][2])


def judged(seed: int) -> Judged:
    """Both answers for the policy of `seed`."""
    asked, question, kind, actions = QUESTIONS[seed % 20]
    document = policy(seed)
    case = asked_of(
        parse(document, "key" if kind == "key" else "bucket"), generated.NAMED if asked == "named" else generated.WORLD
    )
    ask = {
        "nobody may": case.nobody_may,
        "everybody is denied": case.everybody_is_denied,
        "everything is allowed": case.everything_is_allowed,
    }[question]
    classes = ["member" if asked == "named" else asked]
    outcome = ask(classes, actions, generated.KEY_TARGET if kind == "key" else generated.TARGET)  # type: ignore[arg-type]
    return Judged(seed, asked, question, outcome.verdict, opinion(document, SETTING, asked, question, actions))


#: What is asked of the policies on who may ask (`wide`), by the last digit of a seed.
WIDE: tuple[tuple[Class, tuple[str, ...]], ...] = (
    *(("service", ("s3:GetObject",)) for _ in range(4)),
    ("member", ("s3:GetObject", "s3:PutObject")),
    ("member", ("s3:GetObject",)),
    ("outside", ("s3:GetObject", "s3:DeleteObject")),
    ("outside", ("s3:GetObject",)),
    ("anonymous", ("s3:GetObject", "s3:DeleteObject")),
    ("service", ("s3:PutObject",)),
)


def judged_wide(seed: int) -> Judged:
    """Both answers for the policy of `seed` on who may ask; every other one is about what CloudTrail writes."""
    asked, actions = WIDE[seed % 10]
    document, logs = wide.policy(seed), seed % 4 < 2
    target = wide.LOGS if logs else generated.TARGET
    outcome = asked_of(parse(document), generated.WORLD).nobody_may([asked], actions, target)  # type: ignore[list-item]
    found = opinion(document, SETTING, asked, "nobody may", actions, logs=logs)
    return Judged(seed, asked, "nobody may", outcome.verdict, found)


def tally(found: list[Judged]) -> dict[str, int]:
    """How many of the policies ended how."""
    return {
        "policies": len(found),
        **{verdict: sum(one.opinion == verdict for one in found) for verdict in ("proved", "violated", "undecided")},
        "without opinion (cvc5 out of steps)": sum(one.opinion is None for one in found),
        "left undecided by orgtrail alone": sum(
            one.verdict == "undecided" and one.opinion in ("proved", "violated") for one in found
        ),
    }
