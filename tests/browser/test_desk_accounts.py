"""How the first privacy officer comes in: with a passkey where scripts run, with an app's codes where none do.

Source: Privacy Policy, "Safety measures"; Safety Measures Standard arts. 5, 6.
"""

import pytest
from playwright.sync_api import Page

from tests.browser.surfaces import Handler
from tests.support.browser import Open
from tests.support.server import Served

LOCALES = {"ko": "ko-KR", "en": "en-GB"}


def at_a_name(url: str) -> str:
    """Return the address by a host name, because no passkey is ever bound to a bare address."""
    return url.replace("127.0.0.1", "localhost")


def carry_a_passkey(page: Page) -> None:
    """Give the browser a device that answers for its person."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def ask_for_the_passkey(page: Page) -> None:
    page.locator("form[data-passkey] button").click()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_passkey_makes_the_account_and_opens_the_desk(live_home: Served, open_browser: Open, language: str) -> None:
    page = open_browser(language=LOCALES[language])
    carry_a_passkey(page)
    handler = Handler(page, at_a_name(live_home.desk_url), language)
    page.goto(at_a_name(live_home.link("/desk/enter/")))
    handler.names_themselves()
    ask_for_the_passkey(page)
    page.locator(".codes li").first.wait_for()
    assert page.locator(".codes li").count() == 10
    name = page.locator("#account-name").inner_text()
    handler.goes_to_the_desk()
    handler.leaves()
    handler.knocks(name)
    ask_for_the_passkey(page)
    page.wait_for_url("**/desk/")
    assert page.get_by_role("link", name=handler.words["inbox"]).is_visible()


def test_without_scripts_the_codes_of_an_app_do_and_no_passkey_is_offered(
    live_home: Served, open_browser: Open
) -> None:
    page = open_browser(javascript=False)
    handler = Handler(page, live_home.desk_url, "ko")
    page.goto(live_home.link("/desk/enter/"))
    handler.names_themselves()
    assert not page.locator("form[data-passkey]").is_visible()
    handler.shows_a_code()
    name, recovery = page.locator("#account-name").inner_text(), page.locator(".codes code").first.inner_text()
    handler.goes_to_the_desk()
    handler.leaves()
    handler.knocks(name)
    page.locator("#code").fill(recovery)
    page.locator("main form button").last.click()
    page.get_by_role("link", name=handler.words["people"], exact=True).click()
    page.get_by_label("문의 담당자").check()
    page.get_by_role("button", name="링크 만들기").click()
    assert page.locator("#invitation").inner_text().startswith(f"{live_home.desk_url}/desk/enter/")
