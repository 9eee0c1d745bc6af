variable "bucket" {
  type = string
}

variable "wait_for" {
  type    = any
  default = []
}

resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = var.bucket
  is_organization_trail = true
  is_multi_region_trail = true

  depends_on = [var.wait_for]
}
