"""Figures and ratios, measured side by side in one run."""
