"""How fuzzing changes good input: pieces cut, doubled, swapped and nested, and awkward ones put in.

Every change is drawn from the `random.Random` that is handed in, so a seed is an input.
"""

# ruff: noqa: E501 - the lists of hostile input read best as they are

import json
import random
import re
from typing import Any

AWKWARD: tuple[Any, ...] = (
    None, True, -1, 0, -0.0, 1e308, 2**70, 10**400, "", "*", "${", "${aws:PrincipalOrgID}", "\ud800", "\x00", "\u202e",
    "a" * 10_000, "[" * 3_000, "*?" * 300, "9" * 5_000, "arn:aws:s3:::", "::::::", "module.a.module.b.c", "a[", 'a["b',
    [], {}, [[]], [None], {"": None}, {"references": ["local.x"]}, {"constant_value": {}}, ["*"] * 100,
    {"references": ["each.value", "module.x.y", "var.", "."]}, [{}], [{"Effect": "Deny"}], [[[[[[[[[[[]]]]]]]]]]],
)  # fmt: skip
TOKENS = (
    *(b"{", b"}", b"[", b"]", b'"', b"\\", b"${", b"%{", b"<<EOT\n", b",", b":", b"=", b"\x00", b"\xff", b"\n", b"*"),
    *(b"for", b"...", b"null", b"1e999", b"range(0, 1000000000)", b"setproduct(", b'file("/etc/passwd")', b"/*", b"("),
    *(b"\xef\xbb\xbf", b"\r\n", b"\xc2\x85", b"-", b"\\u0000", b"\\ud800", b"'''", b'"""', b"[[", b"#", b"//", b"e9"),
)

#: Strings of a policy that mean something, to be put where others stand.
_MEANT = (
    "s3:*", "*", "s3:Get*", "kms:Decrypt", "Allow", "Deny", "aws:PrincipalOrgID", "aws:SourceArn", "StringNotLike",
    "ForAllValues:StringEqualsIfExists", "Null", "IpAddress", "NumericLessThan", "DateGreaterThan", "BinaryEquals",
    "arn:aws:iam::222222222222:role/*", "arn:aws:iam::*:root", "arn:aws:s3:::acme-org-trail-logs/AWSLogs/*",
    "cloudtrail.amazonaws.com", "o-abcd123456", "${aws:PrincipalAccount}", "${aws:username, 'x'}", "${*}", "2008-10-17",
    "222222222222", "2222222222??", "true", "10.0.0.0/8", "0", "1e400", "NaN", "Infinity", "2026-01-01T00:00:00Z",
    "NotPrincipal", "Principal", "NotAction", "NotResource", "Condition", "Federated", "CanonicalUser", "AWS",
)  # fmt: skip
_UNKNOWN = ("after_unknown", "after_sensitive", "before_sensitive", "sensitive_values")


def value(found: Any, rng: random.Random, rate: float, other: Any = None) -> Any:
    """`found` with about `rate` of its nodes changed; some by what stands at the same place in `other`."""
    if rng.random() < rate:
        return _instead(found, rng, other)
    if isinstance(found, dict):
        other = other if isinstance(other, dict) else {}
        made = {key: value(one, rng, rate, other.get(key)) for key, one in found.items() if rng.random() > rate}
        if made and rng.random() < rate:
            one, two = rng.choice(list(made)), rng.choice(list(made))
            made[one], made[two] = made[two], made[one]
        if made and rng.random() < rate:
            one = rng.choice(list(made))
            made[rng.choice((*_MEANT, *_UNKNOWN))] = made.pop(one)
        return made
    if isinstance(found, list):
        others = other if isinstance(other, list) and other else [None]
        listed = [value(one, rng, rate, rng.choice(others)) for one in found if rng.random() > rate]
        if rng.random() < rate:
            rng.shuffle(listed)
        return listed * 2 if rng.random() < rate else listed
    if isinstance(found, str) and found.startswith("{") and rng.random() < 0.5:
        return _inside(found, rng, max(rate, 0.02), other)
    return found


def _instead(found: Any, rng: random.Random, other: Any) -> Any:
    roll = rng.random()
    if isinstance(found, bool):
        return not found
    if roll < 0.3 and isinstance(found, str):
        return rng.choice(_MEANT)
    if roll < 0.5 and other is not None:
        return other
    if roll < 0.6 and isinstance(found, str) and found:
        return string(found, rng)
    if roll < 0.7:
        return [found]
    if roll < 0.75:
        return {"Statement": found}
    return rng.choice(AWKWARD)


def _inside(text: str, rng: random.Random, rate: float, other: Any) -> str:
    """JSON inside a string, changed as JSON."""
    try:
        found = json.loads(text)
        beside = json.loads(other) if isinstance(other, str) and other.startswith("{") else None
    except ValueError:
        return text
    return json.dumps(value(found, rng, rate, beside))


def string(text: str, rng: random.Random) -> str:
    """One string with a piece cut, doubled or replaced."""
    start = rng.randrange(len(text) + 1)
    end = min(len(text), start + rng.randrange(1, 9))
    return text[:start] + rng.choice(("", "*", "?", "${", text[start:end] * 2, ".", "[0]", "\n", "é")) + text[end:]


def content(found: bytes, rng: random.Random) -> bytes:
    """Bytes with a few pieces cut, doubled, moved or replaced by tokens."""
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(found) + 1)
        end = min(len(found), start + int(rng.expovariate(0.05)))
        match rng.randrange(4):
            case 0:
                found = found[:start] + found[end:]
            case 1:
                found = found[:end] + found[start:end] * rng.choice((1, 1, 2, 50)) + found[end:]
            case 2:
                found = found[:start] + rng.choice(TOKENS) * rng.choice((1, 1, 3, 2000)) + found[start:]
            case 3:
                found = found[:start] + rng.choice(TOKENS) + found[end:]
    return found


def document(seeds: list[bytes], rng: random.Random) -> bytes:
    """A JSON document: its bytes changed, or its values."""
    chosen = rng.choice(seeds)
    if rng.random() < 0.2:
        return content(chosen, rng)
    other = json.loads(rng.choice(seeds))
    return json.dumps(value(json.loads(chosen), rng, rng.choice((0.0005, 0.002, 0.01, 0.05)), other)).encode()


# HCL.

_TOP = re.compile(r"^(?=[a-z]\w* (?:\"|\{)|locals\b|terraform\b)", re.MULTILINE)
_REFERENCE = re.compile(r"\b(?:data\.)?aws_\w+\.\w+\.\w+\b|\b(?:local|var|module)\.\w+(?:\.\w+)?\b")
_CALL = re.compile(r"\b([a-z][a-z0-9]+)\(")
_RIGHT_SIDE = re.compile(r"(?<== )[^\n{\[]+$", re.MULTILINE)
_LITERAL = re.compile(r'"[^"\n]*"')

_FUNCTIONS = (
    "jsonencode", "jsondecode", "toset", "tolist", "tomap", "merge", "concat", "flatten", "distinct", "setproduct",
    "join", "split", "replace", "regex", "regexall", "format", "formatlist", "lookup", "element", "slice", "range",
    "keys", "values", "zipmap", "try", "can", "coalesce", "one", "lower", "trimspace", "base64encode", "yamlencode",
    "yamldecode", "csvdecode", "cidrsubnet", "cidrsubnets", "templatefile", "file", "fileset", "sensitive", "nonsensitive",
    "md5", "sha256", "length", "sum", "max", "pow", "log", "parseint", "chunklist", "sort", "reverse", "index", "abspath",
    "urlencode", "timestamp", "uuid", "bcrypt", "substr", "indent", "title", "chomp", "transpose", "setunion", "nothing",
    "textdecodebase64", "base64gzip", "timeadd", "formatdate", "ceil", "signum", "tonumber", "strrev", "provider::aws::x",
)  # fmt: skip
_EXPRESSIONS = (
    "null", "true", "-0", "1e400", "9" * 4_000, "0.1", '""', "[]", "{}", "each.value", "each.key", "count.index",
    "self.arn", "path.module", "path.root", "terraform.workspace", '"${local.bomb}${local.bomb}"', "local.bomb",
    "range(0, 1000000000)", "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]",
    "setproduct(range(1000), range(1000), range(1000))", '{ for a in range(1000) : "k${a}" => a }', "data.aws_x.y",
    "{ for a in [1, 2] : \"x\" => a... }", "module.nowhere.output", "local.nowhere", "var.nowhere", "aws_s3_bucket.logs",
    'format("%1000000000s", "x")', 'format("%.999999999f", 1.5)', 'join("x", range(1000))', "aws_s3_bucket.logs[*].arn",
    'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "/(a*)*b/", "x")', 'regexall("(.*)*(.*)*x", "aaaaaaaaaaaaaaaaaaaa")',
    'templatefile("../../../../etc/passwd", {})', 'file("/dev/zero")', 'fileset("/", "**")', 'jsondecode("[[[[[[")',
    'jsonencode({ a = aws_s3_bucket.logs.arn, b = [for k, v in { x = 1 } : { (k) = v }] })', "1 / 0", "1 % 0", "2 > null",
    'true ? "x" : [1]', '!"x"', "-null", "[1][5]", '{ a = 1 }["b"]', '{ a = 1 }.b', "[for x in null : x]", "(((((1)))))",
    "<<EOT\n%{ for x in range(1000) }${x}%{ endfor }\nEOT", "<<-EOT\n  ${1 +}\n  EOT", '"%{ if true }x%{ endif }"',
    '"%{ for a in [1] }"', '"$${x}"', '"\\u0000"', '"\\ud800"', '"${"${"${"x"}"}"}"', "toset([toset([1])])", "pow(10, 400)",
    "cidrsubnets(\"10.0.0.0/8\", 999999)", 'cidrsubnet("::/0", 128, 1)', "parseint(\"zz\", 36)", "log(0, 0)", "sqrt(2)",
    'yamldecode("a: &a [x]\\nb: [*a, *a]")', "provider::aws::arn_parse(\"x\")", 'timeadd("x", "1h")', "local", "var", "data",
    "aws_s3_bucket", "[...]", "a...", "x => y", "@", 'try(local.nowhere, "x")', "one([1, 2])", 'substr("x", -9, 99)',
)  # fmt: skip
_BLOCKS = (
    'locals {\n  bomb = "${local.more}${local.more}"\n  more = "${local.bomb2}${local.bomb2}"\n  bomb2 = "xxxxxxxx"\n}\n',
    'locals {\n  bomb = local.nowhere\n  nowhere = local.bomb\n}\n',
    'module "again" {\n  source = "./"\n}\n',
    'module "up" {\n  source = "../"\n  x = module.up.y\n}\n',
    'variable "x" {\n  type = object({ a = optional(list(string), ["x"]) })\n  default = {}\n}\n',
    'output "y" {\n  value = output.y\n  sensitive = true\n}\n',
    'provider "aws" {\n  alias = "x"\n  region = var.x\n}\n',
    'check "x" {\n  assert {\n    condition = false\n    error_message = "x"\n  }\n}\n',
    'moved {\n  from = aws_s3_bucket.logs\n  to = aws_s3_bucket.logs\n}\n',
    'removed {\n  from = aws_s3_bucket.logs\n}\nimport {\n  to = aws_s3_bucket.logs\n  id = "x"\n}\n',
    'data "external" "x" {\n  program = ["touch", "/canary"]\n}\n',
    'resource "aws_cloudtrail" "second" {\n  count = 3\n  name = "t${count.index}"\n  is_organization_trail = true\n'
    "  s3_bucket_name = aws_s3_bucket.logs.id\n}\n",
)  # fmt: skip


def blocks(text: str) -> list[str]:
    """The top-level blocks of an HCL file that is written as terraform fmt writes it."""
    return [block for block in _TOP.split(text) if block.strip()]


def hcl(seeds: list[bytes], rng: random.Random) -> bytes:
    """An HCL file: its bytes changed, or its blocks, references, functions, literals and expressions."""
    chosen = rng.choice(seeds)
    if rng.random() < 0.2:
        return content(chosen, rng)
    pieces = blocks(chosen.decode())
    for _ in range(rng.randint(1, 4)):
        pieces = _changed_blocks(pieces, seeds, rng)
    text = "".join(pieces)
    for _ in range(rng.randint(0, 6)):
        text = _changed_text(text, rng)
    if rng.random() < 0.1:
        text = text.replace("\n", "\r\n")
    made = text.encode(errors="surrogatepass")
    return content(made, rng) if rng.random() < 0.1 else made


def _changed_blocks(pieces: list[str], seeds: list[bytes], rng: random.Random) -> list[str]:
    at = rng.randrange(len(pieces)) if pieces else 0
    match rng.randrange(6):
        case 0:
            return pieces[:at] + pieces[at + 1 :]
        case 1:
            return pieces[:at] + pieces[at : at + 1] * 2 + pieces[at + 1 :]
        case 2:
            return [*pieces, rng.choice(blocks(rng.choice(seeds).decode()) or [""])]
        case 3:
            return [*pieces, rng.choice(_BLOCKS)]
        case 4 if pieces:
            grown = rng.choice(
                ("count = 1000000000", 'for_each = toset(["a", "b"])', "for_each = local.bomb", "count = 2")
            )
            return [*pieces[:at], pieces[at].replace("{\n", "{\n  " + grown + "\n", 1), *pieces[at + 1 :]]
    rng.shuffle(pieces)
    return pieces


def _changed_text(text: str, rng: random.Random) -> str:
    pattern, make = rng.choice(
        (
            (_REFERENCE, lambda found: rng.choice(_REFERENCE.findall(text))),
            (_REFERENCE, lambda found: found + rng.choice(("[0]", "[*]", '["x"]', "[each.key]"))),
            (_CALL, lambda found: rng.choice(_FUNCTIONS) + "("),
            (_RIGHT_SIDE, lambda found: rng.choice(_EXPRESSIONS)),
            (_RIGHT_SIDE, lambda found: f"{rng.choice(_FUNCTIONS)}({found})"),
            (_RIGHT_SIDE, lambda found: f"[for x in {found} : x if x != {rng.choice(_EXPRESSIONS)}]"),
            (
                _RIGHT_SIDE,
                lambda found: f"{rng.choice(_EXPRESSIONS)} == {found} ? {found} : {rng.choice(_EXPRESSIONS)}",
            ),
            (_LITERAL, lambda found: f'"{rng.choice(_MEANT)}"'),
            (_LITERAL, lambda found: rng.choice(_EXPRESSIONS)),
            (_LITERAL, lambda found: f'"${{{rng.choice(_EXPRESSIONS)}}}{found[1:]}'),
        )
    )
    places = list(pattern.finditer(text))
    if not places:
        return text
    place = rng.choice(places)
    return text[: place.start()] + make(place[0]) + text[place.end() :]
