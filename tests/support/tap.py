"""A wire tap: stands between two TCP peers on loopback and keeps what one of them says."""

from __future__ import annotations

import contextlib
import socket
import threading


class Tap:
    """Listens on ``port`` and passes everything on to ``target``; ``said`` is what the caller sent."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.said = bytearray()
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._server.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            threading.Thread(target=self._pass, args=(caller, far, self.said), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, caller, None), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket, keep: bytearray | None) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if keep is not None:
                    keep += data
                target.sendall(data)
        for sock in (source, target):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
                sock.close()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
