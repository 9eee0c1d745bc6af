data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  results_arn = "arn:${data.aws_partition.current.partition}:s3:::${var.results_bucket_name}"
  logs        = var.log_prefix == "" ? "s3://${var.bucket_name}/AWSLogs/${var.organization_id}" : "s3://${var.bucket_name}/${var.log_prefix}/AWSLogs/${var.organization_id}"

  # The columns of "Create the table for CloudTrail logs in Athena using partition projection".
  columns = {
    eventversion                 = "string"
    useridentity                 = "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,onbehalfof:struct<userid:string,identitystorearn:string>,sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,ec2roledelivery:string,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>>"
    eventtime                    = "string"
    eventsource                  = "string"
    eventname                    = "string"
    awsregion                    = "string"
    sourceipaddress              = "string"
    useragent                    = "string"
    errorcode                    = "string"
    errormessage                 = "string"
    requestparameters            = "string"
    responseelements             = "string"
    additionaleventdata          = "string"
    requestid                    = "string"
    eventid                      = "string"
    readonly                     = "string"
    resources                    = "array<struct<arn:string,accountid:string,type:string>>"
    eventtype                    = "string"
    apiversion                   = "string"
    recipientaccountid           = "string"
    serviceeventdetails          = "string"
    sharedeventid                = "string"
    vpcendpointid                = "string"
    vpcendpointaccountid         = "string"
    eventcategory                = "string"
    addendum                     = "string"
    sessioncredentialfromconsole = "string"
    edgedevicedetails            = "string"
    tlsdetails                   = "struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>"
  }
}

resource "aws_glue_catalog_database" "this" {
  name = var.database_name
}

resource "aws_glue_catalog_table" "this" {
  name          = "organization_trail"
  database_name = aws_glue_catalog_database.this.name
  table_type    = "EXTERNAL_TABLE"

  # Athena works out the folders itself: nobody has to add one for each day, account and region.
  parameters = {
    classification              = "cloudtrail"
    "projection.enabled"        = "true"
    "projection.account.type"   = "enum"
    "projection.account.values" = join(",", sort(var.account_ids))
    "projection.region.type"    = "enum"
    "projection.region.values"  = join(",", sort(var.regions))
    "projection.day.type"       = "date"
    "projection.day.format"     = "yyyy/MM/dd"
    "projection.day.range"      = "${replace(var.first_day, "-", "/")},NOW"
    "projection.day.interval"   = "1"
    "projection.day.unit"       = "DAYS"
    "storage.location.template" = "${local.logs}/$${account}/CloudTrail/$${region}/$${day}"
  }

  storage_descriptor {
    location      = local.logs
    input_format  = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hive.hcatalog.data.JsonSerDe"
    }

    dynamic "columns" {
      for_each = local.columns

      content {
        name = columns.key
        type = columns.value
      }
    }
  }

  dynamic "partition_keys" {
    for_each = ["account", "region", "day"]

    content {
      name = partition_keys.value
      type = "string"
    }
  }
}

resource "aws_athena_workgroup" "this" {
  name          = var.workgroup_name
  force_destroy = var.force_destroy
  tags          = var.tags

  # Nobody sends results elsewhere, or scans more than was agreed on.
  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.bytes_scanned_cutoff

    result_configuration {
      output_location = "s3://${aws_s3_bucket_policy.results.bucket}/"

      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}
