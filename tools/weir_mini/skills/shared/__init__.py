"""What several rooms use: everyday words, texts of known classes, notations, jobs done to one thing after the other. It needs no room itself."""
