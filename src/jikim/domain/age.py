"""How old a person is in law: full years, the day of birth counted.

Source: Privacy Policy, "Children"; Civil Act arts. 158, 160(3); PIPA art. 22-2. Errors never show the day of birth.
"""

from datetime import date

from jikim.domain.errors import Misused


def age_on(birth: date, day: date) -> int:
    """Return the full years of age on a day in Seoul.

    A person born on 29 February is a year older on 1 March of a common year.

    raises: Misused for a day before that of birth
    """
    if day < birth:
        raise Misused("the day of birth lies in the future", hint="ask for the day of birth again")
    birthday_to_come = (day.month, day.day) < (birth.month, birth.day)
    return day.year - birth.year - birthday_to_come


def is_under(birth: date, years: int, day: date) -> bool:
    """Say whether a person is younger than so many full years on a day; on the birthday itself no longer."""
    return age_on(birth, day) < years
