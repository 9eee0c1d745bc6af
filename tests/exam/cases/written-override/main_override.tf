resource "aws_s3_bucket_policy" "logs" {
  policy = jsonencode({
   "Version": "2012-10-17",
   "Statement": [
    {
     "Sid": "AclCheck",
     "Effect": "Allow",
     "Principal": {
      "Service": "cloudtrail.amazonaws.com"
     },
     "Action": "s3:GetBucketAcl",
     "Resource": "${aws_s3_bucket.logs.arn}",
     "Condition": {
      "StringEquals": {
       "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111111111111:trail/org"
      }
     }
    },
    {
     "Sid": "Write",
     "Effect": "Allow",
     "Principal": {
      "Service": "cloudtrail.amazonaws.com"
     },
     "Action": "s3:PutObject",
     "Resource": "${aws_s3_bucket.logs.arn}/AWSLogs/111111111111/*",
     "Condition": {
      "StringEquals": {
       "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111111111111:trail/org",
       "s3:x-amz-acl": "bucket-owner-full-control"
      }
     }
    },
    {
     "Sid": "OrganizationWrite",
     "Effect": "Allow",
     "Principal": {
      "Service": "cloudtrail.amazonaws.com"
     },
     "Action": "s3:PutObject",
     "Resource": "${aws_s3_bucket.logs.arn}/AWSLogs/${aws_organizations_organization.this.id}/*",
     "Condition": {
      "StringEquals": {
       "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111111111111:trail/org",
       "s3:x-amz-acl": "bucket-owner-full-control"
      }
     }
    },
    {
     "Sid": "TlsOnly",
     "Effect": "Deny",
     "Principal": "*",
     "Action": "s3:*",
     "Resource": [
      "${aws_s3_bucket.logs.arn}",
      "${aws_s3_bucket.logs.arn}/*"
     ],
     "Condition": {
      "Bool": {
       "aws:SecureTransport": "false"
      }
     }
    },
    {
     "Sid": "OrgReads",
     "Effect": "Allow",
     "Principal": "*",
     "Action": "s3:GetObject",
     "Resource": "${aws_s3_bucket.logs.arn}/*",
     "Condition": {
      "StringEquals": {
       "aws:PrincipalOrgID": "${aws_organizations_organization.this.id}"
      }
     }
    }
   ]
  })
}
