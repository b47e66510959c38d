"""What there is: plain dataclasses, no rules, no wire. One tree under `World`, so that a file can keep it."""
