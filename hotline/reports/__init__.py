"""Figures and files made from everything else; reads only."""
