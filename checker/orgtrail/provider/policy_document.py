"""The JSON that the provider makes of an `aws_iam_policy_document`, from values that may have holes.

Read off hashicorp/aws 5.100: documents merge in the order source_policy_documents, own statements,
override_policy_documents; a statement with a Sid takes the place of an earlier one with that Sid; `&{` becomes `${`; a
missing effect is Allow; conditions with the same test and variable add up. What only sorts differently isn't imitated.
Source: Terraform Registry, hashicorp/aws, "aws_iam_policy_document".
"""

from collections.abc import Iterator
from typing import Any

from orgtrail import jsontext
from orgtrail.terraform.language.operations import equal, to_string
from orgtrail.values import Cause, Rest, Unknown, Value, causes, encode_json, map_strings, show


def render(values: dict[str, Value]) -> Value:
    """The `json` attribute of a data source with these `values`: a `str`, a `Json` with holes, or an `Unknown`."""
    version = values.get("version") or "2012-10-17"
    merged: list[Value] = []
    head: dict[str, Value] = {"Version": version}
    for documents in (values.get("source_json"), values.get("source_policy_documents")):
        for document in _documents(documents):
            _merge(merged, head, document)
    own: dict[str, Value] = {"Version": version, "Statement": _own_statements(values.get("statement"))}
    if values.get("policy_id"):
        own["Id"] = values["policy_id"]
    # Two blocks of one document can't have the same Sid: the provider refuses them.
    _merge(merged, head, own, distinct=True)
    for documents in (values.get("override_policy_documents"), values.get("override_json")):
        for document in _documents(documents):
            _merge(merged, head, document)
    return encode_json({**head, "Statement": merged})


def _documents(given: Value) -> Iterator[Value]:
    """The documents in an argument that holds one, a list of them, or nobody knows what."""
    for one in given if isinstance(given, list) else [given]:
        if one is None or one == "":
            continue
        if isinstance(one, Unknown | Rest):
            yield Unknown(one.cause)
            continue
        try:
            yield jsontext.decode(one)
        except ValueError as error:
            yield Unknown(Cause(f"a document to merge isn't JSON ({error})"))


def _own_statements(blocks: Value) -> list[Value]:
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        return [Rest(_cause(blocks))]
    return [_statement(block) if isinstance(block, dict) else block for block in blocks]


def _statement(block: dict[str, Value]) -> Value:
    """One statement of the document, from the values of its block."""
    statement: dict[str, Value] = {}
    if block.get("sid"):
        statement["Sid"] = _strings(block["sid"])
    statement["Effect"] = "Allow" if block.get("effect") is None else block["effect"]
    for argument, element in (("actions", "Action"), ("not_actions", "NotAction")):
        if block.get(argument):
            statement[element] = block[argument]
    for argument, element in (("resources", "Resource"), ("not_resources", "NotResource")):
        if block.get(argument):
            statement[element] = _variables(block[argument])
    for argument, element in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if block.get(argument):
            statement[element] = _principals(block[argument])
    if block.get("condition"):
        statement["Condition"] = _conditions(block["condition"])
    return statement


def _principals(blocks: Value) -> Value:
    if not isinstance(blocks, list):
        return Unknown(_cause(blocks))
    grouped: dict[str, Value] = {}
    for block in blocks:
        if not isinstance(block, dict):
            return Unknown(_cause(block))
        kind, identifiers = block.get("type"), block.get("identifiers")
        if not isinstance(kind, str):
            return Unknown(_cause(kind))
        if kind == "*" and identifiers == ["*"] and len(blocks) == 1:
            return "*"
        grouped[kind] = _joined(grouped.get(kind), _variables(identifiers))
    return {**grouped}


def _conditions(blocks: Value) -> Value:
    if not isinstance(blocks, list):
        return Unknown(_cause(blocks))
    conditions: dict[str, dict[str, Value]] = {}
    for block in blocks:
        if not isinstance(block, dict):
            return Unknown(_cause(block))
        test, variable = block.get("test"), block.get("variable")
        if not isinstance(test, str) or not isinstance(variable, str):
            return Unknown(_cause([test, variable]))
        keys = conditions.setdefault(test, {})
        keys[variable] = _joined(keys.get(variable), _variables(block.get("values")))
    return {**conditions}


def _joined(first: Value, second: Value) -> Value:
    """Two lists of values as one. A list that isn't known leaves room for any number of values."""
    if first is None:
        return second if isinstance(second, list | Unknown) else [second]
    return [
        element
        for part in (first, second)
        for element in (part if isinstance(part, list) else [Rest(part.cause) if isinstance(part, Unknown) else part])
    ]


def _variables(value: Value) -> Value:
    """`value` as strings, Terraform's way of writing a policy variable, `&{...}`, turned into IAM's, `${...}`."""
    return map_strings(_strings(value), lambda string: string.replace("&{", "${"))


def _strings(value: Value) -> Value:
    """An argument of the data source, whose numbers and booleans the provider takes as strings."""
    if isinstance(value, list):
        return [_strings(element) for element in value]
    return to_string(value) if isinstance(value, bool | int | float) else value


def _merge(merged: list[Value], head: dict[str, Value], document: Value, *, distinct: bool = False) -> None:
    """Merge `document` into the statements of `merged`, and its version and id into `head`.

    `distinct` says that its statements surely have different Sids, so that none takes the place of another.
    """
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if not isinstance(document, dict):
        cause = _cause(document)
        merged[:] = [_doubted(statement, cause) for statement in merged]
        merged.append(Rest(cause))
        return
    # Go's JSON reader, which the provider uses, takes the names of members without regard to case.
    members = {name.lower(): value for name, value in document.items()}
    for member, name in (("version", "Version"), ("id", "Id")):
        if members.get(member):
            head[name] = members[member]
    listed = members.get("statement")
    before = len(merged)
    for statement in listed if isinstance(listed, list) else [] if listed is None else [listed]:
        _merge_statement(merged, statement, before if distinct else len(merged))


def _merge_statement(merged: list[Value], statement: Value, end: int) -> None:
    """Put a statement in the place of its namesake among the first `end`, or behind all."""
    sid = _sid(statement)
    namesakes = [False if sid is None else _same_sid(sid, _sid(other)) for other in merged[:end]]
    if True in namesakes:
        merged[namesakes.index(True)] = statement
        return
    for position, same in enumerate(namesakes):
        if isinstance(same, Unknown):
            # It may take that one's place.
            merged[position] = _doubted(merged[position], same.cause)
    merged.append(statement)


def _same_sid(sid: Value, other: Value) -> bool | Unknown:
    if other is None:
        return False
    if isinstance(sid, Unknown | Rest) or isinstance(other, Unknown | Rest):
        return Unknown(_cause([sid, other]))
    same = equal(sid, other)
    if isinstance(same, bool):
        return same
    return Unknown(Cause(f"whether the Sids `{show(sid)}` and `{show(other)}` are the same isn't known"))


def _sid(statement: Value) -> Value:
    """The Sid of a statement: None where it has none, something with a cause where it isn't known."""
    if isinstance(statement, dict):
        return next((value for name, value in statement.items() if name.lower() == "sid" and value != ""), None)
    return statement if isinstance(statement, Unknown | Rest) else None


def _doubted(statement: Value, cause: Cause) -> Value:
    """A statement whose place something else may take: only one that has a Sid."""
    if isinstance(statement, Unknown | Rest) or _sid(statement) is None:
        return statement
    return Unknown(cause)


def _cause(value: Any) -> Cause:
    return next(iter(causes(value)), Cause("part of a policy document isn't known"))
