"""Blocks, files and modules of a source: structure, places, overrides, other syntaxes, and what isn't read."""

import json
import os
from pathlib import Path

import pytest
from workbench.run import check

from orgtrail.results import Place
from orgtrail.terraform.source.evaluation import Evaluation, Given
from orgtrail.terraform.source.root_module import RootModule, load_source
from orgtrail.terraform.source.variables import assigned
from orgtrail.values import Unknown, Value


def source(folder: Path, **files: str) -> RootModule:
    """A source of these files; `__` in a name stands for `/`, and `tf` is left out."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ("" if "." in name else ".tf"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return load_source(folder)


def output(folder: Path, name: str = "x", **files: str) -> Value:
    return Evaluation(source(folder, **files), Given(assigned=assigned(folder, (), ()))).output(name)


def why(value: Value) -> str:
    assert isinstance(value, Unknown), value
    return f"{value.cause.what} | {value.cause.settle}"


def test_places_and_comments(tmp_path: Path) -> None:
    found = source(
        tmp_path,
        main="""
# orgtrail:ignore[rule] because
// and more
resource "aws_s3_bucket_policy" "logs" {
  bucket = "é"
  statement {
    sid = 1
  }
  dynamic "statement" {
    for_each = []
    content {
      resources = []
    }
  }
}
""",
    )
    block = found.block("aws_s3_bucket_policy.logs")
    assert block is not None
    assert block.comments == ("# orgtrail:ignore[rule] because", "// and more")
    file = str(tmp_path / "main.tf")
    assert block.place() == Place(file, 4, 1)
    assert block.place("bucket") == Place(file, 5, 3)
    assert block.place("statement", 0, "sid") == Place(file, 7, 5)
    assert block.place("statement", 7, "resources") == Place(file, 12, 7)
    assert block.place("nothing") == Place(file, 4, 1)
    assert block.attributes["bucket"].text == '"é"'


def test_override_files(tmp_path: Path) -> None:
    found = output(
        tmp_path,
        main='resource "a_b" "c" {\n  x = 1\n  y = 2\n  n {\n    v = 1\n  }\n}\n',
        outputs='output "x" {\n  value = [a_b.c.x, a_b.c.y, a_b.c.n]\n}\n',
        b_override='resource "a_b" "c" {\n  y = 3\n  n {\n    v = 2\n  }\n  n {\n    v = 3\n  }\n}\n',
        override='resource "a_b" "c" {\n  y = 4\n}\n',
    )
    assert found == [1, 4, [{"v": 2}, {"v": 3}]]


def test_opentofu_files_come_first(tmp_path: Path) -> None:
    (tmp_path / "main.tofu").write_text('output "x" {\n  value = "tofu"\n}\n')
    (tmp_path / "more.tofu.json").write_text(json.dumps({"output": {"y": {"value": "${1 + 1}"}}}))
    assert output(tmp_path, main='output "x" {\n  value = "terraform"\n}\n') == "tofu"
    assert output(tmp_path, "y") == 2


def test_json_syntax(tmp_path: Path) -> None:
    body = {
        "//": "a comment",
        "locals": [{"a": {"b": "x-${var.v}", "${var.v}": "$${kept}"}}],
        "variable": {"v": {"type": "string", "default": "d"}},
        "output": {"x": {"value": "${local.a}"}},
        "resource": {"aws_s3_bucket": {"b": [{"bucket": "n"}]}},
    }
    (tmp_path / "main.tf.json").write_text(json.dumps(body, indent=2))
    assert output(tmp_path) == {"b": "x-d", "d": "${kept}"}
    place = load_source(tmp_path).place("aws_s3_bucket.b", "bucket")
    assert place is not None
    assert place.line == 26


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("main.tf", 'resource "a" "b" {\n  x = [1,\n}\n', ":3:1"),
        ("main.tf", "locals {\n  a = \n}\n", ":2:"),
        ("main.tf.json", '{"locals": {\n "a": }}', ":2:7"),
        # What terraform refuses as well ("Incorrect JSON value type", "Missing block label").
        ("main.tf.json", '{"locals": 4}', ":1:12: a `locals` block is an object"),
        ("main.tf.json", '{"resource": null}', ":1:14: a `resource` block is an object"),
        ("main.tf.json", '{"resource": {"aws_cloudtrail": 3}}', ":1:33: a `resource` block"),
        ("main.tf.json", '{"module": {"logs": "./logs"}}', ":1:21: a `module` block"),
        ("main.tf.json", "[3]", ":1:1: a JSON file of Terraform is an object"),
    ],
)
def test_a_syntax_error_has_a_place(tmp_path: Path, name: str, content: str, where: str) -> None:
    (tmp_path / name).write_text(content)
    run = check(tmp_path)
    assert run.code == 2
    assert f"{name}{where}" in run.err
    assert run.err.count("\n") == 1


def test_null_in_json_is_no_block(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text('{"locals": null, "resource": [{"terraform_data": {"a": null}}]}')
    assert check(tmp_path).code == 0


def test_what_one_parser_refuses_the_other_reads(tmp_path: Path) -> None:
    # tree-sitter's grammar doesn't know `1e5`.
    assert output(tmp_path, main='output "x" {\n  value = [1e5, "${~ "a" ~} b"]\n}\n') == [100000, "ab"]


def test_what_python_hcl2_refuses_is_an_unknown(tmp_path: Path) -> None:
    found = output(tmp_path, main='output "x" {\n  value = !!true\n}\n')
    assert found is True or "python-hcl2 can't read" in why(found)


def test_modules(tmp_path: Path) -> None:
    (tmp_path / "root" / ".terraform" / "modules").mkdir(parents=True)
    manifest = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "far.deep", "Dir": ".terraform/modules/deep"}]}
    manifest["Modules"].append({"Key": "far", "Dir": ".terraform/modules/far"})
    (tmp_path / "root" / ".terraform" / "modules" / "modules.json").write_text(json.dumps(manifest))
    for name, content in {
        "root/main.tf": """
module "near" {
  source = "../near"
  for_each = { a = 1, b = 2 }
  v = each.value + 1
}
module "far" {
  source  = "registry/far/aws"
  version = "~> 1.0"
}
module "gone" {
  source = "git::https://example.com/gone"
}
output "x" {
  value = [module.near["b"].o, module.far.o]
}
output "gone" {
  value = module.gone.o
}
""",
        "near/main.tf": 'variable "v" {\n  type = string\n}\noutput "o" {\n  value = var.v\n}\n',
        "root/.terraform/modules/far/main.tf": 'module "deep" {\n  source = "x/deep/aws"\n}\n',
        "root/.terraform/modules/far/outputs.tf": 'output "o" {\n  value = module.deep.o\n}\n',
        "root/.terraform/modules/deep/main.tf": 'output "o" {\n  value = path.module\n}\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    found = Evaluation(load_source(tmp_path / "root"), Given())
    assert found.output("x") == ["3", ".terraform/modules/deep"]
    assert why(found.output("gone")).endswith("isn't installed | run terraform init")


def test_a_module_that_calls_itself_ends(tmp_path: Path) -> None:
    found = source(tmp_path, main='module "me" {\n  source = "./"\n}\n')
    assert any("calls the module that it stands in" in cause.what for cause in found.missing)


def test_files_outside_of_the_tree_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / ".git").mkdir()
    (root / "link.txt").symlink_to(secret)
    text = 'output "x" {\n  value = file("%s")\n}\n'
    for path in ("../secret.txt", str(secret), "link.txt"):
        assert "outside of the source tree" in why(output(root, main=text % path))
    allowed = Evaluation(load_source(root, allow_outside=True), Given())
    assert allowed.output("x") == "secret"
    (root / "evil.tf").symlink_to(secret)
    assert "leads out of the source tree" in load_source(root).errors[0][1]


def test_special_files_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "can't be evaluated" in why(output(tmp_path, main='output "x" {\n  value = file("pipe")\n}\n'))


@pytest.mark.parametrize(
    "expression",
    [
        "[for i in range(1000) : [for j in range(1000) : [for k in range(1000) : i]]]",
        "local.a",
        'format("%1000000000s", "x")',
        "setproduct(range(1000), range(1000), range(1000))",
        'regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")',
        "9 * " * 200 + "9",
        "[" * 150 + "]" * 150,
        "(" * 3000 + ")" * 3000,
    ],
    ids=["loops", "cycle", "format", "product", "regex", "chain", "nested", "parentheses"],
)
def test_hostile_expressions_end(tmp_path: Path, expression: str) -> None:
    (tmp_path / "main.tf").write_text(
        f'locals {{\n  a = local.b\n  b = "${{local.a}}"\n}}\noutput "x" {{\n  value = {expression}\n}}\n'
    )
    loaded = load_source(tmp_path)
    if not loaded.errors:
        Evaluation(loaded, Given()).output("x")


def test_variables_from_everywhere(tmp_path: Path) -> None:
    for name, content in {
        "main.tf": """
variable "a" { default = "default" }
variable "b" { type = number }
variable "c" { type = list(string) }
variable "d" {}
variable "e" { type = map(string) }
output "x" { value = [var.a, var.b, var.c, var.e] }
output "d" { value = var.d }
""",
        "terraform.tfvars": 'b = "1"\nc = ["x"]\n',
        "z.auto.tfvars": "b = 3\n",
        "a.auto.tfvars.json": '{"b": 2}',
        "more.tfvars": 'c = ["file"]\n',
    }.items():
        (tmp_path / name).write_text(content)
    given = assigned(tmp_path, [str(tmp_path / "more.tfvars")], ["e={ k = 1 }"])
    found = Evaluation(load_source(tmp_path), Given(assigned=given))
    assert found.output("x") == ["default", 3, ["file"], {"k": "1"}]
    assert why(found.output("d")) == "`var.d` has no value | give --var or --var-file"
    assert "NAME=VALUE" in check(tmp_path, "--var", "nonsense").err
    assert check(tmp_path, "--var", "nope=1").code == 2


def test_a_source_that_is_not_the_plans_is_refused(tmp_path: Path) -> None:
    source(tmp_path, main='output "x" {\n  value = 1\n}\n')
    plan = Path(__file__).parents[1] / "configurations" / "local-jsonencode" / "plan.json"
    run = check(plan, "--source", tmp_path)
    assert run.code == 2
    assert "which the plan has" in run.err
