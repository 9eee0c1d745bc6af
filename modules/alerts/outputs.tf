output "topic_arn" {
  description = "The topic that the alerts go to."
  value       = var.topic == null ? aws_sns_topic.this[0].arn : var.topic.arn
}

output "rule_names" {
  description = "What is watched (`trail`, `organization`, `bucket`, `key`) and the name of its rule."
  value       = { for watched, rule in aws_cloudwatch_event_rule.this : watched => rule.name }
}
