terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
provider "aws" {
  region = "us-east-1"
}

data "aws_caller_identity" "this" {}

resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
}

# No option tells the management account: only it can hold the organization, and the data source says who this is.
resource "aws_kms_key" "logs" {
  policy = data.aws_iam_policy_document.key.json
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Owner"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.this.account_id}:root"]
    }
  }
  statement {
    sid       = "Encrypt"
    actions   = ["kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
    condition {
      test     = "StringLikeIfExists"
      variable = "kms:EncryptionContext:aws:cloudtrail:arn"
      values   = ["arn:aws:cloudtrail:*:${data.aws_caller_identity.this.account_id}:trail/*"]
    }
  }
}

module "logs" {
  source = "./logs"

  bucket          = "acme-path-chosen-logs"
  organization_id = aws_organizations_organization.this.id
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = module.logs.bucket
  kms_key_id            = aws_kms_key.logs.arn
  is_organization_trail = true
  is_multi_region_trail = true
  depends_on            = [module.logs]
}
