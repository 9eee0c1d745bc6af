# The whole module of the trail waits for the whole module of the organization.

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

  organization_id = "o-abcd123456"

  depends_on = [module.organization]
}
