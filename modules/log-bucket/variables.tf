variable "bucket_name" {
  description = "Name of the bucket that the trail writes to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name)) && !strcontains(var.bucket_name, "..")
    error_message = "bucket_name is 3 to 63 lower-case letters, digits, dots and hyphens, and starts and ends with a letter or digit."
  }
}

variable "organization_id" {
  description = "The organization's id (`o-...`): CloudTrail writes the members' logs under it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is \"o-\" and 10 to 32 lower-case letters and digits; `aws organizations describe-organization` prints it."
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

variable "trail_name" {
  description = "Name of the trail that may write to the bucket."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([._-]?[A-Za-z0-9])*$", var.trail_name)) && length(var.trail_name) >= 3 && length(var.trail_name) <= 128
    error_message = "trail_name is 3 to 128 letters, digits, periods, underscores and hyphens, starts and ends with a letter or digit, and has no two of the others in a row."
  }
}

variable "trail_region" {
  description = "The trail's home region: it is part of the trail's ARN, which the bucket policy is tied to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2,5}(-[a-z]+)+-[0-9]+$", var.trail_region))
    error_message = "trail_region is the code of an AWS region, such as \"us-east-1\"."
  }
}

variable "log_prefix" {
  description = "What stands before `AWSLogs/` in the objects' keys, without slashes at its ends; the trail's `s3_key_prefix`. Empty for none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9!_.'()-]+(/[A-Za-z0-9!_.'()-]+)*)?$", var.log_prefix)) && length(var.log_prefix) <= 200
    error_message = "log_prefix is at most 200 letters, digits and !_.'()- with single slashes inside, none at its ends, such as \"audit/trail\"."
  }
}

variable "owner_account_id" {
  description = <<-EOT
    The account that owns the bucket; by default the one that the provider acts in. Has to be given where the same apply makes that
    account: until then the provider acts as somebody else. Compared with the provider's account before anything is made.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.owner_account_id == null || can(regex("^[0-9]{12}$", var.owner_account_id))
    error_message = "owner_account_id is an account id of 12 digits, in quotes so that leading zeros stay, or null for the provider's own."
  }
}

variable "reader_account_ids" {
  description = "Accounts that may list and read the logs (security tooling, auditors). Which of their roles may is theirs to say."
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

variable "policy_documents" {
  description = <<-EOT
    Further policy documents, as JSON, whose statements go into the bucket policy: what another log in the same bucket needs, for one. The
    Denies below stand above them, and where names (`Sid`) are the same, the module's statement stays.
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

variable "force_destroy" {
  description = "Whether the bucket may be deleted with the logs in it, once the README's way out was taken. Without, AWS refuses to delete it while it holds any."
  type        = bool
  default     = false
  nullable    = false
}

variable "destroyed_before" {
  description = <<-EOT
    Any attribute of something that must outlive the bucket: the ARN of the key that its logs are encrypted with. `terraform
    destroy` takes the bucket first, so where it stops at a bucket that still holds logs, it hasn't deleted their key.
  EOT
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the bucket."
  type        = map(string)
  default     = {}
  nullable    = false
}
