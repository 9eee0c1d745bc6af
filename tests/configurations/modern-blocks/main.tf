terraform {
  required_version = ">= 1.8"
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region = "us-east-1"
}
provider "aws" {
  alias  = "archive"
  region = "us-east-1"
}
variable "org" {
  type    = object({ services = optional(set(string), ["cloudtrail.amazonaws.com"]), bucket = string, readers = optional(map(list(string)), {}) })
  default = { bucket = "acme-modern-logs", readers = { audit = ["444444444444"] } }
  validation {
    condition     = length(var.org.bucket) > 3
    error_message = "Too short."
  }
}
locals {
  arn_trail   = provider::aws::arn_build("aws", "cloudtrail", "us-east-1", data.aws_caller_identity.me.account_id, "trail/org")
  parsed      = provider::aws::arn_parse("arn:aws:s3:::${var.org.bucket}")
  flatreaders = flatten([for name, ids in var.org.readers : [for id in ids : { name = name, id = id }]])
  policy      = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        %{~for s in local.base~}
        ${jsonencode(s)},
        %{~endfor~}
        ${jsonencode({ Sid = "Tls", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = ["arn:aws:s3:::${var.org.bucket}", "arn:aws:s3:::${var.org.bucket}/*"], Condition = { Bool = { "aws:SecureTransport" = "false" } } })}
      ]
    }
  EOT
  base = concat([
    { Sid = "Acl", Effect = "Allow", Principal = { Service = "cloudtrail.amazonaws.com" }, Action = "s3:GetBucketAcl", Resource = "arn:${local.parsed.partition}:s3:::${local.parsed.resource}", Condition = { StringEquals = { "aws:SourceArn" = local.arn_trail } } },
    { Sid = "Put", Effect = "Allow", Principal = { Service = "cloudtrail.amazonaws.com" }, Action = "s3:PutObject", Resource = [for o in [data.aws_caller_identity.me.account_id, aws_organizations_organization.this.id] : "arn:aws:s3:::${var.org.bucket}/AWSLogs/${o}/*"], Condition = { StringEquals = { "aws:SourceArn" = local.arn_trail } } },
    ], [for r in local.flatreaders : { Sid = "Read${title(r.name)}${r.id}", Effect = "Allow", Principal = { AWS = "arn:aws:iam::${r.id}:root" }, Action = "s3:GetObject", Resource = "arn:aws:s3:::${var.org.bucket}/*" }]
  )
}
data "aws_caller_identity" "me" {}
resource "aws_organizations_organization" "this" {
  aws_service_access_principals = var.org.services
}
module "bucket" {
  source    = "./bucket"
  for_each  = { (var.org.bucket) = local.policy }
  providers = { aws.here = aws.archive }
  name      = each.key
  policy    = each.value
}
resource "aws_cloudtrail" "org" {
  name                       = reverse(split("/", local.arn_trail))[0]
  s3_bucket_name             = one(values(module.bucket)).name
  is_organization_trail      = true
  is_multi_region_trail      = tobool("true")
  enable_log_file_validation = !false
  dynamic "event_selector" {
    for_each = [for t in ["All"] : { type = t }]
    iterator = sel
    content {
      read_write_type           = sel.value.type
      include_management_events = sel.key == 0
    }
  }
  lifecycle {
    postcondition {
      condition     = self.is_organization_trail
      error_message = "no"
    }
    replace_triggered_by = [terraform_data.version]
  }
}
resource "terraform_data" "version" {
  input = 3
}
moved {
  from = aws_cloudtrail.old
  to   = aws_cloudtrail.org
}
removed {
  from = aws_s3_bucket.gone
  lifecycle {
    destroy = false
  }
}
check "health" {
  data "aws_caller_identity" "again" {}
  assert {
    condition     = data.aws_caller_identity.again.account_id != ""
    error_message = "who?"
  }
}
output "trail" {
  value      = aws_cloudtrail.org.arn
  depends_on = [module.bucket]
}
