"""How the house stands, in numbers: what it holds, and whether the files that rows name are there."""

from uuid import UUID

from jikim.queries import due
from jikim.sealing.errors import FileMissing
from jikim.sealing.file_store import FileStore, attachments
from jikim.store.live.models import ItemValue

NEWEST = 200  # attachments looked for


def values_held() -> int:
    """Count every value that is still there, set aside or not."""
    return ItemValue.objects.count() + due.set_aside_count()


def missing_files() -> tuple[int, int]:
    """Return how many of the newest attachments are not in their store, and how many were looked for."""
    newest = ItemValue.objects.exclude(file=None).order_by("-kid")[:NEWEST]
    names = [row.file for row in newest if row.file is not None]
    store = attachments("live")
    return sum(not _is_there(store, name) for name in names), len(names)


def _is_there(store: FileStore, name: UUID) -> bool:
    try:
        store.size(name)
    except FileMissing:
        return False
    return True
