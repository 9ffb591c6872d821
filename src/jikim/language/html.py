"""A page as an HTML fragment: no head, no style, no script; the site puts it into its own shell."""

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


def fragment(page: Page) -> str:
    """Return the page's contents list and clauses; everything of the policy is escaped."""
    parts = [*(_block(block) for block in page.opening), _contents(page), *(_clause(clause) for clause in page.clauses)]
    return "\n".join(parts) + "\n"


def _contents(page: Page) -> str:
    label = "차례" if page.language == "ko" else "Contents"
    entries = "".join(f'<li><a href="#{clause.id}">{escape(clause.title)}</a></li>' for clause in page.clauses)
    return f'<nav class="contents" aria-label="{label}"><ol>{entries}</ol></nav>'


def _clause(clause: Clause) -> str:
    blocks = "\n".join(_block(block) for block in clause.blocks)
    return (
        f'<section class="clause" id="{clause.id}" aria-labelledby="{clause.id}-title">'
        f'<span class="number" aria-hidden="true">{clause.number}</span>'
        f'<div><h2 id="{clause.id}-title">{escape(clause.title)}</h2>\n{blocks}\n</div></section>'
    )


def _block(block: Block) -> str:
    match block:
        case Paragraph(words):
            return f"<p>{_words(words)}</p>"
        case Subheading(text):
            return f"<h3>{escape(text)}</h3>"
        case BulletList(entries):
            return f"<ul>{''.join(f'<li>{_words(entry)}</li>' for entry in entries)}</ul>"
        case Table():
            return _table(block)
        case Definitions(pairs):
            return f"<dl>{''.join(f'<dt>{escape(term)}</dt><dd>{_words(said)}</dd>' for term, said in pairs)}</dl>"
        case LifeLine(label, nodes):
            return f'<h3>{escape(label)}</h3>\n<ol class="life">{"".join(map(_node, nodes))}</ol>'


def _table(block: Table) -> str:
    caption = escape(block.caption)
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in block.header)
    rows = "".join(_row(row, block.header) for row in block.rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(row: tuple[Words, ...], header: tuple[str, ...]) -> str:
    first, *rest = row
    cells = "".join(
        f'<td data-label="{escape(label)}">{_words(cell)}</td>' for label, cell in zip(header[1:], rest, strict=True)
    )
    return f'<tr><th scope="row">{_words(first)}</th>{cells}</tr>'


def _node(node: Node) -> str:
    kind = ' class="end"' if node.ends else ""
    return f"<li{kind}><b>{escape(node.label)}</b> {escape(node.note)}</li>"


def _words(words: Iterable[Span]) -> str:
    return "".join(map(_span, words))


def _span(span: Span) -> str:
    text = escape(span.text)
    if span.href:
        return f'<a href="{escape(span.href)}">{text}</a>'
    return f'<strong class="important">{text}</strong>' if span.important else text
