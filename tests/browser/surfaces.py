"""Our pages as people meet them: each method is one thing a person does, by the words on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.support.staff_codes import code_of

PASSWORD = "correct horse battery"

WORDS: dict[str, dict[str, str]] = {
    "ko": {
        "policy": "개인정보 처리방침",
        "inquiry": "문의하기",
        "my": "내 문의",
        "of age": "만 14세 이상입니다",
        "send": "보내기",
        "code": "접수번호",
        "show": "보기",
        "go on": "계속하기",
        "finish": "계정 만들기 마치기",
        "to the desk": "업무 화면으로",
        "leave": "나가기",
        "people": "사람들",
        "inbox": "받은 문의",
        "answer": "답변",
        "send the answer": "답변 보내기",
        "resolve": "마무리하기",
        "complaint": "소비자의 불만",
        "event": "그 일이 있은 날",
        "what follows": "어떻게 되는지 보기",
        "read": "읽기",
        "download": "내려받기 (JSON)",
        "set aside": "따로 보관하고 있습니다",
        "destroyed": "파기",
        "settled": "문의를 마무리했습니다",
        "received": "문의를 받았습니다",
        "not yet": "아니요, 아직입니다",
        "close": "문의 마치기",
        "certificate": "파기 증명서",
        "by letter": "편지로",
        "a contract": "계약, 또는 그분이 요청한 계약 전의 일",
        "take it in": "받아 적기",
        "lawsuit": "소송",
        "set the hold": "보류하기",
    },
    "en": {
        "policy": "Privacy Policy",
        "inquiry": "Send an inquiry",
        "my": "My inquiry",
        "of age": "I am 14 or older",
        "send": "Send",
        "code": "Receipt code",
        "show": "Show",
        "go on": "Go on",
        "finish": "Finish the account",
        "to the desk": "To the desk",
        "leave": "Leave the desk",
        "people": "People",
        "inbox": "Inbox",
        "answer": "Your answer",
        "send the answer": "Send the answer",
        "resolve": "Resolve",
        "complaint": "consumer complaints",
        "event": "Day of that event",
        "what follows": "Show what follows",
        "read": "Read",
        "download": "Download (JSON)",
        "set aside": "Set aside, and only kept",
        "destroyed": "Destroyed",
        "settled": "Your inquiry is settled",
        "received": "We have your inquiry",
        "not yet": "No, not yet",
        "close": "Close my inquiry",
        "certificate": "Certificate of destruction",
        "by letter": "By letter",
        "a contract": "A contract, or steps",
        "take it in": "Take it in",
        "lawsuit": "A lawsuit",
        "set the hold": "Set the hold",
    },
}


@dataclass(frozen=True)
class Surface:
    """One person's browser on our site."""

    page: Page
    url: str
    language: str

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def at(self, url: str) -> "Any":
        """Take the same browser to a site that was started again at another address."""
        return type(self)(self.page, url, self.language)


class Person(Surface):
    """Somebody with a question."""

    def reads_the_policy(self) -> None:
        self.page.goto(f"{self.url}/privacy/")
        assert self.title == self.words["policy"]

    def goes_to_the_form(self) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=self.words["inquiry"]).click()
        assert self.title == self.words["inquiry"]

    def writes(self, subject: str, email: str, content: str, files: Sequence[Path] = ()) -> None:
        for age in self.page.get_by_label(self.words["of age"]).all():  # none where the policy does not ask
            age.check()
        self.page.locator("#subject").fill(subject)
        self.page.locator("#email").fill(email)
        self.page.locator("#content").fill(content)
        self.page.locator("#attachments").set_input_files(list(files))

    def agrees(self) -> None:
        box = self.page.locator("input[name^=consent-]")
        assert not box.is_checked()
        box.check()

    def sends(self) -> str:
        """Send the form and return the receipt code that is shown."""
        self.page.get_by_role("button", name=self.words["send"], exact=True).click()
        return self.page.locator("#receipt-code").inner_text()

    def looks_after_it(self, code: str) -> None:
        self.page.goto(f"{self.url}/my/")
        self.page.get_by_label(self.words["code"]).fill(code)
        self.page.get_by_role("button", name=self.words["show"], exact=True).click()

    def says_it_was_not_answered(self) -> None:
        self.page.get_by_role("button", name=self.words["not yet"], exact=True).click()
        self.page.locator(".is-kept").wait_for()

    def adds(self, words: str, files: Sequence[Path] = ()) -> None:
        """Write more, and wait until the page says that it has arrived."""
        self.page.locator("#content").fill(words)
        self.page.locator("#attachments").set_input_files(list(files))
        self.page.get_by_role("button", name=self.words["send"], exact=True).click()
        self.page.locator(".words", has_text=words).wait_for()

    def closes_it(self) -> None:
        self.page.get_by_role("button", name=self.words["close"], exact=True).click()
        self.page.locator(".is-kept").wait_for()

    def reads_the_last_certificate(self) -> str:
        self.page.get_by_role("button", name=self.words["read"], exact=True).last.click()
        assert self.title == self.words["certificate"]
        return self.text

    def takes_the_last_certificate(self) -> Path:
        """Download it; the file is there as long as the browser is."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("button", name=self.words["download"]).last.click()
        return Path(waiting.value.path())

    def reads_the_key_of_the_journal(self) -> str:
        self.page.goto(f"{self.url}/privacy/")
        return self.page.locator("section[aria-labelledby=journal-key] code").inner_text()


class Handler(Surface):
    """Somebody at the desk."""

    def enters(self, link: str) -> None:
        """Make the account that an invitation leads to, and go in."""
        self.page.goto(link)
        self.names_themselves()
        self.shows_a_code()
        self.goes_to_the_desk()

    def goes_to_the_desk(self) -> None:
        self.page.get_by_role("link", name=self.words["to the desk"], exact=True).click()

    def leaves(self) -> None:
        self.page.get_by_role("button", name=self.words["leave"], exact=True).click()

    def knocks(self, name: str) -> None:
        """Give the account name and the password, and be asked for more."""
        self.page.goto(f"{self.url}/desk/enter/")
        self.page.locator("#username").fill(name)
        self.page.locator("#password").fill(PASSWORD)
        self.page.get_by_role("button", name=self.words["go on"], exact=True).click()

    def names_themselves(self) -> None:
        self.page.locator("#name").fill({"ko": "한서윤", "en": "Han"}[self.language])
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("#again").fill(PASSWORD)
        self.page.get_by_role("button", name=self.words["go on"], exact=True).click()

    def shows_a_code(self) -> None:
        self.page.locator("#code").fill(code_of(self.page.locator("#secret").inner_text()))
        self.page.get_by_role("button", name=self.words["finish"], exact=True).click()

    def opens_the_newest(self) -> None:
        self.page.get_by_role("link", name=self.words["inbox"]).click()
        self.page.locator("tbody tr").last.get_by_role("link").click()

    def takes_in_a_letter(self, words: str) -> str:
        """Enter what somebody wrote by letter, and return the receipt code that is shown for them."""
        self.page.goto(f"{self.url}/desk/take-in/")
        self.page.get_by_label(self.words["by letter"]).check()
        self.page.locator("#content").fill(words)
        self.page.get_by_label(self.words["a contract"]).check()
        self.page.get_by_role("button", name=self.words["take it in"], exact=True).click()
        return self.page.locator("#receipt-code").inner_text()

    def holds_the_first_item(self, review_on: str) -> None:
        """Hold one item of the record that is open, for a lawsuit."""
        self.page.locator("a[href*='/holds/']").first.click()
        self.page.get_by_role("checkbox").first.check()
        self.page.get_by_label(self.words["lawsuit"]).check()
        self.page.locator("#review_on").fill(review_on)
        self.page.get_by_role("button", name=self.words["set the hold"], exact=True).click()
        self.page.locator("section.hold").wait_for()

    def downloads(self, name: str) -> bytes:
        with self.page.expect_download() as waiting:
            self.page.get_by_role("button", name=name).click()
        assert waiting.value.suggested_filename == name
        return Path(waiting.value.path()).read_bytes()

    def takes_the_newest_certificate(self) -> Path:
        self.page.goto(f"{self.url}/desk/certificates/")
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name="JSON", exact=True).first.click()
        return Path(waiting.value.path())

    def answers(self, words: str) -> None:
        self.page.get_by_label(self.words["answer"]).fill(words)
        self.page.get_by_role("button", name=self.words["send the answer"]).click()

    def resolves_as_a_complaint(self, day: str) -> str:
        """Choose, read what follows, confirm; return what was shown before the confirmation."""
        self.page.get_by_role("link", name=self.words["resolve"], exact=True).click()
        self.page.get_by_label(self.words["complaint"]).check()
        self.page.get_by_label(self.words["event"]).fill(day)
        self.page.get_by_role("button", name=self.words["what follows"]).click()
        shown = self.text
        self.page.get_by_role("button", name=self.words["resolve"], exact=True).click()
        return shown
