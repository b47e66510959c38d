"""Measures of what is written: programs beside the field's plain prompt, by counting and by people's choice.

Counting finds what is broken and says nothing of what is good; that is for people, on blind sheets. Programs
come through an entry point (`writers.py`): nothing here knows whose they are.
"""
