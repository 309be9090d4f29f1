"""The door for the PBX: what a dialplan asks by FastAGI, answered from the engine.

==============  ===========================================================================
server.py       listens, lets known PBXs in, finds the command, holds the deadlines
channel.py      one AGI conversation: pyst2's AGI made safe
lines.py        lines from a socket, bounded in length and time
variables.py    every channel variable, in and out
hooks.py        what the commands ask of the engine
answered.py ‥   one small file per command
dialplan/       configuration templates for the PBX
==============  ===========================================================================
"""
