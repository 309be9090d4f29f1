"""What a script did on the telephone, worked out from the step log. Pure: the caller loads the log.

``log`` turns entries into calls, ``steps`` counts by step, ``compare`` shares with their intervals and A/B texts,
``adherence`` by operator. May import the model.
"""
