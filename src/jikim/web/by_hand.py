"""How a record came in, in people's words: by which way, on which ground, and that nobody saw the form's notice."""

from django.utils.translation import gettext as _

from jikim.domain.channel import ByHand, Channel
from jikim.domain.terms import LegalBasis
from jikim.web import wording


def way(channel: Channel) -> str:
    return {Channel.EMAIL: _("By email"), Channel.TELEPHONE: _("By telephone"), Channel.LETTER: _("By letter")}[channel]


def ground(basis: LegalBasis) -> tuple[str, str]:
    """Return a ground by name, and when it is the right one."""
    return {
        LegalBasis.CONTRACT: (
            _("A contract, or steps towards one that they asked for"),
            _("They ask about something they bought, or want to."),
        ),
        LegalBasis.LEGITIMATE_INTEREST: (
            _("Our legitimate interest, which clearly outweighs theirs"),
            _("Answering somebody who turned to us, and nothing beyond."),
        ),
        LegalBasis.STATUTE: (_("A law that obliges us"), _("A complaint or a request that the law makes us answer.")),
        LegalBasis.CONSENT: (
            _("Consent that they gave elsewhere"),
            _("Only if they were told the notice and agreed, on paper or on the telephone, and you can show it."),
        ),
    }[basis]


def told(how: ByHand | None, language: str) -> str:
    """Say in a sentence or two how a record came in; "" when it came through the form."""
    if how is None:
        return ""
    arrived = wording.day(how.arrived_on, language)
    sentence = {
        Channel.EMAIL: _("It came by email on %(day)s and was entered by hand."),
        Channel.TELEPHONE: _("It came by telephone on %(day)s and was entered by hand."),
        Channel.LETTER: _("It came by letter on %(day)s and was entered by hand."),
    }[how.channel] % {"day": arrived}
    beside = _("The notice of the form was not shown, so no consent is on record here. Ground: %(ground)s.")
    return f"{sentence} {beside % {'ground': ground(how.ground)[0]}}"
