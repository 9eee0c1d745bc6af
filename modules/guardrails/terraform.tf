terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 5.77 knows resource control policies.
      version = ">= 5.77, < 7"
    }
  }
}
