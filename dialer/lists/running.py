"""From the first row to the last: batches of drafts are read, written and counted, while the report is kept.

On PostgreSQL the next batch is read while the server works on the last one (its checks of foreign keys alone cost more
than our reading); SQLite works in this process, so there it is one after the other. May import ``dialer.clock``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from dialer import clock, collecting
from dialer.lists.lines import Broken
from dialer.lists.reasons import RowRejected
from dialer.lists.report import Report
from dialer.lists.rows import Draft, Rows
from dialer.lists.table import Reading, Table
from dialer.lists.trial import Trial
from dialer.lists.writing import Counts, Writer

TELL_S = 0.5
"""Pages hear of a running import at most this often."""

Progress = Callable[[float, Counts], None]
"""Called after every batch with the share of the file that was read (0..1) and the counts so far."""


class _Hand:
    """Hands batches to the sink one at a time; :meth:`counts` waits for the one under way, ``known`` does not."""

    def __init__(self, sink: Writer | Trial, counts: Counts) -> None:
        self._sink, self.known, self._said = sink, counts, 0.0
        self._pool = ThreadPoolExecutor(1, "import") if sink.overlaps else None
        self._pending: Future[Counts] | None = None

    def take(self, drafts: list[Draft], rejected: int) -> None:
        """Write a batch, or begin to. Raises what the batch before it raised."""
        before, now = self.counts(), time.monotonic()
        say = now - self._said >= TELL_S
        self._said = now if say else self._said
        if self._pool:
            self._pending = self._pool.submit(self._sink.write, drafts, rejected, before, clock.now(), say)
        else:
            self.known = self._sink.write(drafts, rejected, before, clock.now(), say)

    def counts(self) -> Counts:
        """The counts up to the last batch taken."""
        if self._pending:
            pending, self._pending = self._pending, None
            self.known = pending.result()
        return self.known

    def close(self) -> None:
        """Let a batch that is under way come to its end."""
        if self._pool:
            self._pool.shutdown()
        self._sink.close()


def run(
    table: Table,
    rows: Rows,
    sink: Writer | Trial,
    report: Report,
    done: int,
    progress: Progress | None,
    counts: Counts | None = None,
) -> Counts:
    """Read everything and write all but the first ``done`` rows, which an interrupted import has committed."""
    hand, seen = _Hand(sink, counts or Counts()), 0
    try:
        with collecting.hardly(), table.rows() as reading:
            for drafts, rejected in _batches(reading, rows, report, sink.batch, done):
                seen += len(drafts) + rejected
                if seen > done:
                    report.flush()
                    hand.take(drafts, rejected)
                    if progress:
                        progress(reading.share, hand.known)
        known = hand.counts()
        if progress:
            progress(1.0, known)
        return known
    except BaseException:
        report.abandon()
        raise
    finally:
        hand.close()


def _batches(reading: Reading, rows: Rows, report: Report, batch: int, done: int) -> Iterator[tuple[list[Draft], int]]:
    """Drafts and the number of rejected rows between them, ``batch`` rows at a time; one ends where ``done`` ends."""
    drafts: list[Draft] = []
    rejected, read = 0, rows.read
    for seen, (line, cells) in enumerate(reading, 1):
        try:
            if isinstance(cells, Broken):
                raise RowRejected(cells.code, cells.detail)
            draft = read(line, cells)
        except RowRejected as why:
            rejected += 1
            report.rejected(line, why.code, why.detail, [cells.text] if isinstance(cells, Broken) else cells)
        else:
            drafts.append(draft)
            if draft.notes:
                report.noted(line, draft.notes, cells)
        if len(drafts) + rejected >= batch or seen == done:
            yield drafts, rejected
            drafts, rejected = [], 0
    if drafts or rejected:
        yield drafts, rejected
