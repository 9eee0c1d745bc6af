"""Compile what AWS's managed policies allow on S3 into `orgtrail/iam/data/managed_policies.json`.

`python -m tools.compile_managed_policies` remakes the file from the copy of AWS's policies that moto (Apache-2.0)
holds. Of each policy only the statements are kept that say anything about reading or listing objects; of most that is
none, and their names alone are kept.
"""

import json
from importlib import metadata
from pathlib import Path
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from orgtrail.iam.action_names import action_matches
from orgtrail.iam.actions import group
from orgtrail.iam.document import for_everybody, parse

FILE = Path(__file__).resolve().parents[1] / "checker" / "orgtrail" / "iam" / "data" / "managed_policies.json"
_READING = (*group("read"), *group("list"))


def _about_s3(statement: dict[str, Any]) -> dict[str, Any] | None:
    """What a statement says about reading from S3; None where that is nothing."""
    kept = {name: value for name, value in statement.items() if name != "Sid"}
    if "Action" in statement:
        kept["Action"] = [one for one in _listed(statement["Action"]) if _reads({**kept, "Action": one})]
    if "Resource" in statement:
        # What names things of other services only can't be an object.
        kept["Resource"] = [one for one in _listed(statement["Resource"]) if _in_s3(one)]
    empty = any(kept.get(name) == [] for name in ("Action", "Resource"))
    return None if empty or not _reads(kept) else {"Sid": statement.get("Sid", "AWS's statement"), **kept}


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _in_s3(resource: str) -> bool:
    parts = resource.split(":")
    return len(parts) < 3 or "*" in "".join(parts[:2]) or "*" in parts[2] or parts[2] == "s3"


def _reads(statement: dict[str, Any]) -> bool:
    parsed = parse(for_everybody({"Version": "2012-10-17", "Statement": [statement]})).statements[0]
    return any(action_matches(parsed, action, over=True, spelling={}) for action in _READING)


def compiled() -> dict[str, Any]:
    """Name -> statements about reading from S3."""
    policies: dict[str, Any] = {}
    for name, policy in sorted(json.loads(aws_managed_policies_data).items()):
        found = policy["Document"]["Statement"]
        statements = found if isinstance(found, list) else [found]
        policies[name] = [one for statement in statements if (one := _about_s3(statement))]
    return {
        "source": f"moto {metadata.version('moto')} (Apache-2.0), AWS's managed policies",
        "silent": [name for name, statements in policies.items() if not statements],
        "policies": {name: statements for name, statements in policies.items() if statements},
    }


def main() -> None:
    document = compiled()
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(one)}" for name, one in document["policies"].items())
    silent = json.dumps(document["silent"])
    source = json.dumps(document["source"])
    FILE.write_text(f'{{"source": {source},\n"silent": {silent},\n"policies": {{\n{lines}\n}}}}\n', encoding="utf-8")
    print(f"{FILE.name}: {len(document['policies'])} policies about S3, {len(document['silent'])} others")


if __name__ == "__main__":
    main()
