"""Source that was written to exhaust whoever reads it: each piece ends soon, says why, and never passes as decided."""

import json
import os
from pathlib import Path

import pytest
from workbench.re2 import has_re2
from workbench.run import Run, check

from orgtrail.config import Settings
from orgtrail.engine import run as engine

#: The policy is what hostile expressions stand for, so that rules ask for them.
ROOT = """
resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  feature_set                   = "ALL"
}
resource "aws_s3_bucket" "logs" {
  bucket = "acme-org-logs"
}
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = POLICY
}
resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
  depends_on            = [aws_organizations_organization.this]
}
MORE
"""
RULE = "members-cannot-read-logs"


def _chain(form: str, start: str = '"xxxxxxxxxxxxxxxx"', length: int = 60) -> str:
    """Locals of which each is made of the one before it, several times."""
    lines = [f"  b{number} = {form.replace('LAST', f'local.b{number - 1}')}" for number in range(1, length + 1)]
    return "locals {\n" + "\n".join(lines) + f"\n  b0 = {start}\n}}\n"


_BIG = 'locals {\n  big = "' + "y" * 100_000 + '"\n}\n'
_BOMB = "local.b60"

#: name -> (the policy, what else stands in the file, words that the cause must hold)
EXPRESSIONS: dict[str, tuple[str, str, str]] = {
    "range": ("jsonencode(range(0, 1000000000))", "", "at most 1024 elements"),
    "range in tiny steps": ("jsonencode(range(0, 1, 0.0000001))", "", "at most 1024 elements"),
    "nested for": (
        'jsonencode([for a in range(1000) : [for b in range(1000) : [for c in range(1000) : "x"]]])',
        "",
        "more work",
    ),
    "setproduct": ("jsonencode(setproduct(range(1000), range(1000), range(1000)))", "", "more than 65536 elements"),
    "setproduct, many times": (
        "jsonencode([for i in range(1000) : setproduct(range(250), range(250))])",
        "",
        "more than orgtrail evaluates",
    ),
    "doubling templates": (_BOMB, _chain('"${LAST}${LAST}"'), ""),
    "doubling by join": (_BOMB, _chain('join("", [LAST, LAST])'), ""),
    "tenfold by format": (_BOMB, _chain('format("%s%s%s%s", LAST, LAST, LAST, LAST)'), ""),
    "growing by replace": (_BOMB, _chain('replace(LAST, "x", "xxxxxxxxxxxxxxxxxxxxxxxx")'), "more than 1000000"),
    "doubling lists": ("jsonencode(local.b60)", _chain("[LAST, LAST]", "[1]"), ""),
    "doubling objects": ("jsonencode(local.b60)", _chain("{ a = LAST, b = LAST }", "{}"), ""),
    "doubling by concat": ("jsonencode(local.b60)", _chain("concat(LAST, LAST)", "[1]"), ""),
    "doubling by flatten": ("jsonencode(local.b60)", _chain("flatten([for x in LAST : [x, x]])", "[1]"), ""),
    "doubling by jsonencode": (_BOMB, _chain("jsonencode([LAST, LAST])"), ""),
    "width of format": ('format("%1000000000s", "x")', "", "more than 1000000 characters"),
    "precision of format": ('format("%.999999999f", 1.5)', "", "more than 1000000 characters"),
    "formatlist": ('jsonencode(formatlist("%7999999s", range(1000)))', "", "more than 1000000 characters"),
    "indent": (
        'indent(1000, join("", [for i in range(1000) : "\\n\\n\\n\\n"]))',
        "",
        "more than 1000000 characters",
    ),
    "a number in words": ('jsonencode(tonumber("1e999999999"))', "", "more than 400 digits"),
    "a number of 100,000 digits": (f"jsonencode({'9' * 100_000})", "", "more than 400 digits"),
    "an infinite number": ("jsonencode(1e400)", "", "larger than orgtrail counts"),
    "pow": ("jsonencode(pow(10, 1000000000))", "", "no finite number"),
    "squares of squares": (
        "jsonencode(local.b60)",
        _chain("LAST * LAST", "12345678901234567890"),
        "the number is too large",
    ),
    "a bomb of YAML": (
        'yamldecode("a: &a [x, x]\\nb: &b [*a, *a]\\nc: [*b, *b]")',
        "",
        "aliases",
    ),
    "deep YAML": (f'jsonencode(yamldecode("{"[" * 5000}"))', "", "nested more than 50 deep"),
    "deep JSON": (f'jsonencode(jsondecode("{"[" * 50_000}"))', "", "nested too deeply"),
    "a template of loops": (
        '"%{ for a in range(1000) }%{ for b in range(1000) }%{ for c in range(1000) }x%{ endfor }%{ endfor }'
        '%{ endfor }"',
        "",
        "more work",
    ),
    "a long heredoc": ("<<EOT\n" + "${local.big}" * 1900 + "\nEOT", _BIG, "more than 1000000 characters"),
    "a heredoc of interpolations": ("<<EOT\n" + "${1}" * 50_000 + "\nEOT", "", "more than 2000 interpolations"),
    "deep parentheses": ("(" * 3000 + "1" + ")" * 3000, "", "nested too deep"),
    "many operators": ("1" + " + 1" * 20_000, "", "more than 25000 tokens"),
    "a long list": ("jsonencode([" + '"x", ' * 30_000 + "])", "", "more than 25000 tokens"),
    "joined ranges": (
        'jsonencode(csvdecode(join("\\n", [for i in range(1000) : join(",", range(1000))])))',
        "",
        "more work",
    ),
    "many subnets": ('jsonencode(cidrsubnets("10.0.0.0/8", 999999999))', "", "no room"),
    "a large subnet": ('cidrsubnet("10.0.0.0/8", 999999999999, 1)', "", "no room"),
    "a host": ('cidrhost("::/0", 1e300)', "", "no such host"),
    "a cycle": ("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n", "refers to itself"),
    "a repeated pattern": ('replace("a", "/(a{1000}){1000}/", "x")', "", "RE2"),
    "looking ahead": ('replace("a", "/a(?!b)/", "x")', "", "RE2"),
    "matches without end": (
        'jsonencode(regexall("", join("", [for i in range(1000) : format("%999s", "x")])))',
        "",
        "more than 65536",
    ),
    "a dynamic block over a giant": (
        "data.aws_iam_policy_document.d.json",
        'data "aws_iam_policy_document" "d" {\n  dynamic "statement" {\n'
        "    for_each = setproduct(range(250), range(250))\n"
        '    content {\n      actions = ["s3:GetObject"]\n    }\n  }\n}\n',
        "more than orgtrail evaluates",
    ),
    "a count of a billion": (
        "jsonencode([for one in aws_s3_bucket.many : one.arn])",
        'resource "aws_s3_bucket" "many" {\n  count = 1000000000\n}\n',
        "more than 10000 instances",
    ),
    "a for_each over a giant": (
        "jsonencode([for one in aws_s3_bucket.many : one.arn])",
        'resource "aws_s3_bucket" "many" {\n  for_each = toset([for i in range(1000) : "${i}${local.big}"])\n}\n'
        + _BIG,
        "more",
    ),
}


def _folder(tmp_path: Path, policy: str = '"{}"', more: str = "") -> Path:
    (tmp_path / "main.tf").write_text(ROOT.replace("POLICY", policy).replace("MORE", more))
    return tmp_path


def _asked(folder: Path, *options: str) -> Run:
    return check(folder, "--select", RULE, *options)


def _causes(run: Run) -> str:
    assert run.code == 3, run
    (result,) = run.json()["results"]
    assert result["verdict"] == "undecided"
    return " | ".join(one["what"] for one in result["unknowns"])


@pytest.mark.parametrize(("policy", "more", "words"), EXPRESSIONS.values(), ids=EXPRESSIONS.keys())
def test_an_expression_that_explodes_is_undecided(policy: str, more: str, words: str, tmp_path: Path) -> None:
    said = _causes(_asked(_folder(tmp_path, policy, more)))
    assert words in said or (not has_re2() and "google-re2" in said)
    assert "bug" not in said


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b", "(a|a)*b", "((a*)*)*b", "(a|aa)+b", "(.*)*(.*)*x", "a?" * 30 + "a" * 30 + "b", ".*a.*a.*a.*a.*a.*x",
        "(?:a\\\\)?|a)*b", "((a{1,10}){1,10}){1,3}b",
    ],
)  # fmt: skip
def test_no_pattern_takes_forever(pattern: str, tmp_path: Path) -> None:
    """Terraform's own engine, RE2, reads them: its work grows with the text."""
    run = _asked(_folder(tmp_path, f'replace("{"a" * 60}", "/{pattern}/", "x")'))
    assert run.code in (1, 3)
    assert "bug" not in run.out


@pytest.mark.parametrize("name", ["aux.tf", "more.tf.json"])
@pytest.mark.parametrize("kind", ["fifo", "device", "link out", "loop", "dangling", "large"])
def test_a_file_that_is_none(name: str, kind: str, tmp_path: Path) -> None:
    file = _folder(tmp_path) / name
    match kind:
        case "fifo":
            os.mkfifo(file)
        case "device":
            file.symlink_to("/dev/zero")
        case "link out":
            file.symlink_to("/etc/passwd")
        case "loop":
            file.symlink_to(file)
        case "dangling":
            file.symlink_to(tmp_path / "nowhere")
        case "large":
            with file.open("wb") as content:
                content.truncate(20_000_000)
    run = check(tmp_path)
    assert run.code == 2
    assert name in run.err or "links" in run.err
    assert run.err.count("\n") == 1


def test_a_folder_that_is_named_as_a_file(tmp_path: Path) -> None:
    (_folder(tmp_path) / "x.tf").mkdir()
    assert check(tmp_path).code in (0, 1, 3)


@pytest.mark.parametrize(
    "call",
    ['file("../secret.txt")', 'file("/etc/passwd")', 'templatefile("link.txt", {})', 'filebase64("link.txt")',
     'file("/dev/zero")', 'filesha256("/etc/passwd")', '"${fileexists("/etc/passwd")}"', 'file("pipe")',
     'join("", fileset("/", "**"))'],
)  # fmt: skip
def test_nothing_outside_of_the_tree_is_read(call: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("CANARY")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link.txt").symlink_to("/etc/passwd")
    os.mkfifo(root / "pipe")
    run = _asked(_folder(root, call))
    said = _causes(run)
    assert "outside of the source tree" in said or "evaluate" in said
    assert "CANARY" not in run.out
    assert "root:" not in run.out


def test_a_number_of_400_digits_is_a_number(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text(f'{{"locals": {{"large": {"9" * 400}, "small": -{"9" * 399}}}}}')
    assert check(tmp_path).code == 0


def test_a_listing_follows_no_links_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "root" / "policies").mkdir(parents=True)
    root = _folder(tmp_path / "root", 'join("", fileset(path.module, "**/*.json"))')
    (root / "policies" / "circle").symlink_to(root)
    assert "is a symbolic link" in _causes(_asked(root))
    (root / "policies" / "circle").unlink()
    monkeypatch.setattr("orgtrail.terraform.source.evaluation.files.Reader.MOST_LISTED", 5)
    for number in range(6):
        (root / "policies" / f"{number}.json").touch()
    assert "holds more than 5 files" in _causes(_asked(root))
    _folder(root, 'join("", fileset(path.module, "*.json"))')
    assert _asked(root).code == (0 if has_re2() else 3)


def test_allow_outside_reads_regular_files_only(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text('{"Statement": []}')
    root = tmp_path / "root"
    root.mkdir()
    run = _asked(_folder(root, 'file("../policy.json")'), "--allow-outside")
    assert run.json()["results"][0]["verdict"] == "proved"
    (root / "link.txt").symlink_to("/proc/self/environ")
    for name in (
        "/dev/zero",
        "/proc/self/environ",
        "/sys/kernel/uevent_helper",
        "link.txt",
        "/x/../proc/version",
    ):
        _folder(root, f'file("{name}")')
        assert "/proc, /sys and /dev are never read" in _causes(_asked(root, "--allow-outside"))


@pytest.mark.parametrize("source", ["./", "./.", "../root", "./again", "./one"])
def test_modules_that_call_themselves(source: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "one").mkdir(parents=True)
    (root / "again").symlink_to(".")
    (root / "one" / "main.tf").write_text('module "back" {\n  source = "../"\n}\noutput "x" {\n  value = 1\n}\n')
    calls = "".join(f'module "m{number}" {{\n  source = "{source}"\n}}\n' for number in range(10))
    _folder(root, "module.m1.x", calls)
    if source == "./one":
        run = _asked(root)
        assert run.code in (1, 3)
    else:
        assert "calls the module that it stands in" in _causes(_asked(root))


def test_a_module_outside_of_the_repository_is_not_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.tf").write_text('output "x" {\n  value = "CANARY"\n}\n')
    run = _asked(_folder(root, "module.out.x", 'module "out" {\n  source = "../outside"\n}\n'))
    assert "outside of the repository" in _causes(run)
    assert "CANARY" not in run.out


def test_interpolations_that_lead_nowhere_are_no_square(tmp_path: Path) -> None:
    run = check(_folder(tmp_path, '"' + "${" * 5_000 + "1" + "}" * 5_000 + '"'))
    assert run.code == 2
    assert "syntax error" in run.err


def test_large_file_is_read_as_a_small_one_is(tmp_path: Path) -> None:
    """Its blocks are parsed again one by one, with the places that they have in the file."""
    (tmp_path / "small").mkdir()
    (tmp_path / "large").mkdir()
    small, large = _folder(tmp_path / "small"), _folder(tmp_path / "large")
    with (large / "main.tf").open("a") as file:
        file.write("\n# filled up\n" * 10_000)
    found = []
    for folder in (small, large):
        report = json.loads(check(folder).out.replace(str(folder), "root"))
        for result in report["results"]:
            # What follows the block in the file is shown in a difference, and is different.
            result.get("fix", {}).pop("diff", None)
        found.append(report)
    assert found[0] == found[1]


def test_binary_file_is_not_parsed(tmp_path: Path) -> None:
    (_folder(tmp_path) / "more.tf").write_bytes(bytes(range(256)) * 4_000)
    run = check(tmp_path)
    assert run.code == 2
    assert "more.tf:1:1: is a binary file" in run.err


def test_thousands_of_modules(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text('variable "x" {}\noutput "y" {\n  value = var.x\n}\n')
    calls = "".join(f'module "m{number}" {{\n  source = "./m"\n  x = {number}\n}}\n' for number in range(2_000))
    report = engine.check([str(_folder(tmp_path, '"{}"', calls))], Settings(select=(RULE,)))
    assert report.results


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: b"\xef\xbb\xbf" + text, (1, 3)),
        (lambda text: text.replace(b"\n", b"\r\n"), (1, 3)),
        (lambda text: text.replace(b'"org"', b'"org\xff\xfe"'), (1, 3)),
        (lambda text: text + b"# " + b"x" * 1_000_000, (1, 3)),
        (lambda text: text + b"\x00" * 100, (2,)),
        (lambda text: text.decode().encode("utf-16"), (2,)),
    ],
    ids=["byte order mark", "CRLF", "not UTF-8", "a long line", "NUL", "UTF-16"],
)
def test_text_that_is_written_oddly(change, code: tuple[int, ...], tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = _folder(tmp_path) / "main.tf"
    file.write_bytes(change(file.read_bytes()))
    run = check(tmp_path)
    assert run.code in code
    assert "bug" not in run.out


def test_what_was_found_to_take_too_long_is_never_decided(tmp_path: Path) -> None:
    """A bound that is hit is no error of Terraform's: `try()` must not take its other way out."""
    run = _asked(_folder(tmp_path, 'try(format("%1000000000s", "x"), jsonencode({ Statement = [] }))'))
    assert "more than 1000000 characters" in _causes(run)


@pytest.mark.parametrize(
    "content", [b"x = " + b"[" * 100_000, b'x = "' + b"y" * 3_000_000 + b'"', b"x = " + b"9" * 100_000]
)
def test_hostile_variable_values(content: bytes, tmp_path: Path) -> None:
    (_folder(tmp_path) / "terraform.tfvars").write_bytes(content)
    run = check(tmp_path)
    assert run.code in (1, 2, 3)
    assert run.code != 2 or "terraform.tfvars" in run.err
