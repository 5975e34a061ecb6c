from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from safemigrate.locks import tree


def waiting(pid: int, *blocked_by: tree.Key, waited: float = 3.0, mentioned: bool = False) -> tree.Row:
    wants = "ACCESS EXCLUSIVE on orders" if blocked_by else ""
    return tree.Row(
        pid=pid, blocked_by=blocked_by, waits_for=wants, waited=waited, age=60.0, state="active", mentioned=mentioned
    )


def shape(node: tree.Node) -> object:
    return (node.row.key, [shape(waiter) for waiter in node.waiters])


def test_those_who_wait_nest_under_whom_they_wait_for() -> None:
    trees = tree.forest([waiting(3, 2), waiting(1), waiting(2, 1)])
    assert [shape(each) for each in trees] == [(1, [(2, [(3, [])])])]


def test_a_prepared_transaction_is_a_root_by_its_name() -> None:
    trees = tree.forest([tree.Row(pid=None, gid="tx-9", age=60, state="prepared"), waiting(2, "tx-9")])
    assert [shape(each) for each in trees] == [("tx-9", [(2, [])])]
    assert tree.render(trees).startswith('prepared transaction "tx-9", prepared for 60 s\n└─ pid 2, waits 3 s for ')


def test_who_waits_for_two_shows_under_both_and_its_own_waiters_once() -> None:
    first, second = tree.forest([waiting(1), waiting(2), waiting(3, 1, 2), waiting(4, 3)])
    assert shape(first) == (1, [(3, [(4, [])])])
    assert shape(second) == (2, [(3, [])])
    assert second.waiters[0].repeated
    assert "shown above" in tree.render([second])


def test_a_circle_ends_where_it_began() -> None:
    (found,) = tree.forest([waiting(1, 2), waiting(2, 1)])
    assert shape(found) == (1, [(2, [(1, [])])])
    assert found.waiters[0].waiters[0].repeated


def test_the_root_that_makes_others_wait_longest_comes_first() -> None:
    rows = [waiting(1), waiting(2), waiting(5), waiting(3, 1, waited=1), waiting(4, 2, waited=9)]
    assert [each.row.pid for each in tree.forest(rows)] == [2, 1, 5]


def test_a_blocker_that_has_gone_between_two_looks_leaves_its_waiter_a_root() -> None:
    assert [shape(each) for each in tree.forest([waiting(2, 99)])] == [(2, [])]


def test_about_keeps_the_trees_of_the_relations_asked_for() -> None:
    trees = tree.forest([waiting(1), waiting(2, 1, mentioned=True), waiting(8), waiting(9, 8)])
    assert [each.row.pid for each in tree.about(trees)] == [1]


def test_the_text_is_a_tree() -> None:
    root = tree.Row(
        pid=1,
        user="bi",
        application="reports",
        state="idle in transaction",
        age=2280,
        query="SELECT …",
        holds=("ACCESS SHARE on orders",),
    )
    rows = [root, waiting(2, 1, waited=9), waiting(3, 2), waiting(4, 1)]
    assert tree.render(tree.forest(rows)) == (
        "pid 1 bi@reports, idle in transaction for 38 min, holds ACCESS SHARE on orders: SELECT …\n"
        "├─ pid 2, waits 9 s for ACCESS EXCLUSIVE on orders\n"
        "│  └─ pid 3, waits 3 s for ACCESS EXCLUSIVE on orders\n"
        "└─ pid 4, waits 3 s for ACCESS EXCLUSIVE on orders"
    )


keys = st.one_of(st.integers(1, 8), st.sampled_from(["gid a", "gid b"]))


@given(st.dictionaries(keys, st.lists(keys, max_size=4), max_size=10))
def test_every_session_is_shown_with_its_waiters_exactly_once(edges: dict[tree.Key, list[tree.Key]]) -> None:
    rows = [
        tree.Row(pid=None, gid=key) if isinstance(key, str) else waiting(key, *blocked_by)
        for key, blocked_by in edges.items()
    ]
    trees = tree.forest(rows)
    full = [node.row.key for each in trees for node in each.walk() if not node.repeated]
    assert sorted(map(str, full)) == sorted(map(str, edges))
    assert len(tree.render(trees).splitlines()) == sum(1 for each in trees for _ in each.walk())
    json.dumps(tree.as_json(trees), allow_nan=False)
