"""The names that the modules use exist in AWS provider 6, whose binaries aren't needed for that."""

import json
import re

import hcl2
import pytest
from tools import provider_names
from workbench.terraform import REPOSITORY

RECORDED = json.loads(provider_names.RECORD.read_text())
MODULES = sorted(path.name for path in (REPOSITORY / "modules").iterdir() if path.is_dir())

#: Terraform's own arguments and blocks.
META = {"count", "for_each", "provider", "depends_on", "lifecycle"}
_READ = re.compile(r"(?<![\w.])(data\.)?(aws_\w+)\.\w+(?:\[[^\]]*\])?\.(\w+)")


def written(body):
    """The names of the arguments and blocks in a body, however deep; what a dynamic block makes, by its label."""
    for name, value in body.items():
        if name in META or name.startswith("__"):
            continue
        if name == "dynamic":
            for dynamic in value:
                for label, inner in dynamic.items():
                    yield label.strip('"')
                    for content in inner["content"]:
                        yield from written(content)
            continue
        yield name
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            for block in value:
                yield from written(block)


@pytest.mark.parametrize("module", MODULES)
def test_module_uses_what_provider_6_has(module):
    for file in sorted((REPOSITORY / "modules" / module).glob("*.tf")):
        text = file.read_text()
        with file.open() as opened:
            parsed = hcl2.load(opened)
        for kind in ("resource", "data"):
            for block in parsed.get(kind, []):
                for type_, named in block.items():
                    if not (type_ := type_.strip('"')).startswith("aws_"):
                        continue
                    known = RECORDED["names"][f"{kind} {type_}"]
                    for body in named.values():
                        assert set(written(body)) <= {*known, "tags"}, (file.name, type_)
        for data, type_, attribute in _READ.findall(text):
            assert attribute in RECORDED["names"][f"{'data' if data else 'resource'} {type_}"], (file.name, type_)


def test_the_record_is_of_all_blocks_that_the_modules_have():
    assert RECORDED["version"].startswith("6.")
    assert set(RECORDED["names"]) == provider_names.used(), "run `python -m tools.provider_names WHEEL`"


def test_every_regional_resource_takes_a_region():
    """What provider 6 has new: the modules leave it to the provider, since version 5 doesn't know it."""
    regional = {name for name, known in RECORDED["names"].items() if "region" in known}
    assert {"resource aws_s3_bucket", "resource aws_kms_key", "resource aws_cloudtrail"} <= regional


def test_a_name_that_is_missing_is_found():
    dynamic = 'dynamic "b" {\n    for_each = []\n    content {\n      c = 2\n    }\n  }'
    body = hcl2.loads(f'resource "aws_x" "y" {{\n  a = 1\n  {dynamic}\n}}\n')
    ((_, named),) = body["resource"][0].items()
    (inner,) = named.values()
    assert set(written(inner)) == {"a", "b", "c"}
