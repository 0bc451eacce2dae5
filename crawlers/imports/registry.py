"""Every import preset, by name. All are of class C: files that a user exported or saved, never a request of ours."""

from __future__ import annotations

from collections.abc import Mapping

from crawlers.imports.preset import Preset
from crawlers.imports.presets.amazon import AMAZON
from crawlers.imports.presets.bilibili import BILIBILI
from crawlers.imports.presets.douyin import DOUYIN
from crawlers.imports.presets.heimao import HEIMAO
from crawlers.imports.presets.jd import JD
from crawlers.imports.presets.surveymonkey import SURVEYMONKEY
from crawlers.imports.presets.taobao import TAOBAO
from crawlers.imports.presets.tieba import TIEBA
from crawlers.imports.presets.weibo import WEIBO
from crawlers.imports.presets.wenjuanxing import WENJUANXING
from crawlers.imports.presets.xiaohongshu import XIAOHONGSHU
from crawlers.imports.presets.zeeschuimer import ZEESCHUIMER
from crawlers.imports.presets.zhihu import ZHIHU

PRESETS: Mapping[str, Preset] = {
    preset.name: preset
    for preset in (
        AMAZON,
        BILIBILI,
        DOUYIN,
        HEIMAO,
        JD,
        SURVEYMONKEY,
        TAOBAO,
        TIEBA,
        WEIBO,
        WENJUANXING,
        XIAOHONGSHU,
        ZEESCHUIMER,
        ZHIHU,
    )
}
