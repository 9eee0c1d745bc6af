"""The catalogue, compared with the one that another project reads from the same pages of AWS."""

import json
from pathlib import Path

import pytest

from orgtrail.iam.actions import BUCKET_GROUPS, KEY_GROUPS, KMS_CROSS_ACCOUNT, OWNER_ONLY, catalogue, group

OTHER = json.loads((Path(__file__).parent / "data" / "iam_data.json").read_text(encoding="utf-8"))["actions"]
ASKED = sorted({action for name in (*BUCKET_GROUPS, *KEY_GROUPS) for action in group(name)})


@pytest.mark.parametrize("name", ASKED)
def test_both_catalogues_agree_on_what_is_asked(name: str) -> None:
    own, other = catalogue()[name], OTHER[name]
    # The other one lists every level that AWS's pages give; the first catalogue keeps the gravest.
    assert own.level.lower() in other["level"].lower().split(", ")
    assert {kind for kind in own.resources if kind in ("bucket", "object", "key")} == {
        kind for kind in other["resources"] if kind in ("bucket", "object", "key")
    }


def test_no_action_on_logs_or_key_is_only_in_the_other_catalogue() -> None:
    kinds = {"bucket", "object", "key"}
    missing = {name for name, action in OTHER.items() if kinds & set(action["resources"])} - set(catalogue())
    dangerous = {name for name in missing if "permissions management" in OTHER[name]["level"].lower()}
    assert not dangerous


def test_groups_hold_what_the_specification_names() -> None:
    assert {"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTorrent", "s3:RestoreObject"} <= set(group("read"))
    assert {"s3:PutReplicationConfiguration", "s3:InitiateReplication"} <= set(group("read"))
    assert {"s3:ListBucket", "s3:ListBucketVersions", "s3:GetObjectAcl", "s3:GetObjectTagging"} <= set(group("list"))
    assert {"s3:PutObject", "s3:ReplicateObject", "s3:PutObjectTagging"} <= set(group("write"))
    assert {"s3:DeleteObject", "s3:DeleteBucket", "s3:AbortMultipartUpload"} <= set(group("delete"))
    assert {"s3:PutBucketPolicy", "s3:PutBucketAcl", "s3:PutObjectAcl"} <= set(group("change-policy"))
    assert set(group("decrypt")) == {"kms:Decrypt", "kms:ReEncryptFrom", "kms:CreateGrant"}
    assert {"kms:DisableKey", "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy"} <= set(group("disable-key"))
    assert set(catalogue()) >= KMS_CROSS_ACCOUNT
    assert set(catalogue()) >= OWNER_ONLY


def test_keys_of_an_action() -> None:
    assert catalogue()["s3:PutObject"].takes("s3:x-amz-acl")
    assert not catalogue()["s3:GetObject"].takes("s3:x-amz-acl")
    assert catalogue()["kms:Decrypt"].takes("kms:encryptioncontext:aws:cloudtrail:arn")
