"""Resource names, as the contracts have them, and the ids in them."""

from dataclasses import dataclass
from uuid import UUID

from todo_runtime.errors import NotFound

PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class TaskName:
    """The parts of `workspaces/{workspace}/tasks/{task}`."""

    workspace: str
    task: UUID


@dataclass(frozen=True, slots=True)
class TaskListName:
    """The parts of `workspaces/{workspace}/taskLists/{task_list}`."""

    workspace: str
    task_list: UUID


@dataclass(frozen=True, slots=True)
class SavedFilterName:
    """The parts of `workspaces/{workspace}/savedFilters/{saved_filter}`."""

    workspace: str
    saved_filter: UUID


def parse_workspace(name: str) -> str:
    """The second part of `workspaces/{workspace}…`. Raises NotFound."""
    parts = name.split("/")
    if len(parts) < 2 or parts[0] != "workspaces":
        raise NotFound(f"There is no {name[:120]!r}.")
    return parts[1]


def parse_task_name(name: str) -> TaskName:
    """The parts of a task's name. Raises NotFound for what can't be one: it does not exist."""
    parts = name.split("/")
    if len(parts) != 4 or parts[2] != "tasks":
        raise NotFound(f"There is no task {name[:120]!r}.")
    return TaskName(parse_workspace(name), parse_id(parts[3], f"task {name[:120]!r}"))


def parse_task_list_name(name: str) -> TaskListName:
    """The parts of a task list's name. Raises NotFound for what can't be one: it does not exist."""
    parts = name.split("/")
    if len(parts) != 4 or parts[2] != "taskLists":
        raise NotFound(f"There is no task list {name[:120]!r}.")
    return TaskListName(parse_workspace(name), parse_id(parts[3], f"task list {name[:120]!r}"))


def parse_saved_filter_name(name: str) -> SavedFilterName:
    """The parts of a saved filter's name. Raises NotFound for what can't be one: it does not exist."""
    parts = name.split("/")
    if len(parts) != 4 or parts[2] != "savedFilters":
        raise NotFound(f"There is no saved filter {name[:120]!r}.")
    return SavedFilterName(parse_workspace(name), parse_id(parts[3], f"saved filter {name[:120]!r}"))


def parse_id(text: str, what: str) -> UUID:
    """An id within a name. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"There is no {what}.") from None


def user_name(user: UUID) -> str:
    """`users/{user}`."""
    return f"users/{user}"


def workspace_name(workspace: UUID) -> str:
    """`workspaces/{workspace}`."""
    return f"workspaces/{workspace}"


def task_name(workspace: UUID, task: UUID) -> str:
    """`workspaces/{workspace}/tasks/{task}`."""
    return f"workspaces/{workspace}/tasks/{task}"


def task_list_name(workspace: UUID, task_list: UUID) -> str:
    """`workspaces/{workspace}/taskLists/{task_list}`."""
    return f"workspaces/{workspace}/taskLists/{task_list}"


def saved_filter_name(workspace: UUID, saved_filter: UUID) -> str:
    """`workspaces/{workspace}/savedFilters/{saved_filter}`."""
    return f"workspaces/{workspace}/savedFilters/{saved_filter}"
