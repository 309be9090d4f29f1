"""A letter leaves once if that can be known; what cannot be known waits for people, and people see it."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from dialer.doctor.mail import mail as look
from dialer.errors import Refusal
from dialer.mail import letters, sending, stuck
from dialer.settings import Mail, Settings
from dialer.store import Database
from dialer.store.mail import Letter
from tests.conftest import NOON
from tests.support.floor import Floor
from tests.support.mailbox import Mailbox

TO = "ivanov@romashka.example"
NOWHERE = "sqlite:////nowhere/none.db"


def write(db: Database, shop: Floor, key: str = "one", to: str = TO) -> int:
    with db.write() as s:
        return letters.write(s, key, to, "Prices", "As agreed.\n.\nBye", NOON, contact_id=shop.contact).id


def letter(db: Database) -> Letter:
    with db.read() as s:
        return s.scalars(select(Letter)).one()


def test_processes_that_send_at_once_send_it_once(db: Database, shop: Floor, box: Mailbox, post: Mail) -> None:
    for n in range(6):
        write(db, shop, f"letter {n}")
    gate, sent = threading.Barrier(4), []

    def send() -> None:
        gate.wait()
        sent.append(sending.send_due(db, post, NOON))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == len(box.letters) == len({one["Message-ID"] for one in box.letters}) == 6


def test_what_broke_off_in_the_middle_is_not_sent_again_by_itself(
    db: Database, shop: Floor, box: Mailbox, post: Mail
) -> None:
    made = write(db, shop)
    box.hangs_up = True
    assert sending.send_due(db, post, NOON) == 0
    assert (letter(db).unsure_at, letter(db).problem) == (NOON, "broken_off")
    box.hangs_up = False
    assert sending.send_due(db, post, NOON + timedelta(days=9)) == 0 and box.letters == []
    with db.write() as s:
        [one] = stuck.letters(s, [shop.campaign])
        assert (one.letter_id, one.unsure, one.company) == (made, True, "ООО «Ромашка»")
        stuck.send_again(s, made, NOON)
    assert sending.send_due(db, post, NOON) == 1
    with pytest.raises(Refusal, match="letter_not_stuck"), db.write() as s:
        stuck.send_again(s, made, NOON)


def test_a_process_that_died_while_sending_leaves_unsure_and_no_second_letter(
    db: Database, shop: Floor, box: Mailbox, post: Mail
) -> None:
    write(db, shop)
    with db.write() as s:
        s.execute(update(Letter).values(claimed_at=NOON))
    assert sending.send_due(db, post, NOON + sending.LOST_AFTER - timedelta(seconds=1)) == 0
    assert letter(db).unsure_at is None
    assert sending.send_due(db, post, NOON + sending.LOST_AFTER) == 0
    assert letter(db).unsure_at == NOON + sending.LOST_AFTER and box.letters == []


def test_a_server_that_is_away_costs_no_try(db: Database, shop: Floor) -> None:
    write(db, shop)
    for n in range(20):
        assert sending.send_due(db, Mail(port=1, sender="meet@warmline.example"), NOON + n * sending.AWAY) == 0
    assert (letter(db).tries, letter(db).failed_at) == (0, None)


def test_a_text_that_is_refused_is_known_not_to_have_left(db: Database, shop: Floor, box: Mailbox, post: Mail) -> None:
    write(db, shop)
    box.at_data = "452 disk full"
    sending.send_due(db, post, NOON)
    assert (letter(db).next_at, letter(db).problem) == (NOON + sending.PAUSES[0], "smtp_452")
    box.at_data = "250 OK"
    assert sending.send_due(db, post, NOON + sending.PAUSES[0]) == 1
    assert "As agreed.\n.\nBye" in box.letters[0].get_content().replace("\r\n", "\n")


def test_a_folder_takes_letters_as_files_and_the_same_one_twice_as_one(
    db: Database, shop: Floor, tmp_path: Path
) -> None:
    folder = Mail(folder=tmp_path / "mail")
    write(db, shop)
    assert sending.send_due(db, folder, NOON) == 1
    with db.write() as s:
        s.execute(update(Letter).values(sent_at=None))
    assert sending.send_due(db, folder, NOON) == 1
    assert [path.suffix for path in (tmp_path / "mail").iterdir()] == [".eml"]


def test_the_doctor_talks_to_the_server_as_a_letter_would(
    db: Database, shop: Floor, box: Mailbox, post: Mail, tmp_path: Path
) -> None:
    def says(mail: Mail, url: str = NOWHERE) -> list[str]:
        return [found.level.value for found in look(Settings(mail=mail, database_url=url))]

    assert says(post) == ["ok"]
    assert says(Mail(port=1)) == ["warn"] and says(Mail(folder=tmp_path)) == ["warn"]
    assert says(post.model_copy(update={"security": "starttls"})) == ["warn"]  # it speaks no TLS: nothing in the clear
    box.refuses[TO] = "550 nobody"
    write(db, shop)
    sending.send_due(db, post, NOON)
    assert says(post, db.engine.url.render_as_string(hide_password=False)) == ["ok", "warn"]
