"""Writes docs/schemas/: the JSON schemas of reports, evidence and orgtrail.toml, from the types that write and read
them, and the entry that an editor's catalogue of schemas takes: `python -m tools.schemas`.

Members of reports and evidence may be added, so none is forbidden; those that there are, are always there.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from orgtrail import config_file, evidence, links, results
from orgtrail.report.answers import Answer
from orgtrail.report.json import VERSION

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schemas"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_PARTS = (
    results.Input,
    results.Notice,
    results.Configuration,
    Answer,
    results.Excerpt,
    results.Suppression,
    results.OpenBefore,
)
_WITNESSES = (results.RequestWitness, results.OrderWitness, results.FactWitness)
_COUNTS = ("proved", "violated", "undecided", "suppressed", "assumed", "exit_code")


def address(name: str) -> str:
    """Where a schema is published; it stays there."""
    return f"{links.SITE}/schemas/{name}"


def report() -> dict[str, Any]:
    """The schema of the JSON report."""
    parts = _parts(*_WITNESSES, *_PARTS)
    parts["Place"]["properties"]["line"]["minimum"] = 1
    result = _result()
    parts["Fix"] = _part(results.Fix, without=("edits", "changes"), parts=parts)
    return {
        "$schema": _DRAFT,
        "$id": address("report.schema.json"),
        "title": "A report of orgtrail",
        "type": "object",
        "properties": {
            "version": {"const": VERSION},
            "inputs": _list("Input"),
            "summary": _object({name: {"type": "integer", "minimum": 0} for name in _COUNTS}),
            "answers": _list("Answer"),
            "configuration": _to("Configuration"),
            "results": _list("Result"),
            "notices": _list("Notice"),
            "unreadable": {"type": "array", "items": {"type": "string"}},
            "mended": _list("OpenBefore"),
        },
        "required": ["version", "inputs", "summary", "answers", "configuration", "results"],
        "$defs": {**parts, "Result": result, "Cause": _part(results.Cause)},
    }


def _result() -> dict[str, Any]:
    """One result as the report writes it."""
    plain = {"rule", "verdict", "severity", "input", "address", "message", "because", "assumptions"}
    described = _part(results.Result, only=plain)
    properties = described["properties"] | {
        "location": _or_null("Place"),
        "witness": {"anyOf": [{"type": "null"}, *(_to(one.__name__) for one in _WITNESSES)]},
        "unknowns": _list("Cause"),
        "suppression": _or_null("Suppression"),
        "excerpt": _or_null("Excerpt"),
        "page": {"type": "string", "format": "uri"},
        "controls": {"type": "array", "items": {"type": "string", "pattern": "^[^/]+/[^/]+$"}},
    }
    made = _object(properties)
    made["properties"]["fix"] = _to("Fix")
    return made


def seen() -> dict[str, Any]:
    """The schema of evidence, what `orgtrail audit --save` writes."""
    parts = _parts(evidence.Evidence)
    whole = parts.pop("Evidence")
    whole["properties"]["orgtrail_evidence"] = {"const": evidence.VERSION}
    whole["properties"]["seen_at"]["format"] = "date-time"
    whole["properties"]["resources"] = _list("Seen")
    # What is as it is by default isn't written.
    parts["Seen"]["required"] = ["type", "address"]
    return {
        "$schema": _DRAFT,
        "$id": address("evidence.schema.json"),
        **whole,
        "title": "Evidence, as `orgtrail audit --save` writes it",
        "$defs": parts,
    }


def settings() -> dict[str, Any]:
    """The schema of orgtrail.toml."""
    found = config_file.schema()
    return {"$schema": found.pop("$schema"), "$id": address("orgtrail.schema.json"), **found}


def catalogue() -> dict[str, Any]:
    """The entry for JSON Schema Store's catalogue, in a catalogue of its own that editors can be pointed at."""
    entry = {
        "name": "orgtrail.toml",
        "description": "Settings of orgtrail, which proves AWS organization trails",
        "fileMatch": ["orgtrail.toml"],
        "url": address("orgtrail.schema.json"),
    }
    return {"$schema": "https://json.schemastore.org/schema-catalog.json", "version": 1, "schemas": [entry]}


def texts() -> dict[str, str]:
    """File name to what should be in it."""
    made = {
        "report.schema.json": report(),
        "evidence.schema.json": seen(),
        "orgtrail.schema.json": settings(),
        "catalog.json": catalogue(),
    }
    return {name: json.dumps(one, indent=2, ensure_ascii=False) + "\n" for name, one in made.items()}


def _parts(*types: type) -> dict[str, Any]:
    """The schemas of structs and of those in them, by their names; every member is required."""
    _, found = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    return {name: _always(one) for name, one in found.items()}


def _always(part: dict[str, Any]) -> dict[str, Any]:
    """What is written whole: no member is left out because it is as it is by default."""
    for one in part["properties"].values():
        one.pop("default", None)
    description = part.pop("description", "").split("\n\n")[0].replace("\n", " ").strip()
    return {"description": description} | part | {"required": list(part["properties"])}


def _part(
    kind: type,
    *,
    only: set[str] | None = None,
    without: tuple[str, ...] = (),
    parts: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The schema of one struct, of some of its members; those that it leads to are put into `parts`."""
    kept = [
        (field.name, field.type)
        for field in msgspec.structs.fields(kind)
        if field.name not in without and (only is None or field.name in only)
    ]
    found = _parts(msgspec.defstruct(kind.__name__, kept))
    made: dict[str, Any] = found.pop(kind.__name__)
    if parts is not None:
        parts |= {name: one for name, one in found.items() if name not in parts}
    return {name: value for name, value in made.items() if name != "description" or value}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _to(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": _to(name)}


def _or_null(name: str) -> dict[str, Any]:
    return {"anyOf": [{"type": "null"}, _to(name)]}


def main() -> int:
    for name, text in texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
