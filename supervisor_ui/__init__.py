"""The pages: files only."""
