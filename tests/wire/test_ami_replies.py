"""Replies find the one who asked, or the asker is told in time that there will be none."""

from __future__ import annotations

import gc
import threading
import time

import pytest
from asterisk.manager import ManagerAuthException, ManagerException

from dialer.providers.asterisk.errors import LinkLost, NoReply, NotAsterisk, NotConnected
from dialer.providers.asterisk.manager import SafeManager
from tests.wire.fake_ami import FakeAmi, Session, block, until


def connect(ami: FakeAmi, **options: object) -> SafeManager:
    manager = SafeManager(**options)
    manager.connect("127.0.0.1", ami.port)
    return manager


def test_eight_threads_of_fifty_pings_each_get_their_own_answers(ami: FakeAmi, manager: SafeManager) -> None:
    waiting: list[dict[str, str]] = []
    lock = threading.Lock()

    def answer_backwards(session: Session, action: dict[str, str]) -> None:
        with lock:
            waiting.append(action)
            if len(waiting) < 4 and len(session.actions) < 400:
                return
            batch, waiting[:] = waiting[::-1], []
        for one in batch:
            session.answer(one, f"Tag: {one['Tag']}")

    ami.handlers["Ping"] = answer_backwards
    wrong: list[str] = []

    def ask(thread: int) -> None:
        for number in range(50):
            tag = f"{thread}-{number}"
            if manager.send_action(Action="Ping", Tag=tag).get("Tag") != tag:
                wrong.append(tag)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    # the last three of a run never make a batch of four: answer them as they are
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.01)
        with lock:
            batch, waiting[:] = waiting[:], []
        for one in batch:
            ami.session.answer(one, f"Tag: {one['Tag']}")
    assert wrong == []
    assert len(ami.seen("Ping")) == 400


def test_silence_ends_at_the_deadline_and_the_link_stays_usable(ami: FakeAmi, manager: SafeManager) -> None:
    ami.handlers["Ping"] = None
    with pytest.raises(NoReply):
        manager.request({"Action": "Ping"}, timeout_s=0.2)
    assert manager.request({"Action": "CoreStatus"}).get("Response") == "Success"


def test_a_reply_that_comes_too_late_goes_to_nobody(ami: FakeAmi, manager: SafeManager) -> None:
    kept: list[dict[str, str]] = []
    ami.handlers["Ping"] = lambda session, action: kept.append(action)
    with pytest.raises(NoReply):
        manager.request({"Action": "Ping"}, timeout_s=0.2)
    ami.session.answer(kept[0], "Late: yes")
    ami.handlers["Ping"] = lambda session, action: session.answer(action, "Late: no")
    assert manager.ping().get("Late") == "no"


def test_strangers_replies_are_nobodys(ami: FakeAmi, manager: SafeManager) -> None:
    def confuse(session: Session, action: dict[str, str]) -> None:
        session.say(block("Response: Success", "Message: without an id"))
        session.say(block("Response: Success", "ActionID: someone-else", "Message: foreign"))
        session.say(block("just garbage", "more: garbage"))
        session.answer(action, "Message: mine")

    ami.handlers["Ping"] = confuse
    assert manager.ping().get("Message") == "mine"


def test_an_event_with_our_action_id_is_news_and_no_reply(ami: FakeAmi, manager: SafeManager) -> None:
    heard: list[str] = []
    manager.register_event("OriginateResponse", lambda event, _: heard.append(event.get_header("ActionID")))

    def early(session: Session, action: dict[str, str]) -> None:
        session.say(block("Event: OriginateResponse", f"ActionID: {action['ActionID']}"))
        session.answer(action, "Message: queued")

    ami.handlers["Originate"] = early
    assert manager.send_action(Action="Originate").get("Message") == "queued"
    assert until(lambda: heard) == [ami.seen("Originate")[0]["ActionID"]]


def test_a_listing_is_collected_and_other_events_are_not_part_of_it(ami: FakeAmi, manager: SafeManager) -> None:
    heard: list[str] = []
    manager.register_event("*", lambda event, _: heard.append(event.name))

    def listing(session: Session, action: dict[str, str]) -> None:
        mine = f"ActionID: {action['ActionID']}"
        session.answer(action, "EventList: start")
        session.say(block("Event: CoreShowChannel", mine, "Uniqueid: a-1"))
        session.say(block("Event: Hangup", "Uniqueid: a-2"))
        session.say(block("Event: CoreShowChannel", mine, "Uniqueid: a-3"))
        session.say(block("Event: CoreShowChannelsComplete", mine, "EventList: Complete"))

    ami.handlers["CoreShowChannels"] = listing
    reply = manager.request({"Action": "CoreShowChannels"}, listing=True)
    assert [item.get("Uniqueid") for item in reply.items] == ["a-1", "a-3"]
    until(lambda: heard)
    assert heard == ["Hangup"]


def test_a_listing_that_is_refused_or_cut_short_does_not_hang(ami: FakeAmi, manager: SafeManager) -> None:
    ami.handlers["Refused"] = lambda session, action: session.answer(action, response="Error")
    assert manager.request({"Action": "Refused"}, listing=True).is_error
    ami.handlers["Cut"] = lambda session, action: session.answer(action, "EventList: start")
    with pytest.raises(NoReply):
        manager.request({"Action": "Cut"}, listing=True, timeout_s=0.2)


def test_replies_of_send_arrive_in_order_with_the_events(ami: FakeAmi, manager: SafeManager) -> None:
    heard: list[str] = []
    manager.register_event("*", lambda event, _: heard.append(event.name))

    def surrounded(session: Session, action: dict[str, str]) -> None:
        session.say(block("Event: Before"))
        session.answer(action)
        session.say(block("Event: After"))

    ami.handlers["Ping"] = surrounded
    manager.send({"Action": "Ping"}, lambda reply: heard.append("reply"))
    until(lambda: len(heard) == 3)
    assert heard == ["Before", "reply", "After"]


def test_send_is_told_when_no_reply_will_come(ami: FakeAmi, manager: SafeManager) -> None:
    told: list[object] = []
    ami.handlers["Ping"] = None
    manager.send({"Action": "Ping"}, told.append, timeout_s=0.1)
    assert until(lambda: told) == [None]
    manager.send({"Action": "Ping"}, told.append)
    ami.session.hang_up()
    until(lambda: len(told) == 2)


def test_the_secret_does_not_travel(ami: FakeAmi, manager: SafeManager) -> None:
    assert ami.secret.encode() not in ami.session.raw
    assert ami.seen("Login")[0]["AuthType"] == "MD5"
    assert ami.seen("Login")[0]["Events"] == "call,user,cdr,reporting"


def test_a_wrong_secret_is_refused(ami: FakeAmi) -> None:
    manager = connect(ami)
    with pytest.raises(ManagerAuthException):
        manager.login("dialer", "wrong")
    manager.close()


def test_an_error_without_an_id_ends_the_login_at_once(ami: FakeAmi) -> None:
    ami.handlers["Login"] = lambda session, action: session.say(block("Response: Error", "Message: Denied"))
    manager = connect(ami, reply_s=60)
    with pytest.raises(ManagerAuthException, match="Denied"):
        manager.login("dialer", "x")
    manager.close()


def test_an_error_without_an_id_is_not_given_to_anything_but_a_login(ami: FakeAmi, manager: SafeManager) -> None:
    ami.handlers["Ping"] = lambda session, action: session.say(block("Response: Error", "Message: line too long"))
    with pytest.raises(NoReply):
        manager.request({"Action": "Ping"}, timeout_s=0.2)


@pytest.mark.parametrize("banner", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad\r\n\r\n", b"x" * 5000, b"\r\n"])
def test_another_service_on_the_port_is_recognised(banner: bytes) -> None:
    with FakeAmi(banner=banner) as fake, pytest.raises(NotAsterisk):
        SafeManager().connect("127.0.0.1", fake.port)


def test_a_silent_port_is_given_up_in_time() -> None:
    with FakeAmi(banner=b"") as fake, pytest.raises((NotAsterisk, TimeoutError)):
        SafeManager().connect("127.0.0.1", fake.port, timeout_s=0.2)


def test_a_banner_in_pieces_with_an_event_behind_it_is_read() -> None:
    with FakeAmi(banner=b"Asterisk Call") as fake:
        heard: list[str] = []
        manager = SafeManager()
        manager.register_event("*", lambda event, _: heard.append(event.name))
        rest = threading.Thread(target=lambda: fake.session.say(b" Manager/5.0.2\r\nEvent: A\r\n\r\n"))
        rest.start()
        assert manager.connect("127.0.0.1", fake.port) == "5.0.2"
        rest.join()
        assert until(lambda: heard) == ["A"]
        manager.close()


def test_asking_without_a_connection_is_an_error_at_once() -> None:
    with pytest.raises(NotConnected):
        SafeManager().ping()


def test_the_end_in_the_middle_of_an_event_wakes_everybody(ami: FakeAmi) -> None:
    lost: list[str] = []
    manager = connect(ami, on_lost=lost.append)
    heard: list[str] = []
    manager.register_event("*", lambda event, _: heard.append(event.name))

    def die(session: Session, action: dict[str, str]) -> None:
        session.say(block("Event: Whole") + b"Event: Hal")
        session.hang_up()

    ami.handlers["Ping"] = die
    with pytest.raises(LinkLost):
        manager.ping()
    assert until(lambda: lost) == ["closed by Asterisk"]
    assert heard == ["Whole"], "what was heard is told before the loss"
    assert not manager.connected()
    manager.close()


def test_one_manager_connects_again_after_a_restart() -> None:
    first = FakeAmi()
    manager = connect(first)
    manager.login("dialer", first.secret)
    first.stop()
    until(lambda: not manager.connected())
    with FakeAmi() as second:
        manager.connect("127.0.0.1", second.port)
        manager.login("dialer", second.secret)
        assert manager.ping().get("Response") == "Success"
        assert manager.generation == 2
        with pytest.raises(ManagerException):
            manager.connect("127.0.0.1", second.port)
        manager.close()


def test_a_callback_that_raises_does_not_silence_the_others(ami: FakeAmi, manager: SafeManager) -> None:
    heard: list[str] = []

    def broken(event: object, _: object) -> None:
        raise RuntimeError("boom")

    manager.register_event("A", broken)
    manager.register_event("*", lambda event, _: heard.append(event.name))
    ami.session.say(block("Event: A") + block("Event: B"))
    until(lambda: len(heard) == 2)
    assert manager.ping().get("Response") == "Success"


def test_a_callback_may_ask_and_may_close(ami: FakeAmi, manager: SafeManager) -> None:
    told: list[str] = []

    def ask_and_close(event: object, source: SafeManager) -> None:
        told.append(source.ping().get("Response"))
        source.close()

    manager.register_event("A", ask_and_close)
    ami.session.say(block("Event: A"))
    assert until(lambda: told) == ["Success"]
    until(lambda: not manager.connected())


def test_a_flood_is_dropped_counted_and_told_while_replies_still_come(ami: FakeAmi) -> None:
    gaps: list[int] = []
    go = threading.Event()
    heard: list[str] = []
    manager = connect(ami, queue=10, on_gap=gaps.append)

    def slow(event: object, _: object) -> None:
        go.wait(10)
        heard.append("one")

    manager.register_event("E", slow)
    ami.session.say(block("Event: E") * 500)
    assert manager.ping().get("Response") == "Success", "a blocked callback does not delay a reply"
    go.set()
    until(lambda: gaps)
    until(lambda: len(heard) + sum(gaps) == 500)
    assert len(heard) <= 12
    manager.close()


def test_closing_does_not_wait_for_a_peer_that_keeps_the_socket(ami: FakeAmi) -> None:
    ami.handlers["Logoff"] = None
    manager = connect(ami)
    closing = threading.Thread(target=manager.close)
    closing.start()
    closing.join(10)
    assert not closing.is_alive()
    manager.close()


def test_the_garbage_collector_does_not_touch_the_network() -> None:
    manager = SafeManager()
    del manager
    gc.collect()


def test_no_thread_stays_behind(ami: FakeAmi) -> None:
    before = set(threading.enumerate())
    for _ in range(3):
        manager = connect(ami)
        manager.ping()
        manager.close()
    left = [t for t in threading.enumerate() if t not in before and t.name.startswith("ami-")]
    assert left == []
