"""Functions on IP addresses. Source: HashiCorp, Terraform language, "IP Network Functions"."""

import ipaddress

from orgtrail.terraform.language.functions.table import function
from orgtrail.terraform.language.operations import EvaluationError, to_number
from orgtrail.values import Value

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(value: Value) -> _Network:
    try:
        if not isinstance(value, str) or "/" not in value:
            raise ValueError
        return ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise EvaluationError("a CIDR block is required") from None


def _whole(value: Value) -> int:
    found = to_number(value)
    if not isinstance(found, int):
        raise EvaluationError("a whole number is required")
    return found


@function("cidrsubnet", 3, 3)
def _cidrsubnet(prefix: Value, new_bits: Value, number: Value) -> Value:
    return str(_subnet(_network(prefix), _whole(new_bits), _whole(number)))


def _subnet(network: _Network, bits: int, number: int) -> _Network:
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen or not 0 <= number < 2**bits:
        raise EvaluationError("the CIDR block has no room for this subnet")
    address = int(network.network_address) + (number << (network.max_prefixlen - length))
    made = ipaddress.IPv4Network if network.version == 4 else ipaddress.IPv6Network
    return made((address, length))


@function("cidrsubnets", 1, None)
def _cidrsubnets(prefix: Value, *new_bits: Value) -> Value:
    network = _network(prefix)
    made: list[Value] = []
    at = int(network.network_address)
    for one in map(_whole, new_bits):
        length = network.prefixlen + one
        if one < 1 or length > network.max_prefixlen:
            raise EvaluationError("the CIDR block has no room for these subnets")
        size = 1 << (network.max_prefixlen - length)
        at = -(-at // size) * size
        if at + size - 1 > int(network.broadcast_address):
            raise EvaluationError("the CIDR block has no room for these subnets")
        kind = ipaddress.IPv4Network if network.version == 4 else ipaddress.IPv6Network
        made.append(str(kind((at, length))))
        at += size
    return made


@function("cidrhost", 2, 2)
def _cidrhost(prefix: Value, number: Value) -> Value:
    network = _network(prefix)
    host = _whole(number)
    if not -network.num_addresses <= host < network.num_addresses:
        raise EvaluationError("the CIDR block has no such host")
    base = network.network_address if host >= 0 else network.broadcast_address + 1
    return str(base + host)


@function("cidrnetmask")
def _cidrnetmask(prefix: Value) -> Value:
    network = _network(prefix)
    if network.version == 6:
        raise EvaluationError("cidrnetmask() takes only IPv4")
    return str(network.netmask)
