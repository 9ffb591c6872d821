"""A page as an HTML fragment: no head, no style, no script; the site puts it into its own shell."""

import re
from collections.abc import Iterable
from html import escape

from jikim.language.page import Clause, Page
from jikim.language.telling.blocks import (
    Block,
    BulletList,
    Definitions,
    LifeLine,
    Node,
    Paragraph,
    Span,
    Subheading,
    Table,
    Words,
)

# What no HTML document may hold: control characters, and code points that are no characters.
_ENDS = "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
_NO_CHARACTER = re.compile(rf"[^\t\n -~\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]|[{_ENDS}]")


def fragment(page: Page) -> str:
    """Return the page's contents list and clauses; everything of the policy is escaped."""
    parts = [*(_block(block) for block in page.opening), _contents(page), *(_clause(clause) for clause in page.clauses)]
    return "\n".join(parts) + "\n"


def _contents(page: Page) -> str:
    label = "차례" if page.language == "ko" else "Contents"
    entries = "".join(f'<li><a href="#{clause.id}">{_text(clause.title)}</a></li>' for clause in page.clauses)
    return f'<nav class="contents" aria-labelledby="contents"><h2 id="contents">{label}</h2><ol>{entries}</ol></nav>'


def _clause(clause: Clause) -> str:
    blocks = "\n".join(_block(block) for block in clause.blocks)
    return (
        f'<section class="clause" id="{clause.id}" aria-labelledby="{clause.id}-title">'
        f'<span class="number" aria-hidden="true">{clause.number}</span>'
        f'<div><h2 id="{clause.id}-title">{_text(clause.title)}</h2>\n{blocks}\n</div></section>'
    )


def _block(block: Block) -> str:
    match block:
        case Paragraph(words):
            return f"<p>{_words(words)}</p>"
        case Subheading(text):
            return f"<h3>{_text(text)}</h3>"
        case BulletList(entries):
            return f"<ul>{''.join(f'<li>{_words(entry)}</li>' for entry in entries)}</ul>"
        case Table():
            return _table(block)
        case Definitions(pairs):
            return f"<dl>{''.join(f'<dt>{_text(term)}</dt><dd>{_words(said)}</dd>' for term, said in pairs)}</dl>"
        case LifeLine(label, nodes):
            return f'<h3>{_text(label)}</h3>\n<ol class="life">{"".join(map(_node, nodes))}</ol>'


def _table(block: Table) -> str:
    caption = _text(block.caption)
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in block.header)
    rows = "".join(_row(row, block.header) for row in block.rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(row: tuple[Words, ...], header: tuple[str, ...]) -> str:
    first, *rest = row
    cells = "".join(
        f'<td data-label="{_text(label)}">{_cell(cell)}</td>' for label, cell in zip(header[1:], rest, strict=True)
    )
    return f'<tr><th scope="row">{_words(first)}</th>{cells}</tr>'


def _cell(words: Words) -> str:
    """Hold the words of a cell together: on a phone it is a grid of its heading and one thing."""
    return f"<span>{_words(words)}</span>" if len(words) > 1 else _words(words)


def _node(node: Node) -> str:
    kind = ' class="end"' if node.ends else ""
    note = f' <span class="life-note">{_text(node.note)}</span>' if node.note else ""
    return f"<li{kind}><b>{_text(node.label)}</b>{note}</li>"


def _words(words: Iterable[Span]) -> str:
    return "".join(map(_span, words))


def _span(span: Span) -> str:
    text = _text(span.text)
    if span.href:
        return f'<a href="{_text(span.href)}">{text}</a>'
    return f'<strong class="important">{text}</strong>' if span.important else text


def _text(text: str) -> str:
    return escape(_NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text))
