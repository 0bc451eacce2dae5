"""The words of the pages, one file per language, same keys."""
