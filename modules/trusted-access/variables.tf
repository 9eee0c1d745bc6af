variable "mode" {
  description = <<-EOT
    Who turns trusted access on: `manage` makes this module own the organization resource, `confirm` leaves it where it is and
    stops the plan and the apply where trusted access is off.
  EOT
  type        = string
  nullable    = false

  validation {
    condition     = contains(["manage", "confirm"], var.mode)
    error_message = "mode is \"manage\" (this configuration owns the organization and turns trusted access on) or \"confirm\" (the organization is managed elsewhere, and this configuration stops where trusted access is off)."
  }
}

variable "other_service_access_principals" {
  description = <<-EOT
    Service principals besides `cloudtrail.amazonaws.com` that keep trusted access. **Authoritative in `manage` mode: a service
    that isn't listed here loses its access to the organization.** Ask AWS for today's list with
    `aws organizations list-aws-service-access-for-organization`.
  EOT
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for principal in var.other_service_access_principals : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?$", principal))])
    error_message = "Each of other_service_access_principals is the name of an AWS service such as \"config.amazonaws.com\"."
  }
}

variable "enabled_policy_types" {
  description = <<-EOT
    Policy types that are on in the organization's root, such as `SERVICE_CONTROL_POLICY`. **Authoritative in `manage` mode: a
    type that isn't listed here is turned off.**
  EOT
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.enabled_policy_types : can(regex("^[A-Z0-9]+(_[A-Z0-9]+)*$", name))])
    error_message = "Each of enabled_policy_types is a type as AWS Organizations spells it, such as \"SERVICE_CONTROL_POLICY\" or \"TAG_POLICY\"."
  }
}

variable "confirm_again_when_changed" {
  description = <<-EOT
    Only for `confirm`: any text. Where it changes (and the first time), trusted access is looked at once more while the plan is
    applied, so that an access that was turned off after the plan stops the apply before the trail.
  EOT
  type        = string
  default     = ""
  nullable    = false
}
