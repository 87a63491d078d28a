"""Delivery: into real folders, and by letters to a real mail server that accepts, refuses, is slow or asks for a password."""

from __future__ import annotations

import asyncio
import email
import errno
import os
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from pydantic import SecretStr

from dashboard.delivering.folder import into_folder
from dashboard.delivering.mail import Post, letter, post_of, send
from dashboard.delivering.parcel import NotDelivered, Parcel, fit
from dashboard.settings import MAIL_ADDRESS, Settings

REPORT = Parcel("乌海市2026年10月月报.docx", b"PK-docx")
TABLE = Parcel("乌海市2026年10月月报.xlsx", b"PK-xlsx")


# Folders.


def test_files_are_put_whole_and_overwrite_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "outbox" / "monthly"
    assert into_folder(folder, [REPORT, TABLE], make=True) == [REPORT.name, TABLE.name]
    assert into_folder(folder, [REPORT], make=True) == [REPORT.name], "the same content is not written twice"
    other = Parcel(REPORT.name, b"another")
    assert into_folder(folder, [other], make=True) == ["乌海市2026年10月月报（2）.docx"]
    assert (folder / REPORT.name).read_bytes() == b"PK-docx"
    assert len(list(folder.iterdir())) == 3, "nothing is left of writing"


def test_a_mount_that_is_away_is_not_filled_beside_itself(tmp_path: Path) -> None:
    with pytest.raises(NotDelivered) as told:
        into_folder(tmp_path / "mnt" / "share", [REPORT], make=False)
    assert "可能未挂载" in told.value.why.zh
    assert not told.value.is_final
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_and_a_closed_folder_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(NotDelivered) as told:
            into_folder(tmp_path, [REPORT], make=False)
    assert "磁盘空间不足" in told.value.why.zh
    assert list(tmp_path.iterdir()) == [], "half a file does not stay"
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotDelivered, match="cannot be written"):
        into_folder(tmp_path / "file" / "below", [REPORT], make=True)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("月报 10/11\n月.docx", "月报 10_11 月.docx"),
        ("  .docx", "docx"),
        ("a\x00b.pdf", "a_b.pdf"),
        ("", "report"),
    ],
)
def test_a_name_leads_nowhere(name: str, made: str) -> None:
    assert fit(name) == made


def test_a_long_name_is_cut_but_keeps_its_kind() -> None:
    made = fit("报" * 300 + ".docx")
    assert made.endswith(".docx")
    assert len(made.encode()) <= 185


# Mail.


class Box:
    """What the mail server was given, and how it answers."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refuse_rcpt, self.refuse_data = "", ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 its name
        if self.refuse_rcpt:
            return self.refuse_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 its name
        if self.refuse_data:
            return self.refuse_data
        self.taken.append(envelope)
        return "250 OK"

    def last(self) -> EmailMessage:
        made = email.message_from_bytes(self.taken[-1].content, policy=default)
        assert isinstance(made, EmailMessage)
        return made


Serve = Callable[..., tuple[Box, Post]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts mail servers, each on a free port."""
    running: list[Controller] = []

    def start(security: str = "none", *, user: str = "", password: str = "", context: ssl.SSLContext | None = None, **more: Any) -> Any:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        box = Box()
        controller = Controller(box, hostname="127.0.0.1", port=port, **more)
        controller.start()
        running.append(controller)
        return box, Post("127.0.0.1", port, security, user, password, "report@wuhai.gov.cn", 5.0, 15.0, context)

    yield start
    for controller in running:
        controller.stop()


def written(post: Post, to: str = "leader@wuhai.gov.cn", subject: str = "乌海市10月月报", **more: Any) -> EmailMessage:
    return letter(post, to, subject, "请查收。", more.pop("parcels", [REPORT, TABLE]), **more)


def test_a_letter_arrives_with_chinese_names(serve: Serve) -> None:
    box, post = serve()
    send(post, written(post))
    made = box.last()
    assert made["Subject"] == "乌海市10月月报"
    assert box.taken[0].rcpt_tos == ["leader@wuhai.gov.cn"]
    assert [part.get_filename() for part in made.iter_attachments()] == [REPORT.name, TABLE.name]
    assert [part.get_payload(decode=True) for part in made.iter_attachments()] == [REPORT.data, TABLE.data]
    body = made.get_body()
    assert body is not None
    assert body.get_content().strip() == "请查收。"
    assert b"filename*=utf-8''" in box.taken[0].content.lower() or b"filename*0*=utf-8''" in box.taken[0].content.lower(), "RFC 2231"
    assert all(byte < 128 for byte in box.taken[0].content), "any server takes it"


def test_titles_and_addresses_inject_nothing(serve: Serve) -> None:
    box, post = serve()
    send(post, written(post, subject="月报\r\nBcc: thief@example.com\r\n\r\nhello"))
    made = box.last()
    assert made["Bcc"] is None
    assert made["Subject"] == "月报 Bcc: thief@example.com hello"
    assert box.taken[0].rcpt_tos == ["leader@wuhai.gov.cn"]
    named = Parcel('a"\r\nContent-Type: text/html\r\n.docx', b"x")
    send(post, written(post, parcels=[named]))
    (attached,) = box.last().iter_attachments()
    assert "\n" not in (attached.get_filename() or "")
    for address in ("a@b.cn\r\nRCPT TO:<x@y.cn>", "a@b.cn, c@d.cn", "a@b.cn>", "王 <a@b.cn>", "a b@c.cn", "@c.cn", "a@", "a@-b.cn", ""):
        assert not MAIL_ADDRESS.fullmatch(address)
        with pytest.raises(NotDelivered) as told:
            written(post, to=address)
        assert told.value.is_final
    assert len(box.taken) == 2


def test_what_is_too_large_is_named_instead(serve: Serve) -> None:
    box, post = serve()
    large = Parcel("大.pdf", b"x" * 12_000_000)
    send(post, written(post, parcels=[large], link="http://command.wuhai.gov.cn/reports"))
    body = box.last().get_body()
    assert body is not None
    assert "附件合计 12.0 MB，超过 15 MB，未随信附上" in body.get_content()
    assert "http://command.wuhai.gov.cn/reports" in body.get_content()
    assert list(box.last().iter_attachments()) == []


@pytest.mark.parametrize(("answer", "is_final"), [("550 no such user", True), ("451 try again later", False)])
def test_a_refusal_is_final_or_for_now(serve: Serve, answer: str, is_final: bool) -> None:
    box, post = serve()
    box.refuse_rcpt = answer
    with pytest.raises(NotDelivered) as told:
        send(post, written(post))
    assert told.value.is_final is is_final
    assert answer in told.value.why.zh
    box.refuse_rcpt, box.refuse_data = "", answer
    with pytest.raises(NotDelivered) as told:
        send(post, written(post))
    assert told.value.is_final is is_final
    assert box.taken == []


class Login:
    """Takes one name and password."""

    def __call__(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, auth: Any) -> AuthResult:
        right = isinstance(auth, LoginPassword) and (auth.login, auth.password) == (b"clerk", b"right")
        return AuthResult(success=right, handled=False)


def test_a_wrong_password_is_said_and_not_repeated(serve: Serve) -> None:
    more = {"authenticator": Login(), "auth_require_tls": False}
    box, post = serve(user="clerk", password="wrong", **more)  # noqa: S106
    with pytest.raises(NotDelivered) as told:
        send(post, written(post))
    assert "用户名或密码" in told.value.why.zh
    assert "wrong" not in repr(post)
    right = Post(post.host, post.port, "none", "clerk", "right", post.sender, 5.0, 15.0)
    send(right, written(right))
    assert len(box.taken) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of this machine, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def test_encrypted_or_not_at_all(serve: Serve, certificate: tuple[Path, Path]) -> None:
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(*certificate)
    trusted = ssl.create_default_context(cafile=str(certificate[0]))
    box, post = serve("starttls", context=trusted, tls_context=theirs, require_starttls=True)
    send(post, written(post))
    assert len(box.taken) == 1
    box, post = serve("ssl", context=trusted, ssl_context=theirs)
    send(post, written(post))
    assert len(box.taken) == 1
    distrusted = Post(post.host, post.port, "ssl", "", "", post.sender, 5.0, 15.0)
    with pytest.raises(NotDelivered) as told:
        send(distrusted, written(distrusted))
    assert "证书不可信" in told.value.why.zh
    box, post = serve("starttls", context=trusted)
    with pytest.raises(NotDelivered) as told:
        send(post, written(post))
    assert "不支持加密" in told.value.why.zh
    assert box.taken == []


def test_a_server_that_is_away_or_never_answers() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        post = Post("127.0.0.1", silent.getsockname()[1], "none", "", "", "report@wuhai.gov.cn", 0.2, 15.0)
        with pytest.raises(NotDelivered) as told:
            send(post, written(post))
        assert "没有应答" in told.value.why.zh
        assert not told.value.is_final
    with pytest.raises(NotDelivered, match="does not answer"):
        send(post, written(post))


def test_a_line_that_breaks_in_the_last_step_is_not_tried_again(serve: Serve) -> None:
    """Whether the letter was taken is not known then: twice would be worse."""
    box, post = serve()

    async def break_off(_server: Any, _session: Any, envelope: Any) -> str:
        box.taken.append(envelope)
        await asyncio.sleep(30)
        return "250 OK"

    box.handle_DATA = break_off  # type: ignore[method-assign]
    quick = Post(post.host, post.port, "none", "", "", post.sender, 0.3, 15.0)
    with pytest.raises(NotDelivered) as told:
        send(quick, written(quick))
    assert told.value.is_final
    assert "不能确定" in told.value.why.zh


def test_without_a_server_nothing_is_mailed() -> None:
    with pytest.raises(NotDelivered, match="SMTP_HOST"):
        post_of(Settings(smtp_host=""))
    post = post_of(Settings(smtp_host="mail.wuhai.gov.cn", smtp_from="report@wuhai.gov.cn", smtp_password=SecretStr("geheim")))
    assert post.security == "starttls"
    assert "geheim" not in repr(post)
