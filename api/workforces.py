"""The private workforce on the AWS wire. OIDC and address settings are kept and shown, and not enforced."""

from typing import Any

from api.aws_protocol import Call, epoch, present
from api.page_tokens import position
from api.work_teams import portal_host
from schemas import tags
from schemas import workforces as definitions
from schemas.workforces import Given
from store import workforces
from store.workforces import Settings, Workforce


async def create(call: Call) -> dict[str, Any]:
    """CreateWorkforce."""
    name = call.input["WorkforceName"]
    arn = call.place.arn("workforce", name)
    settings = _sealed(call, definitions.read(call.input, new=True))
    given_tags = tags.read(call.input.get("Tags", []))
    await workforces.create(call.ctx.pool, name=name, arn=arn, settings=settings, given_tags=given_tags)
    return {"WorkforceArn": arn}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeWorkforce."""
    return {"Workforce": _show(call, await workforces.get(call.ctx.pool, call.input["WorkforceName"]))}


async def update(call: Call) -> dict[str, Any]:
    """UpdateWorkforce."""
    settings = _sealed(call, definitions.read(call.input, new=False))
    return {"Workforce": _show(call, await workforces.update(call.ctx.pool, call.input["WorkforceName"], settings))}


async def list_page(call: Call) -> dict[str, Any]:
    """ListWorkforces: there is at most one, so no second page."""
    position(call)
    found = await workforces.list_all(call.ctx.pool, name_contains=call.input.get("NameContains"))
    return {"Workforces": [_show(call, workforce) for workforce in found]}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteWorkforce."""
    name = call.input["WorkforceName"]
    await workforces.delete(call.ctx.pool, name=name, arn=call.place.arn("workforce", name))
    return {}


def _sealed(call: Call, given: Given) -> Settings:
    return Settings(
        given.cognito_config,
        given.oidc_config,
        call.ctx.seal.seal(given.oidc_secret) if given.oidc_secret is not None else None,
        given.source_ip_config,
        given.vpc_config,
        given.ip_address_type,
    )


def _show(call: Call, workforce: Workforce) -> dict[str, Any]:
    return present(
        {
            "WorkforceName": workforce.name,
            "WorkforceArn": call.place.arn("workforce", workforce.name),
            "LastUpdatedDate": epoch(workforce.updated_at),
            "CreateDate": epoch(workforce.created_at),
            "SourceIpConfig": workforce.source_ip_config,
            "SubDomain": portal_host(call),
            "CognitoConfig": workforce.cognito_config,
            "OidcConfig": workforce.oidc_config,
            "WorkforceVpcConfig": workforce.vpc_config,
            "Status": "Active",
            "IpAddressType": workforce.ip_address_type,
        }
    )
