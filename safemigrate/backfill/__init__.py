"""Data in batches: one UPDATE or DELETE of a large table as many short transactions.

What it promises. Every row that was there when the step began is changed exactly once, wherever the run is killed, cut
off or fenced off: a batch and the journal's word that it is done are one transaction, and a range advances only from
where it stands in the journal. Nobody waits for longer than a batch takes: rows that somebody else has locked are left,
noted in the same statement and by the same snapshot, and visited again. It ends, whatever the application writes
meanwhile: the last key is fixed at the beginning, and rows that come in later are looked for only where the condition
tells which are done, a bounded number of times. What was changed can be put back from its images, row by row, where
nobody has changed it since.

What it never does. Compare keys anywhere but in the server; trust what it remembers after a loss; change a row without
locking it first; wait for a row lock inside of a batch; write a value of the application's into the journal other than
keys and images; touch an image table that the journal does not know.

    spec     what a statement, its table and its key are          sizing    how large the next batch is (pure)
    keyset   the SQL of a batch                                   throttle  whether it may begin
    ranges   the parts of a table, and how far each is            vacuum    between batches
    run      one batch; one second visit                          pause     the switch that stops all batches
    undo     back from the images
"""
