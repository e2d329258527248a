"""Files that templates show by grant_read_access."""

from typing import Any

from playwright.sync_api import expect

# As conftest.py of this folder gives them.
MakeFlow = MakePerson = OpenPortal = Any

PICTURE = """
<crowd-form>
  <crowd-image-classifier name="vehicle" src="{{ task.input.image | grant_read_access }}" header="Which vehicle?"
    categories="['Car', 'Boat']"></crowd-image-classifier>
</crowd-form>
"""
PLAIN_PICTURE = """
<crowd-form>
  <img src="{{ task.input.image | grant_read_access }}" alt="The picture">
  <crowd-input name="seen" label="Seen"></crowd-input>
</crowd-form>
"""


def test_a_picture_of_the_bucket_is_shown(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, picture_uri: str
) -> None:
    flow = make_flow(PLAIN_PICTURE)
    flow.start(image=picture_uri)
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)
    picture = portal.frame.get_by_alt_text("The picture")

    expect(picture).to_be_visible()
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") > 100
    source = picture.get_attribute("src") or ""
    assert "/media/" in source
    assert "sailing-boat" not in source


def test_a_picture_that_does_not_exist_is_said_to_the_person(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, site: Any, page_problems: Any
) -> None:
    page_problems.expect("404")
    flow = make_flow(PICTURE)
    flow.start(image=f"s3://{site.endpoints.s3_bucket}/browser/nothing.png")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)

    expect(portal.frame.get_by_role("alert").filter(has_text="The image could not be loaded.")).to_be_visible()


def test_a_plain_picture_that_does_not_exist_is_said_to_the_person(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal, site: Any, page_problems: Any
) -> None:
    page_problems.expect("404", "could not be loaded")
    flow = make_flow(PLAIN_PICTURE)
    flow.start(image=f"s3://{site.endpoints.s3_bucket}/browser/nothing.png")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)

    expect(portal.page.get_by_role("alert").filter(has_text="could not be loaded")).to_be_visible()


def test_a_bucket_that_may_not_be_opened_is_said_to_the_person(
    make_flow: MakeFlow, make_person: MakePerson, open_portal: OpenPortal
) -> None:
    flow = make_flow(PLAIN_PICTURE)
    flow.start(image="s3://somebody-elses/picture.png")
    portal = open_portal(make_person(flow.team))
    portal.start(flow.title)

    expect(portal.frame.get_by_role("alert")).to_contain_text("somebody-elses")
    expect(portal.frame.get_by_label("Seen")).to_be_editable()
