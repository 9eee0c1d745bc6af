"""How the audit's tests run the command: as a user would, with moto's server for AWS."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from workbench import aws
from workbench.run import Run, orgtrail

from orgtrail.audit import aws as aws_room
from tests.audit.organization import Organization


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials that only moto takes, none of the user's settings, and nobody who waits between attempts."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mock")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mock-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[..., Any]], None]:
    """Registers a function for an event of botocore's in every session that the audit makes."""
    hooks: list[tuple[str, Callable[..., Any]]] = []
    make = aws_room.new_session

    def new_session(**settings: Any) -> Any:
        session = make(**settings)
        for event, function in hooks:
            session.events.register_first(event, function)
        return session

    monkeypatch.setattr(aws_room, "new_session", new_session)
    return lambda event, function: hooks.append((event, function))


@pytest.fixture
def organization() -> Organization:
    """An organization with a trail as it should be, new for each test."""
    return Organization()


def audit(organization: Organization, *arguments: str | Path, report: str = "json") -> Run:
    """`orgtrail audit` of the organization in moto, with the role in the account of the bucket."""
    way = ("--endpoint-url", aws.server().url, "--archive-role-arn", organization.archive_role)
    return orgtrail("audit", *way, *arguments, "--format", report)
