"""What the script of the page of reports says."""

from __future__ import annotations

from dashboard.texts import Text

SCRIPT = {
    "save": Text("保存", "Save"),
    "keep": Text("保留我的改写", "Keep what I wrote"),
    "restore": Text("恢复为生成的文字", "Restore the generated text"),
    "remove": Text("删去此段", "Remove"),
    "leave_out": Text("本段不印", "Leave out"),
    "add": Text("在后面增写一段", "Add a paragraph after"),
    "written": Text("改写", "Your text"),
    "generated": Text("系统生成", "Generated"),
    "now": Text("系统现在生成", "Generated now"),
    "was": Text("改写时的生成文字", "Generated when it was edited"),
    "theirs": Text("他人刚刚保存的文字", "What somebody else just saved"),
    "signs": Text("{n} 字", "{n} characters"),
    "of": Text("（生成 {n} 字）", " (generated: {n})"),
    "too_long": Text("最多 {n} 字", "{n} characters at most"),
    "unsaved": Text("这一段的修改尚未保存，确定放弃？", "What you wrote here is not saved. Give it up?"),
    "give_up": Text("放弃修改", "Give it up"),
    "lost": Text("您写的这一段不再保留。", "What you wrote here is gone."),
    "conflict": Text(
        "您编辑期间，他人也修改了这一段，您的文字没有保存，仍在框中。请对照后决定：再次保存将以您的文字为准。",
        "Somebody else changed this paragraph meanwhile. What you wrote was not saved and still stands here; "
        "saving again puts it in place of theirs.",
    ),
    "closed": Text("报告已不能修改，请自行留存您写的文字", "The report can be changed no more: keep what you wrote elsewhere"),
    "take_theirs": Text("采用对方的文字", "Take theirs"),
    "saved": Text("已保存", "Saved"),
    "queued": Text("等待报告程序", "Waiting for the worker"),
    "waiting": Text("已等待 {n} 秒", "waiting for {n} s"),
    "running": Text("已 {n} 秒", "{n} s"),
    "no_worker": Text(
        "报告程序没有响应：请在服务器上启动 python -m dashboard work；启动后会自动继续。",
        "The worker does not answer: start `python -m dashboard work` on the server; this goes on by itself then.",
    ),
    "others": Text("正在由他人生成，完成后自动更新", "Somebody else is having it made; this renews itself"),
    "failed": Text("未完成：{}", "Not done: {}"),
    "cancelled": Text("已取消", "Cancelled"),
    "close": Text("知道了", "Close"),
    "page": Text("第 {n} / {m} 页", "page {n} of {m}"),
    "choose_file": Text("选择文件", "Choose a file"),
    "large": Text("文件过大（最大 20 MB）", "The file is too large (20 MB at most)"),
    "needed": Text("请填写{}", "Please fill in: {}"),
    "sending": Text("正在上传并校验", "Being sent and checked"),
}
