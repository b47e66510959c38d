"""Gateway v10: streams, which outlive connections (`hub.py`, `stream.py`), and connections (`connection.py`).

What is told to whom is `intents.py` and `content.py`; what goes wrong on command is `faults.py`.
"""
