"""Asking AWS: every answer is what AWS says, "there is no such thing", or a hole that names what was in the way."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
)

from orgtrail import __version__
from orgtrail.arn import read_arn
from orgtrail.audit.calls import ASSUME_ROLE, WHO_AM_I, ApiCall
from orgtrail.errors import InputError
from orgtrail.values import Cause, Rest, Unknown

#: How many calls are under way at once. AWS Organizations throttles an account at a few calls a second, so more
#: wouldn't be faster; its answers to one listing come one page after the other anyway.
WORKERS = 8

#: What AWS calls "you may not", in its many services.
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "Forbidden", "403")
#: What it calls credentials that aren't good (any more).
_CREDENTIALS = (
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "RequestExpired",
    "InvalidToken",
    "AuthFailure",
    "IncompleteSignature",
    "TokenRefreshRequired",
)
_THROTTLED = ("throttl", "toomanyrequests", "slowdown", "requestlimitexceeded", "limitexceeded", "bandwidth")

#: The arguments that say what a call is about.
_SUBJECTS = (
    "Bucket", "KeyId", "Name", "TrailName", "RoleName", "PolicyId", "TopicArn", "logGroupName", "AccountId", "Filter",
)  # fmt: skip

_PERMISSIONS = "`orgtrail audit --print-policy` prints all that is needed"


class Absent:
    """AWS's answer that the thing asked for isn't there."""


ABSENT = Absent()
Response: TypeAlias = dict[str, Any]


class Account:
    """One account that is asked, as one caller. Clients are made once and shared by threads, which botocore allows."""

    def __init__(self, session: boto3.Session, region: str, endpoint_url: str | None, count: "Progress") -> None:
        self._session = session
        self._endpoint_url = endpoint_url
        self._progress = count
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        self.region = region
        identity = self.ask(WHO_AM_I)
        if not isinstance(identity, dict) or not identity.get("Account"):
            what = identity.cause.what if isinstance(identity, Unknown) else "AWS doesn't say who the caller is"
            raise InputError("audit", what, "credentials that AWS accepts", "try `aws sts get-caller-identity`")
        self.id: str = identity["Account"]
        self.arn: str = identity.get("Arn", "")
        named = read_arn(self.arn)
        self.partition = str(named.partition) if named else "aws"

    def ask(self, call: ApiCall, *, region: str | None = None, **arguments: Any) -> Response | Absent | Unknown:
        """AWS's answer to one call."""
        try:
            answer: Response = self._send(call, region, arguments)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in call.absent:
                return ABSENT
            return Unknown(_cause(call, error, arguments))
        except (NoCredentialsError, PartialCredentialsError):
            hint = "give --profile, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            found = "there are no AWS credentials"
            raise InputError("audit", found, "credentials as the AWS CLI finds them", hint) from None
        except Exception as error:
            # Whatever goes wrong on the way to one answer (dropped connections, garbage, what botocore makes of it) is
            # a hole in what is seen, and no reason to show nothing of the rest.
            return Unknown(_cause(call, error, arguments))
        if call.member and call.member not in answer:
            what = f"the answer to `{call.operation}`{_subject(arguments)} isn't AWS's: it holds no `{call.member}`"
            return Unknown(Cause(what, "check the network and --endpoint-url, and try again"))
        return answer

    def list(self, call: ApiCall, *, region: str | None = None, **arguments: Any) -> list[Any]:
        """Every element of a listing, from all its pages; where a page couldn't be had, a `Rest` stands at its end."""
        found: list[Any] = []
        seen: set[str] = set()
        while True:
            answer = self.ask(call, region=region, **arguments)
            if isinstance(answer, Absent):
                return found
            if isinstance(answer, Unknown):
                return [*found, Rest(answer.cause)]
            found += answer.get(call.elements or call.member) or []
            said, name = call.page
            token = answer.get(said)
            # IAM may name a next page where there is none.
            if not token or answer.get("IsTruncated") is False:
                return found
            if token in seen:
                what = f"AWS's answers to `{call.operation}` go round in circles"
                return [*found, Rest(Cause(what, "try again"))]
            seen.add(token)
            arguments[name] = token

    def assume(self, role_arn: str) -> "Account":
        """The account of a role, asked as that role. Raises InputError where it can't be assumed."""
        answer = self.ask(ASSUME_ROLE, RoleArn=role_arn, RoleSessionName="orgtrail-audit")
        keys = answer.get("Credentials") if isinstance(answer, dict) else None
        if keys is None:
            what = answer.cause.what if isinstance(answer, Unknown) else "AWS gave no credentials for it"
            raise InputError(role_arn, f"can't be assumed: {what}", "a role that trusts the caller")
        session = new_session(
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
            region_name=self.region,
        )
        return Account(session, self.region, self._endpoint_url, self._progress)

    def _send(self, call: ApiCall, region: str | None, arguments: dict[str, Any]) -> Response:
        client = self._client(call.service, region or self.region)
        self._progress.asked(call)
        answer: Response = getattr(client, botocore.xform_name(call.operation))(**arguments)
        return answer

    def _client(self, service: str, region: str) -> Any:
        with self._lock:
            client = self._clients.get((service, region))
            if client is None:
                client = self._session.client(
                    service, region_name=region, endpoint_url=self._endpoint_url, config=_config(self._endpoint_url)
                )
                if self._endpoint_url and service == "s3control":
                    client.meta.events.register("before-call.s3-control", _without_account)
                self._clients[service, region] = client
            return client


class Progress:
    """Counts the calls by permission, and tells a listener of each."""

    def __init__(self, listener: Callable[[str, int], None] | None = None) -> None:
        self.calls: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._listener = listener

    def asked(self, call: ApiCall) -> None:
        """Note one call (each page of a listing is one; botocore's own retries aren't)."""
        with self._lock:
            self.calls[call.name] += 1
            total = self.calls.total()
        if self._listener:
            self._listener(call.name, total)


def new_session(**settings: Any) -> boto3.Session:
    """A boto3 session."""
    return boto3.Session(**settings)


def sign_in(profile: str | None, region: str | None, endpoint_url: str | None, progress: Progress) -> Account:
    """The account that the user's own credentials lead to. Raises InputError where they lead nowhere."""
    try:
        session = new_session(profile_name=profile, region_name=region)
        # Where nothing names a region: CloudTrail of the partition's first region answers for organization trails.
        return Account(session, region or session.region_name or "us-east-1", endpoint_url, progress)
    except (BotoCoreError, ValueError) as error:
        raise InputError("audit", _sentence(error), "credentials and a region that boto3 can use") from None


def _config(endpoint_url: str | None) -> Config:
    return Config(
        retries={"mode": "adaptive", "total_max_attempts": 6},
        connect_timeout=10,
        read_timeout=30,
        max_pool_connections=WORKERS,
        user_agent_extra=f"orgtrail/{__version__}",
        # Another endpoint than AWS's has no host name for every bucket.
        s3={"addressing_style": "path"} if endpoint_url else None,
    )


def _without_account(params: dict[str, Any], **_: Any) -> None:
    """S3 Control puts the account before the host's name, which only AWS's own endpoints understand."""
    account = params.get("headers", {}).get("x-amz-account-id", "")
    params["url"] = params["url"].replace(f"://{account}.", "://", 1)


def _cause(call: ApiCall, error: Exception, arguments: dict[str, Any]) -> Cause:
    """Why a call has no answer, in words that name the permission, and what to do about it."""
    on = _subject(arguments)
    if isinstance(error, ClientError):
        found = error.response.get("Error", {})
        code, status = str(found.get("Code", "")), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if code in _CREDENTIALS:
            return Cause(f"the credentials aren't valid (any more): AWS answered `{code}` to `{call.operation}`{on}")
        if any(word in code.lower() for word in _THROTTLED):
            return Cause(f"AWS throttled `{call.operation}`{on} until it was given up", "try again later")
        if code in _DENIED or status in (401, 403):
            return Cause(f"AWS denied `{call.name}`{on}", f"allow it ({_PERMISSIONS})")
        return Cause(f"AWS answered `{call.operation}`{on} with `{code}`: {_one_line(str(found.get('Message', '')))}")
    if isinstance(error, EndpointConnectionError):
        return Cause(f"no endpoint of AWS answered `{call.operation}`{on}", "check the network and --region")
    return Cause(f"`{call.operation}`{on} had no answer from AWS: {_sentence(error)}", "try again")


def _subject(arguments: dict[str, Any]) -> str:
    for name in _SUBJECTS:
        if isinstance(arguments.get(name), str):
            return f" on {arguments[name]}"
    return ""


def _sentence(error: Exception) -> str:
    text = _one_line(str(error)).rstrip(".")
    return text[:1].lower() + text[1:] if text else type(error).__name__


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
