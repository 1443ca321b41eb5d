"""How much there may be of each thing, so that nobody uses up what all share."""

from dataclasses import dataclass

from todo_runtime.errors import ResourceExhausted


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `most` of something; `text` is the error for people, with what to do about it."""

    most: int
    reason: str
    text: str

    def require_room(self, count: int, more: int = 1) -> None:
        """Raises ResourceExhausted when there are `count` and `more` of them would exceed the quota."""
        if count + more > self.most:
            raise self.exceeded()

    def exceeded(self) -> ResourceExhausted:
        """The error when there is no room."""
        return ResourceExhausted(self.text.format(most=self.most), reason=self.reason)


TASKS = Quota(500_000, "TASK_QUOTA", "A workspace has at most {most:,} tasks: delete some first.")
TASK_LISTS = Quota(1_000, "TASK_LIST_QUOTA", "A workspace has at most {most:,} task lists: delete one first.")
SAVED_FILTERS = Quota(1_000, "SAVED_FILTER_QUOTA", "A workspace has at most {most:,} saved filters: delete one first.")
MEMBERS = Quota(1_000, "MEMBER_QUOTA", "A workspace has at most {most:,} members: remove one first.")
INVITATIONS = Quota(100, "INVITATION_QUOTA", "A workspace has at most {most:,} open invitations: revoke one first.")
WORKSPACES = Quota(200, "WORKSPACE_QUOTA", "A person is in at most {most:,} workspaces: leave one first.")
