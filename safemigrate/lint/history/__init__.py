"""What is read of a project, and how: its revision files in their order, env.py, and each revision's statements.

target       which revisions are asked for            changed     which are new against git
scripts      the files in order                       location    where they are, also where nothing may be run
environment  env.py, run without a database           reading     one revision, run over empty tables or read
source       what only its text tells                 modules     whose an imported module is
snapshot     the history that was replayed before     headers     whose revision a file is      kept   both, on disk
"""
