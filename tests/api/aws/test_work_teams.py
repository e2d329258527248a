"""Work teams on the wire."""

from typing import Any

import pytest

from store import people

POOL = {"UserPool": "us-east-1_Ab12", "ClientId": "client"}


def cognito(*groups: str) -> list[dict[str, Any]]:
    return [{"CognitoMemberDefinition": {**POOL, "UserGroup": group}} for group in groups]


def create(control: Any, name: str = "team", members: Any = None, **more: Any) -> str:
    given = {"WorkteamName": name, "MemberDefinitions": members or cognito("g1"), "Description": "A team", **more}
    return control.create_workteam(**given)["WorkteamArn"]


def test_everything_given_is_shown(control):
    more: dict[str, Any] = {
        "NotificationConfiguration": {"NotificationTopicArn": "arn:aws:sns:us-east-1:000000000000:topic"},
        "WorkerAccessConfiguration": {"S3Presign": {"IamPolicyConstraints": {"SourceIp": "Enabled"}}},
    }
    arn = create(control, members=cognito("g1", "ä😀"), **more, Tags=[{"Key": "k", "Value": "v"}])
    assert arn == "arn:aws:sagemaker:us-east-1:000000000000:workteam/private-crowd/team"
    shown = control.describe_workteam(WorkteamName="team")["Workteam"]
    assert shown["MemberDefinitions"] == cognito("g1", "ä😀")
    assert shown["SubDomain"] == "127.0.0.1:8400"
    assert shown["CreateDate"] == shown["LastUpdatedDate"]
    assert {name: shown[name] for name in more} == more
    assert control.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "k", "Value": "v"}]
    assert "WorkforceArn" not in shown


async def test_people_of_its_groups_are_its_people(control, pool):
    create(control, members=cognito("g1", "g2"))
    create(control, name="other", members=cognito("g2"))
    person = await people.add(pool, email="a@example.org", name="A", role="annotator", teams=["other"])
    assert person.teams == ("other", "team")
    assert await pool.fetchval("SELECT count(*) FROM people_groups") == 2


WRONG_MEMBERS = [
    ([{}], "MemberDefinitions[0]"),
    ([{**cognito("g")[0], "OidcMemberDefinition": {"Groups": ["g"]}}], "MemberDefinitions[0]"),
    ([*cognito("g"), {"OidcMemberDefinition": {"Groups": ["g"]}}], "mix"),
    ([*cognito("g"), {"CognitoMemberDefinition": {**POOL, "UserPool": "x_1", "UserGroup": "g"}}], "same UserPool"),
    ([{"OidcMemberDefinition": {"Groups": ["g"]}}] * 2, "OidcMemberDefinition"),
    ([{"OidcMemberDefinition": {}}], "Groups"),
    ([{"OidcMemberDefinition": {"Groups": ["a b"]}}], "Groups[0]"),
    (cognito(*"abcdefghijk"), "MemberDefinitions"),
    ([{"CognitoMemberDefinition": {**POOL, "UserPool": "nothing", "UserGroup": "g"}}], "UserPool"),
]


def test_members_are_checked(control, refusal):
    for members, message in WRONG_MEMBERS:
        answer = refusal(create, control=control, members=members)
        assert (answer.code, answer.status) == ("ValidationException", 400)
        assert message in answer.message
        assert control.list_workteams()["Workteams"] == []


def test_names_are_taken_once_and_workforces_have_to_exist(control, team, refusal):
    assert refusal(create, control=control, name="readers").code == "ResourceInUse"
    answer = refusal(create, control=control, WorkforceName="none")
    assert (answer.code, "WorkforceName" in answer.message) == ("ValidationException", True)


def test_teams_belong_to_the_workforce(control, refusal):
    control.create_workforce(WorkforceName="force", CognitoConfig=POOL)
    create(control, WorkforceName="force")
    create(control, name="second")
    arn = "arn:aws:sagemaker:us-east-1:000000000000:workforce/force"
    assert {item["WorkforceArn"] for item in control.list_workteams()["Workteams"]} == {arn}
    oidc = [{"OidcMemberDefinition": {"Groups": ["g"]}}]
    assert "CognitoMemberDefinition" in refusal(create, control=control, name="third", members=oidc).message
    answer = refusal(control.update_workteam, WorkteamName="team", MemberDefinitions=oidc)
    assert answer.code == "ValidationException"
    assert control.update_workteam(WorkteamName="team", Description="Other")["Workteam"]["Description"] == "Other"


def test_unknown_teams_are_told_as_terraform_expects(control, refusal):
    for call in (control.describe_workteam, control.update_workteam, control.delete_workteam):
        answer = refusal(call, WorkteamName="none")
        assert (answer.code, answer.message[:13]) == ("ValidationException", "The work team")


async def test_people_who_leave_by_an_update_lose_what_they_hold(control, a2i, flow, pool):
    control.update_workteam(WorkteamName="readers", MemberDefinitions=cognito("readers", "others"))
    stays = await people.add(pool, email="s@example.org", name="S", role="annotator", teams=["readers"])
    goes = await people.add(pool, email="g@example.org", name="G", role="annotator", teams=[])
    await pool.execute("INSERT INTO group_members (group_name, person_id) VALUES ('others', $1)", goes.id)
    for person in (stays, goes):
        await hold(pool, a2i, flow, person.id)
    shown = control.update_workteam(WorkteamName="readers", MemberDefinitions=cognito("readers"))["Workteam"]
    assert shown["MemberDefinitions"] == cognito("readers")
    assert shown["LastUpdatedDate"] > shown["CreateDate"]
    holders = await pool.fetch("SELECT person_id FROM assignments WHERE state = 'held'")
    assert [row["person_id"] for row in holders] == [stays.id]


async def hold(pool: Any, a2i: Any, flow: str, person_id: Any) -> None:
    """A loop whose only assignment the person holds."""
    name = f"loop-{str(person_id)[:8]}"
    a2i.start_human_loop(HumanLoopName=name, FlowDefinitionArn=flow, HumanLoopInput={"InputContent": "{}"})
    visit = await pool.fetchval(
        "INSERT INTO visits (task_id, opening, visit, stage, queue_id, overlap, time_limit_seconds, rank)"
        " SELECT t.id, 1, 1, 'annotate', q.id, 1, 60, 1 FROM tasks t, queues q WHERE t.name = $1 RETURNING id",
        name,
    )
    await pool.execute(
        "INSERT INTO assignments (visit_id, task_id, slot, state, person_id, lease_token, lease_until, hold_until,"
        " accepted_at, wake_at) SELECT $1, id, 1, 'held', $2, 1, now() + interval '1 minute',"
        " now() + interval '1 hour', now(), now() + interval '1 minute' FROM tasks WHERE name = $3",
        visit,
        person_id,
        name,
    )


async def test_a_team_can_be_deleted_when_no_flow_definition_uses_it(control, a2i, flow, pool, refusal):
    person = await people.add(pool, email="s@example.org", name="S", role="annotator", teams=["readers"])
    await hold(pool, a2i, flow, person.id)
    answer = refusal(control.delete_workteam, WorkteamName="readers")
    assert (answer.code, "flow" in answer.message) == ("ResourceInUse", True)
    assert "The work team" not in answer.message
    control.delete_flow_definition(FlowDefinitionName="flow")
    assert refusal(control.delete_workteam, WorkteamName="readers").code == "ResourceInUse"
    await pool.execute("UPDATE tasks SET state = 'cancelled', ended_at = now()")
    await pool.execute("UPDATE projects SET deleted_at = now()")
    assert control.delete_workteam(WorkteamName="readers")["Success"] is True
    assert await pool.fetchval("SELECT count(*) FROM assignments WHERE state = 'held'") == 0
    assert control.list_workteams()["Workteams"] == []
    create(control, name="readers")


@pytest.mark.parametrize("sort_by", ["Name", "CreateDate"])
def test_lists_have_pages_orders_and_names(control, sort_by):
    made = ["b-team", "A-team", "c", "d-team"]
    for name in made:
        create(control, name=name)
    ordered = [name for name in (sorted(made) if sort_by == "Name" else made) if "team" in name]

    def names(**given: Any) -> list[str]:
        pages = control.get_paginator("list_workteams").paginate(
            SortBy=sort_by, NameContains="team", **given, PaginationConfig={"PageSize": 1}
        )
        return [item["WorkteamName"] for page in pages for item in page["Workteams"]]

    assert names() == ordered
    assert names(SortOrder="Descending") == ordered[::-1]


def test_nobody_subscribes_to_teams_of_vendors(control, refusal):
    assert control.list_subscribed_workteams(NameContains="x")["SubscribedWorkteams"] == []
    arn = "arn:aws:sagemaker:us-east-1:111111111111:workteam/vendor-crowd/x"
    assert refusal(control.describe_subscribed_workteam, WorkteamArn=arn).code == "ValidationException"
