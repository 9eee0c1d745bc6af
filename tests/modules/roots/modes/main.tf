# Who owns the organization changes from apply to apply.

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

variable "mode" {
  type = string
}

variable "services" {
  type    = set(string)
  default = []
}

variable "policy_types" {
  type    = set(string)
  default = []
}

module "trusted_access" {
  source = "../../modules/trusted-access"

  mode                            = var.mode
  other_service_access_principals = var.services
  enabled_policy_types            = var.policy_types
}

output "services" {
  value = module.trusted_access.service_access_principals
}
