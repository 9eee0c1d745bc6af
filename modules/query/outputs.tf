output "workgroup_name" {
  description = "The Athena workgroup to ask in."
  value       = aws_athena_workgroup.this.name
}

output "table" {
  description = "The table, as a query names it."
  value       = "${aws_glue_catalog_database.this.name}.${aws_glue_catalog_table.this.name}"
}

output "results_bucket_name" {
  description = "The bucket that the results go to."
  value       = aws_s3_bucket.results.bucket
}
