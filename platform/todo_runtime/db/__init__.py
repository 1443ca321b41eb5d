"""PostgreSQL: the connection pool, one transaction as the unit of work, and migrations."""

from todo_runtime.db.database import Database, Row, Transaction, compiled, is_transient

__all__ = ["Database", "Row", "Transaction", "compiled", "is_transient"]
