"""A second opinion on proofs: the question put to the SMT solver cvc5, from the specification and the raw document.

Nothing of the engine is used, neither its reader of policies nor its patterns nor its splits: one symbolic request
(who, which action, which resource, each condition key present or not and with what value) is tied together by what the
condition keys of one principal have to do with each other, the statements become formulas over it, and the solver looks
for a request that some Allow matches and no Deny. Parts that nobody knows are taken both ways.

The solver counts its own steps, so its answers don't depend on the machine; where they run out, it has no opinion.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from cvc5 import Kind, Solver, Term, TermManager

from orgtrail.values import Rest, Text, Unknown

Opinion: TypeAlias = Literal["proved", "violated", "undecided"]
#: `named` is one member that the input knows, `deputy` CloudTrail delivering for a stranger's trail.
Class: TypeAlias = Literal[
    "member", "named", "management", "owner", "trusted", "outside", "anonymous", "cloudtrail", "deputy", "service"
]
#: May nobody? Is everybody denied explicitly? Is everything allowed?
Asked: TypeAlias = Literal["nobody may", "everybody is denied", "everything is allowed"]

#: Steps of the solver for one question.
STEPS = 30_000

#: What the tests ask about: action -> what kind of resource it is done to.
KINDS = {
    "s3:GetObject": "object",
    "s3:ListBucket": "bucket",
    "s3:PutObject": "object",
    "s3:DeleteObject": "object",
    "kms:Decrypt": "key",
    "kms:GenerateDataKey": "key",
    "kms:DescribeKey": "key",
    "kms:ScheduleKeyDeletion": "key",
}
#: KMS serves other accounts for the cryptographic operations (and some others), whatever the policy says.
ACROSS_ACCOUNTS = ("kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey")
#: Keys that only some of these actions carry.
ONLY_WITH = {"s3:x-amz-acl": ("s3:PutObject",), "s3:prefix": ("s3:ListBucket",), "s3:max-keys": ("s3:ListBucket",)}
CONTEXT = "kms:encryptioncontext:aws:cloudtrail:arn"
#: Of these AWS doesn't say whether CloudTrail's requests carry them.
UNSPECIFIED = ("aws:principalaccount", "aws:principalarn", "aws:sourceip", "aws:username", "kms:calleraccount",
               "aws:calledvia", "kms:viaservice")  # fmt: skip
#: The same of other services; what tells of a person or a role, no service sends.
OF_SERVICES = ("aws:principalaccount", "aws:sourceip", "s3:tlsversion", "aws:calledvia")
#: So many of them are tried in all ways.
MOST_UNSPECIFIED = 3
NEVER_PUBLIC = ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "fc00::/7", "fe80::/10",
                "ff00::/8")  # fmt: skip
SEVERAL_VALUES = ("aws:principalorgpaths", "aws:calledvia")
NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-"


class Setting:
    """The organization that is asked about, and the bucket: the facts that the specification's tables speak of."""

    def __init__(
        self,
        organization: str,
        management: str,
        owner: str,
        trusted: Iterable[str],
        bucket: str,
        objects: str,
        key: str,
        trail: str,
        named: str,
    ) -> None:
        self.organization, self.management, self.owner = organization, management, owner
        self.trusted = tuple(trusted)
        self.bucket, self.objects, self.key, self.trail, self.named = bucket, objects, key, trail, named


def opinion(
    document: dict[str, Any],
    setting: Setting,
    asked: Class = "member",
    question: Asked = "nobody may",
    actions: Iterable[str] = ("s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:DeleteObject"),
    steps: int = STEPS,
    *,
    logs: bool = False,
) -> Opinion | None:
    """What cvc5 says to the question about a class and actions; None where it runs out of steps.

    `logs`: of the objects, only what CloudTrail writes is asked about.
    """
    open_keys = _unspecified(document, asked) if asked in ("cloudtrail", "deputy", "service") else []
    if len(open_keys) > MOST_UNSPECIFIED or (asked == "service" and "s3:tlsversion" in open_keys):
        # Which version a service speaks would be one more way for each.
        return None
    ways = [
        frozenset(key for index, key in enumerate(open_keys) if bits >> index & 1)
        for bits in range(1 << len(open_keys))
    ]
    generous: list[bool | None] = []
    strict: list[bool | None] = []
    for present in ways:
        given = (document, setting, asked, question, tuple(actions), steps, present, logs)
        first = _Question(*given, generous=True)
        generous.append(first.has_request())
        if not first.met_unknown:
            strict.append(generous[-1])
        elif generous[-1] is False:
            strict.append(False)
        else:
            second = _Question(*given, generous=False)
            strict.append(second.has_request())
    # What is unspecified has to make no difference.
    if all(found is False for found in generous):
        return "proved"
    if all(found is True for found in strict):
        return "violated"
    return "undecided" if True in generous and False in strict else None


def _unspecified(document: dict[str, Any], asked: Class) -> list[str]:
    named = re.findall(r"\$\{([^},]+)", repr(document))
    for statement in document["Statement"]:
        conditions = statement.get("Condition") if isinstance(statement, dict) else None
        for lines in conditions.values() if isinstance(conditions, dict) else ():
            named += lines
    names = dict.fromkeys(name.strip().lower() for name in named)
    if asked == "service":
        return [name for name in names if name in OF_SERVICES]
    return [name for name in names if name in UNSPECIFIED or name.startswith("aws:principaltag/")]


class _Key:
    """A condition key of the request: whether it is there, and its value (a term; several for a multi-valued key)."""

    def __init__(self, present: Term, values: list[tuple[Term, Term]]) -> None:
        self.present = present
        #: (whether this value is there, the value)
        self.values = values


class _Question:
    """One formula. `generous` gives unknown Allows all that they may match, unknown Denies what they surely match."""

    def __init__(
        self,
        document: dict[str, Any],
        setting: Setting,
        asked: Class,
        question: Asked,
        actions: tuple[str, ...],
        steps: int,
        present: frozenset[str],
        logs: bool,
        generous: bool,
    ) -> None:
        self.tm = TermManager()
        self.solver = Solver(self.tm)
        self.solver.setOption("strings-exp", "true")
        self.solver.setOption("rlimit-per", str(steps))
        self.setting, self.asked, self.generous = setting, asked, generous
        self.question, self.actions, self.present, self.logs = question, actions, present, logs
        self.document = document
        version = document.get("Version")
        self.variables: bool | None = None if isinstance(version, Unknown) else version == "2012-10-17"
        self.met_unknown = False
        self.is_service = asked in ("cloudtrail", "deputy", "service")
        self.odd: dict[str, Term] = {}
        self.true, self.false = self.tm.mkTrue(), self.tm.mkFalse()
        self.any_string = self.tm.mkTerm(Kind.REGEXP_ALL)
        self.keys: dict[str, _Key | None] = {}
        self.uses: dict[str, int] = {}
        for statement in document["Statement"]:
            conditions = statement.get("Condition") if isinstance(statement, dict) else None
            for lines in conditions.values() if isinstance(conditions, dict) else ():
                for key in lines:
                    self.uses[key.lower()] = self.uses.get(key.lower(), 0) + 1
        self.request()

    def has_request(self) -> bool | None:
        """Whether a request gets through."""
        refused = self.question == "everything is allowed"
        # Who looks for a request that is refused takes it the other way round: Denies match as much as they may.
        more_allows = self.generous != refused
        allows: list[Term] = []
        denies: list[Term] = []
        if self.asked == "owner" and self.actions[0].startswith("s3:"):
            # An identity policy of the bucket's own account suffices.
            allows.append(self.true)
        for statement in self.document["Statement"]:
            if isinstance(statement, Unknown | Rest):
                self.met_unknown = True
                (allows if more_allows else denies).append(self.true)
                continue
            effect = statement["Effect"]
            self.met_unknown = self.met_unknown or isinstance(effect, Unknown)
            if effect == "Allow" or (isinstance(effect, Unknown) and more_allows):
                allows.append(self.matches(statement, "Allow", most=more_allows))
            elif effect == "Deny" or isinstance(effect, Unknown):
                denies.append(self.matches(statement, "Deny", most=not more_allows))
        if self.question == "nobody may":
            self.ask(self.any_of(allows))
            self.ask(self.no(self.any_of(denies)))
        elif self.question == "everybody is denied":
            self.ask(self.no(self.any_of(denies)))
        else:
            self.ask(self.any_of((self.no(self.any_of(allows)), self.any_of(denies))))
        found = self.solver.checkSat()
        return None if found.isUnknown() else bool(found.isSat())

    # Terms

    def any_of(self, terms: Iterable[Term]) -> Term:
        listed = [term for term in terms if term != self.false]
        if self.true in listed:
            return self.true
        return self.tm.mkTerm(Kind.OR, *listed) if len(listed) > 1 else listed[0] if listed else self.false

    def all_of(self, terms: Iterable[Term]) -> Term:
        listed = [term for term in terms if term != self.true]
        if self.false in listed:
            return self.false
        return self.tm.mkTerm(Kind.AND, *listed) if len(listed) > 1 else listed[0] if listed else self.true

    def no(self, term: Term) -> Term:
        if term in (self.true, self.false):
            return self.true if term == self.false else self.false
        return self.tm.mkTerm(Kind.NOT, term)

    def word(self, text: str) -> Term:
        escaped = "".join(c if 32 <= ord(c) < 127 and c != "\\" else f"\\u{{{ord(c):x}}}" for c in text)
        return self.tm.mkString(escaped, useEscSequences=True)

    def same(self, one: Term, other: Term) -> Term:
        return self.tm.mkTerm(Kind.EQUAL, one, other)

    def joined(self, *parts: Term) -> Term:
        return self.tm.mkTerm(Kind.STRING_CONCAT, *parts) if len(parts) > 1 else parts[0]

    def unknown_string(self, name: str) -> Term:
        return self.tm.mkConst(self.tm.getStringSort(), name)

    def unknown_truth(self, name: str) -> Term:
        return self.tm.mkConst(self.tm.getBooleanSort(), name)

    def is_in(self, term: Term, language: Term) -> Term:
        return self.tm.mkTerm(Kind.STRING_IN_REGEXP, term, language)

    def sequence(self, parts: list[Term]) -> Term:
        if not parts:
            return self.tm.mkTerm(Kind.STRING_TO_REGEXP, self.word(""))
        return self.tm.mkTerm(Kind.REGEXP_CONCAT, *parts) if len(parts) > 1 else parts[0]

    def out_of(self, characters: str) -> Term:
        ranges: list[tuple[str, str]] = []
        for character in sorted(characters):
            if ranges and ord(ranges[-1][1]) + 1 == ord(character):
                ranges[-1] = (ranges[-1][0], character)
            else:
                ranges.append((character, character))
        terms = [self.tm.mkTerm(Kind.REGEXP_RANGE, self.word(low), self.word(high)) for low, high in ranges]
        return self.tm.mkTerm(Kind.REGEXP_UNION, *terms) if len(terms) > 1 else terms[0]

    def many(self, term: Term, at_least: int = 0) -> Term:
        star = self.tm.mkTerm(Kind.REGEXP_STAR, term)
        return self.sequence([term] * at_least + [star])

    def plain(self, text: str) -> Term:
        return self.tm.mkTerm(Kind.STRING_TO_REGEXP, self.word(text))

    def ask(self, fact: Term) -> None:
        self.solver.assertFormula(fact)

    # The request

    def request(self) -> None:
        """The facts that tie the parts of a request together ("What the keys may be")."""
        tm, setting = self.tm, self.setting
        number = tm.getIntegerSort()
        self.action = tm.mkConst(number, "action")
        self.ask(self.action_is(*self.actions))
        self.resource = self.unknown_string("resource")
        key = self.all_of((self.same(self.resource, self.word(setting.key)), self.action_is(*_of_kind("key"))))
        objects = self.all_of(
            (self.starts(self.resource, self.word(setting.objects)), self.action_is(*_of_kind("object")))
        )
        if self.logs:
            objects = self.all_of((self.is_in(self.resource, self.log_files()), self.action_is(*_of_kind("object"))))
        whole = self.all_of((self.same(self.resource, self.word(setting.bucket)), self.action_is(*_of_kind("bucket"))))
        self.ask(self.any_of((objects, whole, key)))
        self.account = self.unknown_string("account")
        self.kind = tm.mkConst(number, "kind")
        self.arn, self.name = self.unknown_string("arn"), self.unknown_string("name")
        self.path, self.session = self.unknown_string("path"), self.unknown_string("session")
        self.role, self.user, self.root, self.federated = (
            self.same(self.kind, tm.mkInteger(index)) for index in range(4)
        )
        if self.asked == "anonymous":
            # KMS looks at nobody without credentials.
            self.ask(self.no(self.action_is(*_of_kind("key"))))
            return
        fixed = {"management": [setting.management], "owner": [setting.owner], "named": [setting.named],
                 "trusted": setting.trusted}.get(self.asked)  # fmt: skip
        if fixed is not None:
            self.ask(self.any_of(self.same(self.account, self.word(one)) for one in fixed))
        else:
            self.ask(self.is_in(self.account, self.sequence([self.out_of("0123456789")] * 12)))
            for other in (setting.management, setting.owner, *setting.trusted):
                self.ask(self.no(self.same(self.account, self.word(other))))
        if self.asked == "deputy":
            # An account that the policy names is known to whoever wrote it.
            for other in sorted(set(re.findall(r"(?<![0-9])[0-9]{12}(?![0-9])", repr(self.document)))):
                self.ask(self.no(self.same(self.account, self.word(other))))
        if self.asked == "service":
            self.service, self.is_member = self.unknown_string("service"), self.unknown_truth("for a member")
            letters = self.out_of("abcdefghijklmnopqrstuvwxyz0123456789.-")
            self.ask(self.is_in(self.service, self.sequence([self.many(letters, 1), self.plain(".amazonaws.com")])))
            self.ask(self.no(self.same(self.service, self.word("cloudtrail.amazonaws.com"))))
        if self.is_service:
            return
        if self.asked != "owner":
            self.ask(self.any_of((self.no(self.action_is(*_of_kind("key"))), self.action_is(*ACROSS_ACCOUNTS))))
        self.ask(self.any_of((self.role, self.user, self.root, self.federated)))
        letter = self.out_of(NAME)
        self.ask(self.is_in(self.name, self.many(letter, 1)))
        self.ask(self.is_in(self.session, self.many(letter, 2)))
        slash = self.plain("/")
        self.ask(self.is_in(self.path, self.many(self.sequence([self.many(letter, 1), slash]))))
        iam = self.word("arn:aws:iam::")
        for kind, ending in ((self.role, ":role/"), (self.user, ":user/")):
            whole = self.joined(iam, self.account, self.word(ending), self.path, self.name)
            self.ask(tm.mkTerm(Kind.IMPLIES, kind, self.same(self.arn, whole)))
        whole = self.joined(iam, self.account, self.word(":root"))
        self.ask(tm.mkTerm(Kind.IMPLIES, self.root, self.same(self.arn, whole)))
        whole = self.joined(self.word("arn:aws:sts::"), self.account, self.word(":federated-user/"), self.name)
        self.ask(tm.mkTerm(Kind.IMPLIES, self.federated, self.same(self.arn, whole)))

    def log_files(self) -> Term:
        """What CloudTrail writes, in the shape that its guide gives: "log file name format", "digest file location"."""
        letters = "abcdefghijklmnopqrstuvwxyz"
        digit, small = self.out_of("0123456789"), self.out_of(letters)
        account = self.sequence([digit] * 12)
        region = [self.many(small, 2), self.plain("-"), small, self.many(self.out_of(letters + "-")), self.plain("-")]
        day = [*[digit] * 4, self.plain("/"), *[digit] * 2, self.plain("/"), *[digit] * 2, self.plain("/")]
        folder = self.sequence([self.plain("CloudTrail"), self.many(self.out_of(letters + letters.upper() + "-"))])
        rest = self.many(self.out_of(letters + letters.upper() + "0123456789_.-"), 1)
        file = [account, self.plain("_"), folder, self.plain("_"), rest, self.plain(".json.gz")]
        own = self.plain(f"{self.setting.management}/")
        all_of_them = self.sequence([self.plain(f"{self.setting.organization}/"), account, self.plain("/")])
        above = self.tm.mkTerm(Kind.REGEXP_UNION, own, all_of_them)
        parts = [self.plain(self.setting.objects), above, folder, self.plain("/"), *region, self.many(digit, 1)]
        return self.sequence([*parts, self.plain("/"), *day, *file])

    def starts(self, term: Term, beginning: Term) -> Term:
        return self.tm.mkTerm(Kind.STRING_PREFIX, beginning, term)

    def action_is(self, *names: str) -> Term:
        return self.any_of(self.same(self.action, self.tm.mkInteger(list(KINDS).index(name))) for name in names)

    # Keys

    def key(self, name: str) -> _Key | None:
        """The key of the request; None where nobody knows how it is set."""
        name = name.lower()
        if name not in self.keys:
            self.keys[name] = self.made(name)
        return self.keys[name]

    def one(self, value: Term, present: Term | None = None) -> _Key:
        present = self.true if present is None else present
        return _Key(present, [(present, value)])

    def absent(self) -> _Key:
        return _Key(self.false, [])

    def chosen(self, name: str, present: Term | None = None) -> _Key:
        return self.one(self.unknown_string(name), self.unknown_truth(f"{name}?") if present is None else present)

    def made(self, name: str) -> _Key | None:
        setting, nobody = self.setting, self.asked == "anonymous"
        if self.is_service:
            return self.made_for_service(name)
        if name.startswith("kms:"):
            return self.made_for_key(name)
        endpoint = self.keys.get("") or self.one(self.true, self.unknown_truth("through an endpoint"))
        self.keys[""] = endpoint
        direct = self.no(endpoint.present)
        if name == "aws:principaltag/level" and not nobody:
            self.odd[name] = self.unknown_truth(f"{name} is no number")
            return self.one(self.tm.mkConst(self.tm.getRealSort(), name), self.unknown_truth(f"{name}?"))
        if name.startswith("aws:principaltag/"):
            return self.absent() if nobody else self.chosen(name)
        if name == "s3:tlsversion":
            # S3 speaks TLS 1.2 and 1.3; over plain HTTP there is no version.
            version = self.tm.mkConst(self.tm.getRealSort(), name)
            self.ask(self.any_of(self.same(version, self.real(Fraction(one))) for one in ("1.2", "1.3")))
            secure = self.key("aws:SecureTransport")
            assert secure is not None
            return self.one(version, self.same(secure.values[0][1], self.word("true")))
        if name in ONLY_WITH or name.startswith("s3:"):
            present = self.all_of((self.unknown_truth(f"{name}?"), self.action_is(*ONLY_WITH.get(name, ()))))
            if name == "s3:max-keys":
                return self.one(self.tm.mkConst(self.tm.getRealSort(), name), present)
            value = self.unknown_string(name)
            if name == "s3:prefix":
                # Only a listing that can hold one of the protected objects is one of them.
                folder = self.word(setting.objects.removeprefix(f"{setting.bucket}/"))
                reaches = self.any_of((self.starts(folder, value), self.starts(value, folder)))
                self.ask(self.any_of((self.no(present), reaches)))
            return self.one(value, present)
        match name:
            case "aws:principalorgid":
                if self.asked == "outside":
                    self.ask(self.no(self.same(self.organization(), self.word(setting.organization))))
                    return self.one(self.organization(), self.in_organization())
                return self.absent() if nobody else self.one(self.word(setting.organization))
            case "aws:principalaccount":
                return self.one(self.word("anonymous") if nobody else self.account)
            case "aws:principalarn":
                return self.absent() if nobody else self.one(self.arn)
            case "aws:username":
                return self.absent() if nobody else self.one(self.name, self.user)
            case "aws:principalisawsservice":
                return self.absent() if nobody else self.one(self.word("false"))
            case "aws:principalservicename":
                return self.absent()
            case "aws:userid":
                return self.absent() if nobody else self.one(self.userid())
            case "aws:epochtime":
                now = self.tm.mkConst(self.tm.getRealSort(), name)
                start = self.real(Fraction(datetime(2025, 1, 1, tzinfo=UTC).timestamp()))
                self.ask(self.tm.mkTerm(Kind.GEQ, now, start))
                return self.one(now)
            case "aws:principalorgpaths":
                return self.absent() if nobody else self.org_path()
            case "aws:resourceaccount":
                return self.one(self.word(setting.owner))
            case "aws:sourcearn" | "aws:sourceaccount" | "aws:sourceorgid":
                return self.absent()
            case "aws:securetransport":
                value = self.unknown_string(name)
                self.ask(self.any_of((self.same(value, self.word("true")), self.same(value, self.word("false")))))
                return self.one(value)
            case "aws:sourceip":
                address = self.tm.mkConst(self.tm.getIntegerSort(), name)
                self.ask(self.any_of(self.in_network(address, everywhere) for everywhere in ("0.0.0.0/0", "::/0")))
                # RFC 6890: nobody sends a request to a public endpoint from these.
                self.ask(self.no(self.any_of(self.in_network(address, one) for one in NEVER_PUBLIC)))
                return self.one(address, direct)
            case "aws:sourcevpce":
                value = self.unknown_string(name)
                self.ask(self.starts(value, self.word("vpce-")))
                return self.one(value, endpoint.present)
            case "aws:currenttime":
                # A proof is about requests from now on; the engine takes the year 2025 for the start of it.
                now = self.tm.mkConst(self.tm.getRealSort(), name)
                start = self.real(Fraction(datetime(2025, 1, 1, tzinfo=UTC).timestamp()))
                self.ask(self.tm.mkTerm(Kind.GEQ, now, start))
                return self.one(now)
            case "aws:calledvia":
                values = [
                    (self.unknown_truth(f"{name}{index}?"), self.unknown_string(f"{name}{index}"))
                    # One value for each condition that may want one of its own.
                    for index in range(self.uses.get(name, 0) + 1)
                ]
                return _Key(self.any_of(there for there, _ in values), values)
        return None

    def identity(self) -> Term:
        """The id that IAM gave the caller: where it has to be sure, none that a policy names."""
        if not hasattr(self, "_identity"):
            self.met_unknown = True
            self._identity = self.unknown_string("id")
            letters = self.many(self.out_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), 4)
            if self.generous:
                self.ask(self.is_in(self._identity, letters))
            else:
                self.ask(self.same(self._identity, self.word("EXAMPLEEXAMPLEEXA")))
        return self._identity

    def userid(self) -> Term:
        """aws:userid: the id of a role with its session's name, a user's id, the root's account."""
        if not hasattr(self, "_userid"):
            self._userid = self.unknown_string("userid")
            role = self.joined(self.word("AROA"), self.identity(), self.word(":"), self.session)
            user = self.joined(self.word("AIDA"), self.identity())
            federated = self.joined(self.account, self.word(":"), self.session)
            for kind, whole in ((self.role, role), (self.user, user), (self.root, self.account),
                                (self.federated, federated)):  # fmt: skip
                self.ask(self.tm.mkTerm(Kind.IMPLIES, kind, self.same(self._userid, whole)))
        return self._userid

    def org_path(self) -> _Key:
        """`o/r/.../`: one path, as a principal stands in one place."""
        if self.asked == "outside":
            return self.other_path()
        value = self.unknown_string("aws:principalorgpaths")
        small = self.out_of("abcdefghijklmnopqrstuvwxyz0123456789")
        root = [self.plain(f"{self.setting.organization}/r-"), self.many(small, 4), self.plain("/")]
        unit = [self.plain("ou-"), self.many(small, 1), self.plain("-"), self.many(small, 1), self.plain("/")]
        self.ask(self.is_in(value, self.sequence([*root, self.many(self.sequence(unit))])))
        return self.one(value)

    def organization(self) -> Term:
        """The organization of a caller from outside."""
        if not hasattr(self, "_organization"):
            self._organization = self.unknown_string("organization")
            small = self.out_of("abcdefghijklmnopqrstuvwxyz0123456789")
            self.ask(self.is_in(self._organization, self.sequence([self.plain("o-"), self.many(small, 10)])))
            self.ask(self.no(self.same(self._organization, self.word(self.setting.organization))))
        return self._organization

    def other_path(self) -> _Key:
        rest = self.unknown_string("path")
        small = self.out_of("abcdefghijklmnopqrstuvwxyz0123456789")
        root = [self.plain("/r-"), self.many(small, 4), self.plain("/")]
        unit = [self.plain("ou-"), self.many(small, 1), self.plain("-"), self.many(small, 1), self.plain("/")]
        self.ask(self.is_in(rest, self.sequence([*root, self.many(self.sequence(unit))])))
        return self.one(self.joined(self.organization(), rest), self.in_organization())

    def in_organization(self) -> Term:
        """Whether a caller from outside is in any organization."""
        if not hasattr(self, "_in_organization"):
            self._in_organization = self.unknown_truth("in an organization")
        return self._in_organization

    def made_for_key(self, name: str) -> _Key | None:
        """Keys of KMS: the caller's account, the service that asks for it, and the encryption context."""
        match name:
            case "kms:calleraccount":
                return self.one(self.account) if self.actions[0].startswith("kms:") else self.absent()
            case "kms:viaservice":
                through = self.all_of((self.unknown_truth("through S3"), self.action_is(*_of_kind("key"))))
                return self.one(self.word("s3.us-east-1.amazonaws.com"), through)
            case _ if name == CONTEXT:
                return self.one(self.word(self.setting.trail), self.action_is("kms:Decrypt", "kms:GenerateDataKey"))
        return None

    def made_for_service(self, name: str) -> _Key | None:
        """Keys of CloudTrail's requests, for the organization's trail or for a stranger's."""
        setting, stranger = self.setting, self.asked == "deputy"
        if self.asked == "service":
            found = self.made_for_lent(name)
            if found is not None:
                return found
        if name.startswith(("s3:", "kms:")) and name.partition(":")[0] != self.actions[0].partition(":")[0]:
            return self.absent()
        if name in UNSPECIFIED or name.startswith("aws:principaltag/"):
            if name not in self.present:
                return self.absent()
            if name == "aws:sourceip":
                address = self.tm.mkConst(self.tm.getIntegerSort(), name)
                self.ask(self.any_of(self.in_network(address, everywhere) for everywhere in ("0.0.0.0/0", "::/0")))
                return self.one(address)
            if name == "aws:principaltag/level":
                self.odd[name] = self.unknown_truth(f"{name} is no number")
                return self.one(self.tm.mkConst(self.tm.getRealSort(), name))
            value = self.unknown_string(name)
            if name in ("aws:principalaccount", "kms:calleraccount"):
                self.ask(self.is_in(value, self.sequence([self.out_of("0123456789")] * 12)))
            return self.one(value)
        match name:
            case "aws:principalisawsservice" | "aws:securetransport":
                return self.one(self.word("true"))
            case "aws:sourceaccount":
                return self.one(self.account if stranger else self.word(setting.management))
            case "aws:sourceorgid":
                if stranger:
                    return self.one(self.organization(), self.in_organization())
                return self.one(self.word(setting.organization))
            case "aws:sourcearn":
                return self.one(self.strange_trail() if stranger else self.word(setting.trail))
            case "aws:resourceaccount":
                return self.one(self.word(setting.owner))
            case "aws:currenttime":
                now = self.tm.mkConst(self.tm.getRealSort(), name)
                start = self.real(Fraction(datetime(2025, 1, 1, tzinfo=UTC).timestamp()))
                self.ask(self.tm.mkTerm(Kind.GEQ, now, start))
                return self.one(now)
            case "s3:x-amz-acl":
                return self.one(self.word("bucket-owner-full-control"), self.action_is("s3:PutObject"))
            case _ if name == CONTEXT:
                return self.one(self.word(setting.trail), self.action_is("kms:GenerateDataKey"))
        if name in ("aws:principalorgid", "aws:principalorgpaths", "aws:sourcevpce", *ONLY_WITH):
            return self.absent()
        return None

    def made_for_lent(self, name: str) -> _Key | None:
        """Keys of other services' requests that differ from CloudTrail's; what one doesn't send is missing."""
        match name:
            case "aws:principalservicename":
                return self.one(self.service)
            case "aws:sourceaccount":
                return self.chosen_as(name, self.account)
            case "aws:sourcearn":
                some = self.many(self.out_of("abcdefghijklmnopqrstuvwxyz0123456789-"))
                service, region, rest = (self.unknown_string(f"{part} of the source") for part in ("a", "b", "c"))
                self.ask(self.is_in(service, some))
                self.ask(self.is_in(region, some))
                colon = self.word(":")
                parts = (self.word("arn:aws:"), service, colon, region, colon, self.account, colon, rest)
                return self.chosen_as(name, self.joined(*parts))
            case "aws:sourceorgid":
                ours, theirs = self.word(self.setting.organization), self.organization()
                return self.chosen_as(name, self.tm.mkTerm(Kind.ITE, self.is_member, ours, theirs))
            case "aws:principalarn" | "aws:username" | "aws:userid":
                return self.absent()
            case "s3:tlsversion":
                version = self.tm.mkConst(self.tm.getRealSort(), name)
                self.ask(self.any_of(self.same(version, self.real(Fraction(one))) for one in ("1.2", "1.3")))
                return self.one(version) if name in self.present else self.absent()
            case "aws:epochtime":
                now = self.tm.mkConst(self.tm.getRealSort(), name)
                start = self.real(Fraction(datetime(2025, 1, 1, tzinfo=UTC).timestamp()))
                self.ask(self.tm.mkTerm(Kind.GEQ, now, start))
                return self.one(now)
            case "aws:principalaccount" if name in self.present:
                value = self.unknown_string(name)
                self.ask(self.is_in(value, self.sequence([self.out_of("0123456789")] * 12)))
                known = {self.setting.management, self.setting.owner, *self.setting.trusted}
                for other in sorted(known | set(re.findall(r"(?<![0-9])[0-9]{12}(?![0-9])", repr(self.document)))):
                    self.ask(self.no(self.same(value, self.word(other))))
                return self.one(value)
        return self.absent() if name.startswith("aws:principaltag/") else None

    def chosen_as(self, name: str, value: Term) -> _Key:
        """A key with a value, or without."""
        return self.one(value, self.unknown_truth(f"{name}?"))

    def strange_trail(self) -> Term:
        region, trail = self.unknown_string("region"), self.unknown_string("trail")
        small = self.out_of("abcdefghijklmnopqrstuvwxyz0123456789-")
        self.ask(self.is_in(region, self.many(small, 1)))
        # "Naming requirements" of the CloudTrail guide.
        letters = self.out_of(re.sub("[+=,@]", "", NAME))
        self.ask(self.is_in(trail, self.many(letters, 3)))
        start, middle = self.word("arn:aws:cloudtrail:"), self.word(":trail/")
        return self.joined(start, region, self.word(":"), self.account, middle, trail)

    def real(self, value: Fraction) -> Term:
        return self.tm.mkReal(value.numerator, value.denominator)

    # Statements

    def matches(self, statement: dict[str, Any], effect: str, most: bool) -> Term:
        """The statement applies to the request; unknown parts make it match as much (or as little) as they can."""
        parts = [
            self.principal(statement, effect, most),
            self.listed(statement, "Action", most, self.action_matches),
            self.listed(statement, "Resource", most, self.resource_matches),
        ]
        conditions = statement.get("Condition")
        if isinstance(conditions, Unknown):
            parts.append(self.unseen(most))
        else:
            for operator, lines in (conditions or {}).items():
                for key, values in lines.items():
                    parts.append(self.condition(operator, key, values, most))
        return self.all_of(parts)

    def unseen(self, most: bool) -> Term:
        """What nobody knows: true where it is to match as much as it can."""
        self.met_unknown = True
        return self.truth(most)

    def truth(self, value: bool) -> Term:
        return self.true if value else self.false

    def listed(self, statement: dict[str, Any], name: str, most: bool, one: Callable[[Any, bool], Term]) -> Term:
        if f"Not{name}" in statement:
            return self.no(self.some(statement[f"Not{name}"], not most, one))
        return self.some(statement[name], most, one)

    def some(self, values: Any, most: bool, one: Callable[[Any, bool], Term]) -> Term:
        """Some of the values of a list matches."""
        if isinstance(values, Unknown):
            return self.unseen(most)
        return self.any_of(
            self.unseen(most) if isinstance(value, Unknown | Rest) else one(value, most)
            for value in (values if isinstance(values, list) else [values])
        )

    def action_matches(self, value: str, most: bool) -> Term:
        pattern = re.escape(value).replace(r"\*", ".*").replace(r"\?", ".")
        return self.action_is(*(name for name in KINDS if re.fullmatch(pattern, name, re.IGNORECASE)))

    def resource_matches(self, value: Any, most: bool) -> Term:
        return self.string_matches(self.resource, value, most, wild=True)

    # Principals

    def principal(self, statement: dict[str, Any], effect: str, most: bool) -> Term:
        if "NotPrincipal" not in statement:
            return self.named(statement["Principal"], most)
        if effect == "Deny" and self.asked != "anonymous" and not self.is_service:
            return self.no(self.fully_listed(statement["NotPrincipal"], not most))
        return self.no(self.named(statement["NotPrincipal"], not most))

    def named(self, principals: Any, most: bool) -> Term:
        if principals == "*":
            return self.true
        if isinstance(principals, Unknown):
            return self.unseen(most)
        found: list[Term] = []
        for kind, values in principals.items():
            for value in values if isinstance(values, list) else [values]:
                if kind == "AWS" and value == "*":
                    found.append(self.true)
                elif self.asked == "service" and kind == "Service":
                    found.append(self.same(self.service, self.word(value)))
                elif self.is_service:
                    named = kind == "Service" and value == "cloudtrail.amazonaws.com"
                    seen = not (kind == "AWS" and isinstance(value, Rest))
                    found.append(self.truth(named) if seen else self.unseen(most))
                elif self.asked == "anonymous":
                    # Matches only principals `*`; what nobody knows may hold one.
                    found.append(self.unseen(most and kind == "AWS" and isinstance(value, Rest)))
                elif kind == "AWS":
                    found.append(self.unseen(most) if isinstance(value, Unknown | Rest) else self.is_named(value))
                elif kind in ("Federated", "CanonicalUser"):
                    found.append(self.unseen(most))
        return self.any_of(found)

    def is_named(self, value: str) -> Term:
        return self.any_of((self.is_account(value), self.is_arn(value), self.is_session(value)))

    def is_account(self, value: str) -> Term:
        account = re.fullmatch(r"(?:arn:aws:iam::)?([0-9]{12})(?::root)?", value)
        return self.same(self.account, self.word(account.group(1))) if account else self.false

    def is_arn(self, value: str) -> Term:
        if value.startswith(("AROA", "AIDA")):
            kind = self.role if value.startswith("AROA") else self.user
            return self.all_of((kind, self.same(self.identity(), self.word(value[4:]))))
        return self.same(self.arn, self.word(value))

    def is_session(self, value: str) -> Term:
        session = re.fullmatch(r"arn:aws:sts::([0-9]{12}):assumed-role/([^/]+)/([^/]+)", value)
        if session is None:
            return self.false
        wanted = zip((self.account, self.name, self.session), session.groups(), strict=True)
        return self.all_of((self.role, *(self.same(term, self.word(text)) for term, text in wanted)))

    def fully_listed(self, principals: Any, most: bool) -> Term:
        """Escapes a Deny with NotPrincipal: its account, role and session are all listed."""
        if isinstance(principals, Unknown):
            return self.unseen(most)
        values: list[str] = []
        for kind, listed in principals.items():
            for value in listed if isinstance(listed, list) else [listed]:
                if isinstance(value, Unknown | Rest) or kind in ("Federated", "CanonicalUser"):
                    if self.unseen(most) == self.true:
                        return self.true
                elif kind == "AWS":
                    values.append(value)
        account = self.any_of(map(self.is_account, values))
        arn = self.any_of(map(self.is_arn, values))
        session = self.any_of(map(self.is_session, values))
        return self.all_of(
            (
                account,
                self.any_of((self.root, arn)),
                self.any_of((self.no(self.role), session)),
            )
        )

    # Strings

    def string_matches(self, term: Term, value: Any, most: bool, wild: bool, fold: bool = False) -> Term:
        """`term` is what `value` says: literal, with wildcards or without case; `most` is how holes are taken."""
        if isinstance(value, Text):
            if self.unseen(most) == self.false:
                return self.false
            known = [part if isinstance(part, str) else None for part in value.parts]
            return self.is_in(
                term, self.sequence([self.any_string if p is None else self.shape(p, wild, fold) for p in known])
            )
        if self.variables is None and "${" in value:
            return self.unseen(most)
        pieces = re.split(r"(\$\{[^}]*\})", value) if self.variables else [value]
        tied = [i for i, piece in enumerate(pieces) if i % 2 and piece not in ("${*}", "${?}", "${$}")]
        if not tied:
            plain = [piece[2] if index % 2 else None for index, piece in enumerate(pieces)]
            if not wild and not fold:
                text = "".join(special or piece for special, piece in zip(plain, pieces, strict=True))
                return self.same(term, self.word(text))
            shapes = [
                self.plain(special) if special else self.shape(piece, wild, fold)
                for special, piece in zip(plain, pieces, strict=True)
            ]
            return self.is_in(term, self.sequence(shapes))
        (at,) = tied
        name, _, default = pieces[at][2:-1].partition(",")
        held = self.key(name.strip())
        if held is None or name.strip().lower() in SEVERAL_VALUES:
            raise ValueError(f"no second opinion on {value}")
        before, after = "".join(pieces[:at]), "".join(pieces[at + 1 :])
        open_end = wild and after.endswith("*")
        after = after.removesuffix("*") if open_end else after
        if wild and re.search(r"[*?]", before + after):
            raise ValueError(f"no second opinion on {value}")
        content = held.values[0][1] if held.values else self.word("")
        there = held.present
        if default:
            content = self.tm.mkTerm(Kind.ITE, there, content, self.word(default.strip().strip("'")))
            there = self.true
        whole = self.joined(self.word(before), content, self.word(after))
        if fold:
            whole, term = (self.tm.mkTerm(Kind.STRING_TO_LOWER, one) for one in (whole, term))
        return self.all_of((there, self.starts(term, whole) if open_end else self.same(term, whole)))

    def shape(self, pattern: str, wild: bool, fold: bool = False, colons: int | None = None) -> Term:
        """The language of a pattern; `colons` counts those before it where an ARN's segments are kept apart."""
        parts: list[Term] = []
        plain = ""
        anything = self.tm.mkTerm(Kind.REGEXP_ALLCHAR)
        no_colon = self.tm.mkTerm(Kind.REGEXP_DIFF, self.tm.mkTerm(Kind.REGEXP_ALLCHAR), self.plain(":"))
        for character in pattern:
            if (wild and character in "*?") or (fold and character.isalpha()):
                if plain:
                    parts.append(self.plain(plain))
                    plain = ""
                if fold and character.isalpha():
                    parts.append(self.out_of(character.lower() + character.upper()))
                    continue
                single = anything if colons is None or colons >= 5 else no_colon
                parts.append(self.many(single) if character == "*" else single)
                continue
            plain += character
            if colons is not None and character == ":":
                colons += 1
        if plain:
            parts.append(self.plain(plain))
        return self.sequence(parts)

    def arn_matches(self, term: Term, value: Any, most: bool) -> Term:
        if isinstance(value, Text):
            if self.unseen(most) == self.false:
                return self.false
            first, *rest = value.parts
            shapes = [self.shape(first, True, colons=0)]
            shapes += [self.shape(part, True) if isinstance(part, str) else self.any_string for part in rest]
            return self.is_in(term, self.sequence(shapes))
        if "${" in value and self.variables is not False:
            raise ValueError(f"no second opinion on {value}")
        return self.is_in(term, self.shape(value, True, colons=0))

    # Conditions

    def condition(self, spelled: str, key: str, values: Any, most: bool) -> Term:
        quantifier, _, operator = spelled.rpartition(":")
        if_exists = operator.endswith("IfExists")
        operator = operator.removesuffix("IfExists")
        held = self.key(key)
        if held is None:
            return self.unseen(most)
        if operator == "Null":
            return self.some(values, most, lambda value, _: self.no(held.present) if value == "true" else held.present)
        if key.lower() in SEVERAL_VALUES and not quantifier and held.present != self.false:
            return self.unseen(most)
        negated = "Not" in operator
        missing = self.truth(if_exists or (negated and not quantifier) or quantifier == "ForAllValues")

        odd = self.odd.get(key.lower(), self.false)

        def holds(value: Term) -> Term:
            if negated:
                found = self.no(self.some(values, not most, self.comparison(operator, value)))
            else:
                found = self.some(values, most, self.comparison(operator, value))
            if odd == self.false:
                return found
            # AWS doesn't say what a comparison of numbers comes to where a caller gives none.
            return self.any_of((self.all_of((odd, self.unseen(most))), self.all_of((self.no(odd), found))))

        if quantifier == "ForAllValues":
            there = self.all_of(self.any_of((self.no(here), holds(value))) for here, value in held.values)
        else:
            there = self.any_of(self.all_of((here, holds(value))) for here, value in held.values)
        return self.any_of((self.all_of((self.no(held.present), missing)), self.all_of((held.present, there))))

    def comparison(self, operator: str, held: Term) -> Callable[[Any, bool], Term]:
        """How one value of the policy is compared with what the request holds."""
        bare = operator.replace("Not", "")
        if bare.startswith("String"):
            wild, fold = bare.endswith("Like"), bare.endswith("IgnoreCase")
            return lambda value, most: self.string_matches(held, value, most, wild, fold)
        if bare.startswith("Arn"):
            return lambda value, most: self.arn_matches(held, value, most)
        if bare == "Bool":
            return lambda value, most: self.string_matches(held, value, most, wild=False, fold=True)
        if bare == "BinaryEquals":
            return lambda value, most: self.string_matches(held, value, most, wild=False)
        if bare == "IpAddress":
            return lambda value, most: self.in_network(held, value)
        read = _moment if bare.startswith("Date") else Fraction
        order = {"Equals": Kind.EQUAL, "LessThan": Kind.LT, "LessThanEquals": Kind.LEQ, "GreaterThan": Kind.GT,
                 "GreaterThanEquals": Kind.GEQ}[re.sub("^(Date|Numeric)", "", bare)]  # fmt: skip
        return lambda value, most: self.tm.mkTerm(order, held, self.real(read(value)))

    def in_network(self, held: Term, value: str) -> Term:
        """Addresses are numbers: those of version 4 from zero on, those of version 6 below it."""
        network = ipaddress.ip_network(value, strict=False)
        low, high = int(network.network_address), int(network.broadcast_address)
        if network.version == 6:
            low, high = -1 - high, -1 - low
        return self.all_of(
            (
                self.tm.mkTerm(Kind.GEQ, held, self.tm.mkInteger(str(low))),
                self.tm.mkTerm(Kind.LEQ, held, self.tm.mkInteger(str(high))),
            )
        )


def _of_kind(kind: str) -> list[str]:
    return [name for name, own in KINDS.items() if own == kind]


def _moment(value: str) -> Fraction:
    if value.isdigit():
        return Fraction(value)
    moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return Fraction((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
