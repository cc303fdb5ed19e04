"""The page in a real browser says honestly what an answer is, who gave it and what is missing from it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from qa_service.api.app import create_app
from qa_service.api.service import Service
from tests.browser import LANTERN, answered, ask, browser_page
from tests.chat_server import ChatServer, Reply
from tests.served import served
from tests.writing import CASKS, COUNTED, GOOD, GOOD_TEXT, INVENTED, said, written_by

pytestmark = pytest.mark.heavy


BORNEO = "Who threw the lantern of Borneo?"


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with browser_page() as page:
        page.goto(address)
        yield page


@pytest.fixture
def writing(service: Service, model: ChatServer) -> Iterator[Page]:
    """The page of a service with a language model."""
    with served(create_app(written_by(service, model, timeout_s=60))) as address, browser_page() as page:
        page.goto(address)
        yield page


def test_what_is_not_there_is_said_with_what_was_searched_and_the_nearest_evidence(page: Page) -> None:
    answer = ask(page, "What is the treaty on the whale fishery of Borneo?")
    expect(answer).to_contain_text(
        "Not in these 16 letters (1927–1929, Volume I, Hasterlind-Orquelle Exchanges (Invented Sample Volume); "
        "March 14, 1927 – September 29, 1929)."
    )
    expect(answer.locator(".unmatched")).to_contain_text("‹Borneo›")
    expect(answer.get_by_role("heading", name="The nearest evidence")).to_be_visible()
    answer.locator("li.citation a").first.click()
    expect(page.locator("#letter mark").first).to_be_in_viewport()


def test_a_models_answer_is_labelled_and_what_was_left_out_is_counted(writing: Page, model: ChatServer) -> None:
    model.enqueue(*[said(GOOD, INVENTED["a word altered"])] * 2)
    answer = ask(writing, CASKS)
    expect(answer.locator(".claim")).to_contain_text(GOOD_TEXT)
    expect(answer.locator(".by")).to_contain_text("language model")
    expect(answer.locator(".remark")).to_contain_text("1 statement was left out, because no quotation proved it.")
    expect(answer.locator("li.citation blockquote")).to_contain_text("588 casks")


def test_extracts_that_answer_a_part_at_most_say_so(page: Page) -> None:
    answer = answered(page, BORNEO)
    expect(answer.locator(".outcome")).to_have_text("The closest passages; they may not answer the question.")
    expect(answer.locator(".unmatched")).to_have_text("In none of the letters searched: ‹Borneo›.")
    expect(answer.locator(".by .label")).to_have_text("extracts")


def test_words_that_stand_nowhere_are_named_beside_an_answer_too(page: Page) -> None:
    answer = answered(page, "What happened to the twelve zeppelins and the casks?")
    expect(page.locator("article.exchange.answered")).to_have_count(1)
    expect(answer.locator(".outcome")).to_have_count(0)
    expect(answer.locator(".unmatched")).to_have_text("In none of the letters searched: ‹zeppelins›.")


def test_a_question_that_is_not_clear_is_asked_back(page: Page) -> None:
    answer = answered(page, "Who?")
    expect(answer.locator(".outcome")).to_have_text("The question is not clear")
    expect(answer.locator(".plainly")).to_contain_text("Whom, what or which letter do you mean?")
    expect(answer.locator("li.citation")).to_have_count(0)


def test_a_model_says_that_it_answers_a_part(writing: Page, model: ChatServer) -> None:
    model.enqueue(*[said(GOOD, answerable="partly")] * 2)
    answer = answered(writing, CASKS)
    expect(answer.locator(".outcome")).to_have_text("This answers a part of the question.")
    expect(answer.locator(".by .label")).to_have_text("language model")


def test_a_model_that_breaks_off_leaves_what_had_been_proved(writing: Page, model: ChatServer) -> None:
    model.enqueue(_cut_after("And more", said(GOOD, ("And more of the same.", [(COUNTED, COUNTED)]))))
    answer = answered(writing, CASKS)
    expect(answer.locator(".claim")).to_contain_text(GOOD_TEXT)
    expect(answer.locator(".remark")).to_have_text(
        ["The language model broke off; this is what had been proved until then."]
    )


def test_why_a_model_did_not_answer_is_told(writing: Page, model: ChatServer) -> None:
    model.enqueue(*[Reply(status=401)] * 4)
    answer = answered(writing, CASKS)
    expect(answer.locator(".by .label")).to_have_text("extracts")
    kept = writing.request.get(f"{_origin(writing)}/v1/conversations/{writing.url.split('c=')[1]}").json()["answers"][0]
    assert kept["fallback"]
    expect(answer.locator(".by")).to_contain_text(kept["fallback"], ignore_case=True)


def test_what_the_editors_say_is_told_from_what_the_letters_say(page: Page) -> None:
    answer = answered(page, LANTERN)
    editors, writers = answer.locator("li.citation.editors"), answer.locator("li.citation:not(.editors)")
    for cited, labelled, sans in ((editors, 1, True), (writers, 0, False)):
        expect(cited.first.locator(".label", has_text="editors’ note")).to_have_count(labelled)
        assert ("system-ui" in _font_of(cited.first.locator("a.open"))) is sans
    for claim, sans in ((answer.locator(".claim.editors"), True), (answer.locator(".claim:not(.editors)"), False)):
        assert ("system-ui" in _font_of(claim.first)) is sans


def test_what_is_loaded_says_that_a_stand_in_answers(address: str) -> None:
    def degraded(route: Route) -> None:
        ready = route.fetch().json()
        route.fulfill(
            json=ready | {"status": "degraded", "degraded": "the vector index is not there, so words alone count"}
        )

    with browser_page() as page:
        page.route("**/readyz", degraded)
        page.goto(address)
        expect(page.locator("#loaded")).to_contain_text("The vector index is not there, so words alone count.")


def _cut_after(words: str, script: Callable[[Mapping[str, Any]], Reply]) -> Callable[[Mapping[str, Any]], Reply]:
    """A reply whose connection breaks at some words."""

    def made(request: Mapping[str, Any]) -> Reply:
        reply = script(request)
        return replace(reply, after=(reply.tool or reply.text).index(words) // reply.piece + 2)

    return made


def _font_of(element: Locator) -> str:
    font: str = element.evaluate("(element) => getComputedStyle(element).fontFamily")
    return font


def _origin(page: Page) -> str:
    origin: str = page.evaluate("location.origin")
    return origin
