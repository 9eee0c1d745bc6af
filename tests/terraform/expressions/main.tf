terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

# An id that nobody knows before the apply.
resource "terraform_data" "later" {
  input = "known"
}

resource "terraform_data" "many" {
  count = 3
  input = "n${count.index}"
}

resource "terraform_data" "each" {
  for_each = toset(["x", "y"])
  input    = each.key
}

variable "names" {
  type    = list(string)
  default = ["b", "a", "b"]
}

variable "people" {
  type = list(object({
    name  = string
    roles = optional(list(string), ["reader"])
    age   = optional(number)
    more  = optional(object({ a = optional(string, "deep") }), {})
  }))
  default = [{ name = "ann" }, { name = "bob", roles = ["writer"], age = 30 }]
}

variable "nothing" {
  type    = string
  default = null
}

variable "filled" {
  type     = string
  default  = "filled"
  nullable = false
}

variable "numbers" {
  type    = map(number)
  default = { z = 3, a = "1", m = 2.5 }
}

variable "loose" {
  type    = any
  default = { b = [1, "two", true], a = null }
}

locals {
  id       = terraform_data.later.id
  map      = { b = 2, a = 1 }
  nested   = { list = [{ n = 1, tags = ["x"] }, { n = 2, tags = ["y", "z"] }], deep = { er = { est = "end" } } }
  document = jsonencode({ Statement = [{ Sid = "A", Resource = "__BUCKET__/*" }] })
}
