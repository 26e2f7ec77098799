"""Arabic and English as readers meet them: digits, dates, directions, stored text and search."""
