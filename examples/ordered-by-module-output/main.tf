# The trail's module is given an output of the organization's module, and the trail uses it.

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

module "organization" {
  source = "./organization"
}

module "trail" {
  source = "./trail"

  organization_id = module.organization.organization_id
}
