"""Update masks: which fields they name, and which they can't."""

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from todo.notification.v1 import notification_service_pb2 as pb
from todo.task.v1 import task_pb2
from todo_runtime.errors import InvalidArgument
from todo_runtime.field_masks import masked_fields

CHANGEABLE = ("title", "notes")


def named(*paths: str, task: task_pb2.Task | None = None) -> set[str]:
    return masked_fields(FieldMask(paths=paths), task or task_pb2.Task(title="milk"), CHANGEABLE)


def test_a_mask_names_fields() -> None:
    assert named("notes") == {"notes"}


def test_a_star_names_all() -> None:
    assert named("*") == {"title", "notes"}


def test_without_a_mask_the_fields_that_are_set_are_named() -> None:
    assert named() == {"title"}
    assert named(task=task_pb2.Task(name="workspaces/w/tasks/t", position="a0")) == set()


def test_the_caller_may_know_better_what_is_set() -> None:
    assert masked_fields(FieldMask(), task_pb2.Task(), CHANGEABLE, lambda name: name == "notes") == {"notes"}


@pytest.mark.parametrize("path", ["name", "etag", "create_time"])
def test_what_only_the_server_sets_is_left_out(path: str) -> None:
    assert named(path, "title") == {"title"}


@pytest.mark.parametrize("path", ["colour", "title.x", "tags", "", "Title"])
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidArgument, match="it can name notes, title or") as refused:
        named("title", path)
    assert [one.field for one in refused.value.violations] == ["update_mask"]


def test_a_star_beside_a_path_is_a_path() -> None:
    with pytest.raises(InvalidArgument):
        named("*", "title")


def test_a_message_field_is_set_when_it_is_there() -> None:
    given = pb.Preferences(quiet_hours=pb.Preferences.QuietHours())
    assert masked_fields(FieldMask(), given, {"kinds", "quiet_hours"}) == {"quiet_hours"}
