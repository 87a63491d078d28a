"""The words of a ticket: openers, streets, details, and made-up people whose numbers were never issued."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from etl.demo.folder import Floats

OPENERS = (
    ("市民反映", "来电人反映", "群众来电称", "市民来电投诉", "居民来电咨询并反映", "来电人再次反映"),
    ("网格员巡查发现", "日常巡查发现", "入户走访时居民反映", "网格员接居民反映"),
    ("我想反映", "您好，我要反映", "随手拍：", "请帮忙看一下，", "住户留言："),
    ("群众报警称", "群众到警务室反映", "接报："),
    ("视频巡查发现", "智能识别告警：", "坐席轮巡发现"),
    ("群众咨询", "办事群众反映", "投诉人称", "消费者反映"),
    ("网民发帖称", "短视频平台网民反映", "微博网民称", "本地论坛网民反映"),
    ("信访人反映", "来信反映", "联名反映", "网上留言反映"),
)
STREETS = (
    "人民路", "新华大街", "滨河大道", "黄河街", "狮城街", "海北大街", "机场路", "千里山街", "建设路", "乌珠林街",
    "双拥街", "神华街", "巴音赛大街", "解放路", "工业大道", "创业路", "学府街", "沿河路", "公乌素大街", "西山街",
)  # fmt: skip
DETAILS = (
    "，希望尽快处理", "，已持续多日，影响周边居民生活", "，此前反映过一直没有解决", "，要求给予明确答复",
    "，存在安全隐患，请及时处置", "，影响出行", "，请相关部门核实", "，多名居民有同样诉求", "",
    "，现场已拍照", "，望予以重视", "，附近有学校，请优先处理",
)  # fmt: skip
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超",
    "秀兰", "霞", "平", "刚", "桂英", "建国", "建军", "海燕", "志强", "玉兰", "晓东", "红梅", "春梅", "文博", "子轩",
    "雨桐", "浩然", "欣怡", "其其格", "巴特尔", "乌云", "苏日娜",
)  # fmt: skip

# Which part of the descriptions names a phone, a person, an identity number: so that masks have work.
PHONE_SHARE, NAME_SHARE, IDENTITY_SHARE = 0.05, 0.09, 0.10

OPENER_LIST = [opener for openers in OPENERS for opener in openers]


def openers_of(voice: npt.NDArray[np.int64], chance: Floats) -> npt.NDArray[np.int64]:
    """Index into OPENER_LIST."""
    sizes = np.array([len(openers) for openers in OPENERS])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.asarray(starts[voice] + (chance * sizes[voice]).astype("int64"))


# A ticket's title and description in SQL, over the columns that `state` prepares.
TITLE = "concat(street, house, '号', category)"
ADDRESS = "concat(district, town, community, street, house, '号')"
DESCRIPTION = f"""concat(
    case when dirt = 'html_entities' then '&nbsp;&nbsp;' else '' end,
    opener, community, street, house, '号附近存在', category, '问题', detail,
    case when aside < {PHONE_SHARE} then concat('，联系电话', phone)
         when aside < {NAME_SHARE} then concat('，联系人', person, '（', phone, '）')
         when aside < {IDENTITY_SHARE} then concat('，本人', person, '，身份证号', identity) else '' end, '。',
    case when dirt = 'html_entities' then '&lt;br/&gt;&quot;请回复&quot;&amp;致谢' else '' end)"""
PHONE = "concat('1380', lpad(((caller * 7919 + 473) % 10000000)::varchar, 7, '0'))"
# The sequence 000 of an identity number is never given to anybody.
IDENTITY = """concat('150302', 1950 + caller % 55, lpad((1 + caller % 12)::varchar, 2, '0'),
    lpad((1 + caller % 28)::varchar, 2, '0'), '000',
    case when caller % 11 = 10 then 'X' else (caller % 11)::varchar end)"""
