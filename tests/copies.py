"""Many committees at once: copies of one that stands in a record, made by the database itself."""

import sqlite3

NUMBERED = """
    WITH RECURSIVE numbers (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)
"""
COPIES = {
    "committees": (
        "id, name, revision, data",
        "'c' || n, name, revision, replace(data, ?3, 'c' || n)",
    ),
    "members": (
        "committee, id, email, active, data",
        """
        'c' || n, id || 'c' || n, email, active,
        replace(replace(data, ?3, 'c' || n), id, id || 'c' || n)
        """,
    ),
    "walks": (
        "committee, id, data",
        "'c' || n, replace(id, ?3, 'c' || n), replace(data, ?3, 'c' || n)",
    ),
    "items": (
        "committee, question, status, waits, current, data",
        "'c' || n, question, status, waits, current, data",
    ),
    "calendar": ("committee, at", "'c' || n, at"),
}
"""Which columns of which table, and what they are in a copy. Nobody may have answered anything yet."""


def copy(rows: sqlite3.Connection, template: str, after: int, to: int) -> None:
    """Add the committees c(after + 1) to c(to), each with members of its own."""
    for table, (columns, values) in COPIES.items():
        own = "id" if table == "committees" else "committee"
        rows.execute(
            f"INSERT INTO {table} ({columns}) {NUMBERED} SELECT {values} FROM {table}, numbers "  # noqa: S608 -- constants
            f"WHERE {own} = ?3",
            (after + 1, to, template),
        )
    rows.commit()
