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
  description = "Name of the trail that may encrypt with the key."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([._-]?[A-Za-z0-9])*$", var.trail_name)) && length(var.trail_name) >= 3 && length(var.trail_name) <= 128
    error_message = "trail_name is 3 to 128 letters, digits, periods, underscores and hyphens, starts and ends with a letter or digit, and has no two of the others in a row."
  }
}

variable "trail_region" {
  description = "The trail's home region: it is part of the trail's ARN, which the key policy is tied to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2,5}(-[a-z]+)+-[0-9]+$", var.trail_region))
    error_message = "trail_region is the code of an AWS region, such as \"us-east-1\"."
  }
}

variable "owner_account_id" {
  description = <<-EOT
    The account that owns the key; by default the one that the provider acts in. Has to be given where the same apply makes that
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
  description = "Accounts that may decrypt the logs (security tooling, auditors). Which of their roles may is theirs to say."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.reader_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "Each of reader_account_ids is an account id of 12 digits, in quotes so that leading zeros stay."
  }
}

variable "policy_documents" {
  description = <<-EOT
    Further policy documents, as JSON, whose statements go into the key policy. Nothing
    stands above them: each statement of theirs that allows something is a way to the logs.
  EOT
  type        = list(string)
  default     = []
  nullable    = false
}

variable "alias_name" {
  description = "Alias of the key, without `alias/`; by default the trail's name with `-logs` behind it."
  type        = string
  default     = null

  validation {
    condition     = var.alias_name == null || (can(regex("^[A-Za-z0-9/_-]{1,250}$", var.alias_name)) && !try(startswith(var.alias_name, "aws/") || startswith(var.alias_name, "alias/"), false))
    error_message = "alias_name is letters, digits, slashes, underscores and hyphens, without \"alias/\" before it, and doesn't start with \"aws/\"."
  }
}

variable "deletion_window_in_days" {
  description = "How long a key that `terraform destroy` took away can still be saved. Once it is gone, no log it encrypted can be read again."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.deletion_window_in_days >= 7 && var.deletion_window_in_days <= 30
    error_message = "deletion_window_in_days is 7 to 30 days."
  }
}

variable "tags" {
  description = "Tags of the key."
  type        = map(string)
  default     = {}
  nullable    = false
}
