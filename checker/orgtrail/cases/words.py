"""The words that are nobody's names: AWS's, Terraform's and orgtrail's own.

What orgtrail's own code compares with, it has as a constant; so whatever it knows is read off its code, and nothing has
to be listed twice. A name that isn't among these is the user's, and is replaced.
"""

import importlib.util
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from types import CodeType

#: The parts of orgtrail that read and judge. What the others say is prose.
_READERS = (
    "orgtrail.address",
    "orgtrail.arn",
    "orgtrail.estate",
    "orgtrail.evidence",
    "orgtrail.secrets",
    "orgtrail.graph",
    "orgtrail.iam",
    "orgtrail.inputs",
    "orgtrail.organization",
    "orgtrail.provider",
    "orgtrail.rules",
    "orgtrail.terraform",
)
#: Where the fields of a type are the members of a format.
_FORMATS = ("orgtrail.terraform.plans.plan", "orgtrail.evidence")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.:/*@-]*")


#: Values of AWS's that orgtrail reads as they are, and knows only by what they aren't.
_VALUES = (
    *("ObjectWriter", "BucketOwnerPreferred", "BucketOwnerEnforced", "Enabled", "Disabled", "Suspended"),
    *("GOVERNANCE", "COMPLIANCE", "AES256", "aws:kms", "aws:kms:dsse", "private", "log-delivery-write"),
    *("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY", "ALL", "CONSOLIDATED_BILLING"),
    *("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "WriteOnly", "ReadOnly", "All", "Management", "Data"),
)


@cache
def known() -> frozenset[str]:
    """Every word that the code of orgtrail knows, of every spelling that it has there."""
    found: set[str] = {*_FORMAT, *_VALUES}
    listed: set[str] = set()
    identifiers: set[str] = set()
    for name in _modules():
        spec = importlib.util.find_spec(name)
        loader = spec.loader if spec else None
        code = loader.get_code(name) if loader and hasattr(loader, "get_code") else None
        if isinstance(code, CodeType):
            identifiers.update(re.split(r"\W", name))
            for inner in _codes(code):
                (found if name in _FORMATS else identifiers).update(inner.co_names)
                identifiers.update(inner.co_varnames)
                found.update(one for one in inner.co_consts if isinstance(one, str) and _WORD.fullmatch(one))
                listed.update(_listed(inner))
    # Names of arguments and of what is imported stand in lists, too.
    return frozenset(found | (listed - identifiers)) | _nested()


def _modules() -> Iterator[str]:
    import orgtrail

    for one in pkgutil.walk_packages(orgtrail.__path__, "orgtrail."):
        if any(one.name == reader or one.name.startswith(f"{reader}.") for reader in _READERS):
            yield one.name


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)


def _listed(code: CodeType) -> Iterator[str]:
    """The words in tuples and sets of a piece of code."""
    pending: list[object] = [one for one in code.co_consts if isinstance(one, tuple | frozenset)]
    while pending:
        one = pending.pop()
        if isinstance(one, tuple | frozenset):
            pending += one
        elif isinstance(one, str) and _WORD.fullmatch(one):
            yield one


def _nested() -> set[str]:
    """The nested blocks of the AWS provider's resources that orgtrail reads, and their types."""
    from orgtrail.provider.resource_types import TYPES

    return set(TYPES)


#: Members of Terraform's JSON formats, and words of its language, that a tree may keep beside what orgtrail reads.
_FORMAT = [
    "format_version",
    "terraform_version",
    "resource_changes",
    "planned_values",
    "prior_state",
    "configuration",
    "root_module",
    "child_modules",
    "resources",
    "module_calls",
    "provider_config",
    "variables",
    "outputs",
    "expressions",
    "constant_value",
    "references",
    "address",
    "mode",
    "type",
    "name",
    "index",
    "provider_name",
    "provider_config_key",
    "schema_version",
    "values",
    "sensitive_values",
    "change",
    "actions",
    "before",
    "after",
    "after_unknown",
    "before_sensitive",
    "after_sensitive",
    "replace_paths",
    "importing",
    "managed",
    "data",
    "create",
    "update",
    "delete",
    "read",
    "no-op",
    "forget",
    "count_expression",
    "for_each_expression",
    "depends_on",
    "module",
    "source",
    "version_constraint",
    "full_name",
    "complete",
    "errored",
    "applyable",
    "timestamp",
    "value",
    "default",
    "sensitive",
    "description",
    "resource_drift",
    "relevant_attributes",
    "attribute",
    "resource",
    "output_changes",
    "checks",
    "true",
    "false",
    "null",
    "variable",
    "output",
    "locals",
    "provider",
    "terraform",
    "required_providers",
    "required_version",
    "backend",
    "alias",
    "region",
    "content",
    "dynamic",
    "for_each",
    "count",
    "lifecycle",
    "prevent_destroy",
    "ignore_changes",
    "path",
    "root",
    "cwd",
    "each",
    "key",
    "self",
    "local",
    "var",
    "module",
    "for",
    "in",
    "if",
    "else",
    "endif",
    "endfor",
    "statement",
]

#: Words in ARNs, paths and keys that say what a thing is.
STRUCTURE = frozenset(
    [
        "root",
        "role",
        "user",
        "group",
        "policy",
        "key",
        "alias",
        "trail",
        "eventdatastore",
        "log-group",
        "log-stream",
        "assumed-role",
        "federated-user",
        "instance-profile",
        "oidc-provider",
        "saml-provider",
        "mfa",
        "aws-service-role",
        "service-role",
        "aws-reserved",
        "account",
        "organization",
        "ou",
        "handshake",
        "service_control_policy",
        "resource_control_policy",
        "accesspoint",
        "backup-vault",
        "function",
        "table",
        "database",
        "catalog",
        "workgroup",
        "distribution",
        "deliverystream",
        "destination",
        "hub-link",
        "link",
        "sink",
        "stream",
        "topic",
        "queue",
        "job",
        "task",
        "snapshot",
        "aws-cloudtrail-logs",
        "cloudtrail",
        "cloudfront",
        "aws",
        "s3",
        "id",
        "ids",
    ]
)

#: Folders that CloudTrail writes to, and names that AWS gives to roles of its own.
FOLDER = (
    r"AWSLogs|CloudTrail(?:-(?:Digest|Insight|NetworkActivity|Aggregated))?|Config|elasticloadbalancing|vpcflowlogs"
    r"|AWSServiceRoleFor\w+|aws-service-role|AWSReservedSSO_\*|OrganizationAccountAccessRole|AWSControlTowerExecution"
)
REGION = re.compile(r"(?:us|eu|ap|sa|ca|me|af|il|mx|cn|us-gov|us-iso[a-z]?)(?:-[a-z]+)+-\d")
#: Who issues the tokens of everybody's pipelines and sign-ins.
ISSUER = (
    r"token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|oidc\.circleci\.com"
    r"|accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com"
)
SERVICE = re.compile(rf"(?:[a-z0-9-]+\.)*(?:amazonaws\.com|aws\.internal)(?:\.cn)?|[a-z-]+\.aws\.amazon\.com|{ISSUER}")
#: What stands where actions do; and what is one wherever it stands.
ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
SURE_ACTION = re.compile(
    r"\*|(?i:s3|kms|sns|sqs|iam|sts|cloudtrail|organizations|logs|glue|athena|lakeformation|config|events):[A-Z*][A-Za-z*?]*"
)
OPERATOR = re.compile(
    r"(?:For(?:All|Any)Values?:)?(?:String|Arn|Numeric|Date|Bool|Binary|Ip|NotIp|Null)[A-Za-z]*(?:IfExists)?"
)
#: The beginning of a condition key, before what the user may have named in it.
CONDITION_KEY = re.compile(
    rf"(?:{ISSUER}|aws|s3|kms|sts|iam|sns|cloudtrail|organizations|saml|token|lakeformation|logs|ec2):[A-Za-z0-9:-]+"
)
RESOURCE_TYPE = re.compile(
    r"(?:aws|awscc|null|random|time|tls|external|http|archive|local|terraform|cloudinit)_[a-z0-9_]+"
)
#: What the name of somebody's comes after, in an address.
BEFORE_LABELS = frozenset({"module", "var", "local", "output", "aws", "awscc"})
DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?")
#: Versions, and the addresses of registries that everybody has.
VERSION = re.compile(
    r"[~<>=! ]*v?\d+(?:\.\d+)+|registry\.(?:terraform\.io|opentofu\.org)/hashicorp/[a-z]+|hashicorp/[a-z]+"
)


def is_of_aws(word: str) -> bool:
    """Whether a word with capitals or signs in it is one that orgtrail knows, so AWS's: `AES256`."""
    return word in known() and (word != word.lower() or ":" in word)


#: Arguments that hold what somebody made up, whatever word it is.
MADE_UP = frozenset(
    [
        "name",
        "name_prefix",
        "bucket",
        "bucket_prefix",
        "id",
        "description",
        "display_name",
        "alias",
        "target_bucket",
        "s3_bucket_name",
        "s3_key_prefix",
        "prefix",
        "key_prefix",
        "email",
        "sid",
        "Sid",
        "Id",
        "role",
        "user",
        "group",
        "title",
        "comment",
        "default_value",
        "owner",
        "workspace",
        "function_name",
        "path",
        "key",
        "url",
        "host",
        "command",
        "interpreter",
        "index",
        "deposed",
    ]
)
ACTIONS = frozenset({"Action", "NotAction", "actions", "not_actions"})
#: Arguments that hold condition keys.
KEYS = frozenset({"variable"})
#: Arguments that every call of a module takes.
META = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})
