output "arn" {
  description = "The event data store's ARN: what queries of CloudTrail Lake name."
  value       = aws_cloudtrail_event_data_store.this.arn
}
