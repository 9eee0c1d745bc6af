# The logs of an organization trail asked by Athena.

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

module "query" {
  source = "../../modules/query"

  bucket_name         = "acme-org-trail-logs"
  organization_id     = "o-abcd123456"
  account_ids         = ["123456789012", "222222222222"]
  regions             = ["us-east-1", "eu-west-1"]
  first_day           = "2026-01-01"
  results_bucket_name = "acme-org-trail-results"
}
