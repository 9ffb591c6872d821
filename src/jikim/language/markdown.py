"""A page as Markdown, for reading in a terminal, reviewing a change, or putting into a contract."""

import re
from collections.abc import Iterable

from jikim.language.page import Page
from jikim.language.telling.blocks import Block, BulletList, Definitions, LifeLine, Paragraph, Span, Subheading, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#]|&(?=#?\w+;))")
_OPENING = re.compile(r"^(\d+(?=[.)] )|(?=[-+=~]))")  # what would begin a list, a rule or a fence


def render(page: Page) -> str:
    """Return the whole page with its title and version."""
    lines = [f"# {page.title}", page.effective, *(_block(block) for block in page.opening)]
    for clause in page.clauses:
        lines += [f"## {clause.number}. {clause.title}", *(_block(block) for block in clause.blocks)]
    return "\n\n".join(lines) + "\n"


def _block(block: Block) -> str:
    match block:
        case Paragraph(words):
            return _words(words)
        case Subheading(text):
            return f"### {_plain(text)}"
        case BulletList(entries):
            return "\n".join(f"- {_words(entry)}" for entry in entries)
        case Table():
            return _table(block)
        case Definitions(pairs):
            return "\n".join(f"- **{_plain(term)}**: {_words(said)}" for term, said in pairs)
        case LifeLine(label, nodes):
            steps = (f"{number}. **{_plain(node.label)}** {_plain(node.note)}" for number, node in enumerate(nodes, 1))
            return "\n".join([f"### {_plain(label)}", "", *steps])


def _table(block: Table) -> str:
    head = f"| {' | '.join(map(_plain, block.header))} |"
    rule = f"|{'---|' * len(block.header)}"
    return "\n".join([head, rule, *(f"| {' | '.join(map(_words, row))} |" for row in block.rows)])


def _words(words: Iterable[Span]) -> str:
    return _OPENING.sub(r"\1\\", "".join(map(_span, words)).strip())


def _span(span: Span) -> str:
    text = _plain(span.text)
    if span.href and not span.href.startswith("#"):  # anchors are of the site's page
        return f"[{text}]({span.href})"
    return f"**{text}**" if span.important else text


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
