"""Settings of a workforce: what SageMaker's models leave open is checked here."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.aws import refuse, wrong_member
from schemas.errors import FieldError

# "You specify allowed IP addresses by creating a list of up to ten CIDRs": UpdateWorkforce in the API reference.
MAX_CIDRS = 10


@dataclass(frozen=True)
class Given:
    """Settings in a CreateWorkforce or UpdateWorkforce input, the client secret apart; None: not given."""

    cognito_config: dict[str, Any] | None
    oidc_config: dict[str, Any] | None
    oidc_secret: str | None
    source_ip_config: dict[str, Any] | None
    vpc_config: dict[str, Any] | None
    ip_address_type: str | None


def read(given: Mapping[str, Any], *, new: bool) -> Given:
    """The settings of a workforce; a new one has to say where its people come from. Raises BadRequest."""
    cognito, oidc = given.get("CognitoConfig"), given.get("OidcConfig")
    if new and (cognito is None) == (oidc is None):
        raise wrong_member("CognitoConfig", "give one of CognitoConfig and OidcConfig, and not both")
    if (source_ip := given.get("SourceIpConfig")) is not None:
        _check_cidrs(source_ip["Cidrs"])
    if (vpc := given.get("WorkforceVpcConfig")) is not None:
        _check_vpc(vpc)
    return Given(
        cognito,
        {name: value for name, value in oidc.items() if name != "ClientSecret"} if oidc else None,
        oidc["ClientSecret"] if oidc else None,
        source_ip,
        vpc,
        given.get("IpAddressType"),
    )


def _check_cidrs(cidrs: list[str]) -> None:
    if len(cidrs) > MAX_CIDRS:
        raise wrong_member("SourceIpConfig.Cidrs", f"has to have at most {MAX_CIDRS} items, it has {len(cidrs)}")
    problems: list[FieldError] = []
    for index, cidr in enumerate(cidrs):
        try:
            ipaddress.ip_network(cidr, strict=False)
        except ValueError as error:
            problems.append(FieldError(f"SourceIpConfig.Cidrs[{index}]", str(error)))
    refuse(problems)


def _check_vpc(vpc: dict[str, Any]) -> None:
    # The model calls them optional, but the answer of DescribeWorkforce has to hold all three.
    names = ("VpcId", "SecurityGroupIds", "Subnets")
    refuse([FieldError(f"WorkforceVpcConfig.{name}", "is required") for name in names if name not in vpc])
