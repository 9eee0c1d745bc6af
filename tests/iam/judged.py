"""Random policies put to both: the engine and the second opinion."""

from typing import Any, NamedTuple

from orgtrail.iam.document import parse
from orgtrail.iam.prove import nobody_may
from orgtrail.results import Verdict
from tests.iam import generated
from tests.iam.second_opinion import Class, Opinion, Setting, opinion

SETTING = Setting(
    organization=generated.ORGANIZATION,
    management=generated.MANAGEMENT,
    owner=generated.OWNER,
    trusted=(generated.TRUSTED,),
    bucket=generated.BUCKET,
    objects=f"{generated.BUCKET}/AWSLogs/",
)


class Judged(NamedTuple):
    """One policy, by its seed, and what was said. `opinion` is None where cvc5 ran out of steps (or of words)."""

    seed: int
    asked: Class
    verdict: Verdict
    opinion: Opinion | None

    @property
    def disagree(self) -> bool:
        """Whether the two contradict each other; where variables tie keys, the engine may leave it undecided."""
        if self.opinion is None or self.opinion == self.verdict:
            return False
        return self.verdict != "undecided" or "${aws:" not in str(policy(self.seed))


def policy(seed: int) -> dict[str, Any]:
    """The policy of a seed: three statements at most, so that cvc5 keeps up."""
    return generated.policy(seed, statements=1 + seed % 3)


def judged(seed: int) -> Judged:
    """Both answers for the policy of `seed`: most ask about members, every tenth about another class."""
    asked: Class = {3: "management", 7: "anonymous"}.get(seed % 20, "member")  # type: ignore[assignment]
    document = policy(seed)
    outcome = nobody_may(parse(document), generated.WORLD, [asked], generated.ACTIONS, generated.TARGET)
    return Judged(seed, asked, outcome.verdict, opinion(document, SETTING, asked))


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
