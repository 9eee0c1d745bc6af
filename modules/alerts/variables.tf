variable "name" {
  description = "Name of the topic, and what the names of the rules begin with."
  type        = string
  default     = "organization-trail-alerts"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,51}$", var.name))
    error_message = "name is 1 to 51 letters, digits, underscores and hyphens: with what the rules add, EventBridge takes 64."
  }
}

variable "watch_trail" {
  description = "Whether to tell about calls that stop or change a trail of this account, such as `StopLogging`, `DeleteTrail`, `UpdateTrail` and `PutEventSelectors`."
  type        = bool
  default     = true
  nullable    = false
}

variable "watch_organization" {
  description = <<-EOT
    Whether to tell about calls to Organizations such as `DisableAWSServiceAccess`, `DeregisterDelegatedAdministrator` and
    `DetachPolicy`. Only in the management account, and only in us-east-1, where their events arrive.
  EOT
  type        = bool
  default     = true
  nullable    = false
}

variable "bucket_name" {
  description = "The log bucket, to tell about calls that change its policy or its protection; in its account and region. `null` for none."
  type        = string
  default     = null
}

variable "key" {
  description = "The key of the logs, to tell about calls that change its policy, disable it or lend it; in its account and region. `null` for none."
  type = object({
    arn = string
  })
  default = null
}

variable "topic" {
  description = "A topic of your own, of the same account and region, whose policy lets `events.amazonaws.com` publish; `null` makes one."
  type = object({
    arn = string
  })
  default = null
}

variable "topic_kms_key_id" {
  description = "A key to encrypt the made topic with. Its policy must let `events.amazonaws.com` use `kms:Decrypt` and `kms:GenerateDataKey*`, which that of `alias/aws/sns` doesn't."
  type        = string
  default     = null

  validation {
    condition     = var.topic_kms_key_id != "alias/aws/sns"
    error_message = "topic_kms_key_id is a key of your own: EventBridge may not use alias/aws/sns, and nothing would arrive."
  }
}

variable "email_addresses" {
  description = "Who gets the alerts by mail. Each has to confirm the mail that SNS sends first."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.email_addresses : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "Each of email_addresses is an address such as \"security@example.com\"."
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
