"""PostgreSQL: the connection pool, one transaction as the unit of work, and migrations."""

from todo_runtime.db.database import Database, Row, Transaction, is_transient

__all__ = ["Database", "Row", "Transaction", "is_transient"]
