variable "create_service_linked_role" {
  description = "Whether to make CloudTrail's service-linked role in the management account, without which an organization trail fails. An account that has the role already refuses a second one."
  type        = bool
  default     = false
  nullable    = false
}
