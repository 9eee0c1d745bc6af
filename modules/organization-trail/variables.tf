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
    Who turns trusted access on. `manage`: this configuration owns the organization resource and everything it says of it. `add`: it
    owns the resource of an organization that is there (import it), adds CloudTrail, and turns nothing off. `confirm`: the
    organization stays where it is managed, and where trusted access is off, the plan and the apply stop.
  EOT
  type        = string
  nullable    = false

  validation {
    condition     = contains(["manage", "add", "confirm"], var.trusted_access_mode)
    error_message = "trusted_access_mode is \"manage\" (this configuration owns the organization and everything it says of it), \"add\" (it owns an organization that is there, and turns nothing off) or \"confirm\" (the organization is managed elsewhere, and this configuration stops where trusted access is off)."
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

variable "trusted_access_turned_on_by" {
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

variable "log_archive_account_id" {
  description = <<-EOT
    The account that owns the bucket and the key; by default the one that `aws.log_archive` acts in. Has to be given where the same
    apply makes that account: until then the provider acts as somebody else. Compared with the provider's account before anything
    is made.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.log_archive_account_id == null || can(regex("^[0-9]{12}$", var.log_archive_account_id))
    error_message = "log_archive_account_id is an account id of 12 digits, in quotes so that leading zeros stay, or null for the provider's own."
  }
}

variable "create_bucket" {
  description = <<-EOT
    `false` for a bucket of your own: `bucket_name` is its name, its policy and settings stay yours. Take the name from the resource
    of its policy (`aws_s3_bucket_policy.logs.bucket`), and the trail comes after that.
  EOT
  type        = bool
  default     = true
  nullable    = false
}

variable "kms_key" {
  description = <<-EOT
    A key of your own to encrypt the log files with; its policy stays yours. Take the ARN from the resource of its policy. `policy` is
    that policy as JSON, for the gate. `null` makes a key.
  EOT
  type = object({
    arn    = string
    policy = optional(string)
  })
  default = null

  validation {
    condition     = var.kms_key == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key.arn))
    error_message = "kms_key.arn is the ARN of a key (not of an alias), such as \"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"."
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

variable "management_account_reads" {
  description = <<-EOT
    Whether the management account may list, read and decrypt the logs where another account keeps them; `aws cloudtrail
    validate-logs` there needs it. Where one account does both, its own IAM policies decide.
  EOT
  type        = bool
  default     = false
  nullable    = false
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
  description = <<-EOT
    Sends the events to a log group in the trail's account too, with the role that CloudTrail needs; `{}` for the defaults, `null` for
    none. `log_group` is one of your own, `role` a role of your own, whose policies stay yours.
  EOT
  type = object({
    log_group_name                = optional(string)
    retention_in_days             = optional(number, 365)
    kms_key_arn                   = optional(string)
    log_group                     = optional(object({ arn = string }))
    role_name                     = optional(string)
    role_path                     = optional(string, "/")
    role_permissions_boundary_arn = optional(string)
    role                          = optional(object({ arn = string }))
  })
  default = null

  validation {
    condition     = var.cloudwatch_logs == null || try(contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.cloudwatch_logs.retention_in_days), false)
    error_message = "cloudwatch_logs.retention_in_days is a number of days that CloudWatch Logs knows, such as 90, 365 or 3653, or 0 to keep events for good."
  }

  validation {
    condition     = try(var.cloudwatch_logs.role_name, null) == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.cloudwatch_logs.role_name))
    error_message = "cloudwatch_logs.role_name is 1 to 64 letters, digits and +=,.@_-."
  }

  validation {
    condition     = can(regex("^/([!-~]+/)?$", var.cloudwatch_logs == null ? "/" : var.cloudwatch_logs.role_path))
    error_message = "cloudwatch_logs.role_path starts and ends with a slash, such as \"/platform/\"."
  }

  validation {
    condition     = try(var.cloudwatch_logs.log_group_name, null) == null || can(regex("^[A-Za-z0-9_./#-]{1,512}$", var.cloudwatch_logs.log_group_name))
    error_message = "cloudwatch_logs.log_group_name is 1 to 512 letters, digits and _-/.#."
  }
}

variable "sns" {
  description = <<-EOT
    Tells a topic in the trail's account about every log file, with the policy that CloudTrail needs; `{}` for the defaults, `null` for
    none. `topic` is one of your own: its policy stays yours, and its ARN is best taken from the resource of that. A `kms_key_id`
    must let CloudTrail use the key.
  EOT
  type = object({
    topic_name = optional(string)
    kms_key_id = optional(string)
    topic      = optional(object({ arn = string }))
  })
  default = null

  validation {
    condition     = try(var.sns.topic_name, null) == null || can(regex("^[A-Za-z0-9_-]{1,256}$", var.sns.topic_name))
    error_message = "sns.topic_name is 1 to 256 letters, digits, underscores and hyphens."
  }

  validation {
    condition     = try(var.sns.topic.arn, null) == null || can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.sns.topic.arn))
    error_message = "sns.topic.arn is the ARN of a topic, such as \"arn:aws:sns:us-east-1:111122223333:log-files\"; a name alone would be looked for in the management account."
  }
}

variable "alerts" {
  description = <<-EOT
    Tells a topic when somebody stops or changes the trail, takes away its trusted access, or changes what guards bucket and key: one
    topic in the management account, one in the log archive account. `{}` for the defaults, `null` for none. `management_topic` and
    `log_archive_topic` are topics of your own, whose policies let `events.amazonaws.com` publish.
  EOT
  type = object({
    email_addresses              = optional(set(string), [])
    management_topic             = optional(object({ arn = string }))
    management_topic_kms_key_id  = optional(string)
    log_archive_topic            = optional(object({ arn = string }))
    log_archive_topic_kms_key_id = optional(string)
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

variable "bucket_policy_documents" {
  description = <<-EOT
    Further policy documents, as JSON, whose statements go into the bucket policy: what another log in the same bucket needs, for one. The
    module's Denies stand above them, and where names (`Sid`) are the same, the module's statement stays.
  EOT
  type        = list(string)
  default     = []
  nullable    = false
}

variable "key_policy_documents" {
  description = <<-EOT
    Further policy documents, as JSON, whose statements go into the key policy. Nothing
    stands above them: each statement of theirs that allows something is a way to the logs.
  EOT
  type        = list(string)
  default     = []
  nullable    = false
}

variable "transitions" {
  description = <<-EOT
    Cheaper storage classes that the logs move to, and after how many days. S3 leaves objects under 128 KB where they are, and most
    log files are smaller: look at yours first.
  EOT
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

  validation {
    condition     = alltrue([for transition in var.transitions : transition.days >= 30 || !contains(["STANDARD_IA", "ONEZONE_IA"], transition.storage_class)])
    error_message = "Each days of transitions to STANDARD_IA or ONEZONE_IA is 30 or more: S3 keeps a log that long before it moves there."
  }
}

variable "expiration_days" {
  description = "After how many days a log expires; `null` keeps logs for good. What expired is deleted after `noncurrent_days` more."
  type        = number
  default     = null

  validation {
    condition     = var.expiration_days == null || try(var.expiration_days >= 1 && floor(var.expiration_days) == var.expiration_days, false)
    error_message = "expiration_days is a whole number of days, 1 or more, or null to keep logs for good."
  }
}

variable "noncurrent_days" {
  description = <<-EOT
    With `expiration_days`: how many days an old version of a log is kept. Somebody who deletes or overwrites a log leaves one behind, so
    this is how long that can be undone; and a log that expired is kept as long again before it is gone. Fewer than 365 shorten what
    can be counted on.
  EOT
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.noncurrent_days >= 1 && floor(var.noncurrent_days) == var.noncurrent_days
    error_message = "noncurrent_days is a whole number of days, 1 or more."
  }
}

variable "object_lock" {
  description = <<-EOT
    Keeps every new log from being overwritten or deleted for so many days: `GOVERNANCE` leaves a way for roles with
    `s3:BypassGovernanceRetention`, `COMPLIANCE` leaves none, not even for the root user. It can be
    turned on later, for the logs from then on; AWS never turns it off again.
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
  description = "Whether the bucket may be deleted with the logs in it, once the README's way out was taken. Without, AWS refuses to delete it while it holds any."
  type        = bool
  default     = false
  nullable    = false
}

variable "gate" {
  description = <<-EOT
    `{}` has `orgtrail check` prove the policies once they are there and before the trail is made; what isn't proved stops the apply, and
    the trail isn't made. orgtrail has to be installed where terraform runs; `command` is where. `null` for no gate.
  EOT
  type = object({
    command = optional(string, "orgtrail")
  })
  default = null
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
