"""What a data administrator can do to what is loaded: every one of them a job of the loader."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from dashboard import jobs
from dashboard.acts.base import Act, Acting, ActRefused, Form, Outcome
from dashboard.deliveries import batch_state
from dashboard.profiles import DATA_ADMINISTRATOR
from dashboard.reference import labels
from dashboard.texts import Text

AN_HOUR = 3600
ASKED = Text("已交由装载程序处理", "Handed to the loader")
BatchId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,80}$")]


class OfBatch(Form):
    batch_id: BatchId


class UndoForm(OfBatch):
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class LoadForm(Form):
    source: BatchId
    upload: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Nothing(Form):
    pass


class OfJob(Form):
    job_id: int


def undo_batch(acting: Acting, form: UndoForm) -> Outcome:
    _must_be(acting, form.batch_id, "loaded")
    return _ask(acting, "undo", form)


def redo_batch(acting: Acting, form: OfBatch) -> Outcome:
    _must_be(acting, form.batch_id, "aside")
    return _ask(acting, "redo", form)


def rebuild(acting: Acting, form: Nothing) -> Outcome:
    return _ask(acting, "rebuild", form)


def download_rejects(acting: Acting, form: OfBatch) -> Outcome:
    _must_be(acting, form.batch_id, "loaded")
    return _ask(acting, "rejects", form)


def load_file(acting: Acting, form: LoadForm) -> Outcome:
    if form.source not in set(labels(acting.view.engine, "source_code").index):
        raise ActRefused(409, Text("没有这个来源", "There is no such source"))
    return _ask(acting, "load", form)


def cancel_job(acting: Acting, form: OfJob) -> Outcome:
    if not jobs.cancel(acting.store, form.job_id, acting.view.now):
        raise ActRefused(409, Text("该任务已结束", "The job has ended"))
    return Outcome(Text("正在取消", "Being cancelled"), form.job_id)


def _must_be(acting: Acting, batch_id: str, state: str) -> None:
    if batch_state(acting.view.engine, batch_id) != state:
        raise ActRefused(409, Text("数据已变化：该批次不在此状态", "The data have moved on: the batch is not in this state"))


def _ask(acting: Acting, kind: str, form: Form) -> Outcome:
    """Put a job into the queue, unless the same is under way."""
    arguments = form.model_dump()
    for job in jobs.latest(acting.store, [kind]):
        if job.state not in jobs.ENDED and job.arguments == arguments:
            return Outcome(ASKED, job.job_id)
    number = jobs.ask(acting.store, kind, arguments, by=acting.by, now=acting.view.now, limit_seconds=AN_HOUR)
    return Outcome(ASKED, number)


ACTS: dict[str, Act[Any]] = {
    "undo_batch": Act(
        Text("撤销", "Undo"), DATA_ADMINISTRATOR, UndoForm, undo_batch, lambda form: f"{form.batch_id}: {form.reason}",
        Text(
            "撤销后，各页面不再计入该批次；原始数据保留，可随时恢复。",
            "No page counts this batch any more. Its rows are kept and it can be restored at any time.",
        ),
    ),
    "redo_batch": Act(
        Text("恢复", "Restore"), DATA_ADMINISTRATOR, OfBatch, redo_batch, lambda form: form.batch_id,
        Text("恢复后，各页面重新计入该批次。", "All pages count this batch again."),
    ),
    "rebuild": Act(
        Text("重建快照", "Rebuild"), DATA_ADMINISTRATOR, Nothing, rebuild, lambda _form: "",
        Text("由全部已入库数据和城市资料重新生成快照。", "A snapshot is built anew from everything landed and the city's folder."),
    ),
    "download_rejects": Act(
        Text("下载原始行", "Download raw rows"), DATA_ADMINISTRATOR, OfBatch, download_rejects, lambda form: form.batch_id,
        Text(
            "文件含未脱敏的个人信息，下载将被记录。改正后可作为该来源的文件重新装载。",
            "The file holds personal data in clear, and the download is recorded. Mended, it can be loaded as a file of its source.",
        ),
    ),
    "load_file": Act(
        Text("装载文件", "Load a file"), DATA_ADMINISTRATOR, LoadForm, load_file, lambda form: f"{form.source}: {form.upload}",
        Text(
            "文件将作为所选来源的一批装载；同一文件重复装载不会改变数据。",
            "The file is loaded as a batch of the chosen source; the same file twice changes nothing.",
        ),
    ),
    "cancel_job": Act(Text("取消", "Cancel"), DATA_ADMINISTRATOR, OfJob, cancel_job, lambda form: f"job {form.job_id}"),
}  # fmt: skip
