terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "archive"
  region = "us-east-1"
  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole"
  }
}

resource "aws_organizations_organization" "this" {
  for_each = toset(["all"])

  aws_service_access_principals = [for service in ["cloudtrail", "config"] : "${service}.amazonaws.com"]
}

resource "aws_organizations_account" "members" {
  for_each = { security = "security@example.com", work = "work@example.com" }

  name  = each.key
  email = each.value
}

module "trail" {
  source   = "./trail"
  for_each = { main = "acme-for-each-logs" }
  providers = {
    aws         = aws
    aws.archive = aws.archive
  }

  bucket   = each.value
  writers  = concat([for account in aws_organizations_account.members : account.id], ["123456789012"])
  whole_of = one(values(aws_organizations_organization.this)[*].id)
}
