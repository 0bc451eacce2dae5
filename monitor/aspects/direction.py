"""Adjectives that praise one thing and blame another: 油耗高 is bad, 性价比高 is good. Pure."""

from __future__ import annotations

import re

from monitor.mention import Label

#: Of these less is better …
_LESS = (
    r"油耗|耗油|耗电量?|功耗|价格?|价钱|价位|价|费用?|运费|门槛|故障率|返修率|噪音|噪声|风噪|胎噪|"
    r"声音|异味|气味|味儿|误差|延迟|时延|色差|"
    r"发热量?|温度|体积|重量|缝隙|间隙|难度|压力|阻力|顿挫感?|毛病|问题|缺点|瑕疵|线头|广告|成本|水分"
)
#: … and of these more.
_MORE = (
    r"空间|后备箱|后排|续航|电量|内存|容量|屏幕|动力|马力|扭矩|加速|性价比|配置|清晰度|亮度|像素|"
    r"分辨率|满意度|颜值|效率|速度|网速|质感|品质|质量|"
    r"信号|力度|吸力|风力|音量|安全性|舒适性|隔音|操控|抓地力|通过性|视野|底盘|悬挂|分量|份量|量|"
    r"物流|快递|发货|送货|配送|到货|回复|反应|充电|"
    r"开机|退款|退货|换货|退换|维修|安装|处理|档次|优惠|保值率|口碑|做工|服务|态度|味道|口感|口味|环境|卫生|位置|早餐|包装|"
    r"材质|手感|面料|外观|款式|颜色|音质|画质|系统|"
    r"界面|功能|效果|客服|售后|卖家|老板|师傅|体验|内饰|服务员|房间|设施|电池|拍照"
)
_MUCH = (
    r"高(?![兴速德铁])|大(?![家哥妈爷概部])|多(?![少次久年个])|重(?!新|复)|强|足(?!够)|快(?![递点])|"
    r"长(?!得)|猛|充沛|充足|充裕|宽敞|宽|给力|稳|扎实|厚道|及时|迅速|灵敏|严重|明显|好|棒|赞|不错|"
    r"可以|满意"
)
_LITTLE = r"低|小(?![哥伙时心姐说米])|少(?![年女])|轻|弱|短|慢|肉|窄|差|欠缺?|不够|不足|不行|薄|拉胯|迟钝|垃圾|失望"
_DEGREE = (
    r"(?:是|又|真的?|也|都|还|就|确实|实在|的确|相当|非常|特别|比较|挺|很|太|超级?|十分|有点|有些|略|"
    r"稍微?|偏|最|更|算|得|的|实测|那么|这么|一直|,|，)"
)
_TURN = r"不(?:是|算|怎么|太|够|那么|会)?|没(?:有|那么)?|并不"
_JUDGED = re.compile(
    rf"(?:(?P<less>{_LESS})|"
    rf"(?P<more>{_MORE})){_DEGREE}{{0,3}}(?P<turn>{_TURN})?{_DEGREE}{{0,2}}(?:(?P<much>{_MUCH})|"
    rf"(?P<little>{_LITTLE}))"
)
#: What is a verdict by itself whatever it is said of.
_VERDICT = re.compile(r"好|棒|赞|不错|可以|满意|给力|差|垃圾|失望|不行|拉胯")


_GOOD = (
    r"没[的得]说|没话说|没毛病|没得挑|无可挑剔|挑不出|杠杠的|一流|一级棒|完美|惊喜|惊艳|良心|点赞|"
    r"牛逼|牛批|绝绝子|yyds|靠谱|省油|省心|省电|有劲|够用|舒服|舒适|"
    r"安静|喜欢|满意|流畅|丝滑|超出预期|合理|公道|亲民|物超所值|惊人的低|值得"
)
_BAD = (
    r"没劲|费油|费电|遗憾|可惜|败笔|硬伤|鸡肋|短板|弱点|落后|过时|廉价|塑料感|塑料味|不敢恭维|"
    r"不咋[地的样]|不怎么样|不怎么地|有待(?:提高|改进|加强|提升)|"
    r"差强人意|差劲|垃圾|拉胯|闹心|糟糕|糟心|无语|坑人|减分|扣分|拖后腿|凑合|将就|粗糙|毛糙|松垮|恶心|后悔|吐槽点?"
)
_SAID = re.compile(
    rf"(?P<turn>(?:不|没(?:有|什么)?|无|并不|不太|不够|不是|不会|谈不上|不算)(?:太|那么|很|特别|"
    rf"非常|十分|让人|觉得)?)?(?:(?P<good>{_GOOD})|(?P<bad>{_BAD}))"
)


def directed(clause: str, thing: str = "") -> Label | None:
    """The verdict in a clause: of the adjective that ``thing`` has, else of the last word of praise or blame, else of
    the first "thing + adjective" that there is; ``None`` where there is none of them."""
    if thing:
        for judged in _JUDGED.finditer(clause):
            if thing in judged[0]:
                return _judged(judged)
    said = list(_SAID.finditer(clause))
    if said:
        good = (said[-1]["good"] is not None) != (said[-1]["turn"] is not None)
        return "positive" if good else "negative"
    found = _JUDGED.search(clause)
    return None if found is None else _judged(found)


def _judged(found: re.Match[str]) -> Label:
    good = found["much"] is not None
    if found["less"] and not _VERDICT.fullmatch(found["much"] or found["little"]):
        good = not good
    if found["turn"]:
        good = not good
    return "positive" if good else "negative"
