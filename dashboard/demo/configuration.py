"""The demo's keywords.yaml and operator.yaml. The crisis fires through the ordinary rule; only the times are short."""

from __future__ import annotations

OPERATOR = """\
# 演示用：只有演示站所在的本机可以访问。  Demo: the local demo site may be fetched.
channels:
  console: {kind: console}
local: [127.0.0.1]
"""

_KEYWORDS = """\
# 演示配置：品牌、人物和内容均为虚构，每次 tingfeng demo 都会重写这个文件。
# Demo configuration: everything is made up; each `tingfeng demo` writes this file anew.
version: 1

brands:
  - id: xinghe
    name: 星河
    role: own
    products:
      - 星河X5手机
      - {name: 星河降噪耳机, aliases: [星河耳机]}
  - id: tianqiong
    name: 天穹
    role: competitor
    products:
      - 天穹T9手机
      - {name: 天穹无线耳机, aliases: [天穹耳机]}

# 没有 severity：演示的预警来自下面的负面率规则，而不是危机词。
# None has a severity: the demo's alert comes from the ratio rule below, not from a crisis word.
keywords:
  - {id: battery, query: '发烫 OR 烫手 OR 鼓包 OR 冒烟 OR 漏液 OR overheat* OR swollen OR "so hot"', topic: 电池安全}
  - {id: refund, query: '退款 OR 退货 OR refund', topic: 退款退货}
  - {id: service, query: '客服 OR 售后 OR 维修 OR support', topic: 客服与维修}

aspects:
  logistics: [快递, 物流, 包装]
  quality: [做工, 死机, 质量, 划痕]
  sound: [降噪, 音质, 通话]

# 先收历史，再收新内容。  History first, then what is new.
sources:
  - id: shop-xinghe-archive
    kind: schema-org
    url: @SITE@/shop/xinghe/archive
    follow: a.next
    every: 1d
    delay: 0
    brand: xinghe
  - {id: shop-xinghe, kind: schema-org, url: @SITE@/shop/xinghe, every: 10s, delay: 0, brand: xinghe}
  - {id: forum, kind: discourse, url: @SITE@/forum, every: 15s, delay: 0, max_pages: 100}
  - id: shop-tianqiong-archive
    kind: schema-org
    url: @SITE@/shop/tianqiong/archive
    follow: a.next
    every: 1d
    delay: 0
    brand: tianqiong
  - {id: shop-tianqiong, kind: schema-org, url: @SITE@/shop/tianqiong, every: 30s, delay: 0, brand: tianqiong}
  - {id: news, kind: feed, url: @SITE@/news.atom, every: 30s, delay: 0}
  - id: microblog
    kind: selectors
    url: @SITE@/microblog
    every: 30s
    delay: 0
    render: true
    wait_for: article.post
    item: article.post
    item_kind: post
    fields:
      text: '.text::text'
      author: '.author::text'
      published: 'time::attr(datetime)'
      id: '::attr(data-id)'
      url: 'a.link::attr(href)'

  # 顾客自己填写的表单：/form/feedback。  What customers fill in themselves.
  - id: feedback
    kind: form
    brand: xinghe
    controller: 星河科技（虚构）
    privacy: privacy@xinghe.example
    products: [星河X5手机, 星河降噪耳机]

# 与正式配置同一条规则，只把小时换成秒。  The rule of a real installation, with seconds for hours.
rules:
  - id: spike
    measure: negative_ratio
    detector: wilson
    by: [brand]
    params: {window: 60s, lag: 2m, half_life: 7d, warm_up: 7d}
    for: 2
    clear: 60
    min_mentions: 10
    severity: major

routes:
  - {match: {rule: spike}, notify: [console], ticket: L1}

settings:
  step: 10s
  close_delay: 10s
  timezone: Asia/Shanghai
  language: zh-CN
"""


def keywords(site: str) -> str:
    """keywords.yaml that listens to the demo site at ``site`` (no slash at the end)."""
    return _KEYWORDS.replace("@SITE@", site)
