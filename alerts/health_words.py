"""What is said of a source that is not well, zh-CN and en: the state, what is missing, and the mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alerts.reasons import Language, reason_words
from monitor.health.fields import ANY

WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {
        "state.ok": "正常",
        "state.never": "尚未抓取",
        "state.empty": "无内容",
        "state.blocked": "被拒绝",
        "state.changed": "布局已变",
        "state.failing": "失败",
        "state.late": "迟迟无新",
        "state.unavailable": "不可用",
        "ok": "工作正常",
        "never": "还没有抓取过",
        "empty": "来源有应答，但上面没有条目",
        "blocked": "来源拒绝访问（{reason}）",
        "failing": "已连续失败 {failures} 次（{reason}）",
        "unavailable": "本机缺少条件，无法抓取（{reason}）",
        "overdue": "早该抓取，却没有（间隔 {every}）",
        "fields": "近来的条目中：{gaps}",
        "unreadable": "取得的 {items} 条中有 {missing} 条读不出来",
        "no_items": "连续 {runs} 次抓取读到了页面却没有条目；此前 {before} 次几乎每次都有",
        "empty_hour": "有 {expected} 个小时没有新提及，而往周同一小时几乎总有"
        "（碰巧的概率 {probability}，阈值 {threshold}）",
        "silence": "预期应有 {expected} 条新提及，却一条也没有（碰巧的概率 {probability}，阈值 {threshold}）",
        "never_sent": "还没有收到过内容",
        "never_brought": "还没有导入过文件",
        "stuck": "{number} 条收下后屡次无法入库，已搁置（{reason}）",
        "waiting": "{number} 条收下后尚未入库，最早的已等 {oldest}",
        "refused": "预期应有 {expected} 条却一条也没有，而发来的 {number} 次请求被拒收（{reason}）",
        "unheard": "预期应有 {expected} 条，却一条也没有发来（碰巧的概率 {probability}，阈值 {threshold}）",
        "no_file": "已 {idle}没有导入；此前最长隔 {longest}",
        "transcription": "逾期未转写：{outlets}",
        "box": "意见箱未确认已清空：{outlets}",
        "late.transcription": "{name} {number} 条（最早逾期 {over}）",
        "late.box": "{name}（逾期 {over}）",
        "late.more": "另有 {n} 个网点",
        "late.nowhere": "未注明网点",
        "gap": "{items} 条{kind}有 {missing} 条缺少{field}",
        "comma": "；",
        "field.external_id": "编号",
        "field.url": "链接",
        "field.title": "标题",
        "field.author": "作者",
        "field.published": "发布时间",
        "field.rating": "评分",
        "kind.review": "评价",
        "kind.post": "帖子",
        "kind.comment": "回复",
        "kind.article": "文章",
        "mend.never_sent": "按来源指南把地址、令牌或表单交给对方，发一条试试",
        "mend.stuck": "运行 tingfeng inbox list 看原因，处理后运行 tingfeng inbox retry",
        "mend.waiting": "查看 tingfeng serve 与 worker 是否在运行",
        "mend.refused": "核对双方的密钥、令牌与时钟，看来源页上的拒收原因",
        "mend.unheard": "看发送方是否仍在运行、地址与网络是否变动；转写来源则看是否仍有人登记",
        "mend.no_file": "导入最新的文件；若不再导入，停用该来源",
        "mend.transcription": "在“网点”页录入，或注明无内容可录",
        "mend.box": "请网点开箱，并在“网点”页确认；箱里没有意见也要确认",
        "mend.blocked": "到来源上确认是否仍允许读取；放慢间隔，或停用该来源",
        "mend.failing": "查看原因与地址；若站点恢复，会自动再试",
        "mend.unavailable": "运行 tingfeng doctor，按提示补齐",
        "mend.overdue": "查看 tingfeng serve 与 worker 是否在运行、抓取是否排队过长",
        "mend.layout": "打开所存页面与来源对照，用 tingfeng discover 重新识别，再改 keywords.yaml 中的选择器",
        "mend.quiet": "打开来源，看它是否仍有新内容、地址是否已搬迁；若有新内容却没读到，用 tingfeng discover 重新识别",
        "mend.empty": "打开来源确认地址；首次抓取为空多半是地址或选择器不对",
        "days": "{n} 天",
        "hours": "{n} 小时",
        "minutes": "{n} 分钟",
        "seconds": "{n} 秒",
    },
    "en": {
        "state.ok": "ok",
        "state.never": "not yet crawled",
        "state.empty": "empty",
        "state.blocked": "blocked",
        "state.changed": "layout changed",
        "state.failing": "failing",
        "state.late": "late",
        "state.unavailable": "unavailable",
        "ok": "it works",
        "never": "it was not read yet",
        "empty": "the source answered and had no items",
        "blocked": "the source refuses to be read ({reason})",
        "failing": "failures in a row: {failures} ({reason})",
        "unavailable": "something that it needs is missing here ({reason})",
        "overdue": "it should have been read long ago (every {every})",
        "fields": "of the latest items: {gaps}",
        "unreadable": "{missing} of the {items} items found could not be read",
        "no_items": "{runs} crawls in a row read its pages and found no item; nearly all of the {before} before did",
        "empty_hour": "{expected} hours without a new mention that nearly always had some "
        "(by chance: {probability}, threshold {threshold})",
        "silence": "{expected} new mentions were to be expected and none came "
        "(by chance: {probability}, threshold {threshold})",
        "never_sent": "nothing was sent yet",
        "never_brought": "no file was imported yet",
        "stuck": "{number} accepted items could not be stored and were put aside ({reason})",
        "waiting": "{number} accepted items are not stored yet, the oldest for {oldest}",
        "refused": "{expected} were to be expected and none came, but {number} requests were refused ({reason})",
        "unheard": "{expected} were to be expected and nothing was sent "
        "(by chance: {probability}, threshold {threshold})",
        "no_file": "no import for {idle}; the longest time between two was {longest}",
        "transcription": "not transcribed in time: {outlets}",
        "box": "box not confirmed as emptied: {outlets}",
        "late.transcription": "{name} {number} (the oldest {over} over)",
        "late.box": "{name} ({over} over)",
        "late.more": "{n} more outlets",
        "late.nowhere": "no outlet stated",
        "gap": "{missing} of {items} {kind} lack {field}",
        "comma": "; ",
        "field.external_id": "an id",
        "field.url": "a link",
        "field.title": "a title",
        "field.author": "an author",
        "field.published": "a time",
        "field.rating": "a rating",
        "kind.review": "reviews",
        "kind.post": "posts",
        "kind.comment": "replies",
        "kind.article": "articles",
        "mend.never_sent": "give its address, token or form to those who send, as the guide says, and send one",
        "mend.stuck": "run tingfeng inbox list, mend the reason, then run tingfeng inbox retry",
        "mend.waiting": "see whether tingfeng serve and its workers run",
        "mend.refused": "compare secrets, tokens and clocks on both sides; the Sources page says why they are refused",
        "mend.unheard": "see whether the sender works, and whether address or network changed; of transcripts, whether "
        "anybody still registers what comes in",
        "mend.no_file": "import the newest file, or switch the source off",
        "mend.transcription": "type them in on the Outlets page, or say there that there is nothing to type in",
        "mend.box": "have the box opened and confirm it on the Outlets page, also where it held nothing",
        "mend.blocked": "see on the site whether it may still be read; read it less often, or switch it off",
        "mend.failing": "look at the reason and the address; it is tried again by itself",
        "mend.unavailable": "run tingfeng doctor, which says what to install or set",
        "mend.overdue": "see whether tingfeng serve and its workers run, and whether crawls queue up",
        "mend.layout": "compare the kept page with the site, run tingfeng discover on it, and mend the selectors in "
        "keywords.yaml",
        "mend.quiet": "see on the site whether it has news or has moved; if it has news that was not read, run "
        "tingfeng discover on it",
        "mend.empty": "open the address; a first crawl without items mostly means a wrong address or selector",
        "days": "{n} d",
        "hours": "{n} h",
        "minutes": "{n} min",
        "seconds": "{n} s",
    },
}

#: Outlets that are named in a sentence; the page shows the rest.
NAMED = 5

MENDS: Mapping[str, str] = {
    "never_sent": "mend.never_sent",
    "stuck": "mend.stuck",
    "waiting": "mend.waiting",
    "refused": "mend.refused",
    "unheard": "mend.unheard",
    "no_file": "mend.no_file",
    "transcription": "mend.transcription",
    "box": "mend.box",
    "blocked": "mend.blocked",
    "failing": "mend.failing",
    "unavailable": "mend.unavailable",
    "overdue": "mend.overdue",
    "fields": "mend.layout",
    "unreadable": "mend.layout",
    "no_items": "mend.layout",
    "empty_hour": "mend.quiet",
    "silence": "mend.quiet",
    "empty": "mend.empty",
}


#: Causes whose sentence says all: what is late there is people's work, not the source.
DUTIES = frozenset({"transcription", "box"})


def state_word(language: Language, state: str) -> str:
    return WORDS[language][f"state.{state}"]


def sentence(language: Language, cause: str, facts: Mapping[str, Any]) -> str:
    """Why a source is in its state, without the state itself. ``facts`` are those of ``monitor.health.decision``."""
    words = WORDS[language]
    values = dict(facts)
    if values.get("reason"):
        values["reason"] = reason_words(language, str(values["reason"]))
    if cause == "unreadable":
        values |= values["gaps"][0]
    if "gaps" in values:
        values["gaps"] = words["comma"].join(gap(words, each) for each in values["gaps"] if each["kind"] != ANY)
    if "outlets" in values:
        values["outlets"] = outlets(words, cause, values["outlets"])
    if "every" in values:
        values["every"] = span(int(values["every"]), words)
    for name in ("oldest", "idle", "longest"):
        if name in values:
            values[name] = about(int(values[name]), words)
    for name in ("probability", "threshold"):
        if name in values:
            values[name] = chance(values[name])
    if "expected" in values:
        values["expected"] = f"{values['expected']:.3g}"
    return words[cause].format(**values)


def gap(words: Mapping[str, str], found: Mapping[str, Any]) -> str:
    named = {"kind": words[f"kind.{found['kind']}"], "field": words[f"field.{found['field']}"]}
    return words["gap"].format(**{**found, **named})


def outlets(words: Mapping[str, str], cause: str, found: Sequence[Mapping[str, Any]]) -> str:
    """Each with how long it has been overdue, those that were due first first; beyond five only how many."""
    said = [
        words[f"late.{cause}"].format(
            name=each["name"] or words["late.nowhere"], number=each["number"], over=about(int(each["over"]), words)
        )
        for each in found[:NAMED]
    ]
    if len(found) > NAMED:
        said.append(words["late.more"].format(n=len(found) - NAMED))
    return words["comma"].join(said)


def mend(language: Language, cause: str) -> str:
    """What to do; empty where there is nothing to mend."""
    key = MENDS.get(cause)
    return WORDS[language][key] if key else ""


def chance(probability: float) -> str:
    """In per cent with two figures; what is smaller than a millionth per cent is said to be below it."""
    if probability < 1e-8:
        return "<0.000001%"
    text = f"{probability * 100:.2g}"
    return f"{float(text):.8f}".rstrip("0").rstrip(".") + "%"


def about(seconds: int, words: Mapping[str, str]) -> str:
    """In whole minutes below an hour, whole hours below two days, whole days beyond."""
    for unit, size, least in (("days", 86400, 2 * 86400), ("hours", 3600, 3600)):
        if seconds >= least:
            return words[unit].format(n=seconds // size)
    return words["minutes"].format(n=max(1, seconds // 60))


def span(seconds: int, words: Mapping[str, str]) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size and seconds % size == 0:
            return words[unit].format(n=seconds // size)
    return words["seconds"].format(n=seconds)
