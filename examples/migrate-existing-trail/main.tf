# A trail and a bucket that somebody made in the console, with a bucket policy that this configuration already managed, come
# under the module without being replaced: nothing that was logged is lost, and logging never stops. README.md has the steps.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

# Made by hand.
import {
  to = module.organization_trail.aws_cloudtrail.this
  id = "arn:aws:cloudtrail:us-east-1:123456789012:trail/org"
}

import {
  to = module.organization_trail.module.log_bucket[0].aws_s3_bucket.this
  id = "acme-org-trail-logs"
}

# Managed by this configuration under other addresses until now.
moved {
  from = aws_s3_bucket_policy.trail_logs
  to   = module.organization_trail.module.log_bucket[0].aws_s3_bucket_policy.this
}

moved {
  from = aws_s3_bucket_versioning.trail_logs
  to   = module.organization_trail.module.log_bucket[0].aws_s3_bucket_versioning.this
}

module "organization_trail" {
  source = "../../modules/organization-trail"

  # As they are: another name, or another prefix, would replace them.
  trail_name          = "org"
  bucket_name         = "acme-org-trail-logs"
  log_prefix          = "audit"
  trusted_access_mode = "confirm"
  reader_account_ids  = ["444444444444"]

  providers = {
    aws.management  = aws
    aws.log_archive = aws
  }
}

output "trail_arn" {
  description = "The organization trail's ARN."
  value       = module.organization_trail.trail_arn
}
