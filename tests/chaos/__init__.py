"""Everything at once, and whatever can fail failing: people, faults, and a checker of what was promised.

`python -m tests.chaos --seed 1 --rounds 200` starts the real processes (`parts.py`) behind wires that can
fail (`wires.py`), lets people do all that the bot offers (`acting.py`, `offers.py`), has an executioner carry
out a plan of faults (`plan.py`, `executioner.py`), gathers the evidence (`evidence.py`, `gathering.py`) and
checks it (`checker.py`). People and faults follow from the seed alone.
"""
