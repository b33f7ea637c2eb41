"""Triage: cases, their urgency, decisions, clocks and outcome."""
