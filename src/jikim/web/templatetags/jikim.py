"""The words templates use: links that keep the language, texts in the page's language, days as people say them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import RequestContext

from jikim.domain.terms import Text
from jikim.web import links, wording

register = template.Library()


@register.simple_tag(takes_context=True)
def link(context: RequestContext, name: str, *args: Any) -> str:
    return links.link(context.request, name, *args)


@register.simple_tag
def asset(name: str) -> str:
    return links.asset(name)


@register.simple_tag(takes_context=True)
def say(context: RequestContext, text: Text) -> str:
    """Say a policy's text in the page's language."""
    return text.say(context["shell"].language)


@register.simple_tag(takes_context=True)
def day(context: RequestContext, value: date) -> str:
    return wording.day(value, context["shell"].language)


@register.simple_tag(takes_context=True)
def instant(context: RequestContext, value: datetime) -> str:
    return wording.instant(value, context["shell"].language)


@register.filter
def size(value: int) -> str:
    return wording.size(value)


@register.filter
def count(value: int) -> str:
    return wording.count(value)


@register.filter
def fingerprint(sha256: str) -> str:
    """Show the first 12 letters of a digest in groups of four, as people compare them."""
    return " ".join(sha256[start : start + 4] for start in range(0, 12, 4))
