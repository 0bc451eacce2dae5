"""What one crawl leaves to the next: no item is missed, whatever ends a crawl, and little is read twice."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crawlers.frontier import SEEN, TRIES, WAITING, Frontier, item_digest
from crawlers.page import Follow
from monitor.mention import RawMention

OLDER = Follow("https://a.example/?page=2", next=True)


def item(number: int, **changes: str) -> RawMention:
    return RawMention(**{"text": f"text {number}", "external_id": str(number), **changes})  # type: ignore[arg-type]


def again(frontier: Frontier) -> Frontier:
    return Frontier.restored(json.loads(json.dumps(frontier.state())))


def test_a_listing_goes_on_only_after_news() -> None:
    frontier = Frontier()
    assert list(frontier.admit([OLDER], [item(1)])) == [OLDER]
    frontier.read(OLDER.url)
    frontier = again(frontier)
    assert list(frontier.admit([OLDER], [item(1)])) == []
    assert frontier.known == 1
    assert list(frontier.admit([OLDER], [item(1), item(2)])) == [OLDER]


def test_an_edit_is_news_and_a_like_is_none() -> None:
    assert item_digest(item(1)) == item_digest(RawMention(text="text 1", external_id="1", likes=7))
    assert len({item_digest(each) for each in (item(1), item(2), item(1, text="x"), item(1, rating="3"))}) == 4


def test_a_page_is_skipped_in_the_version_that_was_read() -> None:
    topic = Follow("https://a.example/t/1", version="5 replies")
    frontier = Frontier()
    assert list(frontier.admit([topic], [])) == [topic]
    assert list(again(frontier).admit([topic], [])) == [topic], "admitted, but never read"
    frontier.read(topic.url)
    frontier = again(frontier)
    assert list(frontier.admit([topic, OLDER], [])) == []
    assert frontier.known == 1
    moved = Follow(topic.url, version="6 replies")
    assert list(frontier.admit([moved, OLDER], [])) == [moved, OLDER]


def test_a_page_without_a_version_is_always_read() -> None:
    frontier = Frontier()
    page = Follow("https://a.example/1")
    for _ in range(2):
        assert list(frontier.admit([page], [])) == [page]
        frontier.read(page.url)
        frontier = again(frontier)


def test_what_was_not_reached_is_left_over_with_its_context_but_without_its_headers() -> None:
    page = Follow("https://a.example/1", headers={"Authorization": "secret"}, context={"title": "标题"}, version="3")
    frontier = Frontier()
    list(frontier.admit([page], []))
    assert "secret" not in json.dumps(frontier.state())
    assert again(frontier).left_over() == [Follow(page.url, context={"title": "标题"}, version="3")]


def test_a_part_left_over_is_gone_on_with_though_it_brings_no_news() -> None:
    frontier = Frontier()
    list(frontier.admit([OLDER], [item(1)]))
    assert list(frontier.admit([OLDER], [item(1)])) == []
    assert list(frontier.admit([OLDER], [item(1)], resumed=True)) == [OLDER]


def test_a_back_fill_reads_everything() -> None:
    topic = Follow("https://a.example/t/1", version="5")
    frontier = Frontier()
    list(frontier.admit([topic, OLDER], [item(1)]))
    frontier.read(topic.url)
    frontier = Frontier.restored(frontier.state(), thorough=True)
    assert list(frontier.admit([topic, OLDER], [item(1)])) == [topic, OLDER]


def test_a_page_that_fails_is_tried_by_later_crawls_and_then_given_up() -> None:
    page = Follow("https://a.example/1", version="1")
    frontier = Frontier()
    list(frontier.admit([page], []))
    for _ in range(TRIES):
        assert again(frontier).left_over() == [page]
        frontier.failed(page.url)
    assert frontier.left_over() == []
    assert frontier.given_up == [page.url]


def test_what_is_gone_is_not_tried_again() -> None:
    page = Follow("https://a.example/1")
    frontier = Frontier()
    list(frontier.admit([page], []))
    frontier.failed(page.url, for_good=True)
    frontier.failed("https://a.example/unknown")
    assert frontier.left_over() == []


def test_a_page_for_members_only_is_asked_for_again_when_its_state_is_another() -> None:
    page = Follow("https://a.example/forum", version="7 posts")
    frontier = Frontier()
    list(frontier.admit([page], []))
    frontier.failed(page.url, for_good=True, closed=True)
    frontier = again(frontier)
    assert list(frontier.admit([page], [])) == []
    moved = Follow(page.url, version="8 posts")
    assert list(frontier.admit([moved], [])) == [moved]


def test_the_memory_is_bounded() -> None:
    frontier = Frontier()
    list(frontier.admit([OLDER], (item(number) for number in range(SEEN + 50))))
    list(frontier.admit([Follow(f"https://a.example/{n}") for n in range(WAITING + 50)], []))
    state = frontier.state()
    assert (len(state["seen"]), len(state["waiting"])) == (SEEN, WAITING)
    assert len(json.dumps(state["seen"])) < 60_000


def test_the_top_of_a_listing_longer_than_the_memory_is_known_to_the_next_crawl() -> None:
    pages = [[item(page * 100 + number) for number in range(100)] for page in range(SEEN // 100 + 30)]
    frontier = Frontier()
    for page in pages:
        assert list(frontier.admit([OLDER], page)) == [OLDER]
    assert list(frontier.admit([OLDER], pages[-1])) == [], "a last page that is answered again and again"
    frontier.read(OLDER.url)
    frontier = again(frontier)
    assert list(frontier.admit([OLDER], [item(-1), *pages[0][:-1]])) == [OLDER]
    assert list(frontier.admit([OLDER], pages[1])) == []


def test_what_a_short_crawl_did_not_meet_stays_known() -> None:
    frontier = Frontier()
    for number in range(30):
        list(frontier.admit([OLDER], [item(number)]))
    frontier = again(frontier)
    list(frontier.admit([OLDER], [item(100)]))
    frontier = again(frontier)
    assert list(frontier.admit([OLDER], [item(29)])) == []


class Board(RuleBasedStateMachine):
    """A listing of versioned topics that grows while crawls come, of which any may end after any page."""

    def __init__(self) -> None:
        super().__init__()
        self.replies: list[int] = []  # by topic
        self.moved: list[int] = []  # topics, the one that moved last at the end
        self.stored: dict[int, int] = {}
        self.frontier = Frontier()
        self.cut = False

    @rule(count=st.integers(1, 5))
    def new_topics(self, count: int) -> None:
        for _ in range(count):
            self.moved.append(len(self.replies))
            self.replies.append(0)

    @rule(data=st.data())
    def reply(self, data: st.DataObject) -> None:
        if self.replies:
            topic = data.draw(st.integers(0, len(self.replies) - 1))
            self.replies[topic] += 1
            self.moved.remove(topic)
            self.moved.append(topic)

    def listing(self, part: int) -> list[Follow]:
        newest_first = self.moved[::-1]
        here = newest_first[part * 3 : part * 3 + 3]
        topics = [Follow(f"t/{topic}", version=str(self.replies[topic])) for topic in here]
        return topics + ([Follow(f"l/{part + 1}", next=True)] if len(newest_first) > part * 3 + 3 else [])

    @rule(pages=st.integers(1, 12))
    def crawl(self, pages: int) -> None:
        """Up to ``pages`` pages, then it is killed; the cursor of the page before is what is left."""
        queue = [("l/0", False)] + [(follow.url, True) for follow in self.frontier.left_over()]
        asked: set[str] = set()
        while queue and len(asked) < pages:
            url, resumed = queue.pop(0)
            if url in asked:
                continue
            asked.add(url)
            kind, number = url.split("/")
            if kind == "t":
                self.stored[int(number)] = self.replies[int(number)]
            else:
                found = self.frontier.admit(self.listing(int(number)), [], resumed=resumed)
                queue += [(follow.url, resumed and follow.next) for follow in found]
            self.frontier.read(url)
        self.frontier = again(self.frontier)

    @invariant()
    def nothing_is_ever_lost(self) -> None:
        """From any state, crawls that are not cut short bring everything."""
        whole, stored = again(self.frontier), dict(self.stored)
        queue = [("l/0", False)] + [(follow.url, True) for follow in whole.left_over()]
        asked = set()
        while queue:
            url, resumed = queue.pop(0)
            if url in asked:
                continue
            asked.add(url)
            kind, number = url.split("/")
            if kind == "t":
                stored[int(number)] = self.replies[int(number)]
            else:
                found = whole.admit(self.listing(int(number)), [], resumed=resumed)
                queue += [(follow.url, resumed and follow.next) for follow in found]
            whole.read(url)
        assert stored == dict(enumerate(self.replies))


Board.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestBoard = Board.TestCase


@given(st.dictionaries(st.text(max_size=3), st.integers()))
def test_a_strange_state_is_an_empty_one(state: dict[str, int]) -> None:
    assert Frontier.restored(state).left_over() == []
