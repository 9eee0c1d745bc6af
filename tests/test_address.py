"""Addresses of Terraform, taken apart. Source: HashiCorp, Terraform language, "Resource Addressing"."""

import pytest

from orgtrail.address import (
    BlockAddress,
    ProviderKey,
    block_address,
    instance_keys,
    local_type,
    module_path,
    module_prefix,
    read_block,
    read_call,
    read_provider_key,
    resource_name,
    without_name,
)


@pytest.mark.parametrize(
    ("block", "path", "local", "kind", "is_data"),
    [
        ("aws_s3_bucket.logs", (), "aws_s3_bucket.logs", "aws_s3_bucket", False),
        ("data.aws_region.now", (), "data.aws_region.now", "aws_region", True),
        ("module.a.aws_s3_bucket.logs", ("a",), "aws_s3_bucket.logs", "aws_s3_bucket", False),
        ("module.a.module.b.data.aws_region.now", ("a", "b"), "data.aws_region.now", "aws_region", True),
        ("module.module.aws_s3_bucket.module", ("module",), "aws_s3_bucket.module", "aws_s3_bucket", False),
        ("module.data.aws_s3_bucket.data", ("data",), "aws_s3_bucket.data", "aws_s3_bucket", False),
        ("module.a.module.b", ("a",), "module.b", "module", False),
    ],
)
def test_blocks(block: str, path: tuple[str, ...], local: str, kind: str, is_data: bool) -> None:
    read = read_block(block)
    assert read == BlockAddress(path, local)
    assert (read.type, read.is_data, str(read)) == (kind, is_data, block)
    assert block == module_prefix(path) + local
    assert local_type(local) == kind


@pytest.mark.parametrize(
    ("address", "block", "keys"),
    [
        ("aws_t.n", "aws_t.n", ()),
        ("aws_t.n[0]", "aws_t.n", ("0",)),
        ("aws_t.n[?]", "aws_t.n", ("?",)),
        ('module.a["x"].aws_t.n["y.z"]', "module.a.aws_t.n", ('"x"', '"y.z"')),
        ('module.a["a \\"quoted\\" ] key"].aws_t.n', "module.a.aws_t.n", None),
    ],
)
def test_keys(address: str, block: str, keys: tuple[str, ...] | None) -> None:
    assert block_address(address) == block
    if keys is not None:
        assert instance_keys(address) == keys


def test_calls() -> None:
    assert read_call("module.a") == ((), "a")
    assert read_call("module.a.module.b") == (("a",), "b")
    assert read_call("module.a.aws_t.n") is None
    assert read_call("aws_t.n") is None


def test_provider_keys() -> None:
    assert read_provider_key("aws") == ProviderKey((), "aws")
    assert read_provider_key("module.a.module.b:aws.west") == ProviderKey(("a", "b"), "aws.west")
    assert read_provider_key("module.a:aws.west").name == "aws"
    assert module_path("module.module.module.a") == ("module", "a")


def test_what_stands_before_the_name() -> None:
    assert without_name("aws_t.n") == "aws_t"
    assert without_name("data.aws_t.n") == "data.aws_t"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("aws_t.n", "n"),
        ("aws_t.n[0]", "n"),
        ('aws_t.n["a.b"]', "n"),
        ('aws_t.n["a[0]"]', "n"),
        ('module.a["x.y"].data.aws_t.n["[\\"]"]', "n"),
        ('module.a["x"].aws_t.n', "n"),
    ],
)
def test_the_name_at_the_end_of_an_address(address: str, name: str) -> None:
    assert resource_name(address) == name
