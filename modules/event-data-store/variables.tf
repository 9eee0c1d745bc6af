variable "name" {
  description = "Name of the event data store."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{3,128}$", var.name))
    error_message = "name is 3 to 128 letters, digits, periods, underscores and hyphens."
  }
}

variable "organization_id" {
  description = "The organization's id, from the output of trusted-access or organization-trail: that waits until trusted access is on, and so does the store."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is \"o-\" and 10 to 32 lower-case letters and digits."
  }
}

variable "retention_days" {
  description = "How many days events are kept. The first year is in the price of taking them in."
  type        = number
  default     = 366
  nullable    = false

  validation {
    condition     = var.retention_days >= 7 && var.retention_days <= 3653 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days is a whole number from 7 to 3653."
  }
}

variable "kms_key_arn" {
  description = "A key of your own to encrypt the store with; its policy must let CloudTrail use it, and AWS never lets it be changed. `null` for AWS's."
  type        = string
  default     = null
}

variable "termination_protection" {
  description = "Whether AWS refuses to delete the store."
  type        = bool
  default     = true
  nullable    = false
}

variable "tags" {
  description = "Tags of the store."
  type        = map(string)
  default     = {}
  nullable    = false
}
