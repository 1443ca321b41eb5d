"""What a conversation remembers of several messages, in whatever order they are remembered."""

from functools import reduce
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from services.chat_api.chat.interpreter import Memory, TaskRef
from services.chat_api.chat.memory import VersionedMemory

words = st.text(st.characters(codec="utf-8"), max_size=5)
tasks = st.lists(st.builds(TaskRef, words, words), max_size=2).map(tuple)
updates = st.lists(st.builds(Memory, tasks, tasks, words), max_size=4)

Numbered = tuple[int, Memory]


def remembered(messages: list[Numbered]) -> VersionedMemory:
    return reduce(lambda memory, one: memory.merge(one[1], one[0]), messages, VersionedMemory())


@given(updates, st.data())
def test_the_order_and_repeats_of_messages_do_not_matter(messages: list[Memory], data: st.DataObject) -> None:
    numbered = list(enumerate(messages, 1))
    repeats = data.draw(st.lists(st.sampled_from(numbered), max_size=4)) if numbered else []
    expected = remembered(numbered)
    assert all(remembered([*order, *repeats]) == expected for order in permutations(numbered))


def test_the_newest_message_that_has_a_part_decides_it() -> None:
    milk, eggs = TaskRef("1", "milk"), TaskRef("2", "eggs")
    memory = remembered([(1, Memory((milk,), (milk,), "done m")), (2, Memory(mentioned=(eggs,)))])
    assert memory.memory == Memory((milk,), (eggs,), "")
    assert memory.sequence == 2
