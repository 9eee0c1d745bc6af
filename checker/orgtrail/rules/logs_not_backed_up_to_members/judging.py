"""Which backups of the log bucket leave for other accounts: the judging of `logs-not-backed-up-to-members`."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from orgtrail.estate import Instance, listed
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.protected import bucket_arn
from orgtrail.rules import Finding
from orgtrail.rules.shared.readers import account_of_arn
from orgtrail.rules.shared.routes import given_to, holding_logs, names_logs, written
from orgtrail.rules.shared.verdicts import proved, undecided
from orgtrail.values import Cause, Symbol, Unknown, Value, causes, show

_ELSEWHERE = "give the plan or state of the stack that holds it as another INPUT"


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each selection that takes in a bucket with logs."""
    for selection in domain.estate.of_type("aws_backup_selection"):
        if not selection.stays:
            continue
        for bucket in holding_logs(domain):
            taken = _takes(domain, selection, bucket)
            if taken is not False:
                yield _judge(domain, selection, bucket, taken)


def _judge(domain: Domain, selection: Instance, bucket: LogBucket, taken: bool | Unknown) -> Finding:
    plan = _plan(domain, selection)
    if isinstance(plan, Unknown):
        return undecided(selection.address, "which vaults the log bucket is copied to can't be seen", [plan.cause])
    doubts: list[Cause] = [taken.cause] if isinstance(taken, Unknown) else []
    for index, rule in enumerate(plan.blocks("rule")):
        copies = listed(rule.get("copy_action")) if isinstance(rule, dict) else [rule]
        for copy in copies:
            vault = copy.get("destination_vault_arn") if isinstance(copy, dict) else copy
            account = account_of_arn(domain, vault) or Unknown(
                next(causes(vault), Cause(f"the account of the vault {show(vault)} isn't known", _ELSEWHERE))
            )
            message = "{} gets a copy of every backup of the log bucket"
            found = given_to(domain, bucket, plan, account, message, "rule", index)
            if isinstance(found, Unknown):
                doubts.append(found.cause)
            elif found is not None and taken is True:
                return found
            elif found is not None:
                return undecided(plan.address, f"{found.message}, if that is in the selection", doubts)
    if doubts:
        return undecided(plan.address, "who gets copies of the log bucket's backups can't be told", doubts)
    return proved(plan.address, "backups of the log bucket stay where the logs may be read")


def _plan(domain: Domain, selection: Instance) -> Instance | Unknown:
    """The plan that a selection is of."""
    named = selection.now.get("plan_id")
    plans = [plan for plan in domain.estate.of_type("aws_backup_plan") if plan.stays]
    if isinstance(named, Symbol):
        found = [plan for plan in plans if named.identity.startswith(f"{plan.address}.")]
    elif isinstance(named, str):
        found = [plan for plan in plans if named in (plan.now.get("id"), plan.now.get("arn"))]
    else:
        found = [other for other, _ in domain.estate.follow(selection, "plan_id") if other in plans]
    if len(found) == 1:
        return found[0]
    return Unknown(next(causes(named), Cause(f"the backup plan `{show(named)}` isn't in this input", _ELSEWHERE)))


def _takes(domain: Domain, selection: Instance, bucket: LogBucket) -> bool | Unknown:
    """Whether a selection takes in a bucket: what it names but for what it leaves out, or by one of its tags."""
    left_out = _named(domain, selection, "not_resources", bucket)
    if left_out is True:
        return False
    named = _named(domain, selection, "resources", bucket)
    tagged = _tagged(domain, selection, bucket)
    conditions = written(domain, selection, "condition")
    if named is False and tagged is False:
        return False
    doubt = next((one for one in (left_out, named, tagged) if isinstance(one, Unknown)), None)
    if conditions:
        doubt = Unknown(Cause(f"whether the log bucket meets the conditions of `{selection.address}` isn't known"))
    return doubt or True


def _named(domain: Domain, selection: Instance, attribute: str, bucket: LogBucket) -> bool | Unknown:
    doubt: bool | Unknown = False
    arn = bucket_arn(domain.accounts, bucket)
    for one in written(domain, selection, attribute):
        if isinstance(one, str) and ("*" in one or "?" in one):
            # `arn:aws:s3:::*` and `*` are for every bucket, whatever its name; of others the name decides.
            start = one.split("*")[0].split("?")[0]
            known = show(arn)
            if fnmatchcase(known, one) if isinstance(arn, str) else known.startswith(start) and one.endswith("*"):
                return True
            if not isinstance(arn, str) and (known.startswith(start) or start.startswith(known.split("${")[0])):
                doubt = Unknown(Cause(f"whether the log bucket's name fits `{one}` isn't known"))
        elif isinstance(one, str) and ":s3:::" not in one:
            continue
        else:
            found = names_logs(domain, selection, attribute, one)
            if found is bucket:
                return True
            doubt = found if isinstance(found, Unknown) else doubt
    return doubt


def _tagged(domain: Domain, selection: Instance, bucket: LogBucket) -> bool | Unknown:
    """Whether one of the tags that a selection goes by is the bucket's."""
    wanted = written(domain, selection, "selection_tag")
    if not wanted:
        return False
    tags: Value = None
    if bucket.instance is not None:
        tags = bucket.instance.now.get("tags_all") or bucket.instance.now.get("tags")
    doubt: bool | Unknown = False
    for one in wanted:
        if not isinstance(one, dict):
            doubt = Unknown(next(causes(one), Cause("a tag of the selection isn't known")))
            continue
        own = tags.get(str(one.get("key"))) if isinstance(tags, dict) else None
        if isinstance(own, str) and own == one.get("value"):
            return True
        if isinstance(own, Unknown) or isinstance(tags, Unknown) or bucket.instance is None:
            doubt = Unknown(Cause("the tags of the log bucket aren't known"))
    return doubt
