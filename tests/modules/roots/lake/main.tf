# CloudTrail Lake after trusted access.

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

module "trusted_access" {
  source = "../../../../modules/trusted-access"

  mode = "manage"
}

module "event_data_store" {
  source = "../../../../modules/event-data-store"

  name            = "organization"
  organization_id = module.trusted_access.organization_id
}
