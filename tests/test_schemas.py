"""The published schemas: fresh, at addresses that stay, and of what is really written and read."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tools import schemas
from workbench.run import check
from workbench.terraform import REPOSITORY

from orgtrail import evidence, links
from orgtrail.evidence import Evidence, Seen
from orgtrail.report.json import as_data
from orgtrail.values import Cause, Unknown
from tests.report.fixture import GOOD, REPORT

EXAMPLES = REPOSITORY / "examples"


def closed(schema: Any) -> Any:
    """The schema, with every member forbidden that it doesn't describe."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(one) for name, one in schema.items()}
    return made | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else made


def validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", schemas.texts())
def test_they_are_fresh(name: str) -> None:
    assert (schemas.FOLDER / name).read_text() == schemas.texts()[name], "run `python -m tools.schemas`"


@pytest.mark.parametrize("name", [name for name in schemas.texts() if name.endswith(".schema.json")])
def test_each_says_its_address_and_is_told_of(name: str) -> None:
    schema = json.loads(schemas.texts()[name])
    validator(schema)
    assert schema["$id"] == f"{links.SITE}/schemas/{name}"
    assert f"`{schema['$id']}`" in (schemas.FOLDER / "README.md").read_text()


@pytest.mark.parametrize("report", [REPORT, GOOD], ids=["bad", "good"])
def test_a_report_meets_its_schema_and_holds_nothing_that_it_does_not_describe(report: Any) -> None:
    data = json.loads(json.dumps(as_data(report)))
    validator(schemas.report()).validate(data)
    validator(closed(schemas.report())).validate(data)


@pytest.mark.parametrize("example", ["organization-wide-read", "no-ordering", "recommended-policy", "policy-heredoc"])
@pytest.mark.parametrize("source", [True, False])
def test_what_a_run_writes_meets_the_schema(example: str, source: bool) -> None:
    folder = EXAMPLES / example
    run = check(folder / "plan.json", *(("--source", folder) if source else ("--no-source",)))
    validator(closed(schemas.report())).validate(run.json())


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("version",), "orgtrail/2"),
        (("results", 0, "verdict"), "fine"),
        (("results", 0, "page"), None),
        (("summary", "exit_code"), "0"),
        (("answers", 0, "sentence"), None),
    ],
)
def test_what_is_no_report_does_not_meet_it(at: tuple[str | int, ...], value: Any) -> None:
    data = copy.deepcopy(json.loads(json.dumps(as_data(REPORT))))
    inside: Any = data
    for step in at[:-1]:
        inside = inside[step]
    inside[at[-1]] = value
    assert not validator(schemas.report()).is_valid(data)
    del inside[at[-1]]
    assert not validator(schemas.report()).is_valid(data)


def test_evidence_meets_its_schema(tmp_path: Path) -> None:
    unseen = Unknown(Cause("it may not be seen", "allow s3:GetBucketPolicy"))
    seen = Evidence(
        orgtrail_evidence=evidence.VERSION,
        orgtrail="0.1.0",
        seen_at=datetime(2026, 1, 31, tzinfo=UTC),
        seen_as="arn:aws:sts::111111111111:assumed-role/audit/me",
        account="111111111111",
        region="us-east-1",
        calls={"s3:GetBucketPolicy": 1},
        resources=(
            Seen(type="aws_s3_bucket_policy", address="policy of logs", values={"policy": unseen}),
            Seen(type="aws_s3_bucket", address="logs", account="222222222222", mode="data"),
        ),
    )
    file = tmp_path / "evidence.json"
    file.write_text(evidence.write(seen))
    data = json.loads(file.read_text())
    validator(closed(schemas.seen())).validate(data)
    assert evidence.read(str(file)).account == "111111111111"
    for name in schemas.seen()["required"]:
        assert not validator(schemas.seen()).is_valid({key: value for key, value in data.items() if key != name}), name


def test_the_catalogue_has_the_form_of_schema_store() -> None:
    """The members that its schema asks of an entry, and that editors read: src/schemas/json/schema-catalog.json."""
    catalogue = json.loads((schemas.FOLDER / "catalog.json").read_text())
    assert catalogue.keys() == {"$schema", "version", "schemas"}
    (entry,) = catalogue["schemas"]
    assert entry.keys() == {"name", "description", "fileMatch", "url"}
    assert entry["fileMatch"] == ["orgtrail.toml"]
    assert entry["url"] == schemas.settings()["$id"]
