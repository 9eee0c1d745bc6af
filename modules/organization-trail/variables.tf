variable "trail_name" {
  description = "Name of the trail."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([._-]?[A-Za-z0-9])*$", var.trail_name)) && length(var.trail_name) >= 3 && length(var.trail_name) <= 128
    error_message = "trail_name is 3 to 128 letters, digits, periods, underscores and hyphens, starts and ends with a letter or digit, and has no two of the others in a row."
  }
}

variable "bucket_name" {
  description = "Name of the bucket that the trail writes to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name)) && !strcontains(var.bucket_name, "..")
    error_message = "bucket_name is 3 to 63 lower-case letters, digits, dots and hyphens, and starts and ends with a letter or digit."
  }
}

variable "trusted_access_mode" {
  description = <<-EOT
    Who turns trusted access on: `manage` makes this configuration own the organization resource, `confirm` leaves it where it is and
    stops the plan and the apply where trusted access is off.
  EOT
  type        = string
  nullable    = false

  validation {
    condition     = contains(["manage", "confirm"], var.trusted_access_mode)
    error_message = "trusted_access_mode is \"manage\" (this configuration owns the organization and turns trusted access on) or \"confirm\" (the organization is managed elsewhere, and this configuration stops where trusted access is off)."
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

variable "reader_account_ids" {
  description = "Accounts that may list, read and decrypt the logs (security tooling, auditors). Which of their roles may is theirs to say."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.reader_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "Each of reader_account_ids is an account id of 12 digits, in quotes so that leading zeros stay."
  }
}

variable "archive_role_arns" {
  description = <<-EOT
    Roles of the bucket's own account that may touch the log objects; `*` and `?` are wildcards, for roles of IAM Identity Center.
    Where any is given, every other principal of that account except its root user is kept from the objects (not from the
    bucket's settings, so nobody is locked out). Where none is, the account's own IAM policies decide.
  EOT
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.archive_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "Each of archive_role_arns is the ARN of an IAM role such as \"arn:aws:iam::111122223333:role/Auditor\", not of a session and not of a user."
  }
}

variable "delegated_administrator_account_id" {
  description = "A member account that may look after CloudTrail for the organization; registered after trusted access is on. `null` for none."
  type        = string
  default     = null

  validation {
    condition     = var.delegated_administrator_account_id == null || can(regex("^[0-9]{12}$", var.delegated_administrator_account_id))
    error_message = "delegated_administrator_account_id is an account id of 12 digits, in quotes so that leading zeros stay, or null for none."
  }
}

variable "log_prefix" {
  description = "What stands before `AWSLogs/` in the objects' keys, without slashes at its ends. Empty for none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9!_.'()-]+(/[A-Za-z0-9!_.'()-]+)*)?$", var.log_prefix)) && length(var.log_prefix) <= 200
    error_message = "log_prefix is at most 200 letters, digits and !_.'()- with single slashes inside, none at its ends, such as \"audit/trail\"."
  }
}

variable "cloudwatch_logs" {
  description = "Sends the events to a log group in the trail's account too, with the role that CloudTrail needs; `{}` for the defaults, `null` for none."
  type = object({
    log_group_name    = optional(string)
    role_name         = optional(string)
    retention_in_days = optional(number, 365)
    kms_key_arn       = optional(string)
  })
  default = null

  validation {
    condition     = var.cloudwatch_logs == null || try(contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.cloudwatch_logs.retention_in_days), false)
    error_message = "cloudwatch_logs.retention_in_days is a number of days that CloudWatch Logs knows, such as 90, 365 or 3653, or 0 to keep events for good."
  }
}

variable "sns" {
  description = "Tells a topic in the trail's account about every log file, with the policy that CloudTrail needs; `{}` for the defaults, `null` for none. A `kms_key_id` must let CloudTrail use the key."
  type = object({
    topic_name = optional(string)
    kms_key_id = optional(string)
  })
  default = null
}

variable "insight_types" {
  description = "CloudTrail Insights that are on: `ApiCallRateInsight`, `ApiErrorRateInsight`. Each costs extra."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.insight_types : contains(["ApiCallRateInsight", "ApiErrorRateInsight"], name)])
    error_message = "Each of insight_types is \"ApiCallRateInsight\" or \"ApiErrorRateInsight\"."
  }
}

variable "advanced_event_selectors" {
  description = "Which events are logged; empty for all management events. Where any is given, only what they name is: name management events as well if you want them (`eventCategory` equals `Management`)."
  type = list(object({
    name = string
    field_selectors = list(object({
      field           = string
      equals          = optional(list(string))
      not_equals      = optional(list(string))
      starts_with     = optional(list(string))
      not_starts_with = optional(list(string))
      ends_with       = optional(list(string))
      not_ends_with   = optional(list(string))
    }))
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for selector in var.advanced_event_selectors : contains(selector.field_selectors[*].field, "eventCategory")])
    error_message = "Each of advanced_event_selectors needs a field selector for \"eventCategory\", such as { field = \"eventCategory\", equals = [\"Management\"] }."
  }
}

variable "transitions" {
  description = "Cheaper storage classes that the logs move to, and after how many days. Logs are small: compare the price of the moves first."
  type = list(object({
    days          = number
    storage_class = string
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for transition in var.transitions : contains(["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"], transition.storage_class)])
    error_message = "Each storage_class of transitions is one of STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER and DEEP_ARCHIVE."
  }

  validation {
    condition     = alltrue([for transition in var.transitions : transition.days >= 0 && floor(transition.days) == transition.days])
    error_message = "Each days of transitions is a whole number of days, 0 or more."
  }
}

variable "expiration_days" {
  description = "After how many days a log is deleted, its older versions with it; `null` keeps logs for good."
  type        = number
  default     = null

  validation {
    condition     = var.expiration_days == null || try(var.expiration_days >= 1 && floor(var.expiration_days) == var.expiration_days, false)
    error_message = "expiration_days is a whole number of days, 1 or more, or null to keep logs for good."
  }
}

variable "object_lock" {
  description = <<-EOT
    Keeps every new log from being overwritten or deleted for so many days: `GOVERNANCE` leaves a way for roles with
    `s3:BypassGovernanceRetention`, `COMPLIANCE` leaves none, not even for the root user. Decide before the first
    apply: to turn it on later, the provider replaces the bucket.
  EOT
  type = object({
    mode = string
    days = number
  })
  default = null

  validation {
    condition     = var.object_lock == null || try(contains(["GOVERNANCE", "COMPLIANCE"], var.object_lock.mode) && var.object_lock.days >= 1, false)
    error_message = "object_lock is { mode = \"GOVERNANCE\" or \"COMPLIANCE\", days = 1 or more }, or null for none."
  }
}

variable "access_logs" {
  description = "An existing bucket of the same account and region that takes this bucket's server access logs, and the prefix there; `null` for none."
  type = object({
    bucket_name = string
    prefix      = optional(string, "log-bucket/")
  })
  default = null
}

variable "force_destroy_bucket" {
  description = "Whether `terraform destroy` may delete the bucket with the logs in it. Without, AWS refuses to delete it while it holds any."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
