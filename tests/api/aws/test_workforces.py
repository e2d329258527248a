"""The private workforce on the wire."""

from typing import Any

from runtime.seal import Seal

POOL = {"UserPool": "us-east-1_Ab12", "ClientId": "client"}
OIDC = {
    "ClientId": "loupe",
    "ClientSecret": "very secret",
    **{
        name: f"https://id.example.org/{name}"
        for name in (
            "Issuer",
            "AuthorizationEndpoint",
            "TokenEndpoint",
            "UserInfoEndpoint",
            "LogoutEndpoint",
            "JwksUri",
        )
    },
    "Scope": "openid profile",
    "AuthenticationRequestExtraParams": {"audience": "loupe"},
}
VPC = {"VpcId": "vpc-1a", "SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1", "subnet-2"]}


async def test_everything_given_is_shown_but_the_secret(control, pool, settings):
    more: dict[str, Any] = {
        "SourceIpConfig": {"Cidrs": ["10.0.0.0/16", "2001:db8:1234:1a00::/56"]},
        "IpAddressType": "dualstack",
        "WorkforceVpcConfig": VPC,
    }
    arn = control.create_workforce(WorkforceName="Force", OidcConfig=OIDC, **more)["WorkforceArn"]
    assert arn == "arn:aws:sagemaker:us-east-1:000000000000:workforce/Force"
    shown = control.describe_workforce(WorkforceName="Force")["Workforce"]
    assert shown["OidcConfig"] == {name: value for name, value in OIDC.items() if name != "ClientSecret"}
    assert {name: shown[name] for name in more} == more
    assert (shown["Status"], shown["SubDomain"]) == ("Active", "127.0.0.1:8400")
    assert "CognitoConfig" not in shown
    row = await pool.fetchrow("SELECT sealed_oidc_secret, workforces::text AS text FROM workforces")
    assert "very secret" not in row["text"]
    assert Seal(settings.secret_key.get_secret_value()).open(row["sealed_oidc_secret"]) == "very secret"


def test_there_is_one_workforce(control, refusal):
    control.create_workforce(WorkforceName="force", CognitoConfig=POOL)
    answer = refusal(control.create_workforce, WorkforceName="other", CognitoConfig=POOL)
    assert (answer.code, "force" in answer.message) == ("ResourceInUse", True)
    assert [item["WorkforceName"] for item in control.list_workforces(NameContains="or")["Workforces"]] == ["force"]
    assert control.list_workforces(NameContains="x")["Workforces"] == []


WRONG_SETTINGS = [
    ({}, "CognitoConfig"),
    ({"CognitoConfig": POOL, "OidcConfig": OIDC}, "CognitoConfig"),
    ({"CognitoConfig": {**POOL, "UserPool": "pool"}}, "CognitoConfig.UserPool"),
    ({"OidcConfig": {**OIDC, "JwksUri": "http://id.example.org"}}, "OidcConfig.JwksUri"),
    ({"OidcConfig": {**OIDC, "ClientSecret": "ä"}}, "OidcConfig.ClientSecret"),
    ({"CognitoConfig": POOL, "SourceIpConfig": {"Cidrs": ["10.0.0.0/40"]}}, "SourceIpConfig.Cidrs[0]"),
    ({"CognitoConfig": POOL, "SourceIpConfig": {"Cidrs": ["10.0.0.0/8"] * 11}}, "SourceIpConfig.Cidrs"),
    ({"CognitoConfig": POOL, "WorkforceVpcConfig": {"VpcId": "vpc-1"}}, "WorkforceVpcConfig.Subnets"),
    ({"CognitoConfig": POOL, "IpAddressType": "ipv6"}, "IpAddressType"),
    ({"CognitoConfig": POOL, "WorkforceName": "-x"}, "WorkforceName"),
]


def test_settings_are_checked(control, refusal):
    for given, member in WRONG_SETTINGS:
        answer = refusal(control.create_workforce, **{"WorkforceName": "force", **given})
        assert (answer.code, answer.status) == ("ValidationException", 400)
        assert member in answer.message
        assert "secret" not in answer.message
        assert control.list_workforces()["Workforces"] == []


def test_settings_can_be_changed(control, refusal):
    control.create_workforce(WorkforceName="force", OidcConfig=OIDC, SourceIpConfig={"Cidrs": ["10.0.0.0/8"]})
    changed = control.update_workforce(WorkforceName="force", OidcConfig={**OIDC, "ClientId": "new"})["Workforce"]
    assert changed["OidcConfig"]["ClientId"] == "new"
    assert changed["SourceIpConfig"] == {"Cidrs": ["10.0.0.0/8"]}
    assert changed["LastUpdatedDate"] > changed["CreateDate"]
    control.create_workteam(
        WorkteamName="team", Description="x", MemberDefinitions=[{"OidcMemberDefinition": {"Groups": ["g"]}}]
    )
    answer = refusal(control.update_workforce, WorkforceName="force", OidcConfig=OIDC)
    assert answer.code == "ConflictException"
    control.update_workforce(WorkforceName="force", SourceIpConfig={"Cidrs": ["10.0.0.0/16"]})


def test_a_cognito_workforce_does_not_become_an_oidc_one(control, refusal):
    control.create_workforce(WorkforceName="force", CognitoConfig=POOL)
    assert refusal(control.update_workforce, WorkforceName="force", OidcConfig=OIDC).code == "ValidationException"


def test_a_workforce_with_teams_stays(control, refusal):
    arn = control.create_workforce(WorkforceName="force", CognitoConfig=POOL)["WorkforceArn"]
    control.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    members = [{"CognitoMemberDefinition": {**POOL, "UserGroup": "g"}}]
    control.create_workteam(WorkteamName="team", Description="x", MemberDefinitions=members)
    answer = refusal(control.delete_workforce, WorkforceName="force")
    assert (answer.code, answer.status) == ("ResourceInUse", 400)
    control.delete_workteam(WorkteamName="team")
    control.delete_workforce(WorkforceName="force")
    control.create_workforce(WorkforceName="force", CognitoConfig=POOL)
    assert control.list_tags(ResourceArn=arn)["Tags"] == []


def test_unknown_workforces_are_told_as_terraform_expects(control, refusal):
    for call in (control.describe_workforce, control.update_workforce, control.delete_workforce):
        answer = refusal(call, WorkforceName="none")
        assert (answer.code, answer.message[:12]) == ("ValidationException", "No workforce")
