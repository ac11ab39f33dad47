"""One module for each kind of file that is written from the code."""
