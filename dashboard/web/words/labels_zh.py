"""人工标注的中文文案。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "correction.title": "人工标注",
    "correction.hint": "你的标注优先于引擎的判断，统计也以它为准，重新打分不会改掉。"
    "引擎判断对了也点一下确认，和改错一样有用。",
    "correction.rated": "这一条有评分：是否计为负面，仍以作者自己的评分为准。",
    "correction.note": "备注（可不填）",
    "correction.buttons": "标为",
    "correction.by": "{by} 于 {at} 标为{label}",
    "correction.engine": "引擎判断为{label}",
    "correction.undo": "撤回",
    "correction.mark": "{by} 标注",
    "mention.by_person": "依据人工标注",
}
