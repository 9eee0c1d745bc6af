"""New names for old ones: the same for the same, so that what fitted fits still, and nothing of the old in them."""

import re
from collections.abc import Callable, Iterable

from orgtrail.cases import words
from orgtrail.iam.aws_accounts import LOAD_BALANCERS

#: The kinds of strings that keep their form, the first that fits.
_KINDS: tuple[tuple[str, str], ...] = (
    ("variable", r"[$&]\{[A-Za-z]+:[^{}]*\}"),
    ("folder", rf"(?<=/)(?:{words.FOLDER})(?![\w-])|(?<![\w-])(?:{words.FOLDER})(?=/)"),
    ("scheme", r"\b(?:s3|s3a|https?|file)(?=://)"),
    ("verb", r"%[-+#0]*\d*(?:\.\d+)?[a-zA-Z](?![A-Za-z0-9])"),
    ("email", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("uuid", r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
    ("hex", r"\b[0-9a-f]{32,128}\b"),
    ("arn", r"arn:aws[a-z-]*:[^\s\"',|]*"),
    ("service", rf"(?<![\w.-])(?:{words.SERVICE.pattern})(?![\w.-])"),
    ("mrk", r"\bmrk-[0-9a-f]{8,}\b"),
    ("organization", r"(?<![\w-])o-[a-z0-9]{10,32}(?![\w-])"),
    ("unit", r"(?<![\w-])ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}(?![\w-])"),
    ("top", r"(?<![\w-])r-[a-z0-9]{4,32}(?![\w-])"),
    ("thing", r"(?<![\w-])(?:vpce|vpc|sg|subnet|eni|i|ami|vol)-[0-9a-f]{8,17}(?![\w-])"),
    ("principal", r"\bA[A-Z]{3}[A-Z0-9]{12,}\b"),
    ("address", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"),
    ("account", r"(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])"),
    ("region", rf"(?<![\w])(?:{words.REGION.pattern})(?![\w])"),
    ("date", rf"(?<![\w-])(?:{words.DATE.pattern})(?![\w-])"),
    ("file", r"(?<=\.)(?:json|tf|tofu|tfvars|tftpl|tpl|ya?ml|txt)\b"),
    ("name", r"[^\W_]+"),
)
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS))
#: Addresses of private networks and of nowhere say nothing of anybody.
_PRIVATE = re.compile(r"0\.|10\.|127\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|255\.|203\.0\.113\.")
_LETTERS = re.compile(r"[^\W\d_]")


class Renaming:
    """Names for one case. The same string gets the same name wherever it stands."""

    def __init__(self, patterns: Iterable[str] = (), taken: str = "", instances: Iterable[str] = ()) -> None:
        #: Every string that was replaced, with what it became.
        self.replaced: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._made: dict[tuple[str, str], str] = {}
        #: Beginnings and ends of names that stand beside a wildcard: whatever begins so begins so still.
        self._parts = sorted(patterns, key=len, reverse=True)
        #: The text of the input: nothing that stands there already is given out.
        self._taken = taken
        #: The keys of instances, which are names wherever they are the names of members.
        self._instances = frozenset(instances)

    # Whole strings

    def value(self, text: str, *, is_name: bool = False) -> str:
        """A string of the input. A word that is no name stays, unless it stands where names do."""
        if not is_name and (text in words.known() or text in words.STRUCTURE or words.OPERATOR.fullmatch(text)):
            return text
        if text.startswith(("http://acs.amazonaws.com/groups/",)) or not text:
            return text
        if not is_name and (words.VERSION.fullmatch(text) or (text.isdigit() and len(text) < _ACCOUNT)):
            return text
        return self._note(text, _TOKEN.sub(self._token, text))

    def action(self, text: str) -> str:
        """What stands where actions do."""
        return text if words.ACTION.fullmatch(text) else self.value(text)

    def said(self, text: str) -> str:
        """What stands somewhere in a policy: an action stays, anything else is a string like any other."""
        return text if words.SURE_ACTION.fullmatch(text) else self.value(text)

    def condition_key(self, text: str) -> str:
        """A condition key: what comes after a slash is a name of the user's, a tag's say."""
        known = words.CONDITION_KEY.match(text)
        if known is None:
            return self.value(text)
        head = known.group()
        custom = re.match(r"(kms:EncryptionContext(?:Keys)?:)(?!aws:)(.*)", head)
        if custom:
            head = custom[1] + self.value(custom[2], is_name=True)
        return head + self.value(text[known.end() :], is_name=True)

    def key(self, text: str) -> str:
        """The name of a member: an argument's stays, a tag's doesn't."""
        if text not in self._instances and (text in words.known() or words.OPERATOR.fullmatch(text)):
            return text
        if words.CONDITION_KEY.match(text) and ":" in text:
            return self.condition_key(text)
        return self.value(text, is_name=True)

    def name(self, text: str) -> str:
        """A name, whatever it is: the label of a block, the name of a variable or a module."""
        return self.value(text, is_name=True)

    def reference(self, text: str) -> str:
        """An address, or an expression of references: types, arguments and functions stay, labels and names don't."""
        made: list[str] = []
        before = call = ""
        pieces = re.split(r'("(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*)', text)
        for position, piece in enumerate(pieces):
            if piece.startswith('"'):
                made.append(f'"{self.value(piece[1:-1], is_name=True)}"')
            elif not re.match(r"[A-Za-z_]", piece) or "".join(pieces[position + 1 :]).startswith("("):
                made.append(piece)
            else:
                is_label = bool(words.RESOURCE_TYPE.fullmatch(before)) or before in words.BEFORE_LABELS
                made.append(self._step(piece, is_label=is_label, is_output=call == "module"))
                call, before = (before, "") if is_label else ("", piece)
        return self._note(text, "".join(made))

    def _step(self, piece: str, *, is_label: bool, is_output: bool) -> str:
        """One name of a reference."""
        if is_label:
            return self.name(piece)
        if words.RESOURCE_TYPE.fullmatch(piece) or piece in ("module", "data"):
            return piece
        return piece if piece in words.known() and not is_output else self.name(piece)

    def template(self, text: str) -> str:
        """A string of a configuration, with the references in it."""
        pieces = re.split(r"((?<!\$)\$\{[^{}]*\})", text)
        if len(pieces) == 1:
            return self.value(text)
        return "".join(self.reference(one) if one.startswith("${") else self.piece(one) for one in pieces)

    def piece(self, text: str) -> str:
        """What stands beside an interpolation: the end of an ARN or of a path, say."""
        return self._note(text, _TOKEN.sub(self._token, text) if text.startswith("arn:aws") else self._pieces(text))

    # Pieces of strings

    def _token(self, found: re.Match[str]) -> str:
        kind, text = str(found.lastgroup), found.group()
        make: Callable[[str], str] = getattr(self, f"_{kind}")
        return make(text)

    def _same(self, text: str) -> str:
        return text

    _folder = _scheme = _verb = _service = _region = _date = _file = _same

    def _variable(self, text: str) -> str:
        return text[:2] + self.condition_key(text[2:-1]) + "}"

    def _email(self, text: str) -> str:
        return self._new("email", text, "someone{}@example.com")

    def _uuid(self, text: str) -> str:
        return self._new("uuid", text.lower(), "00000000-0000-4000-8000-{:012}")

    def _hex(self, text: str) -> str:
        return self._new(f"hex{len(text)}", text, "{:0" + str(len(text)) + "x}")

    def _mrk(self, text: str) -> str:
        return self._new("mrk", text, "mrk-{:032x}")

    def _organization(self, text: str) -> str:
        return self._new("organization", text, "o-case{:06}")

    def _top(self, text: str) -> str:
        return "r-" + self._new("top", text[2:], "c{:03}")

    def _unit(self, text: str) -> str:
        _, top, own = re.split("-", text)
        return f"ou-{self._new('top', top, 'c{:03}')}-{self._new('unit', own, 'case{:04}')}"

    def _thing(self, text: str) -> str:
        head = text[: text.rindex("-")]
        return self._new(head, text, head + "-{:017x}")

    def _principal(self, text: str) -> str:
        return self._new("principal", text, text[:4] + "CASE{:013}")

    def _address(self, text: str) -> str:
        return text if _PRIVATE.match(text) else self._new("address", text, "203.0.113.{}")

    def _account(self, text: str) -> str:
        if text in LOAD_BALANCERS:
            return text
        return self._new("account", text, "{:012}", start=_FIRST_ACCOUNT)

    def _arn(self, text: str) -> str:
        from orgtrail.arn import cut

        parts = cut(text)
        if len(parts) == _ARN and parts[4] == "aws":
            return text
        # Partition, service and region stay; where an interpolation follows, there may be no more than these.
        made = parts[:4]
        if len(parts) > len(made):
            made.append(self._account(parts[4]) if parts[4].isdigit() else self._pieces(parts[4]))
        return ":".join([*made, *(self._pieces(one) for one in parts[5:])])

    def _pieces(self, text: str) -> str:
        """The segments of a path or of the end of an ARN, those that say what a thing is as they are."""
        return "".join(map(self._segment, re.split(r"([$&]\{[^{}]*\}|[/:])", text)))

    def _segment(self, text: str) -> str:
        is_word = text in words.STRUCTURE or words.is_of_aws(text) or text.startswith("AWSServiceRoleFor")
        return text if is_word else self._part(text)

    def _part(self, text: str) -> str:
        return _TOKEN.sub(self._token, text) if text not in ("arn", "aws", "aws-cn", "aws-us-gov") else text

    def _name(self, text: str) -> str:
        """A run of letters and digits; what begins or ends as a pattern does keeps doing so."""
        if not _LETTERS.search(text):
            return (
                text if len(text) < _SAID else self._new(f"digits{len(text)}", text, "1{:0" + str(len(text) - 1) + "}")
            )
        for part in self._parts:
            if part != text and text.startswith(part):
                return self._plain(part) + self._plain(text[len(part) :])
            if part != text and text.endswith(part):
                return self._plain(text[: -len(part)]) + self._plain(part)
        return self._plain(text)

    def _plain(self, text: str) -> str:
        made = self._new("name", text.lower(), "n{:02}")
        if text.islower() or not _LETTERS.search(text):
            return made
        variant = self._new(f"spelling of {text.lower()}", text, "{}")
        return made.upper() + ("" if variant == "1" else f"v{variant}")

    def _new(self, kind: str, text: str, form: str, *, start: int = 1, step: int = 1) -> str:
        while (kind, text) not in self._made:
            count = self._counts.get(kind, 0)
            self._counts[kind] = count + 1
            new = form.format(start + count * step)
            if form == "{}" or not re.search(rf"(?<![\w-]){new}(?![\w-])", self._taken):
                self._made[kind, text] = new
        return self._made[kind, text]

    def _note(self, old: str, new: str) -> str:
        if old != new:
            self.replaced[old] = new
        return new


_ACCOUNT = 12
_ARN = 6
#: Shorter numbers say nothing of anybody.
_SAID = 5
_FIRST_ACCOUNT = 100000000001


def patterns_in(texts: "set[str]") -> set[str]:
    """The runs of letters and digits that a wildcard follows or precedes."""
    found = set()
    for text in texts:
        found.update(re.findall(r"([^\W_]+)[*?]", text))
        found.update(re.findall(r"[*?]([^\W_]+)", text))
    return {one for one in found if _LETTERS.search(one)}
