"""The call-script language: parse, lint, run, render, preview. Imports nothing else of the product.

The way of a script through this room:

=================  ==========================================================================
told               sentences as data: what is refused or found, for every language of the doors
text               size, characters, normal form, hash
head, body         the two halves of a ``*.call`` file; ``parser`` puts them together
model              what comes of it: Script, Field, Node, Line, Ask, Answer, Branch
guard              which Jinja may stand in it (``environment``, ``filters``); ``render`` works it out
context            what a script may see of the call
answers, bant      what the operator fills in, and the score it makes
walk, runner       moves from Position to Position, with a step log
screen             what the operator sees at a Position
lint/              what is wrong with a script before anybody uses it
paths, diff, graph, calltest   tools for script writers
library/           finished scripts, each with its tests
=================  ==========================================================================
"""

from scripts.errors import MoveRefused, Problem, ScriptError
from scripts.model import Script
from scripts.parser import parse_collecting, parse_file, parse_text
from scripts.position import Position
from scripts.runner import Moved
from scripts.screen import StepView, view

__all__ = [
    "MoveRefused",
    "Moved",
    "Position",
    "Problem",
    "Script",
    "ScriptError",
    "StepView",
    "parse_collecting",
    "parse_file",
    "parse_text",
    "view",
]
