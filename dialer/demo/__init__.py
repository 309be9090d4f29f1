"""The demo: people, a project with two campaigns, and a list of made-up contacts, for ``make demo`` and screenshots.

``contacts`` writes the list as a file, which then goes through the real import; ``seed`` fills an empty database;
``run`` starts everything and ends it again. Nobody here is real: the numbers lead into the lab's own network.
"""
