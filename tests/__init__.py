"""Unit, contract, pipeline, faults, browser, bench."""
