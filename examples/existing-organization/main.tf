# The organization is managed elsewhere, by another stack or by hand: this one confirms that trusted access is on, while
# planning and again while applying, and stops where it isn't. The events also go to CloudWatch Logs, and a topic hears about
# each log file.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7"
    }
  }
}

# The management account, or a delegated administrator of CloudTrail.
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "log_archive"
  region = "us-east-1"

  assume_role {
    role_arn = "arn:aws:iam::${var.log_archive_account_id}:role/OrganizationAccountAccessRole"
  }
}

variable "log_archive_account_id" {
  description = "The account that keeps the logs."
  type        = string
  default     = "222222222222"
  nullable    = false
}

variable "security_tooling_account_id" {
  description = "The account whose tools read the logs."
  type        = string
  default     = "444444444444"
  nullable    = false
}

module "organization_trail" {
  source = "../../modules/organization-trail"

  trail_name          = "org"
  bucket_name         = "acme-org-trail-logs"
  trusted_access_mode = "confirm"
  reader_account_ids  = [var.security_tooling_account_id]

  cloudwatch_logs = { retention_in_days = 90 }
  sns             = {}
  insight_types   = ["ApiCallRateInsight", "ApiErrorRateInsight"]

  # All management events, and who wrote to or deleted from the buckets.
  advanced_event_selectors = [
    {
      name            = "Management events"
      field_selectors = [{ field = "eventCategory", equals = ["Management"] }]
    },
    {
      name = "Writes to S3 objects"
      field_selectors = [
        { field = "eventCategory", equals = ["Data"] },
        { field = "resources.type", equals = ["AWS::S3::Object"] },
        { field = "readOnly", equals = ["false"] },
        # Not the log bucket's own, which would log themselves for ever.
        { field = "resources.ARN", not_starts_with = ["arn:aws:s3:::acme-org-trail-logs/"] },
      ]
    },
  ]

  providers = {
    aws.management  = aws
    aws.log_archive = aws.log_archive
  }
}

output "trail_arn" {
  description = "The organization trail's ARN."
  value       = module.organization_trail.trail_arn
}
