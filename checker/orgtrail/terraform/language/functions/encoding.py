"""Functions that encode, decode and hash. Source: HashiCorp, Terraform language, "Encoding", "Hash and Crypto"."""

import base64
import binascii
import hashlib
import re
import uuid
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from orgtrail import jsontext
from orgtrail.terraform.language.functions.table import function
from orgtrail.terraform.language.operations import EvaluationError, number, plain, to_string
from orgtrail.values import Cause, Unknown, Value, encode_json


@function("jsonencode", holes=True, null=True)
def _jsonencode(value: Value) -> Value:
    return encode_json(plain(value))


@function("jsondecode", holes=True)
def _jsondecode(value: Value) -> Value:
    try:
        return _whole(jsontext.decode(to_string(value)))
    except ValueError as error:
        raise EvaluationError(f"jsondecode(): {error}") from None


def _whole(value: Value) -> Value:
    """`value` with whole floats as ints, as everywhere else."""
    match value:
        case float():
            return number(value)
        case list():
            return [_whole(element) for element in value]
        case dict():
            return {name: _whole(element) for name, element in value.items()}
    return value


@function("yamldecode")
def _yamldecode(value: Value) -> Value:
    from orgtrail.terraform.language.yaml_text import decode_yaml

    written = to_string(value)
    if not isinstance(written, str):
        raise EvaluationError("yamldecode() needs a string")
    return decode_yaml(written)


def _bytes(value: Value, name: str) -> bytes:
    written = to_string(value)
    if not isinstance(written, str):
        raise EvaluationError(f"{name}() needs a string")
    return written.encode()


@function("base64encode")
def _base64encode(value: Value) -> Value:
    return base64.b64encode(_bytes(value, "base64encode")).decode()


@function("base64decode")
def _base64decode(value: Value) -> Value:
    try:
        return base64.b64decode(_bytes(value, "base64decode"), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise EvaluationError("base64decode() can't read the text") from None


def _hash(name: str, algorithm: "Any", digest: str = "hex") -> None:
    @function(name)
    def implementation(value: Value) -> Value:
        made = algorithm(_bytes(value, name))
        return made.hexdigest() if digest == "hex" else base64.b64encode(made.digest()).decode()


for _name in ("md5", "sha1", "sha256", "sha512"):
    _hash(_name, lambda data, name=_name: hashlib.new(name, data, usedforsecurity=False))
for _name in ("sha256", "sha512"):
    _hash(f"base64{_name}", lambda data, name=_name: hashlib.new(name, data), "base64")


@function("urlencode")
def _urlencode(value: Value) -> Value:
    return quote_plus(_bytes(value, "urlencode"), safe="~")


@function("urldecode")
def _urldecode(value: Value) -> Value:
    return unquote_plus(_bytes(value, "urldecode").decode())


@function("uuidv5", 2, 2)
def _uuidv5(namespace: Value, name: Value) -> Value:
    spaces = {
        "dns": uuid.NAMESPACE_DNS,
        "url": uuid.NAMESPACE_URL,
        "oid": uuid.NAMESPACE_OID,
        "x500": uuid.NAMESPACE_X500,
    }
    try:
        return str(uuid.uuid5(spaces.get(str(namespace)) or uuid.UUID(str(namespace)), str(name)))
    except ValueError:
        raise EvaluationError("uuidv5() needs a namespace") from None


@function("csvdecode")
def _csvdecode(value: Value) -> Value:
    import csv
    import io

    rows = list(csv.reader(io.StringIO(_bytes(value, "csvdecode").decode()), strict=True))
    if not rows:
        raise EvaluationError("csvdecode() needs a header line")
    head, *body = rows
    return [dict(zip(head, row, strict=True)) for row in body if row]


#: What nobody can foretell.
for _name in ("timestamp", "uuid", "bcrypt", "plantimestamp"):

    def _fresh(*_: Value, name: str = _name) -> Value:
        return Unknown(Cause(f"{name}() gives another value each time"))

    function(_name, 0, None, holes=True, null=True)(_fresh)

#: Text that looks like a number in JSON.
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
