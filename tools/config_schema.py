"""Writes docs/orgtrail.schema.json, the JSON schema of orgtrail.toml, from the types that read it."""

import json
from pathlib import Path

from orgtrail.config_file import schema

FILE = Path(__file__).resolve().parents[1] / "docs" / "orgtrail.schema.json"


def text() -> str:
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
