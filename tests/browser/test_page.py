"""The web page in a real browser, on the running system."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from todo_stack.hosted import HostedStack

PASSWORD = "a long password"
DESKTOP, PHONE = (1280, 820), (390, 844)
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser: install one of {', '.join(_PROGRAMS)} (apt-get install chromium)")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=sandbox)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def address(running_system: HostedStack) -> str:
    return f"http://127.0.0.1:{running_system.blueprint.ports['chat_api_http']}"


@pytest.fixture(params=[DESKTOP], ids=["desktop"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The page, opened; what its console complains about fails the test."""
    width, height = request.param
    complaints: list[str] = []
    with browser.new_context(
        viewport={"width": width, "height": height},
        timezone_id="Europe/Berlin",
        locale="en-GB",
        reduced_motion="reduce",
    ) as context:
        opened = context.new_page()
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        opened.goto(address)
        yield opened
    assert complaints == []


def _is_complaint(message: Any) -> bool:
    """An error, but not the browser's own note about a refused request or a connection that was lost on purpose."""
    expected = ("Failed to load resource", "WebSocket connection")
    return message.type == "error" and not message.text.startswith(expected)


def sign_up(page: Page) -> str:
    """Makes an account through the form, waits until the page is live, and returns its address."""
    email = f"{uuid4().hex}@example.com"
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#connection")).to_have_attribute("data-state", "live", timeout=15_000)
    return email


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message").fill(text)
    page.keyboard.press("Enter")


def task(page: Page, title: str) -> Any:
    return page.get_by_role("checkbox", name=title, exact=True)


def elsewhere(page: Page, address: str) -> httpx.Client:
    """The same person in another program."""
    token = page.evaluate("JSON.parse(localStorage.getItem('todo.session')).accessToken")
    return httpx.Client(base_url=address, headers={"authorization": f"Bearer {token}"})


def test_the_page_is_live_by_every_name_of_this_machine(page: Page, address: str) -> None:
    page.goto(address.replace("127.0.0.1", "localhost"))
    sign_up(page)


def test_talking_changes_the_list(page: Page) -> None:
    sign_up(page)
    say(page, "add buy milk tomorrow at 9 !high #home")
    expect(page.get_by_role("log")).to_contain_text("Added “buy milk”, due tomorrow at 09:00, high priority, #home.")
    row = page.get_by_role("listitem").filter(has_text="buy milk")
    expect(row).to_contain_text("Tomorrow, 9:00")
    expect(row).to_contain_text("High")
    expect(row).to_contain_text("#home")
    say(page, "done milk")
    expect(page.get_by_text("1 completed")).to_be_visible()
    expect(page.get_by_text("0 open tasks")).to_be_visible()


def test_the_list_completes_deletes_and_brings_back(page: Page) -> None:
    sign_up(page)
    say(page, "add buy milk")
    task(page, "buy milk").click()
    page.get_by_text("1 completed").click()
    expect(task(page, "buy milk")).to_be_checked()
    task(page, "buy milk").click()
    expect(page.get_by_text("1 open task")).to_be_visible()
    page.get_by_role("button", name="Delete buy milk").click()
    expect(page.get_by_text("Nothing to do")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(task(page, "buy milk")).to_be_visible()


def test_changes_elsewhere_appear_by_themselves(page: Page, address: str) -> None:
    sign_up(page)
    with elsewhere(page, address) as other:
        made = other.post("/v1/workspaces/personal/tasks", json={"title": "from elsewhere"}).json()
        expect(task(page, "from elsewhere")).to_be_visible()
        other.post(f"/v1/{made['name']}:complete", json={})
        expect(page.get_by_text("1 completed")).to_be_visible()


def test_nothing_is_missed_while_the_connection_is_down(page: Page, address: str, running_system: HostedStack) -> None:
    sign_up(page)
    running_system.kill("sync")
    with elsewhere(page, address) as other:
        other.post("/v1/workspaces/personal/tasks", json={"title": "made meanwhile"})
    expect(task(page, "made meanwhile")).to_be_visible(timeout=40_000)
    expect(page.locator("#connection")).to_have_attribute("data-state", "live", timeout=40_000)


def test_a_reminder_becomes_a_toast(page: Page, address: str) -> None:
    sign_up(page)
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    with elsewhere(page, address) as other:
        other.post("/v1/workspaces/personal/tasks", json={"title": "look up", "reminders": [{"at": soon}]})
    expect(page.locator(".toast")).to_contain_text("look up", timeout=20_000)


def test_what_goes_wrong_is_one_sentence(page: Page) -> None:
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The address or the password is wrong.")
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Please enter your e-mail address.")


def test_signing_out_and_in_again(page: Page) -> None:
    email = sign_up(page)
    say(page, "add buy milk")
    expect(task(page, "buy milk")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(task(page, "buy milk")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("Added “buy milk”.")


def test_the_session_outlives_a_reload(page: Page) -> None:
    sign_up(page)
    page.reload()
    expect(page.get_by_role("heading", name="Your list")).to_be_visible()


def test_the_keyboard_is_enough(page: Page) -> None:
    sign_up(page)
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()
    page.keyboard.type("add buy milk")
    page.keyboard.press("Enter")
    expect(task(page, "buy milk")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("textbox", name="Message")).to_have_value("add buy milk")
    task(page, "buy milk").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 completed")).to_be_visible()


def test_everything_that_can_be_operated_has_a_name(page: Page) -> None:
    sign_up(page)
    say(page, "add buy milk")
    expect(task(page, "buy milk")).to_be_visible()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, textarea, a")]
            .filter((one) => one.checkVisibility())
            .filter((one) => !(one.ariaLabel || one.labels?.length || one.textContent.trim()))
            .map((one) => one.outerHTML)"""
    )
    assert nameless == []


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_on_a_phone_list_and_chat_stand_above_each_other(page: Page) -> None:
    sign_up(page)
    say(page, "add a task with quite a long title that needs more than one line on a phone #and #some #tags")
    expect(page.get_by_text("1 open task")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    listed, chat = page.locator(".pane-list").bounding_box(), page.locator(".pane-chat").bounding_box()
    assert listed is not None
    assert chat is not None
    assert listed["y"] + listed["height"] <= chat["y"] + 1
    assert chat["y"] + chat["height"] <= PHONE[1] + 1


def test_the_reference_shows_every_operation(page: Page, address: str) -> None:
    page.goto(f"{address}/docs")
    expect(page.get_by_role("heading", name="ChatService", exact=True).last).to_be_visible()
    document = httpx.get(f"{address}/openapi.json").json()
    operations = sum(len(verbs) for verbs in document["paths"].values())
    assert page.locator("#reference article .verb").count() == operations
