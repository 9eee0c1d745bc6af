"""Folders of configuration of any size around one trail: `python -m tools.source_trees FOLDER modules|files`.

`files` is one root module of 2,000 files; `modules` is a root that calls 500 modules, each of which lies in a folder of
its own with variables, resources and outputs.
"""

import shutil
import sys
from pathlib import Path

from tools.bench_source import TRAIL, write_tree

MODULES = 500

_MODULE = """
variable "name" {
  description = "What the service is called."
  type        = string
}

variable "tags" {
  type    = map(string)
  default = {}
}

locals {
  full = "acme-${var.name}"
}

resource "aws_s3_bucket" "data" {
  bucket = "${local.full}-data"
  tags   = merge(var.tags, { Service = var.name })
}

resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = data.aws_iam_policy_document.data.json
}

data "aws_iam_policy_document" "data" {
  statement {
    sid       = "OnlyTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_iam_role" "service" {
  name = local.full
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_security_group" "service" {
  name = local.full

  dynamic "ingress" {
    for_each = toset(["80", "443"])
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
}

output "bucket" {
  value = aws_s3_bucket.data.arn
}
"""


def write_modules(folder: Path, count: int = MODULES) -> None:
    """Write a root module that calls `count` others, beside the trail."""
    folder.mkdir(exist_ok=True)
    shutil.copy(TRAIL / "main.tf", folder)
    calls = []
    for number in range(count):
        module = folder / "modules" / f"service_{number}"
        module.mkdir(parents=True)
        (module / "main.tf").write_text(_MODULE)
        calls.append(
            f'module "service_{number}" {{\n  source = "./modules/service_{number}"\n'
            f'  name   = "service-{number}"\n  tags   = {{ Team = "team-{number % 17}" }}\n}}\n'
        )
    (folder / "services.tf").write_text("\n".join(calls))


TREES = {"files": write_tree, "modules": write_modules}


def main() -> None:
    TREES[sys.argv[2]](Path(sys.argv[1]))


if __name__ == "__main__":
    main()
