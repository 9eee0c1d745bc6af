"""moto's server on loopback: the AWS of the tests. One server a process, on a free port, emptied by `reset()`."""

import atexit
import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

#: The account that moto acts in where no role is assumed; the management account of every test.
MANAGEMENT_ACCOUNT = "123456789012"
SERVICES = ("organizations", "cloudtrail", "s3", "s3control", "sts", "iam", "kms", "sns", "logs", "events")


class MotoServer:
    """A running moto server. `url` is where it listens."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("moto_server.py"), "-H", "127.0.0.1", "-p", str(port)],
            # The server ends when this pipe closes: workers of a pool don't always get to say goodbye.
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(self.stop)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/moto-api/", timeout=5):
                    return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"moto's server didn't come up at {self.url}") from None
                time.sleep(0.05)

    def reset(self) -> None:
        """Forget everything that was made in it."""
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.load(answer)["status"] == "ok"

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


def client(service: str, account: str = "", region: str = "us-east-1") -> Any:
    """A boto3 client of `service` at this process's server, acting in `account` (the management account by default)."""
    import boto3

    keys = {"aws_access_key_id": "mock", "aws_secret_access_key": "mock", "region_name": region}
    if account:
        assumed = client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole", RoleSessionName="tests"
        )["Credentials"]
        keys |= {
            "aws_access_key_id": assumed["AccessKeyId"],
            "aws_secret_access_key": assumed["SecretAccessKey"],
            "aws_session_token": assumed["SessionToken"],
        }
    return boto3.client(service, endpoint_url=server().url, **keys)


_server: MotoServer | None = None


def server() -> MotoServer:
    """This process's moto server, started at the first call."""
    global _server
    if _server is None:
        _server = MotoServer()
    return _server
