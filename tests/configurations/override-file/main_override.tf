resource "aws_s3_bucket_policy" "logs" {
  policy = data.aws_iam_policy_document.open.json
}
