"""Small sites of many styles over the same posts: what discovery has to make out without having seen them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NAMES = ("王小明", "李娜", "Alice", "阿杰不吃辣", "mk-2", "張偉", "user_8823", "Bob Stone")
TEXTS = (
    "做工精致，续航比上一代强很多，值得推荐。",
    "用了三天就死机，客服一直推诿，申请退款也不处理！",
    "Great value, the battery lasts two days and charging is quick.",
    "充电时发烫严重，差点烧起来，太危险了。\n已经向客服投诉，等待回复。",
    "一般般吧，没有宣传的那么好。",
    "Screen cracked after a week, support ignored me.",
    "物流很快。",
)


@dataclass(frozen=True)
class Written:
    number: int
    author: str
    at: datetime
    text: str
    stars: int
    title: str

    @property
    def local(self) -> datetime:
        return self.at.astimezone(SHANGHAI)


@dataclass(frozen=True)
class Site:
    """``pages`` by path, the first one where discovery starts; ``posts`` are what must come in."""

    pages: dict[str, str]
    posts: tuple[Written, ...]
    has: frozenset[str] = field(default=frozenset({"author", "published"}))
    minutes: bool = True


def posts(count: int, first: int = 0) -> tuple[Written, ...]:
    """The newest first; a quarter of an hour to some days apart."""
    return tuple(
        Written(
            number=1000 + 7 * number,
            author=NAMES[(number * 5) % len(NAMES)],
            at=NOW - timedelta(minutes=15 + number * 1337),
            text=f"{TEXTS[number % len(TEXTS)]}（第{number}条）",
            stars=1 + (number * 3) % 5,
            title=f"{'星河X5手机' if number % 2 else '降噪耳机'} 使用感受 {number}",
        )
        for number in range(first, first + count)
    )


def shell(body: str, title: str = "某站") -> str:
    menu = "".join(f'<li><a href="/{name}.html">{name}</a></li>' for name in ("about", "contact", "help", "login"))
    hot = "".join(f'<li><a href="/hot/{number}">热门话题 {number}</a></li>' for number in range(4))
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head><body>"
        f"<div id='top'><ul class='nav'>{menu}</ul></div><div id='main'>{body}</div>"
        f"<div class='sidebar'><h4>热门</h4><ul>{hot}</ul></div>"
        "<div class='footer'>© 2026 某站 ICP备12345号 2026-01-01</div></body></html>"
    )


def paged(items: Sequence[Written], size: int, page: Callable[[Sequence[Written], int, int], str]) -> list[str]:
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    return [page(part, number, len(parts)) for number, part in enumerate(parts, 1)]


def multiline(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def table_forum() -> Site:
    """A topic as boards drew it twenty years ago: a table row per post, page numbers in brackets, no year-old CSS."""

    def page(part: Sequence[Written], number: int, last: int) -> str:
        rows = "".join(
            f'<tr><td width="20%" valign="top" class="a1"><b>{escape(each.author)}</b><br><small>注册会员<br>帖子: '
            f"{each.number % 97}<br>注册: 2019-03-0{1 + each.number % 8}</small></td>"
            f'<td class="a1"><font size="1">发表于 {each.local.strftime("%Y-%-m-%-d %H:%M")}</font><hr>'
            f'<div class="msg">{multiline(each.text)}</div><a href="post.php?quote={each.number}">引用</a></td></tr>'
            for each in part
        )
        links = " ".join(
            f'<a href="topic.php?id=5&page={n}">[{n}]</a>' if n != number else f"<b>{n}</b>" for n in range(1, last + 1)
        )
        return shell(f'<table border="1" width="98%"><tr><th>作者</th><th>内容</th></tr>{rows}</table><p>{links}</p>')

    found = posts(23)
    pages = {
        f"/topic.php?id=5&page={n}": text.replace("[", "").replace("]", "")
        for n, text in enumerate(paged(found, 10, page), 1)
    }
    return Site(pages, found)


def cards() -> Site:
    """Review cards with stars as letters and times told from now."""

    def ago(each: Written) -> str:
        hours = int((NOW - each.at).total_seconds() // 3600)
        return f"{hours * 60 + 15}分钟前" if not hours else f"{hours}小时前" if hours < 24 else f"{hours // 24}天前"

    def page(part: Sequence[Written], number: int, last: int) -> str:
        blocks = "".join(
            f'<div class="card shadow {"odd" if each.number % 2 else "even"}"><div class="card-head">'
            f'<img src="/a.png" alt=""><span class="nick">{escape(each.author)}</span>'
            f'<span class="stars">{"★" * each.stars}{"☆" * (5 - each.stars)}</span></div>'
            f'<div class="card-body">{multiline(each.text)}</div>'
            f'<div class="card-foot"><span>{ago(each)}</span> <a href="#">有用({each.number % 9})</a></div></div>'
            for each in part
        )
        more = f'<a class="btn" href="/reviews/?page={number + 1}">下一页</a>' if number < last else ""
        return shell(f'<h1>全部评价</h1><div class="list">{blocks}</div><div class="pager">{more}</div>')

    found = posts(14)
    pages = {f"/reviews/?page={n}" if n > 1 else "/reviews/": text for n, text in enumerate(paged(found, 6, page), 1)}
    return Site(pages, found, frozenset({"author", "published", "rating"}), minutes=False)


def guest_book() -> Site:
    """A definition list: who and when in each term, what in the description below it."""
    entries = "".join(
        f"<dt><strong>{escape(each.author)}</strong> <em>{each.local.strftime('%Y年%-m月%-d日 %H:%M')}</em></dt>"
        f"<dd>{multiline(each.text)}</dd>"
        for each in posts(8)
    )
    return Site({"/guestbook": shell(f"<h2>留言板</h2><dl>{entries}</dl>")}, posts(8))


def nested_comments() -> Site:
    """An article with threaded comments, replies inside what they answer."""
    found = posts(9)

    def comment(each: Written, inner: str) -> str:
        return (
            f'<li class="comment depth-1" id="comment-{each.number}"><article class="comment-body"><footer>'
            f'<b class="fn">{escape(each.author)}</b> <a href="#comment-{each.number}">'
            f'<time datetime="{each.at.isoformat()}">{each.local:%d/%m}</time></a></footer>'
            f'<div class="comment-content"><p>{multiline(each.text)}</p></div><div class="reply"><a href="?replytocom='
            f'{each.number}">Reply</a></div></article>{inner}</li>'
        )

    threads = []
    for start in range(0, 9, 3):
        one, two, three = found[start : start + 3]
        inner = f'<ol class="children">{comment(three, "")}</ol>'
        threads.append(comment(one, f'<ol class="children">{comment(two, inner)}</ol>'))
    article = f'<article class="entry"><h1>评测</h1><p>{"正文" * 120}</p></article>'
    body = f'{article}<ol class="commentlist">{"".join(threads)}</ol>'
    return Site({"/2026/review": shell(body)}, found)


def shop() -> Site:
    """A list of products; their pages have reviews with stars as a width and one line of who and when."""
    pages: dict[str, str] = {}
    found: list[Written] = []
    links = ""
    for product in range(4):
        part = posts(4, first=4 * product)
        found += part
        reviews = "".join(
            f'<li class="rv"><div class="rate-box"><span class="rate" style="width:{20 * each.stars}%"></span></div>'
            f"<h4>{escape(each.title)}</h4><p>{multiline(each.text)}</p>"
            f'<div class="by">by {escape(each.author)} on '
            f"{each.local:%B} {each.local.day}, {each.local:%Y %H:%M}</div></li>"
            for each in part
        )
        heading = f"<h1>产品 {product}</h1><p class='price'>￥{99 + product}.00</p>"
        pages[f"/p/{product + 50}.html"] = shell(f'<div class="detail">{heading}<ul class="rvs">{reviews}</ul></div>')
        links += (
            f'<div class="prod"><a href="/p/{product + 50}.html"><img src="/i{product}.png"></a>'
            f'<div class="name"><a href="/p/{product + 50}.html">产品 {product} 高清大图</a></div>'
            f"<b>￥{99 + product}.00</b></div>"
        )
    return Site(
        {"/all": shell(f'<div class="grid">{links}</div>'), **pages},
        tuple(found),
        frozenset({"author", "published", "rating", "title"}),
    )


def deep_forum() -> Site:
    """A front page of boards, boards of topics, topics of posts; hardly any class names."""
    pages: dict[str, str] = {}
    found: list[Written] = []
    names = ("手机", "家电", "耳机")
    boards = "".join(
        f'<tr><td><h3><a href="/board/{board}">{name}讨论区</a></h3></td><td>12</td></tr>'
        for board, name in enumerate(names)
    )
    pages["/"] = shell(f"<table>{boards}</table>")
    for board in range(3):
        topics = ""
        for topic in range(4):
            key = 4 * board + topic
            part = posts(3, first=3 * key)
            found += part
            link = f'<a href="/topic/{key + 100}">{escape(part[0].title)}</a>'
            topics += f"<li>{link} <i>{part[0].author}</i> <u>{part[0].local:%Y-%m-%d %H:%M}</u></li>"
            body = "".join(
                f'<div class="p" id="p{each.number}"><p><a href="/member/{each.number % 8}">{escape(each.author)}</a> '
                f"<span>{each.local:%Y-%m-%d %H:%M:%S}</span></p><blockquote>{multiline(each.text)}</blockquote></div>"
                for each in part
            )
            pages[f"/topic/{key + 100}"] = shell(f"<h1>{escape(part[0].title)}</h1>{body}")
        pages[f"/board/{board}"] = shell(f"<h2>讨论区</h2><ul>{topics}</ul>")
    return Site(pages, tuple(found))


def two_rows() -> Site:
    """Each post is two rows of one table: a head with author and time, and a body."""
    rows = "".join(
        f'<tr class="hd"><td><a href="/user.php?uid={each.number % 8}">{escape(each.author)}</a></td>'
        f'<td>{each.local:%m/%d/%Y %H:%M}</td></tr><tr class="bd"><td colspan="2">{multiline(each.text)}</td></tr>'
        for each in posts(9)
    )
    return Site({"/t/1": shell(f"<table class='posts'>{rows}</table>")}, posts(9))


def icon_stars() -> Site:
    """Stars as five pictures, of which some are full; the time only as a tip of its day."""
    full, empty = '<i class="fa fa-star"></i>', '<i class="fa fa-star-o"></i>'
    blocks = "".join(
        f'<section class="opinion" data-id="{each.number}"><div class="score">'
        f"{full * each.stars}{empty * (5 - each.stars)}</div>"
        f'<div class="who" >{escape(each.author)}</div><abbr title="{each.at.isoformat()}">{each.local.day}日</abbr>'
        f'<div class="text"><p>{escape(each.text).replace(chr(10), "</p><p>")}</p></div></section>'
        for each in posts(10)
    )
    return Site(
        {"/o": shell(f"<div id='opinions'>{blocks}</div>")}, posts(10), frozenset({"author", "published", "rating"})
    )


def bare_lines() -> Site:
    """No class at all: a bold name, a time in brackets, and the words behind them."""
    lines = "".join(
        f"<li><b>{escape(each.author)}</b> ({each.local:%Y-%m-%d %H:%M}): <span>{multiline(each.text)}</span></li>"
        for each in posts(8)
    )
    return Site({"/comments": shell(f"<ul>{lines}</ul>")}, posts(8))


def question() -> Site:
    """A question that looks different from its answers."""
    pages: dict[str, str] = {}
    found: list[Written] = []
    links = ""
    for topic in range(4):
        first, *answers = part = posts(4, first=4 * topic)
        found += part
        body = (
            f'<h1>{escape(first.title)}</h1><div class="question"><div class="q-text">{multiline(first.text)}</div>'
            f'<div class="q-meta">提问者 <a href="/people/{first.number}">{escape(first.author)}</a> '
            f'<time datetime="{first.at.isoformat()}">x</time></div></div><h2>3 个回答</h2>'
        ) + "".join(
            f'<div class="answer" id="a{each.number}">'
            f'<a class="author" href="/people/{each.number}">{escape(each.author)}</a>'
            f'<div class="a-text">{multiline(each.text)}</div><time datetime="{each.at.isoformat()}">x</time></div>'
            for each in answers
        )
        pages[f"/q/{topic + 31}"] = shell(body)
        links += (
            f'<div class="row"><h3><a href="/q/{topic + 31}">{escape(first.title)}</a></h3><span>3 回答</span></div>'
        )
    return Site({"/questions": shell(links), **pages}, tuple(found))


def utility_classes() -> Site:
    """Class names that say how things look, the same ones everywhere; stars for screen readers only."""

    def page(part: Sequence[Written], number: int, last: int) -> str:
        blocks = "".join(
            f'<div class="flex flex-col p-4 mb-2 border"><div class="flex items-center"><span class="text-sm">'
            f'{escape(each.author)}</span><div class="ml-2" role="img" aria-label="Rated {each.stars} out of 5 stars">'
            f'</div></div><p class="mt-2 text-gray-700">{multiline(each.text)}</p><time class="text-xs text-gray-400" '
            f'datetime="{each.at.isoformat()}">x</time></div>'
            for each in part
        )
        pages = "".join(f'<a class="px-2 text-sm" href="/r/{n}">{n}</a>' for n in range(1, last + 1) if n != number)
        return shell(f'<div class="flex flex-col gap-2">{blocks}</div><div class="flex">{pages}</div>')

    found = posts(17)
    pages = {f"/r/{n}": text for n, text in enumerate(paged(found, 6, page), 1)}
    return Site(pages, found, frozenset({"author", "published", "rating"}))


def hashed_classes() -> Site:
    """Class names made by a build, with letters that mean nothing; the link of a review leads to itself."""
    blocks = "".join(
        f'<article class="Review_root__x7Ya2" data-review-id="{each.number}"><header class="Review_head__Qz81a">'
        f'<h3 class="Review_title__aB3dE"><a href="/review/{each.number}">{escape(each.title)}</a></h3>'
        f'<span class="Review_stars__k2"><i class="Star_on__a"></i>{each.stars}.0</span></header>'
        f'<div class="Review_body__m0Pq"><p>{multiline(each.text)}</p></div><footer><a class="Review_user__u" '
        f'href="/users/{each.number % 8}">{escape(each.author)}</a> · <span title="{each.local:%Y-%m-%d %H:%M:%S}">'
        "不久前</span></footer></article>"
        for each in posts(9)
    )
    return Site({"/app/1": shell(blocks)}, posts(9), frozenset({"author", "published", "rating", "title"}))


def table_per_post() -> Site:
    """Every post a table of its own, said in English with a weekday; a foot that all posts have."""

    def page(part: Sequence[Written], number: int, last: int) -> str:
        tables = "".join(
            f'<a name="{each.number}"></a><table class="tablebg" width="100%"><tr><td class="gensmall"><b>'
            f'{escape(each.author)}</b></td><td class="gensmall"><b>Posted:</b> '
            f"{each.local:%a %b} {each.local.day}, {each.local:%Y %-I:%M %p}".lower().replace("posted", "Posted")
            + f'</td></tr><tr><td>Joined: Jan 2020<br>Posts: {each.number % 50}</td><td><div class="postbody">'
            f'{multiline(each.text)}</div></td></tr><tr><td>Top</td><td><a href="./p.php?u={each.number % 8}">Profile'
            f'</a> <a href="./r.php?p={each.number}">Reply</a></td></tr></table>'
            for each in part
        )
        more = f'<a href="/v.php?t=9&start={7 * number}">Next</a>' if number < last else ""
        return shell(f"<p>Page {number} of {last} {more}</p>{tables}")

    found = posts(16)
    found = tuple(replace(each, author=each.author.lower()) for each in found)
    pages = {f"/v.php?t=9&start={7 * n}" if n else "/v.php?t=9": text for n, text in enumerate(paged(found, 7, page))}
    return Site(pages, found)


def cells_with_tables() -> Site:
    """Replies as cells that hold a table, numbers of floors, times told from now, thanks counted beside names."""
    rows = "".join(
        f'<div id="r_{each.number}" class="cell"><table><tr><td width="48"><img src="/a.png" class="avatar"></td><td>'
        f'<div class="fr"><span class="no">{floor}</span></div><strong><a href="/member/{escape(each.author)}" '
        f'class="dark">{escape(each.author)}</a></strong> <span class="ago">{int((NOW - each.at).days)} 天前</span>'
        f' <span class="small fade">♥ {each.number % 5}</span><div class="reply_content">{multiline(each.text)}</div>'
        "</td></tr></table></div>"
        for floor, each in enumerate(posts(11)[1:], 1)
    )
    body = f'<div class="box"><div class="header"><h1>主题</h1></div></div><div class="box">{rows}</div>'
    return Site({"/t/77": shell(body)}, posts(11)[1:], minutes=False)
