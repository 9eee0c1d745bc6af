variable "mode" {
  description = <<-EOT
    Who turns trusted access on. `manage`: this module owns the organization resource and everything it says of it. `add`: it
    owns the resource of an organization that is there (import it), adds CloudTrail, and turns nothing off. `confirm`: the
    organization stays where it is managed, and where trusted access is off, the plan and the apply stop.
  EOT
  type        = string
  nullable    = false

  validation {
    condition     = contains(["manage", "add", "confirm"], var.mode)
    error_message = "mode is \"manage\" (this configuration owns the organization and everything it says of it), \"add\" (it owns an organization that is there, and turns nothing off) or \"confirm\" (the organization is managed elsewhere, and this configuration stops where trusted access is off)."
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

variable "turned_on_by" {
  description = <<-EOT
    Only for `confirm`: any attribute of the resource of this same configuration that turns trusted access on, such as the `service_principal` of an
    `aws_organizations_aws_service_access`. Then it may still be off while planning, and is confirmed after that resource.
  EOT
  type        = string
  default     = null
}

variable "create_service_linked_role" {
  description = <<-EOT
    Whether to make CloudTrail's service-linked role in the management account, without which an organization trail fails. By default
    in `manage` mode, since a new organization has none. An account that has the role already refuses: then `false`, or import it.
  EOT
  type        = bool
  default     = null
}
