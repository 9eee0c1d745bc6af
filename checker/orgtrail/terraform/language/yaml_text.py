"""YAML as Terraform's `yamldecode()` reads it: its scalars are a mixture of YAML 1.1 and 1.2.

Source: HashiCorp, Terraform language, "yamldecode Function"; github.com/zclconf/go-cty-yaml.
"""

import re
from typing import Any

from orgtrail.terraform.language.operations import EvaluationError, number
from orgtrail.values import Cause, Unknown, Value

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {
    form: meaning
    for word, meaning in {
        "y": True, "yes": True, "on": True, "true": True, "n": False, "no": False, "off": False, "false": False,
    }.items()
    for form in (word, word.capitalize(), word.upper())
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LARGEST = 50_000
#: Brackets inside each other; the parser goes through all of them again and again.
_DEEPEST = 50


def decode_yaml(written: str) -> Value:
    """The value of a YAML document; an Unknown for what only a full YAML processor could tell."""
    import yaml  # type: ignore[import-untyped]

    if len(written) > _LARGEST:
        return Unknown(Cause(f"yamldecode() of more than {_LARGEST} characters"))
    if _depth(written) > _DEEPEST:
        return Unknown(Cause(f"yamldecode() of a document nested more than {_DEEPEST} deep"))
    try:
        for event in yaml.parse(written, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                return Unknown(Cause("yamldecode() of a document with aliases"))
        node = yaml.compose(written, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise EvaluationError(f"yamldecode(): {str(error).partition(chr(10))[0]}") from None
    except RecursionError:
        raise EvaluationError("yamldecode(): nested too deep") from None
    return None if node is None else _value(node)


def _depth(written: str) -> int:
    """How deep brackets stand inside each other at the most; those in strings count, too."""
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", written):
        depth = depth + 1 if sign in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _value(node: Any) -> Value:
    match node.id:
        case "sequence":
            return [_value(child) for child in node.value]
        case "mapping":
            made: dict[str, Value] = {}
            for key, child in node.value:
                if key.value == "<<":
                    return Unknown(Cause("yamldecode() of a document with merges"))
                made[str(key.value)] = _value(child)
            return made
    return _scalar(node)


def _scalar(node: Any) -> Value:
    written: str = node.value
    tag = node.tag if not node.tag.startswith("tag:yaml.org,2002:") or node.start_mark.buffer is None else ""
    if node.style in {"'", '"', "|", ">"}:
        return written
    if tag and tag.startswith("!"):
        return Unknown(Cause(f"yamldecode() of a value tagged {tag}"))
    if written in _NULL:
        return None
    if written in _BOOLS:
        return _BOOLS[written]
    if _INTEGER.fullmatch(written):
        return int(written)
    if _OTHER_BASE.fullmatch(written):
        return int(written, 0)
    if _FLOAT.fullmatch(written):
        return number(float(written))
    if node.tag == "tag:yaml.org,2002:timestamp":
        return Unknown(Cause("yamldecode() of a timestamp"))
    return written
