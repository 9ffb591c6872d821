"""Policies and their pages, for tests of what people read."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from jikim.domain.policy import Policy
from jikim.domain.terms import Text
from jikim.language import load, markdown, page
from jikim.language.compile import compile as compiled
from jikim.language.page import Page
from jikim.language.telling.blocks import Block, BulletList, Definitions, LifeLine, Paragraph, Subheading, Table, Words

POLICIES = Path(__file__).resolve().parents[2] / "policies"
SHIPPED = ("example/1.toml", "utracs/1.toml", "utracs/2.toml", "staff.toml")
LANGUAGES = ("ko", "en")
ON = date(2026, 10, 5)


def policy(name: str = "utracs/2.toml") -> Policy:
    return compiled(load.read(POLICIES / name).raw)


def renamed(name: Text) -> Policy:
    """Return the reference policy as another company's."""
    return replace(policy(), controller=replace(policy().controller, name=name))


def built(told: Policy, language: str, on: date = ON) -> Page:
    return page.build(told, language, on=on)


def clause(told: Policy, language: str, name: str, on: date = ON) -> str:
    """Return the words of one clause, "" when the page has none of that name."""
    found = [part for part in built(told, language, on).clauses if part.id == name]
    return "\n".join(words for part in found for words in spoken(part.blocks))


def spoken(blocks: tuple[Block, ...]) -> list[str]:
    """Return every run of words of some blocks, as people read them one after the other."""
    return [said for block in blocks for said in _said(block) if said]


def everything(told: Policy, language: str, on: date = ON) -> list[str]:
    """Return every run of words of a page, clause numbers and addresses behind links left out."""
    whole = built(told, language, on)
    clauses = [words for part in whole.clauses for words in (part.title, *spoken(part.blocks))]
    return [whole.title, whole.effective, *spoken(whole.opening), *clauses]


def rendered(told: Policy, language: str, on: date = ON) -> str:
    return markdown.render(built(told, language, on))


def _said(block: Block) -> list[str]:
    match block:
        case Paragraph(words):
            return [_text(words)]
        case Subheading(text):
            return [text]
        case BulletList(entries):
            return [_text(entry) for entry in entries]
        case Table(caption, header, rows):
            return [caption, *header, *(_text(cell) for row in rows for cell in row)]
        case Definitions(pairs):
            return [f"{term}: {_text(words)}" for term, words in pairs]
        case LifeLine(label, nodes):
            return [label, *(f"{node.label} {node.note}" for node in nodes)]


def _text(words: Words) -> str:
    return "".join(span.text for span in words)
