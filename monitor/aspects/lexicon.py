"""The aspects that every shop has, in our words: what names them, and what speaks of them without a name (贵, 闪退).

keywords.yaml decides which of them are looked for; an aspect of one of these names has these words beside its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """``terms`` name the aspect and judge nothing. ``good`` and ``bad`` imply aspect and verdict (regular expressions);
    a 不 or 没 before them turns them round."""

    terms: str
    good: str = ""
    bad: str = ""


WORDS: Mapping[str, Words] = {
    "quality": Words(
        terms=(
            "质量 品质 做工 用料 材质 材料 质感 手感 面料 布料 工艺 耐用 续航 电池 电量 待机 屏幕 音质 画质 像素 "
            "拍照 摄像头 信号 性能 配置 系统 芯片 运行 内存 散热 噪音 做的 按键 键盘 触屏 充电 效果 功能 尺码 "
            "尺寸 毛病 故障 瑕疵 次品 残次 quality battery screen material build performance durability sound"
        ),
        good=(r"耐用|结实|牢固|经久|扎实|皮实|well[- ]made|durable|sturdy"),
        bad=(
            r"死机|黑屏|花屏|漏水|漏液|漏油|开胶|掉色|褪色|掉漆|起球|缩水|断裂|开裂|裂了|裂开|碎了|破了|破洞|坏了|"
            r"坏掉|又坏|就坏|用坏|弄坏|坏的|散架|松动|划痕|卡机|没电|掉电|充不进|充不上|开不了机|连不上|异响|线头|"
            r"脱线|变形|生锈|不灵敏|失灵|失效|broken?|defective|stopped working|broke|faulty|掉毛|掉渣|发霉|过期|"
            r"变质"
        ),
    ),
    "logistics": Words(
        terms=(
            "物流 快递 发货 送货 配送 到货 收货 运输 派送 派件 快递员 包装 包裹 送达 外卖小哥 骑手 外卖员 小哥 "
            "顺丰 京东物流 送餐 派送员 delivery shipping courier package packaging shipped"
        ),
        good=(
            r"(?:第二天|隔天|次日|当天|当日)就?(?:到|送|收)|(?:送|到|来)(?:得|的)(?:真|很|挺|太|特别|非常|还|也|"
            r"好|相当|超级?)?快|送货上门|arrived (?:early|quickly|fast)"
        ),
        bad=(
            r"(?:送|到|来)(?:得|的)(?:真|很|太|好|超级?|有点|也)?慢|(?:[好几三四五六七八九十\d]{1,2}|半个?)(?:天|"
            r"个?小时|个?星期|周|个?月)才(?:到|送|收|发|来)|(?:还|一直|迟迟)(?:没|未|不)(?:有)?(?:到|送|收到|发货|"
            r"发)|不送货上门|丢件|压坏|压扁|摔坏|挤压|(?:盒子|箱子|外盒|包装盒?)(?:都|全|也)?(?:破|烂|扁|瘪)|"
            r"包装(?:盒|袋|箱)?(?:都|也|全|已经|是)?(?:破|烂|坏|压|瘪|变形|脏)|不发货|超时|洒了|撒了|arrived late|"
            r"never arrived"
        ),
    ),
    "service": Words(
        terms=(
            "客服 售后 服务 态度 卖家 店家 商家 店主 老板 服务员 店员 前台 工作人员 师傅 安装 维修 退款 退货 "
            "换货 退换 保修 质保 回复 接待 咨询 导购 管家 service support staff seller refund customer"
        ),
        good=(
            r"耐心|热情|周到|贴心|细心|有问必答|(?:回复|处理|解决)(?:得|的)?(?:很|非常|特别|真)?(?:快|及时)|"
            r"friendly|helpful|polite"
        ),
        bad=(
            r"爱答不理|爱理不理|踢皮球|推卸|推脱|推诿|扯皮|敷衍|没人(?:管|理|回复|接|处理|应)|不理人|不理我|"
            r"不给(?:退|换|解决|处理|说法)|(?:不|拒绝|无法|不能|不让)(?:退货|换货|退款|退换)|霸王条款|联系不上|"
            r"打不通|骂人|翻白眼|店大欺客|rude|unhelpful"
        ),
    ),
    "price": Words(
        terms=(
            "价格 价钱 价位 售价 定价 性价比 优惠 活动价 运费 邮费 收费 费用 价 促销 降价 涨价 折扣 满减 红包 "
            "price value cost shipping fee"
        ),
        good=(
            r"便宜(?!没好货|货|的东西)|划算|实惠|物美价廉|物超所值|值得(?:购买|入手|买|拥有)|超值|很值|挺值|真值|"
            r"白菜价|良心价|不贵|cheap|affordable|good deal|worth (?:it|the)|bargain"
        ),
        bad=(
            r"(?<![宝珍高富尊昂华])贵(?!公司|州|宾|店|重|妃|族|阳|方|司|姓|人|妇|阳|平台|社|行)|昂贵|坑钱|割韭菜|"
            r"智商税|不值|不划算|宰客|虚高|(?:刚|才|一)买(?:完|了|就)?[^，。！]{0,8}(?:降价|降了|便宜了)|(?:就|又|"
            r"马上|立马)(?:降价|降了)|价格?高|太高了|overpriced|expensive|rip[- ]?off"
        ),
    ),
    "interface": Words(
        terms=(
            "界面 操作 页面 设计感 交互 菜单 软件 应用 客户端 app APP 登录 登陆 注册 更新 升级 版本 广告 推送 "
            "小程序 网页 系统界面 字体 interface ui login update menu navigation"
        ),
        good=(
            r"简洁|一目了然|上手|容易操作|操作(?:很|非常|也|特别|比较)?(?:简单|方便|流畅)|傻瓜式|user[- ]friendly|"
            r"intuitive|easy to use"
        ),
        bad=(
            r"闪退|卡顿|卡死|崩溃|反应慢|加载(?:很|太|特别)?慢|打不开|进不去|登不上|登录不了|白屏|(?:好|很|太|"
            r"特别|真|总是?|老是?|经常|有点|非常)卡|难操作|找不到(?:入口|按钮|在哪)|弹窗|crash(?:es|ed|ing)?|"
            r"laggy?|freez(?:es|ing)|buggy|confusing"
        ),
    ),
    "safety": Words(
        terms=("安全 安全性 隐患 刹车 气囊 成分 甲醛 辐射 过敏 异味 气味 safety"),
        good=(r"安全(?:感|性)?(?:很|非常|特别)?(?:高|好|可靠|放心)|safe\b"),
        bad=(
            r"起火|着火|自燃|冒烟|爆炸|漏电|触电|鼓包|发烫|烫手|烧焦|烧坏|烧起来|炸了|短路|中毒|过敏|拉肚子|腹泻|"
            r"刺鼻|有毒|受伤|划伤|割伤|刹车失灵|不安全|危险|异物|虫子|头发丝|caught fire|exploded|burn(?:t|ed)|"
            r"overheat(?:s|ed|ing)?|unsafe|smoke"
        ),
    ),
    "appearance": Words(
        terms=(
            "外观 外形 颜值 颜色 款式 样式 造型 色差 版型 花色 图案 模样 设计 外表 look design color colour "
            "appearance style"
        ),
        good=(r"好看|漂亮|美观|高大上|时尚|大气|精致|显瘦|显白|beautiful|gorgeous|stylish"),
        bad=(r"难看|丑|土气|老气|显胖|显黑|有色差|色差(?:大|严重|太大|很大)|ugly"),
    ),
    "authenticity": Words(
        terms=("正品 真伪 假货 山寨 仿品 翻新 二手 描述 图片 实物 authentic genuine"),
        good=(
            r"是正品|正品(?:保证|无疑)|与?描述(?:的)?(?:相符|一致|一样)|和(?:图片|描述)(?:上|的)?(?:一样|一致)|"
            r"genuine|as described"
        ),
        bad=(
            r"假货|假的|山寨|仿品|冒牌|翻新机?|二手货|不是正品|非正品|(?:与|和|跟)?(?:描述|图片|照片|实物|"
            r"宣传)(?:严重|完全|根本)?(?:不符|不一致|不一样|差太多|差别大)|虚假宣传|以次充好|挂羊头|货不对板|发错|"
            r"少发|漏发|counterfeit|fake\b|not as described"
        ),
    ),
    "taste": Words(
        terms=("味道 口感 口味 分量 份量 食材 菜品 饭菜 味 肉 汤 菜 米饭 水果 新鲜度 taste flavor food"),
        good=(
            r"好吃|美味|可口|新鲜|鲜美|香甜|脆甜|很甜|挺甜|真甜|多汁|分量(?:很|非常)?(?:足|大)|量大|量足|"
            r"delicious|tasty"
        ),
        bad=(
            r"难吃|难喝|没味道|太咸|太辣|太油|太甜|太酸|很咸|很酸|不新鲜|馊|烂了|烂的|腐烂|坏果|凉了|冷了|冰凉|"
            r"夹生|没熟|量少|太少了|tasteless|stale"
        ),
    ),
    "environment": Words(
        terms=(
            "环境 卫生 房间 隔音 位置 地理位置 交通 设施 空调 早餐 床 卫生间 洗手间 浴室 停车 装修 room location "
            "cleanliness"
        ),
        good=(r"干净|整洁|安静|舒适|宽敞|交通(?:很|非常)?(?:便利|方便)|clean\b|cozy|quiet"),
        bad=(r"脏|吵|潮湿|发霉|霉味|破旧|陈旧|老旧|蟑螂|不隔音|隔音(?:效果)?(?:差|不好|太差)|dirty|noisy|smelly"),
    ),
}
