"""One file for each rule; its slug is its file name. See :mod:`safemigrate.lint.rule` for what a rule is made of."""
