"""已存原因的中文说法:左为程序写下的英文原句（花括号处为可变部分），右为页面所示。"""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # 一次抓取有多个问题时；放在最前，免得后面的句式把它吞掉
    "{reason} (and {n} more)": "{reason}（另有 {n} 个）",
    # 预警
    "condition true {n} times in a row": "条件已连续 {n} 次成立",
    "condition true {n} of {needed} times": "条件已成立 {n} 次，需 {needed} 次",
    "condition still true": "条件仍然成立",
    "condition false": "条件不成立",
    "condition false while pending": "待确认期间条件不再成立",
    "condition clear {n} times in a row": "条件已连续 {n} 次解除",
    "condition clear {n} of {needed} times": "条件已解除 {n} 次，需 {needed} 次",
    "step too old to page": "时段已过去太久，不再通知",
    "no_data: state kept": "无数据，状态不变",
    "few: state kept": "样本不足，状态不变",
    "warm_up: state kept": "预热中，状态不变",
    "crisis word": "命中危机词",
    "{k} negative mentions reach the ceiling": "负面提及达 {k} 条，触及上限",
    "no hit for 24 h": "24 小时内没有再命中",
    "its rule or brand left the configuration": "所属规则或品牌已不在配置中",
    # 抓取的结果
    "not modified": "内容未变",
    "nothing new": "没有新内容",
    "no items on the page": "页面上没有条目",
    "the crawl could not be started": "抓取未能启动",
    "the crawl ended without an outcome": "抓取中途结束，没有结果",
    "the worker stopped without an answer": "抓取进程停止且没有回应",
    "the source is no longer in the configuration": "该来源已不在配置中",
    "the source is disabled": "该来源已停用",
    "import again: a replay changes nothing": "请重新导入：重复导入不会改变已有数据",
    "the file holds no rows": "文件里没有数据行",
    "no browser found: install one (apt install chromium, or playwright install chromium) "
    "or name it in TINGFENG_BROWSER": "找不到浏览器：请安装（apt install chromium 或 playwright install chromium），"
    "或用 TINGFENG_BROWSER 指明位置",
    "all {n} items rejected": "全部 {n} 条都无法采用",
    "item limit of {n} reached": "已达条数上限 {n}",
    "memory limit of {n} MB reached": "已达内存上限 {n} MB",
    "time limit of {n} s reached": "已达时间上限 {n} 秒",
    "crawl process was ended by {signal} (out of memory?)": "抓取进程被 {signal} 结束（可能内存不足）",
    "crawl process was ended by {signal}": "抓取进程被 {signal} 结束",
    "crawl process ended with exit code {code}": "抓取进程异常退出，退出码 {code}",
    "not a crawl event: {line}": "无法识别抓取进程的输出：{line}",
    "sentiment engine: {error}": "情感引擎无法加载：{error}",
    # 被来源拒绝
    "too many requests": "请求过多",
    "too many requests (Retry-After: {wait})": "请求过多（Retry-After：{wait}）",
    "robots.txt": "robots.txt 不允许",
    "login required": "需要登录",
    "proxy login required": "代理需要登录",
    "forbidden": "禁止访问",
    "challenge": "要求人机验证",
    # 取不到
    "robots.txt unreachable: {reason}": "读不到 robots.txt，因此不抓取：{reason}",
    "http {status}": "HTTP {status}",
    "timeout": "超时",
    "connection refused": "连接被拒绝",
    "connection failed": "连接失败",
    "unknown host": "找不到主机",
    "private address": "内网地址，不予抓取",
    "response too large": "响应过大",
    "response cut short": "响应不完整",
    "not a web address": "不是网页地址",
    "too many redirects": "重定向过多",
    "ignored": "已略过",
    "page did not load in time": "页面未能及时加载",
    "browser failed": "浏览器出错",
    # 读不懂、不采用
    "page class failed: {error}": "页面解析出错：{error}",
    "not a page": "不是网页",
    "bad json": "JSON 有误",
    "layout not recognised": "页面布局无法识别",
    "error answer": "接口返回错误",
    "not public": "不公开的内容",
    "bad feed": "订阅源有误",
    "bad json-ld": "JSON-LD 有误",
    "bad microdata": "微数据有误",
    "bad row": "数据行有误",
    "no text": "没有正文",
    "too long": "正文过长",
    "bad rating": "评分无法识别",
    "bad date": "日期无法识别",
    "future date": "日期在未来",
    "unknown record": "无法识别的记录",
    # 导入销量、装机量
    "no product": "没有产品",
    "no day": "没有日期",
    "bad day": "日期无法识别",
    "future day": "日期在未来",
    "no count": "没有可用的数量",
    "total row": "合计行，不计入",
    # 认出网站所用的程序
    "{n} marks of {engine} in the page, and its header {header}": (
        "页面中有 {n} 处 {engine} 的特征，响应头也有：{header}"
    ),
    "{n} marks of {engine} in the page": "页面中有 {n} 处 {engine} 的特征",
    "{site} is not read without a credential": "没有凭据，不读取 {site}",
    "{variable} is not set": "尚未设置 {variable}",
    # 通知
    "channel {name} is not in operator.yaml": "operator.yaml 中没有渠道 {name}",
    "given up after {days} days: {reason}": "{days} 天后放弃：{reason}",
    "slack: {error}": "Slack：{error}",
    "console: {error}": "控制台：{error}",
    "{notifier} raised {error}": "{notifier} 出错：{error}",
    # 工单
    "ticket {number} is open: {detail}": "工单 {number} 待处理，不能这样操作",
    "ticket {number} is in_progress: {detail}": "工单 {number} 处理中，不能这样操作",
    "ticket {number} is resolved: {detail}": "工单 {number} 已解决，不能这样操作",
}
