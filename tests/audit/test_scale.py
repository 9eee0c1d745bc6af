"""An organization of 5,000 accounts: only the listing of accounts takes more calls."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.organizations.models import FakeAccount, organizations_backends
from moto.server import ThreadedMotoServer
from workbench import aws

from tests.audit.conftest import audit
from tests.audit.organization import Organization

ACCOUNTS = 5000


@pytest.fixture
def server_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto's server inside this process, so that its accounts can be made without 5,000 calls."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    here = aws.MotoServer.__new__(aws.MotoServer)
    here.url = f"http://{host}:{port}"
    monkeypatch.setattr(aws, "_server", here)
    yield
    here.reset()
    server.stop()


def calls(file: Path) -> dict[str, int]:
    found: dict[str, int] = json.loads(file.read_text())["calls"]
    return found


def test_calls_dont_grow_with_accounts_but_for_their_listing(server_here: None, tmp_path: Path) -> None:
    organization = Organization()
    backend = organizations_backends[aws.MANAGEMENT_ACCOUNT]["aws"]
    audit(organization, "--save", tmp_path / "few.json")
    for number in range(ACCOUNTS - len(backend.accounts)):
        backend.accounts.append(
            FakeAccount(backend.org, AccountName=f"n{number}", Email=f"n{number}@acme.example")  # type: ignore[arg-type]
        )
    run = audit(organization, "--save", tmp_path / "many.json")
    few, many = calls(tmp_path / "few.json"), calls(tmp_path / "many.json")
    assert run.code == 0
    assert many.pop("organizations:ListAccounts") > few.pop("organizations:ListAccounts")
    assert many == few
    assert f"asked AWS {sum(calls(tmp_path / 'many.json').values())} times in" in run.err
    seen = json.loads((tmp_path / "many.json").read_text())["resources"]
    (members,) = (
        one["values"]["non_master_accounts"] for one in seen if one["type"] == "aws_organizations_organization"
    )
    assert len({member["id"] for member in members}) == ACCOUNTS - 1
