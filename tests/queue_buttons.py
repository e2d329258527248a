"""Taking work from the list of queues in the portal."""

from playwright.sync_api import Page, expect


def press_start(page: Page, name: str, *, exact: bool = False) -> None:
    """Press the queue's button once something waits; the list looks again by itself only every 30 seconds."""
    button = page.get_by_role("button", name=name, exact=exact)
    expect(button).to_be_visible()
    while button.is_disabled():
        with page.expect_response("**/v1/work/queues"):
            page.get_by_role("button", name="Refresh").click()
    button.click()
