"""Who may assume which role, and what that role may read: the judging of `members-cannot-assume-log-readers`."""

import re
from collections.abc import Iterator

import msgspec

from orgtrail.iam import document
from orgtrail.iam.action_names import action_matches
from orgtrail.iam.actions import group
from orgtrail.iam.outcome import Outcome
from orgtrail.iam.prove import Target
from orgtrail.iam.reach import may_allow
from orgtrail.iam.statements import PolicyDocument, Statement, cut_name
from orgtrail.organization.domain import Domain
from orgtrail.organization.log_buckets import LogBucket
from orgtrail.organization.protected import bucket_arn, protected_objects
from orgtrail.organization.roles import Permissions, Role
from orgtrail.results import FactWitness
from orgtrail.rules import Finding
from orgtrail.rules.members_cannot_assume_log_readers.role_chains import Chains, Known, by_assume_role, only
from orgtrail.rules.shared.documents import joined
from orgtrail.rules.shared.policies import out_of_sight
from orgtrail.rules.shared.readers import readers
from orgtrail.values import Cause, Unknown, Value, parts_of, show, unique

#: Identity providers where everybody can get a token, and the claim that says whose it is. IAM User Guide, "Available
#: keys for AWS OIDC federation" and "Create a role for OpenID Connect federation".
_FOR_EVERYBODY = {
    "token.actions.githubusercontent.com": "sub",
    "gitlab.com": "sub",
    "app.terraform.io": "sub",
    "agent.buildkite.com": "sub",
    "cognito-identity.amazonaws.com": "aud",
    "accounts.google.com": "aud",
    "graph.facebook.com": "app_id",
    "www.amazon.com": "app_id",
}
#: How a `sub` begins that says whose the token is: with a whole name (`repo:acme/`), as `repo:acme*` is anybody's that
#: begins so.
_SAYS_WHOSE = re.compile(r"[a-z_]+:[^/:]+[/:]")


def judge(domain: Domain) -> Iterator[Finding]:
    """One finding for each role of the owner's account, or the management account, that isn't for services only."""
    if not domain.log_buckets:
        return
    # One by one: most roles of a large plan are for services, and nothing of these is kept.
    trusts = ((role, domain.roles.trust(role).value) for role in domain.roles.found())
    roles = [(role, value) for role, value in trusts if not _services_only(_parsed_trust(value))]
    for bucket in domain.log_buckets:
        chains = Chains(domain, bucket, list(_around(domain, bucket, roles)))
        for known in chains.known:
            finding = _judge(domain, bucket, known, chains)
            if finding is not None:
                yield msgspec.structs.replace(finding, at=("assume_role_policy",))


def _around(domain: Domain, bucket: LogBucket, roles: list[tuple[Role, Value]]) -> Iterator[Known]:
    """The roles that are, or may be, of the account that owns a bucket, or of the management account."""
    for role, value in roles:
        of_owner, place = _place(domain, bucket, role)
        if place is not False:
            trusting = _parsed_trust(domain.accounts.as_told(bucket.owned, value))
            assumed = _assumed(domain, bucket, role, trusting)
            everybody = tuple(_public_providers(trusting))
            yield Known(role, trusting, of_owner, place, assumed, everybody)


def _parsed_trust(value: Value) -> PolicyDocument:
    # A trust policy has no resource: it is about the role that it belongs to.
    return document.parse(document.for_everybody(value, Resource="*"))


def _judge(domain: Domain, bucket: LogBucket, known: Known, chains: Chains) -> Finding | None:
    role, place = known.role, known.place
    way: tuple[Known, ...] = (known,)
    doubts = known.doubts
    if not known.is_open and not doubts:
        if isinstance(place, Unknown):
            return None
        found = chains.way_to(known)
        if not found:
            message = "nobody of a member account, or outside the organization, may assume the role"
            because = (*known.assumed.because, *_left_out(domain, bucket, known))
            return Finding(address=role.address, verdict="proved", message=message, because=because)
        way, doubts = (found, []) if isinstance(found, tuple) else (way, found)
    read = _read(domain, bucket, role, known.of_owner)
    if read.verdict == "proved":
        message = "the role may not read or list the trail's objects"
        return Finding(address=role.address, verdict="proved", message=message, because=read.because)
    first = way[0]
    if read.witness and first.is_open and not isinstance(place, Unknown):
        by_way = f", by way of {' and '.join(f'`{one.role.address}`' for one in way)}," if first is not known else ""
        may = f"may assume{by_way} the role, which may call {read.witness.action} on the trail's objects"
        seen = first.assumed.witness
        if seen is not None:
            message = f"account {seen.account} {may}"
            return Finding(address=role.address, verdict="violated", message=message, witness=seen)
        named = next(one for one in first.everybody if isinstance(one, str))
        witness = FactWitness("assume_role_policy", named, "a condition on whose token it is")
        message = f"everybody whom {named} vouches for {may}"
        return Finding(address=role.address, verdict="violated", message=message, witness=witness)
    causes = [*doubts, *read.unknowns, *([place.cause] if isinstance(place, Unknown) else [])]
    message = "whether those who may assume the role may read the logs can't be told"
    return Finding(address=role.address, verdict="undecided", message=message, unknowns=unique(causes))


def _left_out(domain: Domain, bucket: LogBucket, known: Known) -> Iterator[str]:
    """What a proof didn't look at: roles of the account that aren't here may lead to this one."""
    account = domain.accounts.name_as_told(bucket.owned, known.role.account)
    world = msgspec.structs.replace(domain.world(bucket.owned, bucket.trails), owner_account=account)
    case = domain.ask(by_assume_role(known.trusting), world, of=known.role.instance)
    if case.nobody_may(["owner"], ["sts:AssumeRole"], _target(domain, bucket, known.role)).verdict != "proved":
        yield "principals of its own account may; of those, the roles of this input were followed"


def _place(domain: Domain, bucket: LogBucket, role: Role) -> tuple[bool, bool | Unknown]:
    """Whether the role is of the owner's account, and whether it is of that one or the management account."""
    manager, owner, *_ = readers(domain, bucket.owned).accounts
    made_by = domain.accounts.account_of(bucket.instance) if bucket.instance else owner
    if role.account in (owner, made_by):
        return True, True
    if role.account == manager:
        return False, True
    if isinstance(role.account, str) and isinstance(owner, str) and isinstance(manager, str):
        return False, False
    settle = "give --management-account and --archive-account"
    return True, Unknown(Cause(f"whether account {show(role.account)} of the role owns the logs isn't known", settle))


def _services_only(parsed: PolicyDocument) -> bool:
    """Whether nobody but AWS services is ever allowed."""
    return not parsed.rest and all(
        statement.effect == "Deny"
        or (
            not statement.not_principal
            and not isinstance(statement.effect, Unknown)
            and not statement.principals.everyone
            and not (statement.principals.aws or statement.principals.unmapped or statement.principals.rest)
        )
        for statement in parsed.statements
    )


# Who may assume it


def _assumed(domain: Domain, bucket: LogBucket, role: Role, trusting: PolicyDocument) -> Outcome:
    world = domain.world(bucket.owned, bucket.trails)
    case = domain.ask(by_assume_role(trusting), world, of=role.instance)
    return case.nobody_may(["member", "outside"], ["sts:AssumeRole"], _target(domain, bucket, role))


def _target(domain: Domain, bucket: LogBucket, role: Role) -> Target:
    return Target((("role", domain.accounts.name_as_told(bucket.owned, role.arn)),))


def _public_providers(trusting: PolicyDocument) -> Iterator[str | Unknown]:
    """The identity providers for everybody that a trust policy takes any token of."""
    for statement in trusting.statements:
        if statement.effect == "Deny" or not action_matches(statement, "sts:AssumeRoleWithWebIdentity", True, {}):
            continue
        for provider in statement.principals.unmapped:
            last = parts_of(provider)[-1]
            if not isinstance(last, str):
                yield Unknown(Cause(f"which identity provider `{show(provider)}` is isn't known"))
                continue
            issuer = last.rpartition(":oidc-provider/")[2]
            claim = _FOR_EVERYBODY.get(issuer)
            if claim is not None:
                tied = _is_tied(statement, f"{issuer}:{claim}")
                if tied is not True:
                    yield tied if isinstance(tied, Unknown) else issuer


def _is_tied(statement: Statement, key: str) -> bool | Unknown:
    """Whether a statement asks for tokens of somebody in particular."""
    for cause in statement.unknown_conditions:
        return Unknown(cause)
    others = False
    for condition in statement.conditions:
        if isinstance(condition.key, Unknown) or isinstance(condition.operator, Unknown):
            return Unknown(Cause(f"a condition of `{statement.label}` isn't known"))
        operator = condition.operator
        # A claim that every token has (`aud` of GitHub is the same for all) ties nothing; others may.
        others = others or (condition.key != key and not condition.key.endswith(":aud"))
        if condition.key != key or operator.negated:
            continue
        values = condition.values
        if values.rest or not all(isinstance(value, str) for value in values.values):
            return Unknown(Cause(f"the values of `{condition.spelled}` in `{statement.label}` aren't known"))
        if operator.family == "string" or all(_says_whose(str(value), key) for value in values.values):
            return True
    return Unknown(Cause(f"what the conditions of `{statement.label}` ask of a token isn't known")) if others else False


def _says_whose(pattern: str, key: str) -> bool:
    start = re.split("[*?]", pattern, maxsplit=1)[0]
    return start == pattern or (key.endswith(":sub") and _SAYS_WHOSE.match(start) is not None)


# What it may read


_READING = (*group("read"), *group("list"))
_BLIND = Outcome("proved", because=("no policy of the role, nor the bucket's, lets it read or list them",))


def _own(domain: Domain, bucket: LogBucket, held: Permissions) -> PolicyDocument:
    """All that a role's policies say, as one document for everybody."""
    values = [domain.accounts.as_told(bucket.owned, one.document) for one in held.policies]
    return joined([document.parse(document.for_everybody(value)) for value in values])


def _read(domain: Domain, bucket: LogBucket, role: Role, of_owner: bool) -> Outcome:
    """Whether the role may not read or list the trail's objects."""
    held = domain.roles.permissions(role)
    own = _own(domain, bucket, held)
    policy = domain.accounts.as_told(bucket.owned, bucket.policies[0].value) if bucket.policies else None
    shared = document.parse(policy)
    if not shared.problems and _services_only(shared):
        services = {cut_name(action)[0] for action in _READING}
        if not may_allow(own, services, bucket_arn(domain.accounts, bucket)):
            return _BLIND
    objects, cause = protected_objects(domain.accounts, bucket, shared)
    world = domain.world(bucket.owned, bucket.trails)
    world = msgspec.structs.replace(world, owner_allows=False)
    target = Target.logs(bucket_arn(domain.accounts, bucket), *objects)
    itself = only(domain.accounts.name_as_told(bucket.owned, role.arn))
    if of_owner:
        # In its own account, an Allow of the role's policies or of the bucket's will do.
        both = joined([own, shared, itself])
        outcome = domain.ask(both, world, of=role.instance).nobody_may(["owner"], _READING, target)
        if outcome.verdict != "proved" and held.boundary is not None:
            limit = document.parse(document.for_everybody(held.boundary))
            outcome = domain.ask(both, world, limit, of=role.instance).nobody_passes(["owner"], _READING, target)
    else:
        case = domain.ask(joined([own, itself]), world, shared, of=role.instance)
        outcome = case.nobody_passes(["management"], _READING, target)
        if outcome.verdict == "violated" and held.boundary is not None:
            what = f"`{role.address}` has a permissions boundary, and reads from another account"
            outcome = Outcome("undecided", unknowns=(Cause(what),))
    missing = out_of_sight(domain, bucket)
    if missing is not None and outcome.verdict != "proved":
        # A bucket policy that isn't here may deny the role.
        return Outcome("undecided", unknowns=missing)
    if outcome.verdict == "violated" and cause is not None:
        return Outcome("undecided", unknowns=(cause,))
    return _BLIND if outcome.verdict == "proved" else outcome
