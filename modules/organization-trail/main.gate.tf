# The gate: between the policies and the trail, `orgtrail check` has to prove what is going to be. It is handed a state as
# `terraform show -json` writes one, of what bears on the answers, over standard input.

data "aws_caller_identity" "log_archive" {
  provider = aws.log_archive
}

locals {
  log_archive_account_id = coalesce(var.log_archive_account_id, data.aws_caller_identity.log_archive.account_id)

  gated_bucket = [
    {
      type   = "aws_s3_bucket"
      values = { bucket = var.bucket_name, id = var.bucket_name, force_destroy = var.force_destroy_bucket }
    },
    {
      type   = "aws_s3_bucket_policy"
      values = { bucket = var.bucket_name, policy = var.create_bucket ? one(module.log_bucket[*].policy) : one(data.aws_s3_bucket_policy.given[*].policy) }
    },
  ]

  # What log-bucket sets; a bucket of one's own has settings that this configuration doesn't see.
  gated_settings = [for setting in [
    {
      type   = "aws_s3_bucket_ownership_controls"
      values = { bucket = var.bucket_name, rule = [{ object_ownership = "BucketOwnerEnforced" }] }
    },
    {
      type = "aws_s3_bucket_public_access_block"
      values = {
        bucket                  = var.bucket_name
        block_public_acls       = true
        block_public_policy     = true
        ignore_public_acls      = true
        restrict_public_buckets = true
      }
    },
    {
      type   = "aws_s3_bucket_versioning"
      values = { bucket = var.bucket_name, versioning_configuration = [{ status = "Enabled" }] }
    },
    {
      type   = "aws_s3_bucket_server_side_encryption_configuration"
      values = { bucket = var.bucket_name, rule = [{ apply_server_side_encryption_by_default = [{ sse_algorithm = "AES256" }] }] }
    },
  ] : setting if var.create_bucket]

  gated_key_arn    = var.kms_key == null ? one(module.log_key[*].key_arn) : var.kms_key.arn
  gated_key_policy = var.kms_key == null ? one(module.log_key[*].policy) : var.kms_key.policy

  gated_key = [for key in [
    {
      type = "aws_kms_key"
      values = {
        arn                      = local.gated_key_arn
        key_id                   = element(split("/", local.gated_key_arn), 1)
        policy                   = local.gated_key_policy
        is_enabled               = true
        key_usage                = "ENCRYPT_DECRYPT"
        customer_master_key_spec = "SYMMETRIC_DEFAULT"
      }
    },
  ] : key if local.gated_key_policy != null]

  gated_trail = [
    {
      type = "aws_cloudtrail"
      values = {
        name                          = var.trail_name
        arn                           = local.trail_arn
        home_region                   = local.trail_region
        s3_bucket_name                = var.bucket_name
        s3_key_prefix                 = var.log_prefix
        kms_key_id                    = local.gated_key_arn
        is_organization_trail         = true
        is_multi_region_trail         = true
        include_global_service_events = true
        enable_logging                = true
        enable_log_file_validation    = true
      }
    },
  ]

  gated_resources = [
    for resource in concat(local.gated_bucket, local.gated_settings, local.gated_key, local.gated_trail) : {
      address       = "${resource.type}.this"
      mode          = "managed"
      type          = resource.type
      name          = "this"
      provider_name = "registry.terraform.io/hashicorp/aws"
      values        = resource.values
    }
  ]

  # The organization as it is by now: trusted access was turned on, or confirmed, before this is read.
  gated_organization = {
    address       = "data.aws_organizations_organization.this"
    mode          = "data"
    type          = "aws_organizations_organization"
    name          = "this"
    provider_name = "registry.terraform.io/hashicorp/aws"
    values = {
      id                            = module.trusted_access.organization_id
      master_account_id             = module.trusted_access.management_account_id
      feature_set                   = "ALL"
      aws_service_access_principals = module.trusted_access.service_access_principals
    }
  }
}

# A bucket of one's own may be made by this same apply, so its policy is read while applying. (A data source that has
# nothing to wait for is read while planning.)
resource "terraform_data" "given_bucket" {
  count = var.gate != null && !var.create_bucket ? 1 : 0

  input = var.bucket_name
}

data "aws_s3_bucket_policy" "given" {
  provider = aws.log_archive
  count    = var.gate != null && !var.create_bucket ? 1 : 0

  bucket = var.bucket_name

  depends_on = [terraform_data.given_bucket]
}

resource "terraform_data" "gate" {
  count = var.gate == null ? 0 : 1

  input = jsonencode({
    format_version    = "1.0"
    terraform_version = "1.5.0"
    values            = { root_module = { resources = concat([local.gated_organization], local.gated_resources) } }
  })
  # Another policy, or a trail with other settings, goes through the gate again.
  triggers_replace = [var.trail_name, var.bucket_name, local.gated_resources]

  # Whatever comes from a policy is in the environment, never in the command.
  provisioner "local-exec" {
    interpreter = ["/bin/sh", "-c"]

    environment = {
      ORGTRAIL_COMMAND    = var.gate.command
      ORGTRAIL_INPUT      = self.input
      ORGTRAIL_MANAGEMENT = module.trusted_access.management_account_id
      ORGTRAIL_ARCHIVE    = local.log_archive_account_id
      ORGTRAIL_TRUSTED    = join(" ", var.reader_account_ids)
    }

    command = <<-EOT
      if ! command -v "$ORGTRAIL_COMMAND" >/dev/null; then
        echo "The gate needs orgtrail where terraform runs, and there is no $ORGTRAIL_COMMAND. Install it: python3 -m pip install orgtrail" >&2
        exit 1
      fi
      set -f -- --management-account "$ORGTRAIL_MANAGEMENT" --archive-account "$ORGTRAIL_ARCHIVE"
      for account in $ORGTRAIL_TRUSTED; do
        set -- "$@" --trusted-account "$account"
      done
      printf '%s' "$ORGTRAIL_INPUT" | "$ORGTRAIL_COMMAND" check - "$@" --quiet --no-color
    EOT
  }

  depends_on = [module.trusted_access, module.log_bucket, module.log_key]
}
