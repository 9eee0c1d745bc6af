terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7"
      # aws: the account and region of the log bucket. replica: the same account, the other region.
      configuration_aliases = [aws.replica]
    }
  }
}
