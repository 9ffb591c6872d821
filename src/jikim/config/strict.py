"""Templates that fail loudly: a name no view gave is an error, not an empty space on a page."""


class UnknownName(Exception):
    """A template asked for a name that it was not given."""


class StrictUndefined(str):
    """Given to Django as `string_if_invalid`; Django fills it with the missing name, and that is where it raises."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, name: object) -> str:
        raise UnknownName(f"a template asks for {name}, which its view did not give")

    def __bool__(self) -> bool:
        return True
