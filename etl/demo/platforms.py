"""The platforms that send tickets: how much of what each sees, when, and how it files and numbers its cases."""

from __future__ import annotations

from dataclasses import dataclass, field

# Weight of each hour of the day.
CALLS = (5, 3, 2, 2, 2, 4, 10, 24, 60, 92, 98, 80, 52, 50, 72, 88, 84, 72, 56, 50, 46, 36, 22, 11)
OFFICE = (0, 0, 0, 0, 0, 1, 4, 20, 80, 110, 100, 60, 18, 25, 85, 105, 95, 55, 16, 6, 3, 1, 0, 0)
PHONE = (8, 4, 3, 2, 2, 4, 12, 30, 55, 70, 72, 66, 64, 60, 62, 66, 66, 68, 72, 80, 84, 70, 44, 20)
ROUND = (30, 26, 24, 22, 22, 24, 30, 42, 55, 60, 60, 56, 50, 50, 56, 60, 60, 58, 54, 50, 48, 44, 40, 34)

EVERYTHING = (("", 1.0),)
ENVIRONMENT = ("^生态环境", 0.4)  # smoke and noise are called in more than seen
STREET = (ENVIRONMENT, ("^(?:城市管理|公用设施|交通出行)", 1.0), ("", 0.04))
CAMERAS = (("^生态环境", 0.16), ("^(?:城市管理|公用设施|交通出行)", 1.0), ("", 0.0016))
POLICE = (("^(?:公共安全|交通出行|矛盾纠纷)", 1.0), ("", 0.03))


@dataclass(frozen=True)
class Desk:
    """A platform that sends tickets.

    `sees`: (pattern of `major/minor`, weight of such categories), the first that fits; none: it never has such a case.
    `number`: the day's part of a case number; its place in the day follows. `odd`: our column -> SQL, where it is its own.
    """

    share: float
    file_name: str
    number: str
    sees: tuple[tuple[str, float], ...]
    hours: tuple[int, ...]
    voice: int  # of texts.OPENERS
    is_rated: bool = False
    is_on_the_spot: bool = False  # some of its cases are done in minutes
    bad_date: str = "2026-13-45 25:61:00"
    odd: dict[str, str] = field(default_factory=dict)


# Half the desks type the office's name, half the everyday one.
COMMUNITY = "case when aside < 0.4 then official when aside < 0.7 then community else replace(community, '社区', '') end"
CHANNEL = "case when aside > 0.93 then 'website' when aside > 0.9 then 'media' else 'hotline' end"
NUISANCES = "噪声|邻里|漏水|停水|停电|违停|犬只|拥堵|纠纷|治安|诈骗|救援|求助"
GRIEVANCES = "工资|征地|不动产|安置|逾期交付|改制|退役|信访|土地|养老保险|群体|草场|收费争议"
TALK = "噪声|谣言|食品|扬尘|异味|教师|旅游|逾期交付|停水|供热温度|欺凌|收费|预付卡"
HOUSES = "物业|小区|电梯故障|业主|维修资金|房屋漏水|装修"
ROADS = "违停|信号灯|标志标线|拥堵|超限|抛撒|危化品车辆|网约车"

DESKS = {
    "hotline_12345": Desk(
        0.423, "12345热线工单.csv", "RX%Y%m%d", EVERYTHING, CALLS, 0, is_rated=True, odd={"community": COMMUNITY, "channel": CHANNEL}
    ),
    "grid_patrol": Desk(0.27, "网格巡查事件.csv", "WG%y%m%d", STREET, OFFICE, 1, is_on_the_spot=True, bad_date="昨天下午"),
    "mini_program": Desk(0.135, "mini_program.jsonl", "MP-%y%m%d-", EVERYTHING, PHONE, 2, is_rated=True),
    "police_desk": Desk(0.027, "警务服务台工单.xlsx", "JW%Y%m%d", POLICE, ROUND, 3, is_rated=True, is_on_the_spot=True),
    "video_patrol": Desk(0.045, "video_evt_export.csv", "V%Y%m%d-", CAMERAS, ROUND, 4, is_on_the_spot=True),
    "call_110": Desk(0.020, "110非警务警情.tsv", "JJ%Y%m%d", ((NUISANCES, 1.0),), ROUND, 3, is_on_the_spot=True),
    "digital_city": Desk(0.022, "数字城管案件.csv", "CG%Y%m%d", (("^(?:城市管理|公用设施)", 1.0), ("道路|乱停放", 0.5)), OFFICE, 1),
    "market_12315": Desk(
        0.010, "12315投诉举报.csv", "XF%Y%m%d", (("^市场消费", 1.0), ("旅游|收费", 0.3)), OFFICE, 5, is_rated=True, bad_date="昨天下午"
    ),
    "gov_services": Desk(
        0.009, "政务服务咨询投诉.csv", "ZW%Y%m%d", (("^政务服务", 1.0), ("不动产|社会保险|医保|就业", 0.5)), OFFICE, 5, is_rated=True
    ),
    "opinion_watch": Desk(0.008, "opinion_feed.jsonl", "YQ%Y%m%d", ((TALK, 1.0),), PHONE, 6),
    "traffic_control": Desk(0.006, "traffic_events.tsv", "JT%y%m%d", ((ROADS, 1.0),), ROUND, 4, is_on_the_spot=True),
    "smart_petition": Desk(0.006, "智慧信访信访件.xlsx", "XF1503%Y%m%d", ((GRIEVANCES, 1.0),), OFFICE, 7, is_rated=True),
    "leader_mailbox": Desk(0.005, "leader_mailbox.json", "LX%Y%m%d", EVERYTHING, PHONE, 2, is_rated=True),
    "property_watch": Desk(0.005, "物业投诉台账.xlsx", "WY%Y%m%d", ((HOUSES, 1.0),), PHONE, 5),
    "power_service": Desk(0.004, "供电服务工单.csv", "GD%y%m%d", (("停电|电压|电力|电费", 1.0),), CALLS, 0),
    "social_security": Desk(0.003, "rs12333_orders.json", "RS%Y%m%d", (("^劳动社保", 1.0),), OFFICE, 5, is_rated=True),
    "internet_supervision": Desk(
        0.002, "互联网督查线索.csv", "DC%Y%m%d", (("^政务服务", 1.0), ("账款|工资|废水|废气|企业", 1.0)), PHONE, 7
    ),
}
PLATFORMS = tuple(DESKS)
HOTLINE, GRID, MINI_PROGRAM, POLICE_DESK = range(4)
