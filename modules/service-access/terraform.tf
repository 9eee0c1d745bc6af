terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # The resource came with version 6; 6.62 is what its names were compared with.
      version = ">= 6.62, < 7"
    }
  }
}
