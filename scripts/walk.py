"""The moving parts of one move: a position taken apart, changed, and put together again.

Room: scripts, used by the runner only. May import the model, the renderer and the context. A Walk is thrown away when
a move is refused, so a refused move changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from scripts.context import Context, names_for
from scripts.errors import MoveRefused, ScriptError
from scripts.messages import say
from scripts.model import Ask, Node, Script, Target
from scripts.position import MAX_TRAIL, Position
from scripts.render import holds

MAX_HOPS = 100
"""Automatic steps in one move; more is a circle."""

MAX_STACK = 50


def refuse(code: str, **values: object) -> MoveRefused:
    """A MoveRefused with the message ``code``."""
    return MoveRefused(code, say(code, **values))


def variant_of(node: Node, seed: str) -> str | None:
    """The A/B text of a node for this contact: the same for every redial, split by weight, evenly without weights."""
    variants = node.variants()
    if not variants:
        return None
    digest = hashlib.sha256(f"{seed}\x1f{node.id}".encode(errors="replace")).digest()
    point = int.from_bytes(digest[:4], "big") % 10_000 / 100
    edge = 0.0
    for name, weight in variants:
        edge += weight if weight is not None else 100 / len(variants)
        if point < edge:
            return name
    return variants[-1][0]


class Walk:
    """A position while a move is made. ``log`` gathers the entries of the step log."""

    def __init__(self, script: Script, position: Position, context: Context) -> None:
        if position.version != script.version_hash:
            raise refuse("other_version")
        self.script, self.context, self.seed = script, context, position.seed
        self.node, self.ended, self.seq = position.node, position.ended, position.seq
        self.stack = list(position.stack)
        self.answers = dict(position.answers)
        self.visits, self.uses = dict(position.visits), dict(position.uses)
        self.drafts, self.trail = dict(position.drafts), list(position.trail)
        self.log: list[dict[str, Any]] = []
        self.entered: list[str] = []
        self.hops = 0

    def position(self) -> Position:
        """What the walk has come to."""
        return Position(
            version=self.script.version_hash,
            node=self.node,
            seed=self.seed,
            stack=tuple(self.stack),
            answers=self.answers,
            visits=self.visits,
            uses=self.uses,
            trail=tuple(self.trail[-MAX_TRAIL:]),
            drafts=self.drafts,
            ended=self.ended,
            seq=self.seq,
        )

    def note(self, event: str, **entry: Any) -> None:
        """Add an entry to the step log; every entry has every key."""
        blank = dict.fromkeys(("variant", "via", "code", "field", "value", "revised", "came_from"))
        number = {"seq": self.seq, "version": self.script.version_hash, "event": event, "node": self.node}
        self.log.append(number | blank | entry)
        self.seq += 1

    def step(self, node_id: str | None = None) -> Node:
        """The node with this id, the current one without."""
        wanted = self.node if node_id is None else node_id
        node = self.script.by_id.get(wanted)
        if node is None:
            raise refuse("missing_step", step=wanted)
        return node

    def is_true(self, condition: str | None) -> bool:
        """Whether a condition holds with the answers so far."""
        if condition is None:
            return True
        try:
            names = names_for(self.script, self.answers, self.visits, self.context, self.script.languages[0])
            return holds(condition, names)
        except ScriptError as error:
            raise refuse("broken", reason=error.message) from None

    def shown_asks(self) -> list[Ask]:
        """The questions of the current step that are asked now."""
        return [ask for ask in self.step().asks if ask.field in self.script.fields and self.is_true(ask.condition)]

    def remember(self, used: str | None = None) -> dict[str, Any]:
        """Put the present on the trail; returns the entry, whose ``entered`` is filled when the move is made."""
        entry = {"node": self.node, "stack": list(self.stack), "used": used, "entered": self.entered}
        self.trail.append(entry)
        return entry

    def enter(self, node_id: str, via: str, code: str | None = None) -> None:
        """Come to a node; one that only decides is passed through at once."""
        self.hops += 1
        if self.hops > MAX_HOPS:
            raise refuse("endless")
        came_from = self.node if self.visits else None
        node = self.step(node_id)
        self.node = node_id
        self.visits[node_id] = self.visits.get(node_id, 0) + 1
        self.entered.append(node_id)
        self.note("entered", variant=variant_of(node, self.seed), via=via, code=code, came_from=came_from)
        if node.is_logic and not self.branch(node, 0, via="auto"):
            raise refuse("stuck")

    def branch(self, node: Node, start: int, via: str) -> bool:
        """Follow the first branch from ``start`` on that holds; False if none does."""
        for index, branch in enumerate(node.branches[start:], start):
            if self.is_true(branch.condition):
                self.follow(branch.target, index + 1, "auto" if branch.condition else via, None)
                return True
        return False

    def follow(self, target: Target, resume: int | None, via: str, code: str | None) -> None:
        """Go where a target leads. ``resume`` is the branch at which a call goes on when it returns."""
        if target.kind == "end":
            self.end(target.name, via, code)
        elif target.kind == "return":
            self.come_back(code)
        elif target.kind == "call":
            self.push(resume)
            self.enter(target.name, "call", code)
        else:
            self.stack.clear()
            self.enter(target.name, via, code)

    def push(self, resume: int | None) -> None:
        """Remember the current node as a place to return to."""
        if len(self.stack) >= MAX_STACK:
            raise refuse("endless")
        self.stack.append({"node": self.node, "at": resume})

    def come_back(self, code: str | None = None) -> None:
        """Return from a call: to the screen that called, or to the branch after the call. ``code``: by this answer."""
        if not self.stack:
            raise refuse("nowhere_to_return")
        frame: Mapping[str, Any] = self.stack.pop()
        came_from, node = self.node, self.step(frame["node"])
        self.node = node.id
        self.hops += 1
        if self.hops > MAX_HOPS:
            raise refuse("endless")
        if frame["at"] is not None and self.branch(node, frame["at"], via="return"):
            return
        if node.is_logic:
            raise refuse("stuck")
        self.note("entered", variant=variant_of(node, self.seed), via="return", code=code, came_from=came_from)

    def end(self, outcome: str, via: str, code: str | None) -> None:
        """End the script with a disposition."""
        self.ended = outcome
        self.note("ended", via=via, code=outcome, value=code)
