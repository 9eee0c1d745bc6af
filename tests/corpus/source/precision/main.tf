
resource "aws_organizations_organization" "this" {
  aws_service_access_principals = ["cloudtrail.amazonaws.com"]
  feature_set                   = "ALL"
}
resource "aws_s3_bucket" "logs" {
  bucket = "acme-org-logs"
}
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = format("%.999999999f", 1.5)
}
resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = aws_s3_bucket.logs.id
  is_organization_trail = true
  depends_on            = [aws_organizations_organization.this]
}

