variable "source_bucket_name" {
  description = "The log bucket, best from the output `bucket_name` of log-bucket or organization-trail: that waits until its versions are on."
  type        = string
  nullable    = false
}

variable "source_key_arn" {
  description = "The key that the logs are encrypted with."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.source_key_arn))
    error_message = "source_key_arn is the ARN of a key, such as \"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"."
  }
}

variable "bucket_name" {
  description = "Name of the bucket that the copies go to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name)) && !strcontains(var.bucket_name, "..")
    error_message = "bucket_name is 3 to 63 lower-case letters, digits, dots and hyphens, and starts and ends with a letter or digit."
  }
}

variable "role_name" {
  description = "Name of the role that S3 replicates with."
  type        = string
  default     = "organization-trail-replication"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = "role_name is 1 to 64 letters, digits and +=,.@_-."
  }
}

variable "role_path" {
  description = "Path of that role."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([!-~]+/)?$", var.role_path))
    error_message = "role_path starts and ends with a slash, such as \"/platform/\"."
  }
}

variable "role_permissions_boundary_arn" {
  description = "The permissions boundary of that role; `null` for none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
