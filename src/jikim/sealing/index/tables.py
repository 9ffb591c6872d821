"""The index's tables in the keyring's file: sealed pages, the keys they left behind, and which values are enrolled.

Nothing here tells one mailbox from another: a tag stands in sealed bytes only.
"""

from datetime import date

from jikim.sealing.kids import MAX_LEAF, kid_of
from jikim.sealing.primitives import DIGEST_BYTES
from jikim.sealing.tree.shelves import CohortClass, Shelf
from jikim.sealing.tree.store import Store

NO_DAY = date(1970, 1, 1)  # pages are due on no day of their own, so that all of them share buckets
TAG_KEYS = Shelf(CohortClass.SYSTEM, "index-key", NO_DAY)
PAGE_KEYS = Shelf(CohortClass.SYSTEM, "index", NO_DAY)

NOTHING_WRITTEN = bytes(DIGEST_BYTES)  # the digest for a key under which no page is known to have been written
NEXT_BATCH = 0  # as the epoch of leaving: whichever batch comes next

# A page has one row, and a second one of a later epoch while a destruction is staged. A stale key has sealed, or may
# have sealed, a version of a page that goes on under another key. A value is written down before its entry is sealed,
# and `entered` once the page is; `leaves` is the epoch in which its entry goes, NULL while it stays.
TABLES = (
    "CREATE TABLE IF NOT EXISTS index_key (one INTEGER PRIMARY KEY CHECK (one = 1), kid INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS index_page (
        no INTEGER NOT NULL, epoch INTEGER NOT NULL, kid INTEGER NOT NULL UNIQUE, envelope BLOB NOT NULL,
        PRIMARY KEY (no, epoch)
    )""",
    "CREATE INDEX IF NOT EXISTS index_page_epoch ON index_page (epoch)",
    "CREATE TABLE IF NOT EXISTS index_stale (kid INTEGER PRIMARY KEY, rows BLOB NOT NULL)",
    """CREATE TABLE IF NOT EXISTS enrolled (
        kid INTEGER PRIMARY KEY, record BLOB NOT NULL, tag BLOB NOT NULL, entered INTEGER NOT NULL DEFAULT 0,
        leaves INTEGER
    )""",
    "CREATE INDEX IF NOT EXISTS enrolled_record ON enrolled (record)",
    "CREATE INDEX IF NOT EXISTS enrolled_leaves ON enrolled (leaves) WHERE leaves IS NOT NULL",
)


def make_tables(store: Store) -> None:
    """Make the tables of a keyring that has none: a new one, or one that rose from a copy, which holds no pages.

    There, the keys of the pages that were lost end with the next batch, for old copies of those pages may exist.
    """
    if store.row("SELECT 1 FROM sqlite_master WHERE name = 'enrolled_leaves'") is None:
        with store.writing():
            for statement in TABLES:
                store.run(statement)
            for kid in _keys_of_lost_pages(store):
                store.run("INSERT INTO index_stale (kid, rows) VALUES (?, ?)", kid, NOTHING_WRITTEN)


def _keys_of_lost_pages(store: Store) -> list[int]:
    found: list[int] = []
    for shelf in (TAG_KEYS, PAGE_KEYS):
        sql = "SELECT no, next FROM cohort JOIN alloc ON cohort = no WHERE class = ? AND category = ?"
        for cohort, following in store.rows(sql, shelf.cohort_class, shelf.category):
            cut = "SELECT number FROM tomb WHERE whole = 0 AND number BETWEEN ? AND ?"
            gone = {kid for (kid,) in store.rows(cut, kid_of(cohort, 0), kid_of(cohort, MAX_LEAF))}
            found += (kid for leaf in range(following) if (kid := kid_of(cohort, leaf)) not in gone)
    return found
