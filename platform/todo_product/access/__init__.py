"""The local projection of access: who belongs where, whose sessions were revoked, in which zone people live.

Fed by identity-events and workspace-events, completed by chat_api's AccessService on a miss. A service with a database
keeps it there (`AccessProjection`), one without in memory (`AccessMemory`); both answer alike (`AccessReader`).
"""

from todo_product.access.memory import AccessMemory
from todo_product.access.projection import AccessProjection
from todo_product.access.reader import AccessReader
from todo_product.access.source import AccessSource, Heads, Snapshot
from todo_product.access.state import ACCESS_EVENTS, Access, Membership, Profile, Role, changes_of

__all__ = [
    "ACCESS_EVENTS",
    "Access",
    "AccessMemory",
    "AccessProjection",
    "AccessReader",
    "AccessSource",
    "Heads",
    "Membership",
    "Profile",
    "Role",
    "Snapshot",
    "changes_of",
]
