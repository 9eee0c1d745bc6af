variable "targets" {
  description = "What the service control policy is attached to: any name of yours to the id of the organization's root (`r-...`), of an organizational unit (`ou-...`) or of an account. The names stay known while planning, the ids needn't be."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.targets) > 0 && alltrue([for id in values(var.targets) : can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|[0-9]{12})$", id))])
    error_message = "targets names at least one root (\"r-...\"), organizational unit (\"ou-...\") or account (12 digits), such as { root = \"r-abcd\" }."
  }
}

variable "policy_name" {
  description = "Name of the service control policy."
  type        = string
  default     = "organization-trail-guardrails"
  nullable    = false

  validation {
    condition     = length(var.policy_name) >= 1 && length(var.policy_name) <= 128
    error_message = "policy_name is 1 to 128 characters."
  }
}

variable "resource_targets" {
  description = <<-EOT
    What the resource control policy is attached to, likewise; empty for no such policy. The log archive account is enough, and the
    policy type `RESOURCE_CONTROL_POLICY` must be on in the organization's root.
  EOT
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for id in values(var.resource_targets) : can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|[0-9]{12})$", id))])
    error_message = "resource_targets names roots (\"r-...\"), organizational units (\"ou-...\") or accounts (12 digits), such as { archive = \"222222222222\" }."
  }
}

variable "resource_policy_name" {
  description = "Name of the resource control policy."
  type        = string
  default     = "organization-trail-logs"
  nullable    = false

  validation {
    condition     = length(var.resource_policy_name) >= 1 && length(var.resource_policy_name) <= 128
    error_message = "resource_policy_name is 1 to 128 characters."
  }
}

variable "trail_name" {
  description = "Name of the trail that is protected."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([._-]?[A-Za-z0-9])*$", var.trail_name)) && length(var.trail_name) >= 3 && length(var.trail_name) <= 128
    error_message = "trail_name is 3 to 128 letters, digits, periods, underscores and hyphens, starts and ends with a letter or digit, and has no two of the others in a row."
  }
}

variable "management_account_id" {
  description = "The organization's management account: it owns the trail, also where a delegated administrator made it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.management_account_id))
    error_message = "management_account_id is an account id of 12 digits, in quotes so that leading zeros stay."
  }
}

variable "bucket_name" {
  description = "Name of the bucket that holds the logs."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name)) && !strcontains(var.bucket_name, "..")
    error_message = "bucket_name is 3 to 63 lower-case letters, digits, dots and hyphens, and starts and ends with a letter or digit."
  }
}

variable "log_archive_account_id" {
  description = "The account that owns the bucket and its key."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.log_archive_account_id))
    error_message = "log_archive_account_id is an account id of 12 digits, in quotes so that leading zeros stay."
  }
}

variable "key" {
  description = "The key that the logs are encrypted with; `null` leaves keys alone."
  type = object({
    arn = string
  })
  default = null
}

variable "reader_account_ids" {
  description = "Accounts that may read the logs."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.reader_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "Each of reader_account_ids is an account id of 12 digits, in quotes so that leading zeros stay."
  }
}

variable "delegated_administrator_account_ids" {
  description = "Member accounts that look after CloudTrail for the organization: they may change the trail."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.delegated_administrator_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "Each of delegated_administrator_account_ids is an account id of 12 digits, in quotes so that leading zeros stay."
  }
}

variable "archive_administrator_role_arns" {
  description = <<-EOT
    Roles of the log archive account that may change the bucket's protection and the key, Terraform's own among them; `*` and `?`
    are wildcards. Where any is given, every other principal of that account is kept from it, its root user too.
  EOT
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.archive_administrator_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9*?]+:role/.+$", arn))])
    error_message = "Each of archive_administrator_role_arns is the ARN of an IAM role such as \"arn:aws:iam::111122223333:role/LogArchiveAdministrator\"."
  }
}

variable "deny_leaving" {
  description = "Whether accounts are kept from leaving the organization by themselves."
  type        = bool
  default     = true
  nullable    = false
}

variable "tags" {
  description = "Tags of the policies."
  type        = map(string)
  default     = {}
  nullable    = false
}
