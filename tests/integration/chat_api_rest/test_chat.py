"""Talking to the running system."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
from todo_stack.hosted import HostedStack

from tests.integration.chat_api_rest.conftest import Person, SignUp


def test_a_day_of_talking(ann: Person) -> None:
    added = ann.say("add buy milk tomorrow at 9 !high #home, remind me 10 minutes before")
    assert added["reply"] == (
        "Added “buy milk”, due tomorrow at 09:00, high priority, #home. I'll remind you 10 minutes before."
    )
    (task,) = added["tasks"]
    assert (task["title"], task["priority"], task["tags"]) == ("buy milk", "PRIORITY_HIGH", ["home"])
    assert (task["due"]["time"], task["due"]["timeZone"]) == ("09:00:00", "Europe/Berlin")
    assert task["reminders"][0]["beforeDue"] == "600s"

    repeating = ann.say("remind me to water the plants every sunday at 9")["tasks"][0]
    assert repeating["recurrence"]["rule"] == "FREQ=WEEKLY;BYDAY=SU"
    ann.say("add buy oat milk")
    listed = ann.say("list")
    titles = [one["title"] for one in listed["tasks"]]
    assert titles == ["buy milk", "water the plants", "buy oat milk"]

    assert ann.say("rename 3 to buy soy milk")["intent"] == "INTENT_CHANGE"
    asked = ann.say("done buy")
    assert asked["intent"] == "INTENT_CLARIFY"
    assert [one["title"] for one in asked["tasks"]] == ["buy milk", "buy soy milk"]
    done = ann.say("2")
    assert (done["intent"], done["tasks"][0]["title"]) == ("INTENT_COMPLETE", "buy soy milk")
    assert done["tasks"][0]["status"] == "STATUS_COMPLETED"

    assert ann.say("reopen soy")["tasks"][0]["status"] == "STATUS_OPEN"
    assert ann.say("move it to friday")["tasks"][0]["due"]["date"]
    assert ann.say("tag it #shop")["tasks"][0]["tags"] == ["shop"]
    assert [one["title"] for one in ann.say("list #shop")["tasks"]] == ["buy soy milk"]
    assert [one["title"] for one in ann.say("search soy")["tasks"]] == ["buy soy milk"]
    assert ann.say("delete soy")["tasks"][0]["deleteTime"]
    assert ann.say("search soy")["reply"] == "I found nothing about “soy”."


def test_what_was_said_is_taken_back(ann: Person) -> None:
    assert ann.say("undo")["reply"].startswith("There is nothing to undo")
    ann.say("add buy milk")
    ann.say("rename milk to bread")
    undone = ann.say("undo that")
    assert (undone["intent"], undone["tasks"][0]["title"]) == ("INTENT_CHANGE", "buy milk")
    assert ann.say("tag it #shop")["tasks"][0]["tags"] == ["shop"]
    ann.say("done milk")
    assert ann.say("undo")["tasks"][0]["status"] == "STATUS_OPEN"
    request_id = str(uuid4())
    first, again = [ann.say("undo", requestId=request_id) for _ in range(2)]
    assert first == again
    assert first["tasks"][0]["status"] == "STATUS_COMPLETED"


def test_a_message_that_means_nothing_is_no_error(ann: Person) -> None:
    answer = ann.say("colourless green ideas")
    assert answer["intent"] == "INTENT_UNKNOWN"
    assert "add colourless green ideas" in answer["suggestions"]


def test_what_the_rules_of_tasks_refuse_is_a_sentence(ann: Person) -> None:
    answer = ann.say(f'add "{"x" * 600}"')
    assert "tasks" not in answer
    assert "500 characters" in answer["reply"]


def test_several_lines_are_several_commands(ann: Person) -> None:
    assert [task["title"] for task in ann.say("add:\n- milk\n- eggs")["tasks"]] == ["milk", "eggs"]
    assert [task["title"] for task in ann.say("done milk and eggs")["tasks"]] == ["milk", "eggs"]


def test_the_same_request_twenty_times_at_once_has_one_effect_and_one_answer(ann: Person) -> None:
    ann.say("add milk")
    for text in ("add bread", "done milk", "move bread to friday"):
        request_id = str(uuid4())
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: ann.say(text, requestId=request_id), range(20)))  # noqa: B023 - used at once
        assert all(answer == answers[0] for answer in answers)
        assert len(answers[0]["tasks"]) == 1
    assert [task["title"] for task in ann.say("list")["tasks"]] == ["bread"]


def test_a_message_that_was_carried_out_but_not_answered_is_not_carried_out_again(
    ann: Person, running_system: HostedStack
) -> None:
    ann.say("add milk")
    request_id = str(uuid4())
    first = ann.say("done milk", requestId=request_id)
    ann.say("add milk")
    with psycopg.connect(running_system.blueprint.postgres_url("chat_api")) as connection:
        connection.execute("UPDATE sent_messages SET answer = NULL WHERE request_id = %s", (request_id,))
    again = ann.say("done milk", requestId=request_id)
    assert again["reply"] == first["reply"]
    assert again["tasks"][0]["etag"] == first["tasks"][0]["etag"]
    assert len(ann.say("list")["tasks"]) == 1


def test_a_request_id_belongs_to_one_message(ann: Person) -> None:
    request_id = str(uuid4())
    ann.say("add milk", requestId=request_id)
    answer = ann.http.post("/v1/chat:send", json={"text": "add eggs", "requestId": request_id})
    assert (answer.status_code, answer.json()["details"][0]["reason"]) == (400, "REQUEST_ID_REUSED")


def test_conversations_are_kept(ann: Person) -> None:
    made = ann.http.post("/v1/conversations", json={"displayName": "Home"}).json()
    answer = ann.say("add milk", conversation=made["name"])
    assert answer["conversation"] == made["name"]
    ann.say("list", conversation=made["name"])
    first = ann.http.get(f"/v1/{made['name']}/messages", params={"pageSize": 3}).json()
    texts = [(message["author"], message["text"].splitlines()[0]) for message in first["messages"]]
    assert texts == [
        ("AUTHOR_ASSISTANT", "1 open task:"),
        ("AUTHOR_PERSON", "list"),
        ("AUTHOR_ASSISTANT", "Added “milk”."),
    ]
    rest = {"pageSize": 3, "pageToken": first["nextPageToken"]}
    second = ann.http.get(f"/v1/{made['name']}/messages", params=rest).json()
    assert [message["text"] for message in second["messages"]] == ["add milk"]
    ann.say("list")
    names = [one["displayName"] for one in ann.http.get("/v1/conversations").json()["conversations"]]
    assert names == ["list", "Home"]
    assert ann.http.delete(f"/v1/{made['name']}").json() == {}
    assert ann.http.get(f"/v1/{made['name']}").status_code == 404


def test_numbers_mean_what_was_listed_in_the_same_conversation(ann: Person) -> None:
    other = ann.http.post("/v1/conversations", json={}).json()["name"]
    ann.say("add milk")
    ann.say("list")
    assert "numbered list" in ann.say("done 1", conversation=other)["reply"]
    assert ann.say("done 1")["intent"] == "INTENT_COMPLETE"


def test_a_stream_says_the_same(ann: Person) -> None:
    answer = ann.http.post("/v1/chat:stream", json={"message": {"text": "help"}})
    text, complete = (line for line in answer.text.splitlines())
    assert '"text"' in text
    assert '"intent":"INTENT_HELP"' in complete


def test_nobody_sees_what_another_person_says_or_does(ann: Person, sign_up: SignUp) -> None:
    bob = sign_up()
    ann.say("add secret plan")
    conversation = ann.http.get("/v1/conversations").json()["conversations"][0]["name"]
    workspace = ann.user["personalWorkspace"]
    assert bob.http.get(f"/v1/{conversation}").status_code == 404
    assert bob.http.get(f"/v1/{conversation}/messages").status_code == 404
    assert bob.http.delete(f"/v1/{conversation}").status_code == 404
    assert bob.http.get("/v1/conversations").json() == {}
    for fields in ({"conversation": conversation}, {"workspace": workspace}):
        assert bob.http.post("/v1/chat:send", json={"text": "list", **fields}).status_code == 404
    assert bob.say("search secret")["reply"] == "I found nothing about “secret”."


def test_bad_messages_are_refused_with_the_field(ann: Person) -> None:
    for body, field in (
        ({"text": ""}, "text"),
        ({"text": " "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": "a\u0000b"}, "text"),
        ({"text": "list", "timeZone": "Mars/Base"}, "time_zone"),
        ({"text": "list", "requestId": "x"}, "request_id"),
        ({"text": "list", "colour": "red"}, "colour"),
    ):
        answer = ann.http.post("/v1/chat:send", json=body)
        assert answer.status_code == 400, body
        violations = [one for detail in answer.json()["details"] for one in detail.get("fieldViolations", [])]
        assert [one["field"] for one in violations] == [field]
