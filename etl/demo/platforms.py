"""How the five ticket platforms print their exports: for each its file, its headers and what stands under them."""

from __future__ import annotations

from dataclasses import dataclass

from etl.demo import texts
from etl.demo.season import PLATFORMS
from etl.demo.state import STATUSES

BAD_DATES = {"text": "2026-13-45 25:61:00", "plain": "昨天下午"}


@dataclass(frozen=True)
class Export:
    """A platform's export: how its times, statuses and numbers read, and header -> SQL over the state's table."""

    file_name: str
    time_format: str
    statuses: tuple[str, ...]  # reported accepted working resolved closed withdrawn
    number: str
    columns: dict[str, str]
    bad_date: str = BAD_DATES["text"]


def hotline_number(day: str, place: str) -> str:
    return f"'RX' || strftime({day}, '%Y%m%d') || lpad(({place})::varchar, 5, '0')"


def order_number(day: str, place: str) -> str:
    return f"'MP-' || strftime({day}, '%y%m%d') || '-' || lpad(({place})::varchar, 5, '0')"


STAGE_HEADERS = {
    "受理时间": "accepted_at", "立案时间": "filed_at", "派单时间": "dispatched_at", "签收时间": "signed_at",
    "办结时间": "resolved_at", "核查时间": "verified_at", "结案时间": "closed_at",
}  # fmt: skip
SPACED_CATEGORY = "case when dirt = 'spaces' then concat('  ', {0}, '　') else {0} end"
SPACED_UNIT = "case when dirt = 'spaces' then concat(' ', {0}, ' ') else {0} end"
ASSISTING = "case when assist2 is null then {0} else concat({0}, ';', {1}) end"
YES = "case when {0} then '是' when not {0} then '否' end"

HOTLINE = Export(
    "12345热线工单.csv", "%Y-%m-%d %H:%M:%S", ("待受理", "待派单", "办理中", "已办结", "已结案", "已撤销"),
    hotline_number("day", "place_in_day"),
    {
        "工单编号": "number",
        "受理渠道": "case when aside > 0.93 then '网站留言' when aside > 0.9 then '媒体' else '电话' end",
        "来电时间": "reported_at", **STAGE_HEADERS, "评价时间": "rated_at", "更新时间": "updated_at",
        "工单状态": "status", "问题大类": "major_label", "问题小类": SPACED_CATEGORY.format("category"),
        "旗县区": "district", "镇街": "town",
        # Half the desks type the office's name, half the everyday one.
        "社区": "case when aside < 0.4 then official when aside < 0.7 then community"
        " else replace(community, '社区', '') end",
        "详细地址": texts.ADDRESS, "经度": "lon", "纬度": "lat",
        "主办单位": SPACED_UNIT.format("unit"), "协办单位": ASSISTING.format("assist1", "assist2"),
        "来电号码": texts.PHONE, "来电人": "person", "标题": texts.TITLE, "诉求内容": texts.DESCRIPTION,
        "返工次数": "rework_count", "退单次数": "refusal_count",
        "督办次数": "supervision_count", "延期次数": "extension_count",
        "是否回访": YES.format("is_asked"), "满意度": "satisfaction", "是否解决": YES.format("is_solved"),
        "是否保密": YES.format("is_secret"), "重复工单号": hotline_number("origin_day", "origin_place"),
    },
)  # fmt: skip

GRID = Export(
    "网格巡查事件.csv", "%Y/%m/%d %H:%M:%S", ("上报", "受理", "处置中", "处置完成", "结案", "作废"),
    "concat('WG', strftime(day, '%y%m%d'), lpad(place_in_day::varchar, 5, '0'))",
    {
        "事件编号": "number",
        "上报时间": "reported_at",
        **{header.replace("派单", "派遣").replace("办结", "处置完成"): sql for header, sql in STAGE_HEADERS.items()},
        "最后更新": "updated_at", "状态": "status", "大类名称": "major_label",
        "小类名称": SPACED_CATEGORY.format("category"),
        "区编码": "district_code", "镇街编码": "town_code", "社区编码": "community_code", "位置描述": texts.ADDRESS,
        "X坐标": "lon", "Y坐标": "lat", "处置部门编码": SPACED_UNIT.format("unit_code"),
        "协同部门编码": ASSISTING.format("assist1_code", "assist2_code"), "事件描述": texts.DESCRIPTION,
        "返工": "rework_count", "退单": "refusal_count", "督办": "supervision_count", "延期": "extension_count",
    },
    BAD_DATES["plain"],
)  # fmt: skip

MINI = Export(
    "mini_program.jsonl", "%Y-%m-%dT%H:%M:%S", ("NEW", "ACCEPTED", "PROCESSING", "DONE", "CLOSED", "CANCELLED"),
    order_number("day", "place_in_day"),
    {
        "orderNo": "number", "createTime": "reported_at", "acceptTime": "accepted_at",
        "filingTime": "filed_at", "dispatchTime": "dispatched_at", "signTime": "signed_at", "finishTime": "resolved_at",
        "checkTime": "verified_at", "closeTime": "closed_at", "commentTime": "rated_at", "updateTime": "updated_at",
        "state": "status", "typeName": "major_label", "subTypeName": SPACED_CATEGORY.format("category"),
        "districtName": "district", "streetName": "town", "communityName": "community", "address": texts.ADDRESS,
        "lng": "lon", "lat": "lat", "deptName": SPACED_UNIT.format("unit"),
        "helpDepts": ASSISTING.format("assist1", "assist2"),
        "mobile": texts.PHONE, "userName": "person", "content": texts.DESCRIPTION, "reworkTimes": "rework_count",
        "refuseTimes": "refusal_count", "superviseTimes": "supervision_count", "delayTimes": "extension_count",
        "asked": "is_asked", "star": "satisfaction", "solved": "is_solved", "secret": "is_secret",
        "sameAs": order_number("origin_day", "origin_place"),
    },
)  # fmt: skip

POLICE = Export(
    "警务服务台工单.xlsx", "", ("待接", "已接", "处理中", "已办结", "已归档", "已撤回"),
    "concat('JW', strftime(day, '%Y%m%d'), lpad(place_in_day::varchar, 5, '0'))",
    {
        "编号": "number",
        "报送时间": "reported_at", **STAGE_HEADERS, "评价时间": "rated_at",
        "更新时间": "updated_at", "办理状态": "status", "类别": "major_label",
        "事项": SPACED_CATEGORY.format("category"), "辖区": "district", "街道": "town",
        "社区（村）": "community", "地点": texts.ADDRESS, "经度": "lon", "纬度": "lat",
        "承办": SPACED_UNIT.format("unit"), "配合": ASSISTING.format("assist1", "assist2"),
        "联系方式": texts.PHONE, "姓名": "person", "警情简述": texts.DESCRIPTION,
        "返工": "rework_count", "退单": "refusal_count", "督办": "supervision_count", "延期": "extension_count",
        "满意度": "satisfaction", "解决": YES.format("is_solved"), "涉密": YES.format("is_secret"),
    },
)  # fmt: skip

VIDEO = Export(
    "video_evt_export.csv", "%Y%m%d%H%M%S", ("0", "1", "2", "3", "4", "9"),
    "concat('V', strftime(day, '%Y%m%d'), '-', place_in_day)",
    {
        "EVT_ID": "number", "EVT_TM": "reported_at",
        "ACK_TM": "accepted_at", "REG_TM": "filed_at", "DSP_TM": "dispatched_at", "SGN_TM": "signed_at",
        "FIN_TM": "resolved_at",
        "CHK_TM": "verified_at", "END_TM": "closed_at", "UPD_TM": "updated_at", "EVT_ST": "status",
        "EVT_CLS": SPACED_CATEGORY.format("category_code"), "AREA_CD": "community_code", "TOWN_CD": "town_code",
        "GPS_X": "lon", "GPS_Y": "lat", "DEPT_CD": SPACED_UNIT.format("unit_code"), "EVT_DESC": texts.DESCRIPTION,
        "RWK_N": "rework_count", "REJ_N": "refusal_count", "SUP_N": "supervision_count", "EXT_N": "extension_count",
    },
)  # fmt: skip

EXPORTS = dict(zip(PLATFORMS, (HOTLINE, GRID, MINI, POLICE, VIDEO), strict=True))


def expression(sql: str, export: Export) -> str:
    """The SQL of one cell: times, statuses and numbers in the platform's own way, with the dirt of the row."""
    if sql == "number":
        return f"case when dirt = 'missing_number' then null else {export.number} end"
    if sql == "status":
        return "case status " + " ".join(f"when '{a}' then '{b}'" for a, b in zip(STATUSES, export.statuses, strict=True)) + " end"
    if not sql.endswith("_at") or not export.time_format:
        return sql
    text = f"strftime({sql}, '{export.time_format}')"
    if sql == "reported_at":
        wide = f"translate({text}, '0123456789', '０１２３４５６７８９')"
        return f"case dirt when 'bad_date' then '{export.bad_date}' when 'fullwidth_digits' then {wide} else {text} end"
    return text


def query(platform: str, where: str) -> str:
    """The SELECT of a platform's export over the relation `state`."""
    export = EXPORTS[platform]
    cells = ", ".join(f'{expression(sql, export)} as "{header}"' for header, sql in export.columns.items())
    people = f"select *, {texts.PHONE} as phone, {texts.IDENTITY} as identity from state"
    return f"select {cells} from ({people}) where platform = {PLATFORMS.index(platform)} and {where}"
