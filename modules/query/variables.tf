variable "bucket_name" {
  description = "The bucket that the organization trail writes to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name)) && !strcontains(var.bucket_name, "..")
    error_message = "bucket_name is 3 to 63 lower-case letters, digits, dots and hyphens, and starts and ends with a letter or digit."
  }
}

variable "organization_id" {
  description = "The organization's id (`o-...`): the members' logs are under it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is \"o-\" and 10 to 32 lower-case letters and digits; `aws organizations describe-organization` prints it."
  }
}

variable "account_ids" {
  description = "The accounts whose logs are asked, the management account's among them: Athena looks for no other."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.account_ids) > 0 && alltrue([for id in var.account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "account_ids names accounts by their 12 digits, in quotes so that leading zeros stay."
  }
}

variable "regions" {
  description = "The regions whose logs are asked. Events of global services are in us-east-1."
  type        = set(string)
  default     = ["us-east-1"]
  nullable    = false

  validation {
    condition     = length(var.regions) > 0 && alltrue([for region in var.regions : can(regex("^[a-z]{2,5}(-[a-z]+)+-[0-9]+$", region))])
    error_message = "regions names AWS regions by their code, such as \"us-east-1\"."
  }
}

variable "first_day" {
  description = "The day of the oldest logs, such as `2026-01-01`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.first_day))
    error_message = "first_day is a day such as \"2026-01-01\"."
  }
}

variable "results_bucket_name" {
  description = "Name of the bucket that the results go to. Nobody outside of this account gets in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.results_bucket_name)) && !strcontains(var.results_bucket_name, "..")
    error_message = "results_bucket_name is 3 to 63 lower-case letters, digits, dots and hyphens, and starts and ends with a letter or digit."
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

variable "database_name" {
  description = "Name of the Glue database."
  type        = string
  default     = "organization_trail"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9_]{1,255}$", var.database_name))
    error_message = "database_name is 1 to 255 lower-case letters, digits and underscores."
  }
}

variable "workgroup_name" {
  description = "Name of the Athena workgroup."
  type        = string
  default     = "organization-trail"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,128}$", var.workgroup_name))
    error_message = "workgroup_name is 1 to 128 letters, digits, periods, underscores and hyphens."
  }
}

variable "bytes_scanned_cutoff" {
  description = "How many bytes a query may scan before Athena stops it; it charges by them. 10 MB or more."
  type        = number
  default     = 1099511627776
  nullable    = false

  validation {
    condition     = var.bytes_scanned_cutoff >= 10485760
    error_message = "bytes_scanned_cutoff is 10485760 (10 MB) or more."
  }
}

variable "results_days" {
  description = "After how many days results are deleted."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.results_days >= 1 && floor(var.results_days) == var.results_days
    error_message = "results_days is a whole number of days, 1 or more."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete the results and the workgroup's saved queries."
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
