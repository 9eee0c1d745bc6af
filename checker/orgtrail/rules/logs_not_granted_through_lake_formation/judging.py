"""Who gets at the logs through Lake Formation: the judging of `logs-not-granted-through-lake-formation`."""

from collections.abc import Iterator

from orgtrail.estate import Instance
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.rules import Finding
from orgtrail.rules.shared.readers import account_of_arn
from orgtrail.rules.shared.routes import given_to, holding_logs, is_on_logs, names_logs, written
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Symbol, Text, Unknown, Value, causes, show

#: The groups that Lake Formation knows beside principals: everybody whom IAM lets in, in the account itself.
_OF_ACCOUNT = ("IAM_ALLOWED_PRINCIPALS", "ALLIAMPrincipals")
#: What a grant may be on that leads to files by way of the catalog.
_CATALOG = ("table", "table_with_columns", "database", "lf_tag", "lf_tag_policy", "data_cells_filter")


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each grant that leads, or may lead, to a registered bucket with logs, and for the settings."""
    registered = list(_registered(domain))
    if not registered:
        return
    bucket = registered[0]
    for grant in domain.estate.of_type("aws_lakeformation_permissions"):
        if grant.stays:
            yield from _judge(domain, bucket, grant)
    for settings in domain.estate.of_type("aws_lakeformation_data_lake_settings"):
        if settings.stays:
            yield from _settings(domain, bucket, settings)


def _registered(domain: Domain) -> Iterator[LogBucket]:
    """The buckets with logs that are registered with Lake Formation."""
    for resource in domain.estate.of_type("aws_lakeformation_resource"):
        found = names_logs(domain, resource, "arn", resource.now.get("arn")) if resource.stays else None
        if isinstance(found, LogBucket):
            yield found
        elif isinstance(found, Unknown):
            yield holding_logs(domain)[0]


def _judge(domain: Domain, bucket: LogBucket, grant: Instance) -> Iterator[Finding]:
    leads = _leads(domain, grant)
    if leads is False:
        return
    account = _account(domain, grant, grant.now.get("principal"))
    message = "{} may read the logs through Lake Formation"
    found = given_to(domain, bucket, grant, account, message, "principal") if account is not None else None
    told = "whether Lake Formation gives the logs to somebody who may not read them can't be told"
    if isinstance(found, Unknown):
        yield undecided(grant.address, told, [found.cause])
    elif found is not None and isinstance(leads, Unknown):
        yield undecided(grant.address, told, [leads.cause])
    else:
        yield found or proved(grant.address, "the grant is for somebody who may read the logs")


def _account(domain: Domain, holder: Instance, principal: Value) -> Value:
    """The account of a principal; None where the account itself is meant, unknown for organizations and their units."""
    if isinstance(principal, str):
        if principal in _OF_ACCOUNT:
            return domain.accounts.account_of(holder)
        if principal.endswith(":IAMPrincipals"):
            return principal.removesuffix(":IAMPrincipals")
        if principal.isdigit():
            return principal
        if ":organizations:" in principal:
            return Unknown(Cause(f"which accounts `{principal}` stands for can't be told: members among them"))
    if isinstance(principal, Symbol) and principal.kind == "account-id":
        return principal
    found = account_of_arn(domain, principal)
    if found is None and isinstance(principal, Text | Symbol):
        followed = [other for other, _ in domain.estate.follow(holder, "principal")]
        found = domain.accounts.account_of(followed[0]) if len(followed) == 1 else None
    return found or Unknown(next(causes(principal), Cause(f"whose principal {show(principal)} is isn't known")))


def _leads(domain: Domain, grant: Instance) -> bool | Unknown:
    """Whether what is granted leads to the logs."""
    for one in written(domain, grant, "data_location"):
        arn = one.get("arn") if isinstance(one, dict) else one
        found = names_logs(domain, grant, "data_location", arn)
        return found if isinstance(found, Unknown) else found is not None
    for kind in _CATALOG:
        for one in written(domain, grant, kind):
            return _table(domain, one, kind)
    return False


def _table(domain: Domain, one: Value, kind: str) -> bool | Unknown:
    """Whether a table, or something of a database, is on files of the log bucket."""
    what = f"whether what is granted (`{kind}`) leads to the logs isn't known: its table isn't in this input"
    doubt = Unknown(next(causes(one), Cause(what, "give the stack that holds the table as another INPUT")))
    if not isinstance(one, dict) or kind.startswith(("lf_tag", "data_cells")):
        return doubt
    database = one.get("database_name") if kind != "database" else one.get("name")
    name = one.get("name") if kind != "database" else None
    tables = [
        table
        for table in domain.estate.of_type("aws_glue_catalog_table")
        if table.stays
        and (database is None or table.now.get("database_name") == database or not isinstance(database, str))
        and (name is None or table.now.get("name") == name or not isinstance(name, str))
    ]
    answers = [is_on_logs(domain, table) for table in tables]
    if True in answers:
        return True
    if not tables or kind == "database":
        # Tables come and go that Terraform doesn't know.
        return doubt
    return next((answer for answer in answers if isinstance(answer, Unknown)), False)


def _settings(domain: Domain, bucket: LogBucket, settings: Instance) -> Iterator[Finding]:
    """Who administers the data lake, and whose engines are trusted to filter for themselves."""
    found: list[Finding] = []
    doubts: list[Cause] = []
    for attribute, message in (
        ("admins", "{} administers the data lake that the logs are registered with"),
        ("read_only_admins", "{} sees all of the data lake that the logs are registered with"),
        ("external_data_filtering_allow_list", "{} may filter the logs by itself"),
    ):
        for one in written(domain, settings, attribute):
            answer = given_to(domain, bucket, settings, _account(domain, settings, one), message, attribute)
            if isinstance(answer, Unknown):
                doubts.append(answer.cause)
            elif answer is not None:
                found.append(answer)
    if found:
        yield found[0]
    elif doubts:
        yield undecided(settings.address, "who administers the data lake with the logs can't be told", doubts)
    else:
        yield proved(settings.address, "the data lake is administered where the logs may be read")
