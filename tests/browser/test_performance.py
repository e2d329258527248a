"""Managers see how people do and what stands in the way, and answer it; pictures and axe-core in light and dark."""

from typing import Any
from uuid import uuid4

from playwright.sync_api import expect

# As conftest.py of this folder gives them.
Look = MakeFlow = MakePerson = OpenPortal = Any

WORKED = """
INSERT INTO authored_work (
    task_id, opening, person_id, project_id, stage, first_at, seconds, submissions, made_answer, reviewed_at, rejections
)
SELECT t.id, n, p.id, t.project_id, 'annotate', now() - make_interval(days => n), 40 + 7 * n, 1, true,
       now() - make_interval(days => n), (n % 4 = 0)::integer
FROM tasks t, people p, generate_series(1, 20) AS n WHERE t.id = $1::uuid AND p.id = $2::uuid
"""
REVIEWED = """
INSERT INTO reviews_done (task_id, opening, visit, person_id, project_id, stage, at, approved, seconds, rejected_of)
SELECT t.id, n, 2, p.id, t.project_id, 'review', now() - make_interval(days => n), n % 4 > 0, 12,
       CASE WHEN n % 4 = 0 THEN ARRAY[$3::uuid] ELSE '{}' END
FROM tasks t, people p, generate_series(1, 20) AS n WHERE t.id = $1::uuid AND p.id = $2::uuid
"""
REPORTED = "INSERT INTO problems (task_id, person_id, text, label) VALUES ($1::uuid, $2::uuid, $3, '/sentiment')"
GAVE_UP = """
INSERT INTO agent_dead_letters (task_id, opening, visit, call, stage, attempts, error, pathways)
VALUES ($1::uuid, 1, 1, 1, 'ask the model', 5, 'the agent answered 503: upstream is not there', '{good,doubtful}')
"""


def go(portal: Any, path: str, heading: str) -> None:
    portal.page.goto(path)
    expect(portal.page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def test_progress_and_performance(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, site: Any, look: Look, theme: str
) -> None:
    flow = make_flow()
    task = flow.task_id(flow.start(text="Sun all day."))
    ann, rob = make_person(flow.team, name="Ann Notator"), make_person(flow.team, name="Rob Reviewer")
    boss = open_portal(make_person(flow.team, role="team_manager", name="Bo Boss"), color_scheme=theme)
    go(boss, f"/projects/{flow.name}/people", "People's progress and performance")
    expect(boss.page.get_by_role("heading", name="Nothing was done in this period")).to_be_visible()
    look(boss, "people-figures-empty")
    site.database.execute(WORKED, task, ann.id)
    site.database.execute(REVIEWED, task, rob.id, ann.id)
    boss.page.get_by_role("button", name="Refresh").click()
    row = boss.page.get_by_role("row").filter(has_text=ann.email)
    expect(row.get_by_role("link", name="15", exact=True)).to_be_visible()
    expect(row).to_contain_text("75 %")
    boss.page.get_by_text("What these figures mean").click()
    look(boss, "people-figures")
    boss.page.get_by_role("button", name="Reviews").click()
    expect(boss.page.get_by_role("row").nth(1)).to_contain_text("Rob Reviewer")
    expect(boss.page.get_by_role("columnheader", name="Reviews")).to_have_attribute("aria-sort", "descending")
    row.get_by_role("link", name="15", exact=True).click()
    tasks = boss.page.get_by_role("region", name="Tasks", exact=True)
    expect(tasks.get_by_role("row")).to_have_count(16)
    expect(boss.page.get_by_role("heading", level=2, name="Ann Notator")).to_be_focused()
    boss.page.get_by_text("Day by day").click()
    look(boss, "people-figures-person")
    boss.page.get_by_label("Period", exact=True).select_option(label="Last 7 days")
    expect(tasks.get_by_role("row")).to_have_count(6)
    assert "period=7" in boss.page.url and "figure=approved_at_once" in boss.page.url
    tasks.get_by_role("link").first.click()
    expect(boss.page).to_have_url(f"{boss.page.url.split('/projects')[0].split('/tasks')[0]}/tasks/{task}")


def test_problems_are_answered_and_agents_asked_again(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, site: Any, look: Look, theme: str
) -> None:
    flow = make_flow()
    boss = open_portal(make_person(flow.team, role="team_manager", name="Bo Boss"), color_scheme=theme)
    go(boss, f"/projects/{flow.name}/problems", "Problems")
    expect(boss.page.get_by_text("No open problem.")).to_be_visible()
    expect(boss.page.get_by_text("No agent has given up on a task.")).to_be_visible()
    look(boss, "problems-empty")
    names = [flow.start(text=f"text {number}") for number in range(3)]
    tasks = [flow.task_id(name) for name in names]
    ann = make_person(flow.team, name="Ann Notator")
    text = f"The picture is black {uuid4().hex[:6]}"
    site.database.execute(REPORTED, tasks[0], ann.id, text)
    for task in tasks:
        site.database.execute(GAVE_UP, task)
    boss.page.get_by_role("button", name="Refresh").click()
    letters = boss.page.get_by_role("region", name="Tasks of these agents")
    expect(letters.get_by_role("row")).to_have_count(4)
    boss.page.get_by_role("button", name=f"Answer Ann Notator about {names[0]}").click()
    boss.page.get_by_label("Answer to Ann Notator").fill("Decline it, please.")
    letters.get_by_role("checkbox", name=f"Select {names[1]}").check()
    look(boss, "problems")
    boss.page.get_by_role("button", name="Send the answer").click()
    expect(boss.page.get_by_text("No open problem.")).to_be_visible()
    boss.page.get_by_role("button", name="Answered").click()
    expect(boss.page.get_by_role("article").filter(has_text=text)).to_contain_text("Decline it, please.")
    look(boss, "problems-answered")
    boss.page.get_by_role("button", name="Ask the agent again").click()
    expect(letters.get_by_role("row")).to_have_count(3)
    letters.get_by_role("checkbox", name="Select all agents that failed").check()
    boss.page.get_by_label("Pathway").select_option("good")
    boss.page.get_by_role("button", name="Send along it").click()
    expect(boss.page.get_by_text("No agent has given up on a task.")).to_be_visible()
    decided = "SELECT count(*) FILTER (WHERE pathway IS NULL) AS again, count(pathway) AS sent FROM agent_dead_letters"
    assert site.database.rows(f"{decided} WHERE task_id = ANY ($1::uuid[])", tasks) == [{"again": 1, "sent": 2}]


def test_viewers_read_alone(make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, site: Any) -> None:
    flow = make_flow()
    task = flow.task_id(flow.start(text="Sun all day."))
    site.database.execute(REPORTED, task, make_person(flow.team, name="Ann Notator").id, "It is black.")
    site.database.execute(GAVE_UP, task)
    viewer = open_portal(make_person(role="viewer"))
    go(viewer, f"/projects/{flow.name}/problems", "Problems")
    expect(viewer.page.get_by_text("It is black.")).to_be_visible()
    expect(viewer.page.get_by_text("the agent answered 503")).to_be_visible()
    expect(viewer.page.get_by_role("button", name="Answer", exact=False)).to_have_count(1)
    expect(viewer.page.get_by_role("checkbox")).to_have_count(0)
    viewer.page.get_by_role("link", name="People", exact=True).last.click()
    expect(viewer.page.get_by_role("heading", name="Nothing was done in this period")).to_be_visible()
