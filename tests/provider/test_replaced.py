"""What is gone after a real apply that replaced buckets, topics, roles, log groups and keys is what was said before.

`python -m tools.plans replaced` recorded the plan, and what Terraform wanted to make again afterwards.
"""

import json
from pathlib import Path

import msgspec
import pytest
from tools.replaced_plans import FOLDER, HOMES, ROOT_MODULE, recorded

from orgtrail.config import Settings
from orgtrail.estate import Estate
from orgtrail.inputs.recognise import read
from orgtrail.provider.resource_types import TYPES

#: moto keeps the metric filters of a log group that is deleted; AWS has none of a group that isn't there.
KEPT_BY_MOTO = {"aws_cloudwatch_log_metric_filter.by_name"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("replaced") / "plan.json"
    file.write_text(json.dumps(recorded()["plan"]))
    return file


def _lost(estate: Estate) -> set[str]:
    return {one.address for one in estate.everything() if one.lost_with is not None}


def test_with_its_source(plan: Path) -> None:
    estate = read(str(plan), msgspec.structs.replace(Settings(), source=str(ROOT_MODULE)))
    assert _lost(estate) == {*recorded()["gone"], *KEPT_BY_MOTO}
    assert not [one.address for one in estate.everything() if one.may_be_lost]


def test_alone(plan: Path) -> None:
    """Whether the one update comes out as it was stands in the source."""
    estate = read(str(plan), Settings())
    unclear = {one.address for one in estate.everything() if one.may_be_lost}
    assert unclear == {"aws_s3_bucket_policy.referenced"}
    assert _lost(estate) | unclear == {*recorded()["gone"], *KEPT_BY_MOTO}


def test_each_home_was_replaced(plan: Path) -> None:
    estate = read(str(plan), Settings())
    for address in HOMES:
        home = estate.instance(address)
        assert home is not None
        assert home.actions == ("delete", "create")
        for lost in estate.lost_with(home):
            assert lost.lost_with is not None
            assert lost.lost_with.address == address


def test_the_table_names_what_was_recorded() -> None:
    kinds = {address.partition(".")[0] for address in recorded()["gone"]}
    assert {kind for kind in kinds if TYPES[kind].home} == kinds
    assert (FOLDER / "root" / "main.tf").is_file()
