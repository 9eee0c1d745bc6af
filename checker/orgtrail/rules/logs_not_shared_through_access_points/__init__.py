"""The rule `logs-not-shared-through-access-points`."""

from orgtrail.rules import rule


@rule(
    "error",
    since="0.1.0",
    answers="members kept out",
    looks_at=(
        "aws_s3_access_point",
        "aws_s3control_multi_region_access_point",
        "aws_s3control_access_grant",
        "aws_s3_bucket_policy",
        "aws_s3_bucket.policy",
    ),
    unasked=("S3 Access Grants", "Multi-Region Access Points"),
)
def logs_not_shared_through_access_points() -> None:
    """No access point lets a member account, or anybody outside, read, list or change the trail's objects.

    Why:
        An access point has a policy of its own. A bucket policy that delegates (it allows everybody whose request comes
        with `s3:DataAccessPointAccount` of the owner's account, as AWS recommends) leaves all to that policy: whoever
        it lets in reads the logs, though the bucket policy names nobody.

    Holds when:
        For each `aws_s3_access_point` and multi-region access point of the log bucket: no request of a member, of an
        account outside the organization or without credentials passes both its policy and the bucket policy. AWS asks
        both for a request that comes through an access point: the bucket policy sees the bucket's ARNs and the keys
        `s3:DataAccessPointArn`, `s3:DataAccessPointAccount` and `s3:AccessPointNetworkOrigin`; the access point's
        policy sees `<access point>/object/<key>`. An access point without a policy lets nobody of another account in;
        the policy of one in another account isn't the owner's, so it counts for nothing. Where only a VPC may use an
        access point, who may send from there isn't known. A bucket policy that delegates where the input shows no
        access point is undecided: there may be some elsewhere. A request through an Object Lambda access point passes
        the access point behind it; what its function gives away by its own role isn't seen. An S3 access grant
        (`aws_s3control_access_grant`) that reaches the trail's objects has to be for an account that may read them;
        for any other it is undecided, as who may ask for it isn't followed.

    Fix:
        Name the readers' accounts in the access point's policy, and say so with `--trusted-account`. Without readers,
        remove the access point and the delegation.

    Sources:
        Amazon S3 User Guide, "Configuring IAM policies for using access points"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
        Amazon S3 User Guide, "Creating an access point"
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/creating-access-points.html
    """
