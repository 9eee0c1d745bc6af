variable "bucket" {}

resource "aws_cloudtrail" "org" {
  name                       = "org"
  s3_bucket_name             = var.bucket
  is_organization_trail      = true
  is_multi_region_trail      = true
  enable_log_file_validation = true
}
