terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7"
      # management: the account that owns the organization (in confirm mode, a delegated administrator of CloudTrail
      # will do). log_archive: the account that owns the bucket and its key. The same provider may be both.
      configuration_aliases = [aws.management, aws.log_archive]
    }
  }
}
